"""The changes of an artifact in a comment: one element that opens and closes, a list of judgements in it."""

from collections.abc import Iterator, Mapping
from itertools import islice

from plmctl.core.finding import Bump
from plmctl.core.judgement import Judgement
from plmctl.core.report import Moved
from plmctl.render.line import Line, Style, folded_line, plural, rest_of
from plmctl.render.markup import code, escaped, words
from plmctl.render.passage import brief, clipped, runs_of, spacing
from plmctl.render.prose import LeftOut, Mark, ProseLine, prose_lines
from plmctl.render.ration import Entry, Kept
from plmctl.render.section import Section

MOST_LINES = 40
_LONGEST = 600
# As wide as a comment is on a screen; what is wider scrolls there.
_COLUMNS = 86
_STYLES = {Mark.SAME: Style.PLAIN, Mark.OLD: Style.OLD, Mark.NEW: Style.NEW}
Elements = Mapping[Style, tuple[str, str]]
_ELEMENTS: Elements = {Style.OLD: ("<del>", "</del>"), Style.NEW: ("<ins><b>", "</b></ins>")}


class ChangePen:
    """Writes entries as items of a list."""

    end = "</li>\n"

    def __init__(self, effort: int):
        self._effort = effort

    def frame(self, section: Section) -> str:
        """An artifact without its changes, and with the note where there are several."""
        left_out = section.changes if section.changes > 1 else 0
        return f"{details(Kept(section=section, entries=(), left_out=left_out))}\n\n"

    def entry(self, entry: Entry) -> str:
        """What is said of it, who accepted it, or how it is accepted."""
        if isinstance(entry, Moved):
            return f"<li>moved from {code(entry.old)} to {code(entry.new)}"
        bump = f" ({entry.bump.label})" if entry.bump is not Bump.NONE else ""
        head = f"<li><b>{escaped(f'{entry.code} {entry.rule.name}')}</b>{bump}: {words(entry.message)}"
        return head + "".join(f"<br>{part}" for part in _acceptance(entry))

    def values(self, judgement: Judgement) -> str:
        """What went and what came: on one line, or the lines around it."""
        short = brief(judgement.change)
        if short is not None:
            # Behind a line about acceptance a colon would say that this is the reason.
            return f"{'<br>' if any(_acceptance(judgement)) else ': '}{_brief(*short)}"
        change, runs = judgement.change, runs_of(judgement.change, self._effort)
        # Where all is old or all is new, the signs say it.
        elements = {} if change.old is None or change.new is None else _ELEMENTS
        lines = (line for part in prose_lines(runs) for line in _shown(part, elements))
        shown = tuple(islice(lines, MOST_LINES))
        if not shown:
            return f" ({spacing(runs)})"
        rest = rest_of(lines)
        return "<pre>" + "\n".join((*shown, *([f"… {rest}"] if rest else []))) + "</pre>"


def details(kept: Kept) -> str:
    """An artifact with what is shown of it; one that breaks is open."""
    section = kept.section
    is_breaking = section.bump is Bump.MAJOR
    needs = f", needs {section.bump.label}" if section.bump is not Bump.NONE else ""
    meaning = f"<b>{section.meaning}</b>" if is_breaking else section.meaning
    lines = [
        "<details open>" if section.is_severe else "<details>",
        f"<summary>{code(section.artifact)} {meaning}{needs} ({plural(section.changes, 'change')})</summary>",
        "<ul>",
        *(f"{said}{values}</li>" for said, values in kept.entries),
        *([f"<li>… {plural(kept.left_out, 'more change')}</li>"] if kept.left_out else []),
        "</ul>",
        "</details>",
    ]
    return "\n".join(lines)


def _acceptance(judgement: Judgement) -> Iterator[str]:
    accepted = judgement.acceptance
    if accepted is not None:
        yield f"accepted by {code(accepted.by)}: {words(accepted.reason)}"
    elif judgement.is_unaccepted:
        command = code(judgement.accepting('"..."'))
        yield f"not accepted; if it is meant, run {command}"


def _brief(old: str | None, new: str | None) -> str:
    before = f"<del>{code(old)}</del>" if old is not None else None
    after = f"<ins>{code(new)}</ins>" if new is not None else None
    return " → ".join(filter(None, (before, after)))


def _shown(part: ProseLine | LeftOut, elements: Elements) -> Iterator[str]:
    """The lines of a comment that a line takes, each with its sign."""
    if isinstance(part, LeftOut):
        yield f"… {plural(part.count, 'unchanged line')}"
        return
    pieces, rest = clipped(part, _LONGEST)
    whole = Line(tuple((_STYLES[mark], text) for mark, text in pieces))
    for number, line in enumerate(folded_line(whole, _COLUMNS, _COLUMNS)):
        gutter = " " if number and part.sign == "~" else part.sign
        marked = "".join(_element(style, text, elements) for style, text in line.pieces).rstrip()
        # A line of blanks alone would end the block.
        yield f"{gutter} {marked}" if marked else f"{gutter}&#32;"
    if rest:
        yield f"… {plural(rest, 'more character')}"


def _element(style: Style, text: str, elements: Elements) -> str:
    start, end = elements.get(style, ("", ""))
    inside = text.lstrip(" ")
    return f"{text[: len(text) - len(inside)]}{start}{escaped(inside)}{end}"
