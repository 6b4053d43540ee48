"""Moments of the past, as people write them, and the commit that a line of first parents had then."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred

_DAY = deferred(r"\d{4}-\d{2}-\d{2}")
_TIME = deferred(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?([Zz]|[-+]\d{2}:?\d{2})?")


def instant(text: str) -> int | None:
    """The last second of a day, a minute or a second, in UTC where no zone is written; None for no date."""
    try:
        if _DAY.fullmatch(text):
            midnight = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return int((midnight + timedelta(days=1)).timestamp()) - 1
        found = _TIME.fullmatch(text)
        if found is None:
            return None
        moment = datetime.fromisoformat(text.upper())
        there = moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return int(there.timestamp()) + (0 if found[1] else 59)


def day_of(seconds: int) -> str | None:
    """The day in UTC that a second belongs to; None for one beyond the calendar."""
    return time_of(seconds).partition("T")[0] or None


def time_of(seconds: int) -> str:
    """A second in ISO 8601, in UTC; empty for one beyond the calendar, which a commit can say."""
    try:
        found = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return ""
    return found.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """The commit of a line at a moment; `behind` counts those before it that say a later time."""

    commit: str
    seconds: int
    behind: int


def then(dates: Sequence[tuple[str, int]], until: int) -> Then | None:
    """The newest commit on a line, newest first, that says no later time than `until`.

    The order is that of the line: a clock that went backwards moves no commit to another place, but the
    commit that it dated counts as old as it says it is.
    """
    for number, (commit, seconds) in enumerate(dates):
        if seconds <= until:
            behind = sum(other > until for _, other in dates[number + 1 :])
            return Then(commit=commit, seconds=seconds, behind=behind)
    return None
