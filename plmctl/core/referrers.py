"""Who refers to an artifact, found by its name in all that manifests write."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate

from plmctl.core.manifest import Manifest
from plmctl.core.view import View

# About as many searches as take the time in which all references are resolved.
_MOST_SEARCHES = 200

Targets = Callable[[Manifest], tuple[str | None, ...]]
"""What the references of a manifest name."""


class Referrers:
    """Who refers to an artifact of some manifests; a `view` has a text of most of them already.

    To look for a name in one long text takes less time than to resolve what all manifests refer to; who asks
    about many, or about names that stand everywhere, gets them resolved.
    """

    def __init__(self, manifests: Mapping[str, Manifest], view: View | None, targets: Targets):
        self._manifests = manifests
        self._view = view
        self._targets = targets
        self._found: dict[str, tuple[Manifest, ...]] = {}
        self._searches = self._places = 0

    def of(self, artifact: str) -> tuple[Manifest, ...]:
        """The manifests with a reference to it, sorted by id."""
        if artifact not in self._found:
            is_much = self._searches >= _MOST_SEARCHES or self._places > len(self._manifests)
            self._found[artifact] = self._all.get(artifact, ()) if is_much else self._search(artifact)
        return self._found[artifact]

    def writing(self, name: str) -> Iterator[Manifest]:
        """The manifests of which a reference writes a bare name, or an id that ends with it."""
        for manifest in self._containing(name):
            if any(name in (link.written, link.written.partition("/")[2]) for link in manifest.links):
                yield manifest

    def _search(self, artifact: str) -> tuple[Manifest, ...]:
        self._searches += 1
        found = self._containing(artifact.partition("/")[2])
        return tuple(sorted((m for m in found if artifact in self._targets(m)), key=lambda m: m.id))

    def _containing(self, name: str) -> Iterator[Manifest]:
        """The manifests that write a name somewhere in their references."""
        text, starts = self._text
        at = text.find(name)
        while at >= 0:
            self._places += 1
            row = bisect_right(starts, at) - 1
            artifact = self._ids(row)
            if artifact is not None:
                yield self._manifests[artifact]
            # What follows in the same manifest says nothing more.
            at = text.find(name, starts[row + 1])
        if self._is_of_stock:
            assert self._view is not None
            yield from (m for m in self._view.ours if name in m.summary.names)

    def _ids(self, row: int) -> str | None:
        """The artifact of a row of the text, None where it is another one by now."""
        if not self._is_of_stock:
            return self._listed[row]
        assert self._view is not None
        artifact = self._view.stock.artifact(row)
        return artifact if artifact is not None and self._view.is_kept(artifact) else None

    @cached_property
    def _is_of_stock(self) -> bool:
        return self._view is not None and self._view.stock.names is not None

    @cached_property
    def _listed(self) -> tuple[str, ...]:
        return tuple(self._manifests)

    @cached_property
    def _text(self) -> tuple[str, tuple[int, ...]]:
        """All that is written, and where each manifest's begins."""
        known = self._view.stock.names if self._view is not None else None
        texts = known or [manifest.summary.names for manifest in self._manifests.values()]
        return "\n".join(texts), tuple(accumulate((len(text) + 1 for text in texts), initial=0))

    @cached_property
    def _all(self) -> dict[str, tuple[Manifest, ...]]:
        found: dict[str, list[Manifest]] = {}
        for manifest in self._manifests.values():
            for target in dict.fromkeys(filter(None, self._targets(manifest))):
                found.setdefault(target, []).append(manifest)
        return {target: tuple(manifests) for target, manifests in found.items()}
