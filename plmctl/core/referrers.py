"""Who refers to an artifact, found by its name in all that manifests write."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate

from plmctl.core.manifest import Manifest

# About as many searches as take the time in which all references are resolved.
_MOST_SEARCHES = 200

Targets = Callable[[Manifest], tuple[str | None, ...]]
"""What the references of a manifest name."""


class Referrers:
    """Who refers to an artifact of some manifests, which are sorted by id.

    To look for a name in one long text takes less time than to resolve what all manifests refer to; who asks
    about many, or about names that stand everywhere, gets them resolved.
    """

    def __init__(self, manifests: Iterable[Manifest], targets: Targets):
        self._manifests = tuple(manifests)
        self._targets = targets
        self._found: dict[str, tuple[Manifest, ...]] = {}
        self._searches = self._places = 0

    def of(self, artifact: str) -> tuple[Manifest, ...]:
        """The manifests with a reference to it, sorted by id."""
        if artifact not in self._found:
            is_much = self._searches >= _MOST_SEARCHES or self._places > len(self._manifests)
            self._found[artifact] = self._all.get(artifact, ()) if is_much else tuple(self._search(artifact))
        return self._found[artifact]

    def _search(self, artifact: str) -> Iterator[Manifest]:
        text, starts = self._text
        name, last = artifact.partition("/")[2], -1
        self._searches += 1
        at = text.find(name)
        while at >= 0:
            self._places += 1
            index = bisect_right(starts, at) - 1
            if index != last and artifact in self._targets(self._manifests[index]):
                yield self._manifests[index]
            last = index
            # What follows in the same manifest says nothing more.
            at = text.find(name, starts[index + 1])

    @cached_property
    def _text(self) -> tuple[str, tuple[int, ...]]:
        """All that is written, and where each manifest's begins."""
        texts = [manifest.summary.names for manifest in self._manifests]
        return "\n".join(texts), tuple(accumulate((len(text) + 1 for text in texts), initial=0))

    @cached_property
    def _all(self) -> dict[str, tuple[Manifest, ...]]:
        found: dict[str, list[Manifest]] = {}
        for manifest in self._manifests:
            for target in dict.fromkeys(self._targets(manifest)):
                if target is not None:
                    found.setdefault(target, []).append(manifest)
        return {target: tuple(manifests) for target, manifests in found.items()}
