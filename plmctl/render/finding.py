"""Findings for a reader: what, where, the source line with the place underlined, what to do."""

from collections.abc import Iterable, Iterator

from plmctl.core.finding import Finding, Level
from plmctl.render.line import STYLE_OF_LEVEL, Line, Paper, Style, line
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
    yield line((style, head), (Style.STRONG, f": {finding.message}"))
    yield line((Style.FAINT, f"{gutter}--> "), str(finding.location))
    yield from _source(finding, gutter, style, paper)
    first, *more = visible_lines(finding.help) if finding.help else ("",)
    if first:
        yield line((Style.FAINT, f"{gutter} = "), (Style.STRONG, "help"), f": {first}")
    for rest in more:
        yield line(f"{gutter}         {rest}".rstrip())


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
