"""What ran in an environment, one version after the other, and the way back."""

from collections.abc import Iterable, Iterator

from plmctl.core.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A lock as a commit left it: the version in it, None where the lock was taken away."""

    version: str | None
    commit: str
    lock: bytes = b""


def way_back(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The versions that no rollback has left, as each ran last; what runs is the last of them.

    The steps are in the order in which they were taken. To take a version that ran before is to go back to
    it, whoever does that and by what: all that ran since is left.
    """
    way: list[Step] = []
    for step in steps:
        if step.version is None:
            continue
        ran = [earlier.version for earlier in way]
        if step.version in ran:
            del way[ran.index(step.version) :]
        way.append(step)
    return tuple(way)


def last_of(steps: Iterable[Step], version: str) -> Step | None:
    """A version as it ran last, None if it never ran."""
    found: Iterator[Step] = (step for step in reversed(tuple(steps)) if step.version == version)
    return next(found, None)
