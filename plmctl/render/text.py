"""A report for a reader at a terminal, or for a log."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report
from plmctl.core.settings import ConfigurationError
from plmctl.render.change import change_lines
from plmctl.render.check import check_lines
from plmctl.render.finding import finding_lines
from plmctl.render.line import Line, Paper, Style, line, rows_in_columns
from plmctl.render.plan import plan_lines
from plmctl.render.summary import summary_line
from plmctl.render.visible import visible_lines, without_commands

_LOOKS = {
    Style.PLAIN: "",
    Style.STRONG: "bold",
    Style.FAINT: "dim",
    Style.ERROR: "bold red",
    Style.WARNING: "bold yellow",
    Style.INFO: "bold cyan",
    Style.GOOD: "green",
    Style.OLD: "red",
    Style.NEW: "green",
}


def text(report: Report, paper: Paper) -> str:
    """The result of a command; a summary line ends what findings, changes and checks begin."""
    return inked(_lines(report, paper), paper)


def remarks(report: Report, paper: Paper, *, is_for_people: bool = True) -> str:
    """What goes to stderr beside the result: what stops the command; for people, notes and next steps."""
    shown = report if is_for_people else replace(report, notes=(), next=())
    return inked(_remarks(shown), paper)


def refusal(error: PlmctlError, paper: Paper) -> str:
    """An error for stderr, with its place, or with every finding of a configuration that cannot be used."""
    return inked(_refusal(error, paper), paper)


def inked(lines: Iterable[Line], paper: Paper) -> str:
    """Lines as text, with the escape sequences of their styles where the paper takes colour."""
    harmless = tuple(_harmless(part) for part in lines)
    if paper.is_coloured and harmless:
        return _coloured(harmless)
    return "".join(f"{part.plain}\n" for part in harmless)


def _harmless(part: Line) -> Line:
    changed = without_commands(part.plain)
    return part if changed == part.plain else line(changed)


def _coloured(lines: Iterable[Line]) -> str:
    from rich.console import Console
    from rich.text import Text

    # The paper knows whether colour is wanted, whatever NO_COLOR and TERM say to rich.
    # Nothing of a manifest is markup, an emoji's name or a number to be coloured; the layout is made already.
    console = Console(color_system="standard", force_terminal=True, no_color=False, legacy_windows=False)
    with console.capture() as capture:
        for part in lines:
            pieces = Text.assemble(*((text, _LOOKS[style]) for style, text in part.pieces))
            console.print(pieces, markup=False, emoji=False, highlight=False, soft_wrap=True)
    return capture.get()


def _lines(report: Report, paper: Paper) -> Iterator[Line]:
    if report.text is not None:
        yield from (line(part) for part in visible_lines(report.text))
        return
    yield from finding_lines(report.findings, paper)
    yield from change_lines(report.judgements, report.moved, paper)
    yield from check_lines(report.checks)
    if report.table is not None:
        yield from rows_in_columns(report.table.headings, report.table.rows, paper)
    if report.plan is not None:
        yield from plan_lines(report.plan, paper)
    yield from (line((Style.GOOD, part)) for part in report.done)
    last = summary_line(report)
    if last is not None:
        yield last


def _remarks(report: Report) -> Iterator[Line]:
    yield from (line((Style.INFO, "note"), f": {note}") for note in report.notes)
    for problem in report.problems:
        yield _error(problem.message)
        yield from _hints(problem.hint)
    yield from (line((Style.INFO, "next"), f": {step}") for step in report.next)


def _refusal(error: PlmctlError, paper: Paper) -> Iterator[Line]:
    if isinstance(error, ConfigurationError):
        yield from finding_lines(error.findings, paper)
        yield _error(f"{error.findings[0].location.path} cannot be used")
        return
    yield _error(error.message)
    if error.location is not None:
        yield line((Style.FAINT, " --> "), str(error.location))
    yield from _hints(error.hint)


def _error(message: str) -> Line:
    return line((Style.ERROR, "error"), (Style.STRONG, f": {message}"))


def _hints(hint: str | None) -> Iterator[Line]:
    for part in visible_lines(hint) if hint else ():
        yield line((Style.INFO, "hint"), f": {part}")
