"""Floating data: no version holds it, a lock says which night of it runs (data.md)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from plmctl.core.dataclass import dataclass
from plmctl.core.inventory import Comparison
from plmctl.core.lock import DataEntry, Lock, LockedArtifact
from plmctl.core.manifest import Manifest
from plmctl.core.pointer import Pointer
from plmctl.core.registry import Registry
from plmctl.core.value import as_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What new data must fulfil to be locked: files that it has at least, and what may change, in percent."""

    min_files: int | None = None
    max_change: float | None = None


def guard_of(manifest: Manifest) -> Guard:
    """The guard of a dataset."""
    said = as_mapping(manifest.spec.get("guard"))
    least, most = said.get("minFiles"), said.get("maxChangePercent")
    return Guard(
        min_files=least if isinstance(least, int) else None,
        max_change=most if isinstance(most, int | float) else None,
    )


def floating_in(lock: Lock, registry: Registry) -> tuple[Manifest, ...]:
    """The floating datasets that a lock holds, as they are in the registry that it was read at."""
    found = (registry.manifests.get(artifact) for artifact in sorted(lock.artifacts))
    return tuple(manifest for manifest in found if manifest is not None and manifest.is_floating)


def nights(lock: Lock) -> Iterator[tuple[str, DataEntry]]:
    """What a lock says of floating data, by artifact: no release has its pointer."""
    for artifact, entry in sorted(lock.artifacts.items()):
        for each in entry.data:
            if each.path not in entry.files:
                yield artifact, each


def nightless(lock: Lock, registry: Registry) -> tuple[str, ...]:
    """The floating datasets that a lock holds and says no night of."""
    return tuple(m.id for m in floating_in(lock, registry) if not lock.artifacts[m.id].data)


def pointers_of(manifest: Manifest) -> tuple[tuple[str, str | None], ...]:
    """The paths of an artifact's pointers, and the output of each where it is a dvc.lock."""
    found = (included for included in manifest.included.values() if included.data is not None)
    return tuple((included.path, included.out) for included in found)


def carried(lock: Lock, before: Lock | None, registry: Registry) -> Lock:
    """A lock with the nights that another one says of the same floating data.

    A version is chosen anew without them: what is released says nothing of what floats.
    """
    if before is None:
        return lock
    found: dict[str, tuple[DataEntry, ...]] = {}
    for manifest in floating_in(lock, registry):
        ids = (manifest.id, *manifest.formerly)
        entry = next((before.artifacts[known] for known in ids if known in before.artifacts), None)
        there = pointers_of(manifest)
        data = entry.data if entry is not None else ()
        found[manifest.id] = tuple(each for each in data if (each.path, each.out) in there)
    return with_data(lock, found)


def with_data(lock: Lock, data: Mapping[str, tuple[DataEntry, ...]]) -> Lock:
    """A lock that says this of the data of some artifacts."""
    changed = {artifact: replace(lock.artifacts[artifact], data=found) for artifact, found in data.items()}
    return replace(lock, artifacts={**lock.artifacts, **changed})


def placed(lock: Lock, registry: Registry, commit: Callable[[], str | None]) -> Lock:
    """A lock in which floating data that stood beside another lock says the commit that it stands in."""
    bare = {m.id: lock.artifacts[m.id] for m in floating_in(lock, registry) if _is_bare(lock.artifacts[m.id])}
    there = commit() if bare else None
    return with_data(
        lock,
        {
            artifact: tuple(replace(each, commit=each.commit or there) for each in entry.data)
            for artifact, entry in bare.items()
        },
    )


def _is_bare(entry: LockedArtifact) -> bool:
    return any(each.commit is None for each in entry.data)


def is_night_of(entry: DataEntry, pointer: Pointer) -> bool:
    """Whether a lock says of data what a pointer does."""
    return (entry.md5, entry.size, entry.nfiles) == (pointer.md5, pointer.size, pointer.nfiles)


def share_changed(found: Comparison) -> float:
    """Of the files that two nights have, those that are not the same in both, in percent.

    A file that only moved is one of them, and counts once.
    """
    other = len(found.added) + len(found.removed) + len(found.changed) + len(found.renamed)
    return 100 * other / (other + found.unchanged) if other else 0.0


def share_by_amount(old: DataEntry, new: Pointer) -> float:
    """What has at least changed, in percent of the larger night, by numbers of files and bytes."""
    files, sizes = (old.nfiles or 1, new.nfiles or 1), (old.size, new.size)
    return max(_share(files), _share(sizes))


def _share(amounts: tuple[int, int]) -> float:
    return 100 * (max(amounts) - min(amounts)) / max(amounts) if max(amounts) else 0.0


def refusals(guard: Guard, pointer: Pointer, share: float | None) -> Iterator[str]:
    """Why a guard does not let data through; `share` is what changed in percent, None for a first night."""
    count = pointer.nfiles if pointer.nfiles is not None else 1
    if guard.min_files is not None and count < guard.min_files:
        files = "1 file" if count == 1 else f"{count} files"
        yield f"{files}, and guard.minFiles is {guard.min_files}"
    if guard.max_change is not None and share is not None and share > guard.max_change:
        yield f"{in_percent(share)} changed, and guard.maxChangePercent is {guard.max_change:g}"


def in_percent(share: float) -> str:
    """A share as people read it."""
    return f"{share:.1f} %"
