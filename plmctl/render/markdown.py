"""A report as a comment on a pull request, as GitHub and GitLab render it.

All that a manifest says stands in HTML blocks: there Markdown looks for nothing but an empty line, and none
is written. A block is there as a whole or not at all.
"""

from collections.abc import Iterable, Iterator, Sequence

from plmctl.core.changelog import in_markdown
from plmctl.core.data_change import DataChange
from plmctl.core.finding import Bump, Finding, Level
from plmctl.core.prose import effort_for
from plmctl.core.report import Problem, Report
from plmctl.render.comment import ChangePen, details
from plmctl.render.consequence import COST_HEADINGS, REACH_HEADINGS, cost_rows, reach_rows
from plmctl.render.content import content_part
from plmctl.render.line import plural
from plmctl.render.markup import code, escaped, words
from plmctl.render.ration import Rationed, Room, rationed
from plmctl.render.section import Section, sections
from plmctl.render.summary import summary_line, unread_manifests

LIMIT = 60_000
"""Characters of a comment."""

# GitHub takes 65,536; where it counts bytes, these may be the tighter limit.
_BYTES = 65_536
# For what is said at the end, and for each part before it.
_LAST, _PART = 400, 8_000
# More rows than this are folded, or the changes would stand too far down.
_FEW = 8

_OVERVIEW_HEADINGS = ("artifact", "needs", "what weighs most")


def markdown(report: Report) -> str:
    """What a command found, at most LIMIT characters; what is left out is counted. A changelog is whole."""
    if report.command == "changelog":
        return "\n".join(map(in_markdown, report.changelog))
    room = Room(LIMIT - _LAST, size)
    found = sections(report.judgements, report.moved)
    before = (
        f"<!-- plmctl-{report.command} -->",
        *_headline(report, found),
        *_listed("Not answered", map(_problem, report.problems), room.split(_PART)),
        *_listed("Findings", map(_finding, _shown(report.findings)), room.split(_PART)),
        *_overview(found, room.split(_PART)),
        *_table("Impact", REACH_HEADINGS, reach_rows(report.reach), room.split(_PART)),
    )
    data = tuple(_contents(report.contents, room.split(_PART)))
    after = (
        *data,
        *_table("Tokens and costs", COST_HEADINGS, cost_rows(report.costs), room.split(_PART // 2)),
    )
    room.take("\n\n".join((*before, *after, "\n")))
    chosen = rationed(found, ChangePen(effort_for(judgement.change for judgement in report.judgements)), room)
    parts = (*before, *map(details, chosen.kept), *after, *_left_out(chosen))
    return "\n\n".join(parts) + "\n"


def size(text: str) -> int:
    """The characters of a text, or its bytes in that measure where they are the tighter limit."""
    return max(len(text), -(-len(text.encode()) * LIMIT // _BYTES))


def _contents(changes: Sequence[DataChange], room: Room) -> Iterator[str]:
    """What changed in data, folded, as far as it fits."""
    lines = _fitting([content_part(change) for change in changes], room, "<p>{}</p>")
    if lines:
        yield "\n".join(("<details>\n<summary><b>Data</b></summary>", *lines, "</details>"))


def _headline(report: Report, found: Sequence[Section]) -> Iterator[str]:
    last = summary_line(report)
    yield f"### {last.plain if last is not None else f'plmctl {report.command} has no answer'}"
    bump = max((section.bump for section in found), default=Bump.NONE)
    is_known = bump is not Bump.NONE and not unread_manifests(report)
    said = [f"The next release needs a **{bump.label}** version."] if is_known else []
    unaccepted = sum(section.unaccepted for section in found)
    if unaccepted:
        are = "is" if unaccepted == 1 else "are"
        said.append(f"**{plural(unaccepted, 'breaking change')} {are} not accepted.**")
    if said:
        yield " ".join(said)


def _listed(heading: str, items: Iterable[str], room: Room) -> Iterator[str]:
    """A list below a heading, as far as it fits."""
    lines = _fitting([f"<li>{item}</li>" for item in items], room, "<li>{}</li>")
    if lines:
        yield "\n".join((f"<p><b>{heading}</b></p>", "<ul>", *lines, "</ul>"))


def _overview(found: Sequence[Section], room: Room) -> Iterator[str]:
    """The artifacts with what weighs most of each; one alone says it itself."""
    if len(found) > 1:
        yield from _table("Artifacts", _OVERVIEW_HEADINGS, map(_overview_cells, found), room)


def _overview_cells(section: Section) -> tuple[str, ...]:
    worst = section.worst
    more = f" and {len(section.judgements) - 1:,} more" if len(section.judgements) > 1 else ""
    said = escaped(f"{worst.code} {worst.rule.name}") if worst is not None else "another file"
    meaning = f"<b>{section.meaning}</b>" if section.bump is Bump.MAJOR else section.meaning
    needs = f"{section.bump.label}, " if section.bump is not Bump.NONE else ""
    return code(section.artifact), f"{needs}{meaning}", f"{said}{more}"


def _table(
    heading: str, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]], room: Room
) -> Iterator[str]:
    """A table as far as it fits; a long one is folded."""
    lines = _fitting([f"<tr>{_cells('td', row)}</tr>" for row in rows], room, "<tr><td>{}</td></tr>")
    if not lines:
        return
    table = ("<table>", f"<tr>{_cells('th', headings)}</tr>", *lines, "</table>")
    if len(lines) <= _FEW:
        yield "\n".join((f"<p><b>{heading}</b></p>", *table))
    else:
        yield "\n".join((f"<details>\n<summary><b>{heading}</b></summary>", *table, "</details>"))


def _cells(name: str, cells: Iterable[str]) -> str:
    return "".join(f"<{name}>{cell}</{name}>" for cell in cells)


def _fitting(lines: Sequence[str], room: Room, more: str) -> list[str]:
    """The lines that fit, and a last one that says how many more there are."""
    kept = next((count for count, line in enumerate(lines) if not room.take(f"{line}\n")), len(lines))
    rest = [more.format(f"… {len(lines) - kept:,} more")] if kept < len(lines) else []
    return [*lines[:kept], *rest]


def _shown(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    shown = (finding for finding in findings if finding.level is not Level.OFF)
    return tuple(sorted(shown, key=lambda finding: -finding.level.rank))


def _problem(problem: Problem) -> str:
    return "<br>".join(words(part) for part in (problem.message, problem.hint) if part)


def _finding(finding: Finding) -> str:
    head = f"<b>{escaped(f'{finding.level.value} {finding.code} {finding.rule.name}')}</b>"
    helped = (finding.help or "").split("\n")
    said = (f"{head}: {words(finding.message)}", code(str(finding.location)), *map(words, helped))
    return "<br>".join(filter(None, said))


def _left_out(chosen: Rationed) -> Iterator[str]:
    """What there was no room for, in numbers."""
    parts = []
    if chosen.changes:
        breaking = f", {chosen.breaking:,} of them breaking" if chosen.breaking else ", none of them breaking"
        parts.append(f"{plural(chosen.changes, 'change')}{breaking}")
    if chosen.artifacts:
        parts.append(plural(chosen.artifacts, "whole artifact"))
    if chosen.values:
        parts.append(f"the values of {plural(chosen.values, 'change')} that are listed")
    if parts:
        yield f"**Left out for want of room**: {'; '.join(parts)}. Run `plmctl diff` to see all."
