"""The changes of an artifact on a page: an element that opens and closes, values inline and side by side."""

from collections.abc import Iterator
from itertools import islice

from plmctl.core.finding import Bump
from plmctl.core.judgement import Judgement
from plmctl.core.report import Moved
from plmctl.render.line import plural, rest_of
from plmctl.render.markup import code, escaped, words
from plmctl.render.passage import Pair, brief, clipped, runs_of, sides, spacing
from plmctl.render.prose import LeftOut, Mark, ProseLine, prose_lines
from plmctl.render.ration import Entry, Kept
from plmctl.render.section import Section

MOST_LINES = 400
_LONGEST = 4_000

_ELEMENTS = {Mark.OLD: "del", Mark.NEW: "ins"}
_CLASSES = {"-": "o", "+": "n"}


class ArticlePen:
    """Writes entries as items of a list."""

    end = "</li>\n"

    def __init__(self, found: tuple[Section, ...], effort: int):
        self._effort = effort
        self._numbers = {section.artifact: number for number, section in enumerate(found, 1)}
        self._is_long = len(found) > _FEW

    def frame(self, section: Section) -> str:
        """An artifact without its changes, and with the note where there are several."""
        left_out = section.changes if section.changes > 1 else 0
        return self.article(Kept(section=section, entries=(), left_out=left_out))

    def article(self, kept: Kept) -> str:
        """An artifact with what is shown of it; where there are many, only what breaks is open."""
        section = kept.section
        is_open = " open" if section.is_severe or not self._is_long else ""
        number = self._numbers[section.artifact]
        summary = f"{tag(section.bump)}<h3>{code(section.artifact)}</h3>{_meaning(section)}"
        lines = [
            f'<details class="artifact" id="a{number}"{is_open}><summary>{summary}</summary>',
            '<ul class="judgements">',
            *(f"{said}{values}</li>" for said, values in kept.entries),
            *([f"<li>… {plural(kept.left_out, 'more change')}</li>"] if kept.left_out else []),
            "</ul></details>",
        ]
        return "\n".join(lines) + "\n"

    def entry(self, entry: Entry) -> str:
        """What is said of it, who accepted it, or how it is accepted."""
        if isinstance(entry, Moved):
            return f"<li><p>moved from {code(entry.old)} to {code(entry.new)}</p>"
        head = f'<span class="rule">{escaped(f"{entry.code} {entry.rule.name}")}</span>'
        said = f"<li><p>{tag(entry.bump)} {head}: {words(entry.message)}</p>"
        return said + "".join(_acceptance(entry))

    def values(self, judgement: Judgement) -> str:
        """What went and what came: on one line, or the lines around it in two arrangements."""
        change = judgement.change
        short = brief(change)
        if short is not None:
            return f'<div class="text brief">{_brief(*short)}</div>'
        runs = runs_of(change, self._effort)
        lines = _limited(map(_shown, prose_lines(runs)))
        if not lines:
            return f"<p>({spacing(runs)})</p>"
        one = f'<div class="inline">{lines}</div>'
        if change.old is None or change.new is None:
            return f'<div class="text">{one}</div>'
        return f'<div class="text"><div class="split">{_limited(map(_beside, sides(runs)))}</div>{one}</div>'


_FEW = 20


def tag(bump: Bump) -> str:
    """A bump as a small label."""
    return f'<span class="tag {bump.label}">{bump.label}</span>' if bump is not Bump.NONE else ""


def _meaning(section: Section) -> str:
    name = "strong" if section.bump is Bump.MAJOR else "span"
    count = f'<span class="count">{plural(section.changes, "change")}</span>'
    return f"<{name}>{section.meaning}</{name}>{count}"


def _acceptance(judgement: Judgement) -> Iterator[str]:
    accepted = judgement.acceptance
    if accepted is not None:
        yield f"<p>Accepted by {code(accepted.by)}: {words(accepted.reason)}</p>"
    elif judgement.is_unaccepted:
        command = code(judgement.accepting('"..."'))
        yield f'<p><strong class="open">Not accepted.</strong> If it is meant, run {command}</p>'


def _brief(old: str | None, new: str | None) -> str:
    before = f"<del>{escaped(old)}</del>" if old is not None else None
    after = f"<ins>{escaped(new)}</ins>" if new is not None else None
    return " → ".join(filter(None, (before, after)))


def _limited(lines: Iterator[str]) -> str:
    shown = tuple(islice(lines, MOST_LINES))
    rest = rest_of(lines)
    return "".join((*shown, _note(rest) if rest else ""))


def _shown(part: ProseLine | LeftOut) -> str:
    return _line(part, part.sign) if isinstance(part, ProseLine) else _left_out(part)


def _beside(part: Pair | LeftOut) -> str:
    if isinstance(part, LeftOut):
        return _left_out(part)
    both = f"{_side(part.old, '-')}{_side(part.new, '+')}"
    return f'<div class="same">{both}</div>' if part.is_same else f"<div>{both}</div>"


def _side(line: ProseLine | None, sign: str) -> str:
    return "<div></div>" if line is None else _line(line, sign if line.sign != " " else " ")


def _left_out(part: LeftOut) -> str:
    return _note(plural(part.count, "unchanged line"))


def _note(text: str) -> str:
    return f'<div class="f"><i>…</i>{text}</div>'


def _line(line: ProseLine, sign: str) -> str:
    name = f' class="{_CLASSES[sign]}"' if sign in _CLASSES else ""
    pieces, rest = clipped(line, _LONGEST)
    # A line that came or went as a whole has a colour and a sign, and needs no mark inside.
    elements = _ELEMENTS if line.sign == "~" else {}
    inside = "".join(_element(text, elements.get(mark)) for mark, text in pieces)
    more = f"<s> … {plural(rest, 'more character')}</s>" if rest else ""
    return f"<div{name}><i>{sign}</i>{inside}{more}</div>"


def _element(text: str, name: str | None) -> str:
    return f"<{name}>{escaped(text)}</{name}>" if name else escaped(text)
