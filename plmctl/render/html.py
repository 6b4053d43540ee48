"""A report as a page for reviewers: one file that loads nothing, and runs no script but its own."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib import resources

from plmctl import __version__
from plmctl.core.data_change import DataChange
from plmctl.core.finding import Bump, Finding, Level
from plmctl.core.prose import effort_for
from plmctl.core.report import Problem, Report
from plmctl.render.article import ArticlePen, tag
from plmctl.render.consequence import COST_HEADINGS, REACH_HEADINGS, cost_rows, reach_rows
from plmctl.render.content import content_part
from plmctl.render.line import plural
from plmctl.render.markup import code, escaped, words
from plmctl.render.ration import Rationed, Room, rationed
from plmctl.render.section import Section, sections
from plmctl.render.summary import summary_line, unread_manifests

LIMIT = 4_800_000
"""Bytes of a page; more is slow to open, and no attachment."""

# A table of more rows is folded: the changes would stand too far down.
_MANY = 12
# For the frame of the page and what is said at its end; for each part before the changes.
_FRAME, _PART = 60_000, 200_000


def html(report: Report) -> str:
    """What changed, at most LIMIT bytes; what is left out is counted."""
    room = Room(LIMIT - _FRAME, _bytes)
    found = sections(report.judgements, report.moved)
    around = tuple(_around(report, room))
    room.take("".join(around))
    room.take("".join(map(_link, found, range(len(found)))))
    pen = ArticlePen(found, effort_for(judgement.change for judgement in report.judgements))
    chosen = rationed(found, pen, room)
    numbers = {section.artifact: number for number, section in enumerate(found)}
    links = (_link(kept.section, numbers[kept.section.artifact]) for kept in chosen.kept)
    # A question without an answer is no "nothing".
    nothing = "" if found or report.problems else "<p>Nothing changed.</p>\n"
    articles = "".join(map(pen.article, chosen.kept)) or nothing
    changes = f"<section><h2>Changes</h2>\n{articles}{''.join(_left_out(chosen))}</section>\n"
    page, style, script = (_asset(f"diff.{name}") for name in ("html", "css", "js"))
    last = summary_line(report)
    headline = escaped(last.plain if last is not None else f"plmctl {report.command} has no answer")
    return page.format(
        policy=_policy(style, script),
        style=style,
        script=script,
        headline=headline,
        lead="".join(_lead(report, found)),
        links="".join(links),
        before=around[0],
        changes=changes,
        after=around[1],
        version=__version__,
    )


def _bytes(text: str) -> int:
    return len(text.encode())


def _asset(name: str) -> str:
    return (resources.files("plmctl") / "render" / "assets" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What the page may do: nothing but its own style and script (Content Security Policy)."""
    hashes = (b64encode(sha256(part.encode()).digest()).decode() for part in (style, script))
    allowed = " ".join(f"{name} 'sha256-{found}';" for name, found in zip(_SOURCES, hashes, strict=True))
    return f"default-src 'none'; {allowed} base-uri 'none'; form-action 'none'"


_SOURCES = ("style-src", "script-src")


def _lead(report: Report, found: tuple[Section, ...]) -> Iterator[str]:
    bump = max((section.bump for section in found), default=Bump.NONE)
    if bump is not Bump.NONE and not unread_manifests(report):
        yield f"<p>The next release needs a <strong>{bump.label}</strong> version.</p>\n"
    unaccepted = sum(section.unaccepted for section in found)
    if unaccepted:
        said = f"{plural(unaccepted, 'breaking change')} {'is' if unaccepted == 1 else 'are'} not accepted."
        yield f'<p><strong class="open">{said}</strong></p>\n'


def _around(report: Report, room: Room) -> Iterator[str]:
    """What stands before the changes, and what stands behind them."""
    shown = (finding for finding in report.findings if finding.level is not Level.OFF)
    findings = sorted(shown, key=lambda finding: -finding.level.rank)
    parts = (
        _list("Not answered", map(_problem, report.problems), room.split(_PART)),
        _list("Findings", map(_finding, findings), room.split(_PART)),
        _table("Impact", REACH_HEADINGS, reach_rows(report.reach), room.split(_PART)),
    )
    yield "".join(parts)
    data = _contents(report.contents, room.split(_PART))
    yield data + _table("Tokens and costs", COST_HEADINGS, cost_rows(report.costs), room.split(_PART))


def _contents(changes: Iterable[DataChange], room: Room) -> str:
    lines = _fitting((f"{content_part(change)}\n" for change in changes), room, "<p>{}</p>\n")
    return f'<section><h2>Data</h2>\n<div class="scroll">{lines}</div></section>\n' if lines else ""


def _link(section: Section, index: int) -> str:
    worst = section.worst
    said = escaped(f"{worst.code} {worst.rule.name}") if worst is not None else "moved"
    name = f"{tag(section.bump)} {code(section.artifact)}<small>{said}</small>"
    return f'<li><a href="#a{index + 1}">{name}</a></li>\n'


def _list(heading: str, items: Iterable[str], room: Room) -> str:
    lines = _fitting((f"<li>{item}</li>\n" for item in items), room, "<li>{}</li>\n")
    return f'<section><h2>{heading}</h2>\n<ul class="found">\n{lines}</ul></section>\n' if lines else ""


def _table(heading: str, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]], room: Room) -> str:
    more = f'<tr><td colspan="{len(headings)}">{{}}</td></tr>\n'
    lines = _fitting((f"<tr>{_cells('td', row)}</tr>\n" for row in rows), room, more)
    if not lines:
        return ""
    head = f"<thead><tr>{_cells('th', headings)}</tr></thead>"
    table = f'<div class="scroll"><table>{head}\n<tbody>\n{lines}</tbody></table></div>'
    count = lines.count("\n")
    if count > _MANY:
        table = f'<details class="long"><summary>{plural(count, "row")}</summary>{table}</details>'
    return f"<section><h2>{heading}</h2>\n{table}</section>\n"


def _cells(name: str, cells: Iterable[str]) -> str:
    scope = ' scope="col"' if name == "th" else ""
    return "".join(f"<{name}{scope}>{cell}</{name}>" for cell in cells)


def _fitting(lines: Iterable[str], room: Room, more: str) -> str:
    """The lines that fit, and a last one that says how many more there are."""
    every = tuple(lines)
    kept = next((count for count, line in enumerate(every) if not room.take(line)), len(every))
    rest = more.format(f"… {len(every) - kept:,} more") if kept < len(every) else ""
    return "".join((*every[:kept], rest))


def _problem(problem: Problem) -> str:
    return "".join(f"<p>{words(part)}</p>" for part in (problem.message, problem.hint) if part)


def _finding(finding: Finding) -> str:
    head = f'<span class="rule">{escaped(f"{finding.level.value} {finding.code} {finding.rule.name}")}</span>'
    helped = "".join(f"<p>{words(part)}</p>" for part in (finding.help or "").split("\n") if part)
    return f"<p>{head} {words(finding.message)}</p><p>{code(str(finding.location))}</p>{helped}"


def _left_out(chosen: Rationed) -> Iterator[str]:
    if chosen.changes:
        artifacts = f", {plural(chosen.artifacts, 'whole artifact')}" if chosen.artifacts else ""
        yield f"<p>Left out for want of room: {plural(chosen.changes, 'change')}{artifacts}.</p>\n"
    if chosen.values:
        yield f"<p>Without values for want of room: {plural(chosen.values, 'change')}.</p>\n"
