"""A place where something runs: an application, or an arm of it, in an environment."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from plmctl.core.dataclass import dataclass
from plmctl.core.lock import Lock
from plmctl.core.value import Value
from plmctl.core.version import Range, Version, parsed_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What an environment pins of an application, or an arm of it, and the lock that is there.

    `range` is None for a lock that no pin is of. `trouble` is why the lock at its path says nothing, in a few
    words. `bind` has the replacements of the environment by full ids. `until` is the last day of an arm.
    `is_committed` tells whether HEAD has this very lock, `is_elsewhere` whether its registry is another one,
    `is_former` whether it lies where it lay before its application was renamed.
    """

    environment: str
    application: str
    arm: str | None = None
    range: Range | None
    path: str
    lock: Lock | None
    trouble: str | None = None
    is_conflicted: bool = False
    is_former: bool = False
    is_committed: bool = True
    is_elsewhere: bool = False
    hold: Mapping[str, Value] | None = None
    bind: Mapping[str, str] = field(default_factory=dict)
    until: str | None = None

    @property
    def name(self) -> str:
        """The application as commands take it: without its kind, with the arm after a dot."""
        bare = self.application.removeprefix("application/")
        return bare if self.arm is None else f"{bare}.{self.arm}"

    @property
    def version(self) -> Version | None:
        """The version that is locked."""
        entry = self.lock.artifacts.get(self.lock.root or "") if self.lock is not None else None
        return parsed_version(entry.version) if entry is not None and entry.version else None


def chain(lock: Lock, artifact: str) -> tuple[str, ...]:
    """The shortest way from the root of a lock to an artifact in it, both included; () if there is none."""
    root = lock.root or ""
    ways: dict[str, tuple[str, ...]] = {root: (root,)} if root in lock.artifacts else {}
    waiting = list(ways)
    for at in waiting:
        for required in sorted(lock.artifacts[at].requires):
            if required not in ways and required in lock.artifacts:
                ways[required] = (*ways[at], required)
                waiting.append(required)
    return ways.get(artifact, ())


def in_order(after: Mapping[str, str | None]) -> tuple[str, ...]:
    """Environments in the order of promotions, by the one that each comes after; then by name."""

    def depth(name: str) -> int:
        seen: list[str] = []
        at: str | None = name
        while at is not None and at not in seen:
            seen.append(at)
            at = after.get(at)
        return len(seen)

    return tuple(sorted(after, key=lambda name: (depth(name), name)))


def own_slots(slots: Iterable[Slot]) -> Mapping[tuple[str, str], Slot]:
    """The slots of applications themselves, and of no arm, by environment and application."""
    found: dict[tuple[str, str], Slot] = {}
    for slot in slots:
        if slot.arm is None:
            found.setdefault((slot.environment, slot.application), slot)
    return found
