"""A report for a reader at a terminal, or for a log."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report, refused
from plmctl.render.finding import finding_lines
from plmctl.render.line import Line, Paper, Style, hanging, line
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
    return inked(_remarks(shown, paper), paper)


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
    yield from _of_a_diff(report, paper)
    yield from _of_checks(report, paper)
    yield from _of_versions(report, paper)
    yield from _of_an_artifact(report, paper)
    yield from _of_a_step(report, paper)
    for part in report.done:
        yield from hanging(line((Style.GOOD, part)), paper, 2)
    last = summary_line(report)
    if last is not None:
        yield from hanging(last, paper, 2)


# What follows is imported where a report has it: no report has all, and most have none.
def _of_a_diff(report: Report, paper: Paper) -> Iterator[Line]:
    if report.judgements or report.moved:
        from plmctl.render.change import change_lines

        yield from change_lines(report.judgements, report.moved, paper)
    if report.contents:
        from plmctl.render.content import content_lines

        yield from content_lines(report.contents, paper)
    if report.reach or report.costs:
        from plmctl.render.impact import impact_lines

        yield from impact_lines(report.reach, report.costs, paper)


def _of_checks(report: Report, paper: Paper) -> Iterator[Line]:
    if report.checks:
        from plmctl.render.check import check_lines

        yield from check_lines(report.checks, paper)


def _of_versions(report: Report, paper: Paper) -> Iterator[Line]:
    if report.branches:
        from plmctl.render.graph import branch_lines

        yield from branch_lines(report.branches, paper)
    if report.versions:
        from plmctl.render.log import version_lines

        yield from version_lines(report.versions, paper)
    if report.changelog:
        from plmctl.render.changelog import changelog_lines

        yield from changelog_lines(report.changelog, paper)


def _of_an_artifact(report: Report, paper: Paper) -> Iterator[Line]:
    if report.table is not None:
        from plmctl.render.table import rows_in_columns

        yield from rows_in_columns(report.table.headings, report.table.rows, paper, report.table.spare)
    if report.drifts:
        from plmctl.render.drift import drift_lines

        yield from drift_lines(report.drifts, paper)
    if report.page is not None:
        from plmctl.render.page import page_lines

        yield from page_lines(report.page, paper)
    if report.rendering is not None:
        from plmctl.render.rendering import rendering_lines

        yield from rendering_lines(report.rendering, paper)


def _of_a_step(report: Report, paper: Paper) -> Iterator[Line]:
    if report.plan is not None:
        from plmctl.render.plan import plan_lines

        yield from plan_lines(report.plan, paper)
    if report.move is not None:
        from plmctl.render.move import move_lines

        yield from move_lines(report.move, paper)
    if report.patches:
        from plmctl.render.patch import patch_lines

        yield from patch_lines(report.patches)


def _remarks(report: Report, paper: Paper) -> Iterator[Line]:
    for note in report.notes:
        yield from _said((Style.INFO, "note"), note, paper)
    for problem in report.problems:
        fails = problem.exit_code != 0
        yield from _error(problem.message, paper) if fails else _warning(problem.message, paper)
        yield from _hints(problem.hint, paper)
    # A command to paste stays in one piece.
    yield from (line((Style.INFO, "next"), f": {step}") for step in report.next)


def _refusal(error: PlmctlError, paper: Paper) -> Iterator[Line]:
    report = refused("", error)
    yield from finding_lines(report.findings, paper)
    for problem in report.problems:
        yield from _error(problem.message, paper)
        if error.location is not None and not report.findings:
            yield line((Style.FAINT, " --> "), str(error.location))
        yield from _hints(problem.hint, paper)


def _error(message: str, paper: Paper) -> Iterator[Line]:
    return hanging(line((Style.ERROR, "error"), (Style.STRONG, f": {message}")), paper, len("error: "))


def _warning(message: str, paper: Paper) -> Iterator[Line]:
    return hanging(line((Style.WARNING, "warning"), f": {message}"), paper, len("warning: "))


def _hints(hint: str | None, paper: Paper) -> Iterator[Line]:
    for part in visible_lines(hint) if hint else ():
        yield from _said((Style.INFO, "hint"), part, paper)


def _said(head: tuple[Style, str], text: str, paper: Paper) -> Iterator[Line]:
    return hanging(line(head, f": {text}"), paper, len(head[1]) + 2)
