"""What was verified, for a reader: what failed comes first."""

from collections.abc import Iterable, Iterator

from plmctl.core.report import Check, State
from plmctl.render.line import Line, Style, line

_ORDER = (State.FAILED, State.NOT_CHECKED, State.OK)
_STYLES = {State.FAILED: Style.ERROR, State.NOT_CHECKED: Style.WARNING, State.OK: Style.GOOD}
_WIDTH = max(len(state.value) for state in State)


def check_lines(checks: Iterable[Check]) -> Iterator[Line]:
    """A line for each check."""
    for check in sorted(checks, key=lambda check: _ORDER.index(check.state)):
        yield line((_STYLES[check.state], check.state.value.ljust(_WIDTH)), f"  {told(check)}")


def told(check: Check) -> str:
    """A check in words: what was read, the artifact and field, what was checked, and what came of it."""
    parts = (check.subject, check.artifact, check.field, check.name, check.detail)
    return ": ".join(part for part in parts if part)
