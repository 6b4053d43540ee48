"""Which environments run something, and which version of it their locks hold."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from plmctl.commands.pins import Pin, pins_of
from plmctl.commands.unfetched import locked_versions
from plmctl.core.dataclass import dataclass
from plmctl.core.graph import distances
from plmctl.core.impact import distance
from plmctl.core.manifest import Manifest
from plmctl.core.ports import EntryKind, Tree
from plmctl.core.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An environment that runs something affected: by which pin, how far away, and what its lock holds."""

    pin: Pin
    distance: int
    versions: Mapping[str, str | None]

    @property
    def environment(self) -> str:
        """The environment's id."""
        return self.pin.environment.id

    @property
    def locked(self) -> str | None:
        """The version of the application that is locked."""
        return next((v for name in self.pin.names if (v := self.versions.get(name)) is not None), None)

    def held(self, changed: Collection[str]) -> dict[str, str | None]:
        """The versions of the changed artifacts in the lock."""
        return {
            artifact: self.versions[artifact] for artifact in sorted(changed) if artifact in self.versions
        }


def runs_of(registry: Registry, tree: Tree, changed: Collection[str]) -> tuple[Run, ...]:
    """The environments that run one of some artifacts, or what depends on one, by environment."""
    return tuple(sorted(_runs(registry, tree, changed), key=lambda r: (r.environment, r.pin.application)))


def _runs(registry: Registry, tree: Tree, changed: Collection[str]) -> Iterator[Run]:
    if not changed:
        return
    found = tuple(_affected(registry, changed))
    locks = {path for pin, _ in found for path in (pin.path, *pin.former)}
    tree.prefetch([path for path in sorted(locks) if tree.kind(path) is EntryKind.FILE])
    for pin, steps in found:
        yield Run(pin=pin, distance=steps, versions=_versions(tree, pin))


def _affected(registry: Registry, changed: Collection[str]) -> Iterator[tuple[Pin, int]]:
    """The pins of environments that lead to what is changed, and how far away that is."""
    for environment in _that_may_run(registry, distances(registry.dependents, changed).keys()):
        pins = tuple(pins_of(registry, environment))
        bind = replacements(pins[0], registry) if pins else {}
        graph = registry.dependencies_with(bind) if bind else registry.dependencies
        for pin in pins:
            steps = distance(graph, pin.application, changed)
            if steps is not None:
                yield pin, steps + 1


def _that_may_run(registry: Registry, reached: Iterable[str]) -> Iterator[Manifest]:
    """The environments that may run what is reached: only these are read.

    What one pins leads there, or what it replaces something with.
    """
    found = {m.id: m for artifact in reached for m in registry.referrers.of(artifact)}
    return (manifest for _, manifest in sorted(found.items()) if manifest.kind == "Environment")


def _versions(tree: Tree, pin: Pin) -> Mapping[str, str | None]:
    found = (locked_versions(tree, path) for path in (pin.path, *pin.former))
    return next((versions for versions in found if versions), {})


def replacements(pin: Pin, registry: Registry) -> dict[str, str]:
    """The environment's replacements by full ids, those of them that are clear."""
    kinds = registry.kinds.versioned
    found = {
        registry.candidates_of(old, kinds): registry.candidates_of(new, kinds)
        for old, new in pin.bind.items()
    }
    return {old[0]: new[0] for old, new in found.items() if len(old) == len(new) == 1}
