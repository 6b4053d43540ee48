"""A report for CI services that show tests: JUnit XML as Jenkins and GitLab read it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Level
from plmctl.core.report import Check, Report, State
from plmctl.render.check import outcome
from plmctl.render.mark import Mark, marks
from plmctl.render.summary import summary_line
from plmctl.render.visible import visible, visible_lines

# XML 1.0 has no way to say these, not even as a reference; `visible` has shown the others.
_UNSAYABLE = deferred("[\ufffe\uffff]")
# What CI services read in a log: GitHub's at the beginning of a line, older ones anywhere.
_COMMAND = deferred(r"^\s*::|##\w*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A test: where, what, and the element that says what came of it, none where it simply passed."""

    place: str
    name: str
    element: str | None = None
    kind: str = ""
    message: str = ""
    detail: str = ""


def junit(report: Report, fail_on: Level = Level.ERROR) -> str:
    """A test for each finding and check, failed from the level that fails the command; a passed one for none.

    A finding below that level is a test that passed and says so in its output.
    """
    cases = tuple(_numbered(_cases(report, fail_on)))
    states = Counter(case.element for case in cases)
    counts = f'tests="{len(cases)}" failures="{states["failure"]}" errors="{states["error"]}"'
    suite = f'name={_quoted(f"plmctl {report.command}")} {counts} skipped="{states["skipped"]}"'
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="plmctl" {counts}>',
        f"  <testsuite {suite}>",
        *(line for case in cases for line in _written(case)),
        "  </testsuite>",
        "</testsuites>",
    )
    return "".join(f"{line}\n" for line in lines)


def _cases(report: Report, fail_on: Level) -> Iterator[_Case]:
    for problem in report.problems:
        yield _Case(
            place=f"plmctl {report.command}",
            name=problem.message,
            element="error",
            kind="problem",
            message=problem.message,
            detail=problem.hint or "",
        )
    yield from (_of_mark(mark, fail_on) for mark in marks(report))
    yield from (_of_check(check) for check in report.checks)
    if not (report.problems or marks(report) or report.checks):
        last = summary_line(report)
        yield _Case(place=f"plmctl {report.command}", name=last.plain if last else "no findings")


def _of_mark(mark: Mark, fail_on: Level) -> _Case:
    place = mark.location
    return _Case(
        place=place.path if place else mark.artifact or "",
        # A service knows a test again by its name: no line number in it.
        name=f"{mark.title}: {mark.message}",
        element="failure" if mark.level.rank >= fail_on.rank else "system-out",
        kind=mark.level.value,
        message=mark.message,
        detail="\n".join(filter(None, (str(place) if place else None, mark.help))),
    )


def _of_check(check: Check) -> _Case:
    # A service shows what was skipped as nothing to worry about: what was asked for and not answered is.
    unchecked = "error" if check.is_asked else "skipped"
    elements = {State.OK: None, State.FAILED: "failure", State.NOT_CHECKED: unchecked}
    about = ": ".join(part for part in (check.name, check.artifact, check.field) if part)
    return _Case(
        place=check.subject,
        name=about,
        element=elements[check.state],
        kind="verify",
        message=check.detail,
        detail=outcome(check),
    )


def _numbered(cases: Iterator[_Case]) -> Iterator[_Case]:
    """GitLab takes two tests of one name for one: the second is numbered."""
    count: Counter[tuple[str, str]] = Counter()
    for case in cases:
        count[case.place, case.name] += 1
        number = count[case.place, case.name]
        yield case if number == 1 else replace(case, name=f"{case.name} ({number})")


def _written(case: _Case) -> Iterator[str]:
    head = f"    <testcase classname={_quoted(case.place)} name={_quoted(case.name)}"
    if case.element is None:
        yield f"{head}/>"
        return
    detail = _text("\n".join(visible_lines(case.detail)))
    yield f"{head}>"
    if case.element == "system-out":
        yield f"      <system-out>{_text(visible(case.kind))}: {detail}</system-out>"
    else:
        about = f"type={_quoted(case.kind)} message={_quoted(case.message)}"
        yield f"      <{case.element} {about}>{detail}</{case.element}>"
    yield "    </testcase>"


def _quoted(text: str) -> str:
    return f'"{_text(visible(text))}"'


def _text(text: str) -> str:
    said = _UNSAYABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _COMMAND.sub(_spelt, escape(said, quote=False).replace('"', "&quot;"))


def _spelt(command: re.Match[str]) -> str:
    """The last sign of a command as a reference: in XML it is the same text, and to a log it is none."""
    return f"{command[0][:-1]}&#{ord(command[0][-1])};"
