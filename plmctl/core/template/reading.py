"""A jinja2 text as a Template: its words, then its tree, each only where the one before is sound."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from jinja2 import TemplateSyntaxError, nodes

from plmctl.core.dataclass import dataclass
from plmctl.core.template.dialect import MAX_ERRORS
from plmctl.core.template.lexeme import Spot
from plmctl.core.template.program import Lookup, SyntaxProblem, Tag, TagKind, Template
from plmctl.core.template.sandbox import sandbox, syntax_tree
from plmctl.core.template.tree import Found, Walk
from plmctl.core.template.words import Words, words_of

_SHAPE = "a tag holds a name with its filters, or compares: {{ name | upper }}, {% if tier == 'gold' %}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text with LF alone, what was found in it, and its tree when all of it is allowed."""

    template: Template
    tree: nodes.Template | None


class _Ruler:
    """Offsets of a text as lines and columns, from 0."""

    def __init__(self, text: str):
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, start: int, end: int) -> tuple[int, int, int]:
        """Line, column, and the end column on that line."""
        line = bisect_right(self._starts, start) - 1
        newline = self._text.find("\n", start, end)
        return line, start - self._starts[line], (end if newline < 0 else newline) - self._starts[line]


def read(text: str) -> Reading:
    """What a text says; never raises, and is linear in its length."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    words = words_of(text, sandbox())
    walk = Walk(text=text)
    tree = _parsed(words)
    if tree is not None:
        walk.statements(tree.body)
    spots = [*words.spots, *walk.spots]
    return Reading(template=_template(text, spots, walk), tree=None if spots else tree)


def _parsed(words: Words) -> nodes.Template | None:
    """The tree of sound words; what the parser says against them is added to the spots."""
    if words.spots:
        return None
    try:
        return syntax_tree(words.tokens())
    except TemplateSyntaxError as error:
        found = next(lexeme for lexeme in words.lexemes if lexeme.start == error.lineno)
        reason = (error.message or "").removesuffix(".")
        length = len(found.text.rstrip())
        message = f"jinja2 cannot read this: {reason[:1].lower()}{reason[1:]}"
        words.spots.append(Spot(start=found.start, length=length, message=message, help=_SHAPE))
        return None


def _template(text: str, spots: Iterable[Spot], walk: Walk) -> Template:
    ruler = _Ruler(text)
    errors = tuple(_problem(spot, ruler) for spot in sorted(spots, key=lambda spot: spot.start)[:MAX_ERRORS])
    found = () if errors else sorted(walk.found, key=lambda each: each.start)
    lookups = tuple(_lookup(each, ruler) for each in found)
    tags = tuple(lookup.tag for lookup in lookups)
    return Template(text=text, instructions=(), tags=tags, errors=errors, lookups=lookups)


def _problem(spot: Spot, ruler: _Ruler) -> SyntaxProblem:
    line, column, end_column = ruler.place(spot.start, spot.start + spot.length)
    return SyntaxProblem(
        start=spot.start,
        length=spot.length,
        line=line,
        column=column,
        end_column=end_column,
        message=spot.message,
        help=spot.help,
        is_refusal=spot.is_refusal,
    )


def _lookup(found: Found, ruler: _Ruler) -> Lookup:
    line, column, end_column = ruler.place(found.start, found.end)
    tag = Tag(
        kind=TagKind.VALUE,
        name=found.written,
        start=found.start,
        length=found.end - found.start,
        line=line,
        column=column,
        end_column=end_column,
    )
    return Lookup(path=found.path, role=found.role, is_needed=found.is_needed, loops=found.loops, tag=tag)
