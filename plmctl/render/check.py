"""What was verified, for a reader: lock by lock, what failed comes first."""

from collections.abc import Iterable, Iterator

from plmctl.core.report import Check, State
from plmctl.render.line import Line, Paper, Style, hanging, line

_ORDER = (State.FAILED, State.OK, State.NOT_CHECKED)
_STYLES = {State.FAILED: Style.ERROR, State.NOT_CHECKED: Style.WARNING, State.OK: Style.GOOD}
_WIDTH = max(len(state.value) for state in State)


def check_lines(checks: Iterable[Check], paper: Paper) -> Iterator[Line]:
    """For each lock or tag its name, then a line for each check."""
    subjects: dict[str, list[Check]] = {}
    for check in checks:
        subjects.setdefault(check.subject, []).append(check)
    for subject, found in subjects.items():
        yield line((Style.STRONG, subject))
        for check in sorted(found, key=lambda check: _ORDER.index(check.state)):
            state = (_STYLES[check.state], check.state.value.ljust(_WIDTH))
            yield from hanging(line("  ", state, f"  {outcome(check)}"), paper, _WIDTH + 4)


def told(check: Check) -> str:
    """A check on a line of its own: what was read, and what came of it."""
    return f"{check.subject}: {outcome(check)}"


def outcome(check: Check) -> str:
    """The artifact and field that it is about, or what was checked, and what came of it."""
    about = ": ".join(part for part in (check.artifact, check.field) if part)
    return ": ".join(part for part in (about or check.name, check.detail) if part)
