"""Who refers to an artifact: a view knows who writes its name, and few manifests are resolved for it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from plmctl.core.manifest import Manifest, names_written
from plmctl.core.view import View

Targets = Callable[[Manifest], tuple[str | None, ...]]
"""What the references of a manifest name."""


class Referrers:
    """Who refers to an artifact of some manifests.

    Who asks for names that stand everywhere, or where no view knows who writes one, gets all that manifests
    refer to resolved.
    """

    def __init__(self, manifests: Mapping[str, Manifest], view: View | None, targets: Targets):
        self._manifests = manifests
        self._view = view
        self._targets = targets
        self._found: dict[str, tuple[Manifest, ...]] = {}
        self._places = 0

    def of(self, artifact: str) -> tuple[Manifest, ...]:
        """The manifests with a reference to it, sorted by id."""
        if artifact not in self._found:
            is_much = self._view is None or self._places > len(self._manifests)
            self._found[artifact] = self._all.get(artifact, ()) if is_much else self._search(artifact)
        return self._found[artifact]

    def writing(self, name: str) -> tuple[Manifest, ...]:
        """The manifests of which a reference writes a bare name, or an id that ends with it; sorted by id."""
        kept = self._view.writing(name) if self._view is not None else None
        if self._view is None or kept is None:
            return self._written.get(name, ())
        self._places += len(kept)
        found = {artifact: self._manifests[artifact] for artifact in kept}
        found |= {m.id: m for m in self._view.ours if name in _written(m)}
        return tuple(found[artifact] for artifact in sorted(found))

    def _search(self, artifact: str) -> tuple[Manifest, ...]:
        found = self.writing(artifact.partition("/")[2])
        return tuple(manifest for manifest in found if artifact in self._targets(manifest))

    @cached_property
    def _all(self) -> Mapping[str, tuple[Manifest, ...]]:
        return self._by(lambda manifest: filter(None, self._targets(manifest)))

    @cached_property
    def _written(self) -> Mapping[str, tuple[Manifest, ...]]:
        return self._by(_written)

    def _by(self, names: Callable[[Manifest], Iterator[str]]) -> Mapping[str, tuple[Manifest, ...]]:
        found: dict[str, list[Manifest]] = {}
        for manifest in self._manifests.values():
            for name in dict.fromkeys(names(manifest)):
                found.setdefault(name, []).append(manifest)
        return {name: tuple(manifests) for name, manifests in found.items()}


def _written(manifest: Manifest) -> Iterator[str]:
    return (name for link in manifest.links for name in names_written(link.written))
