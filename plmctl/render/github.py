"""A report for GitHub Actions: workflow commands that annotate files."""

from collections.abc import Iterator

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level, Location
from plmctl.core.report import Report, State
from plmctl.render.check import outcome
from plmctl.render.line import plural
from plmctl.render.mark import Mark, worst_first
from plmctl.render.visible import visible, visible_lines

MOST = 10
"""Annotations of a step that GitHub shows; it drops the others without a word."""

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice", Level.OFF: "debug"}
_WHOLE = {"lock": "lock --check"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Annotation:
    level: Level
    title: str
    message: str
    location: Location | None = None


def github(report: Report) -> str:
    """An annotation a line, the worst first, at most MOST; the last says how many more there are."""
    found = tuple(_annotations(report))
    shown, rest = (found, ()) if len(found) <= MOST else (found[: MOST - 1], found[MOST - 1 :])
    last = (_more(report, rest),) if rest else ()
    return "".join(f"{_command(annotation)}\n" for annotation in (*shown, *last))


def _annotations(report: Report) -> Iterator[_Annotation]:
    for problem in report.problems:
        said = "\n".join(filter(None, (problem.message, problem.hint)))
        level = Level.ERROR if problem.exit_code else Level.WARNING
        yield _Annotation(level=level, title="plmctl", message=said)
    for check in report.checks:
        if check.state is State.FAILED or check.is_asked:
            place = Location(path=check.subject)
            yield _Annotation(
                level=Level.ERROR, title=f"verify: {check.name}", message=outcome(check), location=place
            )
    yield from map(_of_mark, worst_first(report))


def _of_mark(mark: Mark) -> _Annotation:
    bump = f" (needs {mark.bump})" if mark.bump not in (None, "none") else ""
    said = "\n".join(filter(None, (f"{mark.message}{bump}", mark.help)))
    return _Annotation(level=mark.urgency, title=mark.title, message=said, location=mark.location)


def _more(report: Report, rest: tuple[_Annotation, ...]) -> _Annotation:
    command = f"plmctl {_WHOLE.get(report.command, report.command)}"
    return _Annotation(
        level=max((annotation.level for annotation in rest), key=lambda level: level.rank),
        title="plmctl",
        message=f"{plural(len(rest), 'more annotation')} left out: run '{command}' to see all",
    )


def _command(annotation: _Annotation) -> str:
    place = annotation.location
    properties = {
        "file": place.path if place else None,
        "line": place.line if place else None,
        "endLine": place.line if place and place.end_column is not None else None,
        "col": place.column if place else None,
        "endColumn": place.end_column if place else None,
        "title": annotation.title,
    }
    written = ",".join(f"{k}={_property(str(v))}" for k, v in properties.items() if v is not None)
    lines = "\n".join(visible_lines(annotation.message))
    return f"::{_COMMANDS[annotation.level]} {written}::{_data(lines)}"


def _data(text: str) -> str:
    # As actions/toolkit escapes them, and the runner reads them back.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
