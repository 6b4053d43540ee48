"""What a command found out, for the renderers: data only, in the order it is shown."""

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import ConfigurationError, Finding, Level, PlmctlError
from plmctl.core.value import Value

# A run has few of these parts: to make the classes of all of them takes a tenth of a short one.
if TYPE_CHECKING:
    from plmctl.core.changelog import ReleaseNotes
    from plmctl.core.data_change import DataChange
    from plmctl.core.drift import Drift
    from plmctl.core.judgement import Judgement
    from plmctl.core.log import Entry
    from plmctl.core.move import Move
    from plmctl.core.page import Page
    from plmctl.core.patch import Patch
    from plmctl.core.picture import Branch
    from plmctl.core.plan import Plan
    from plmctl.core.reach import Cost, Reach
    from plmctl.core.rendering import Rendering


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that stops a command and stands in no file: what, what to do, and the exit code it means.

    With exit code 0 it stops nothing: what could not be looked at, and fails nothing.
    """

    message: str
    hint: str | None = None
    exit_code: int = 3


class State(Enum):
    """What came of one check."""

    OK = "ok"
    FAILED = "FAILED"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of `verify`: what was checked, of which artifact and field, and what came of it.

    What was asked for and could not be checked ends the command with exit code 3.
    """

    subject: str
    name: str
    state: State
    detail: str = ""
    artifact: str | None = None
    field: str | None = None
    is_asked: bool = False


def checked(subject: str, name: str, is_ok: bool, good: str, bad: str, field: str | None = None) -> Check:
    """A check that was made: what it says when it is ok, and when it FAILED."""
    state = State.OK if is_ok else State.FAILED
    return Check(subject=subject, name=name, state=state, detail=good if is_ok else bad, field=field)


def failed(
    subject: str, name: str, why: str, *, artifact: str | None = None, field: str | None = None
) -> Check:
    """A check that FAILED."""
    return Check(subject=subject, name=name, state=State.FAILED, detail=why, artifact=artifact, field=field)


def unchecked(subject: str, name: str, why: str, *, is_asked: bool = False) -> Check:
    """A check that was not made, and why."""
    return Check(subject=subject, name=name, state=State.NOT_CHECKED, detail=why, is_asked=is_asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; a cell is text, already in the words of the reader.

    `spare` are the columns that a narrow terminal may leave out, the first of them first.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    spare: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A fact without a judgement: an artifact whose file moved."""

    artifact: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a command; parts that a command does not have are empty.

    `text` is a result to be printed as it is; `summary` is the last line, as numbers by name; `done`
    says what was changed and `next` what to run now.
    """

    command: str
    findings: tuple[Finding, ...] = ()
    judgements: "tuple[Judgement, ...]" = ()
    moved: tuple[Moved, ...] = ()
    contents: "tuple[DataChange, ...]" = ()
    reach: "tuple[Reach, ...]" = ()
    costs: "tuple[Cost, ...]" = ()
    problems: tuple[Problem, ...] = ()
    checks: tuple[Check, ...] = ()
    plan: "Plan | None" = None
    move: "Move | None" = None
    table: Table | None = None
    drifts: "tuple[Drift, ...]" = ()
    branches: "tuple[Branch, ...]" = ()
    versions: "tuple[Entry, ...]" = ()
    changelog: "tuple[ReleaseNotes, ...]" = ()
    page: "Page | None" = None
    rendering: "Rendering | None" = None
    patches: "tuple[Patch, ...]" = ()
    text: str | None = None
    data: Mapping[str, Value] | None = None
    summary: Mapping[str, Value] | None = None
    notes: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    next: tuple[str, ...] = ()


def refused(command: str, error: PlmctlError) -> Report:
    """The outcome of a command that an error ended; a broken configuration has its findings."""
    found = error.findings if isinstance(error, ConfigurationError) else ()
    return Report(command=command, findings=found, problems=(problem_of(error),))


def problem_of(error: PlmctlError) -> Problem:
    """An error as a problem; of a broken configuration its findings say the rest."""
    if isinstance(error, ConfigurationError):
        path = error.findings[0].location.path
        return Problem(message=f"{path} cannot be used", exit_code=error.exit_code)
    return Problem(message=error.message, hint=error.hint, exit_code=error.exit_code)


def exit_code(report: Report, fail_on: Level = Level.ERROR) -> int:
    """The exit code that a report means: with mixed problems the highest (cli.md)."""
    codes = [problem.exit_code for problem in report.problems]
    if any(f.level is not Level.OFF and f.level.rank >= fail_on.rank for f in report.findings):
        codes.append(1)
    if any(check.state is State.FAILED for check in report.checks):
        codes.append(4)
    if any(check.state is State.NOT_CHECKED and check.is_asked for check in report.checks):
        codes.append(3)
    return max(codes, default=0)
