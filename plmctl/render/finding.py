"""Findings for a reader: what, where, the source line with the place underlined, what to do."""

from collections.abc import Iterable, Iterator

from plmctl.core.finding import Finding, Level
from plmctl.render.line import STYLE_OF_LEVEL, Line, Paper, Style, hanging, line
from plmctl.render.visible import visible_lines, window


def finding_lines(findings: Iterable[Finding], paper: Paper) -> Iterator[Line]:
    """Every finding that is not off, each followed by an empty line."""
    for finding in findings:
        if finding.level is not Level.OFF:
            yield from _finding(finding, paper)
            yield line()


def _finding(finding: Finding, paper: Paper) -> Iterator[Line]:
    style = STYLE_OF_LEVEL[finding.level]
    gutter = " " * len(str(finding.location.line or ""))
    head = f"{finding.level.value}[{finding.code}] {finding.rule.name}"
    yield from hanging(line((style, head), (Style.STRONG, f": {finding.message}")), paper, 4)
    yield line((Style.FAINT, f"{gutter}--> "), str(finding.location))
    yield from _source(finding, gutter, style, paper)
    yield from _help(finding.help, gutter, paper)


def _help(text: str | None, gutter: str, paper: Paper) -> Iterator[Line]:
    first, *more = visible_lines(text) if text else ("",)
    indent = len(gutter) + len(" = help: ")
    if first:
        said = line((Style.FAINT, f"{gutter} = "), (Style.STRONG, "help"), f": {first}")
        yield from hanging(said, paper, indent)
    for rest in more:
        yield from hanging(line(" " * indent + rest.rstrip()) if rest.strip() else line(), paper, indent)


def _source(finding: Finding, gutter: str, style: Style, paper: Paper) -> Iterator[Line]:
    place = finding.location
    if finding.source is None or place.line is None:
        return
    start = min((place.column or 1) - 1, len(finding.source))
    end = max(place.end_column - 1 if place.end_column is not None else 0, start + 1)
    source, marks = window(finding.source, start, end, paper.width - len(gutter) - 3)
    bar = f"{gutter} |"
    yield line((Style.FAINT, bar))
    yield line((Style.FAINT, f"{place.line} | " if source else f"{place.line} |"), source)
    if place.column is not None:
        yield line((Style.FAINT, f"{bar} "), (style, marks))
