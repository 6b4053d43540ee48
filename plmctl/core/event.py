"""What happened in an environment: who put which version of what there, and when."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum

from plmctl.core.dataclass import dataclass
from plmctl.core.past import LineCommit


class EventKind(Enum):
    """What a commit did to an environment, by what its files say and not by its message."""

    ADDED = "added"
    REMOVED = "removed"
    PROMOTION = "promotion"
    ROLLBACK = "rollback"
    DOWNGRADE = "downgrade"
    RELOCKED = "lock made anew"
    PIN = "pin"
    BIND = "bind"
    HOLD = "hold"
    LIFTED = "hold lifted"
    ORDER = "order"
    DATA = "data"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a commit did to an application in an environment, or to the environment itself.

    `application` is the id that it has now. `restores` is an earlier commit whose lock this is again, byte
    for byte. `writers` wrote it; `merged_by` is who merged it, None where it came by no merge.
    """

    commit: LineCommit
    kind: EventKind
    application: str | None = None
    arm: str | None = None
    old: str | None = None
    new: str | None = None
    release: str | None = None
    details: tuple[str, ...] = ()
    restores: str | None = None
    writers: tuple[str, ...]
    merged_by: str | None

    @property
    def name(self) -> str:
        """The application as commands take it, with its arm after a dot; empty for the environment."""
        bare = (self.application or "").removeprefix("application/")
        return bare if self.arm is None else f"{bare}.{self.arm}"

    @property
    def versions(self) -> str:
        """From which version to which, in words."""
        if self.old is None and self.new is None:
            return "-"
        if self.old == self.new:
            return self.old or "-"
        return f"{self.old or 'none'} -> {self.new or 'none'}"

    @property
    def people(self) -> str:
        """Who wrote it and who merged it, by their names."""
        names = ", ".join(_name(writer) for writer in self.writers)
        if self.merged_by is None or self.writers == (self.merged_by,):
            return names
        return f"{names}, merged by {_name(self.merged_by)}"

    @property
    def remark(self) -> str:
        """What the commit says, and beside it what it did."""
        beside = "; ".join(self.details)
        return f"{self.commit.subject} ({beside})" if beside else self.commit.subject


def _name(person: str) -> str:
    return person.rpartition(" <")[0] or person or "nobody"


def in_utc(date: str) -> str:
    """A time in ISO 8601 as people read it, in UTC, to the minute; what cannot be read stays."""
    try:
        return datetime.fromisoformat(date).astimezone(UTC).strftime("%Y-%m-%d %H:%M") if date else "-"
    except OverflowError:
        # The last hours of the calendar are beyond it in UTC.
        return date


def written_by(commit: LineCommit, paths: frozenset[str]) -> tuple[tuple[str, ...], str | None]:
    """Who wrote what a commit did to these files, and who merged it."""
    if len(commit.parents) < 2:
        return (commit.author,), None
    brought = [c for c in commit.brought if any(change.path in paths for change in c.files)]
    own = [c for c in brought if len(c.parents) < 2] or brought
    writers: Mapping[str, None] = dict.fromkeys(c.author for c in reversed(own))
    return tuple(writers) or (commit.author,), commit.author
