"""The data that artifacts point to: which of it is asked for, and what is wrong with its pointers."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from plmctl.commands.amount import amount
from plmctl.commands.artifact import present
from plmctl.core.dataclass import dataclass
from plmctl.core.few import few
from plmctl.core.finding import Finding, Level, PlmctlError, sorted_findings
from plmctl.core.graph import reachable
from plmctl.core.manifest import Manifest, nodes
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Store
from plmctl.core.registry import Registry
from plmctl.core.report import Problem
from plmctl.core.value import Value

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Data that an artifact points to."""

    artifact: str
    pointer: Pointer

    @property
    def amount(self) -> str:
        """How much it is, as its pointer says."""
        return amount(self.pointer.size, self.pointer.nfiles)


def chosen(registry: Registry, names: Collection[str]) -> tuple[str, ...]:
    """The ids of what is named and all that it depends on; without names all. Raises PlmctlError."""
    if not names:
        return tuple(registry.manifests)
    return with_dependencies(registry, [present(name, registry) for name in names])


def with_dependencies(registry: Registry, artifacts: Iterable[str]) -> tuple[str, ...]:
    """Artifacts and all that they depend on, sorted; what is only *about* them is not among it."""
    found: set[str] = set()
    for artifact in artifacts:
        found |= reachable(registry.dependencies, artifact)
    return tuple(sorted(found))


def holdings(registry: Registry, artifacts: Iterable[str]) -> tuple[Holding, ...]:
    """The data of artifacts, in their order; only what whole pointers point to."""
    return tuple(
        Holding(artifact=artifact, pointer=included.data)
        for artifact in artifacts
        for _, included in sorted(registry.manifests[artifact].included.items(), key=lambda at: str(at[0]))
        if included.data is not None
    )


def broken_pointers(registry: Registry, artifacts: Iterable[str]) -> tuple[Finding, ...]:
    """Why the pointers of artifacts cannot be used; nothing of what else is wrong with these."""
    found = (f for artifact in artifacts for f in broken_pointers_of(registry.manifests[artifact]))
    # Two artifacts may have one pointer.
    return sorted_findings(dict.fromkeys(found))


def broken_pointers_of(manifest: Manifest) -> Iterator[Finding]:
    """Why the pointers of one artifact cannot be used."""
    if not manifest.findings:
        return
    places = {manifest.document.location(pointer) for pointer in _pointers(manifest)}
    for finding in manifest.findings:
        is_inside = finding.location.path != manifest.path and finding.location.path.endswith(
            (".dvc", ".lock")
        )
        if finding.level is Level.ERROR and (is_inside or finding.location in places):
            yield finding


def _pointers(manifest: Manifest) -> Iterator[tuple[str | int, ...]]:
    for node in nodes(manifest.document.value, manifest.schema):
        below = node.schema.property("dvc")
        if below is not None and below.is_pointer and isinstance(node.value, dict) and "dvc" in node.value:
            yield (*node.pointer, "dvc")


def by_pointer(found: Iterable[Holding]) -> tuple[Holding, ...]:
    """The same, each data once: two artifacts may point to it."""
    once: dict[tuple[str, str, str], Holding] = {}
    for holding in found:
        once.setdefault(key_of(holding.pointer), holding)
    return tuple(once.values())


def key_of(pointer: Pointer) -> tuple[str, str, str]:
    """What tells one data from another, and from an earlier content of it."""
    return pointer.path, pointer.out_path, pointer.md5


def those_of(found: Sequence[Holding], pointers: Collection[Pointer]) -> tuple[Holding, ...]:
    """Those whose pointers are among these."""
    keys = set(map(key_of, pointers))
    return tuple(holding for holding in found if key_of(holding.pointer) in keys)


def lacking(store: Store, found: Sequence[Holding]) -> tuple[Holding, ...]:
    """Those whose data is not, or not whole, in the cache here."""
    return those_of(found, store.not_in_cache([holding.pointer for holding in found]))


def problem_with(found: Iterable[Holding], error: PlmctlError) -> Problem:
    """What was in the way of some data, with the artifacts whose it is."""
    message = f"{artifacts_of(found)}: {error.message}"
    return Problem(message=message, hint=error.hint, exit_code=error.exit_code)


def artifacts_of(found: Iterable[Holding]) -> str:
    """The artifacts of data, for a sentence; of many the first."""
    return few(sorted({holding.artifact for holding in found}), _SHOWN)


def holding_value(holding: Holding) -> dict[str, Value]:
    """The data of an artifact for programs."""
    return {"artifact": holding.artifact, **pointer_value(holding.pointer)}


def pointer_value(pointer: Pointer) -> dict[str, Value]:
    """What a pointer says of its data, for programs; `files` is null for one file."""
    return {
        "pointer": pointer.path,
        "path": pointer.out_path,
        "md5": pointer.md5,
        "bytes": pointer.size,
        "files": pointer.nfiles,
    }
