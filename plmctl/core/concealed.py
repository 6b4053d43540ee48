"""What a text has that nobody sees who reads it: unseen characters, another order, words out of sight."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from itertools import groupby, islice

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.invisible import (
    UNSEEN,
    UNSEEN_BELOW,
    UNSEEN_BEYOND,
    Sort,
    flag_end,
    is_byte,
    is_needed,
    is_right_to_left,
    selected,
    sort_of,
    tagged,
)
from plmctl.core.phrase import counted

LIMIT = 100
"""So many of a text are found."""
BLANK_LINES, COLUMNS = 40, 80
"""So many blank lines, and so many columns of blanks, push a text out of sight."""

_RUN = deferred(f"[{UNSEEN}]+")
_NO_WORDS = deferred(rf"(?:\s|[{UNSEEN}])*")
# A set with characters beyond U+FFFF is slow to search for: few texts have any.
_FIRST = deferred(f"[{UNSEEN_BELOW}]")
_REST = deferred(f"[{UNSEEN_BEYOND}]")
_BEYOND = deferred("[\U00010000-\U0010ffff]")
_SEEN_LINES = deferred(rf"\n(?:[^\S\n]*+\n){{{BLANK_LINES}}}")
_LINES = deferred(rf"\n(?:(?:[^\S\n]|[{UNSEEN}])*+\n){{{BLANK_LINES}}}")
_BLANKS = deferred(r"(?<![^\S\n])[^\S\n]{10,}+(?=\S)")
# The first of them is no space, so that few texts are asked at many places.
_ODD_BLANKS = deferred("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000][^\\S\n]{9}")
# Beside them a form feed only ends a page.
_CONTROL = deferred("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_TAB, _WIDE = 8, "\u3000"
# Four in a row are no slip: they are the digits of a message.
_ROW = 4
# So many beside words are no slip either, and no more of the text is looked at.
_MANY = 500
_SHOWN = 60
_LAST_COMMON = "\ufe0f"
_OPENING = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
_CLOSING = "\u202c\u2069"


class Concealment(Enum):
    """How something is hidden."""

    TAGS = "tags"
    ORDER = "order"
    INSIDE = "inside"
    STRAY = "stray"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concealed:
    """A part of a text that is not seen, as it is told; `is_balanced`: on its line each order is ended."""

    how: Concealment
    start: int
    end: int
    told: str
    is_balanced: bool = False


def concealed(text: str) -> Iterator[Concealed]:
    """What a text hides, in the order of the places; at most LIMIT."""
    is_seen = text.isascii() or not _has_unseen(text)
    found = [*(() if is_seen else _unseen(text)), *_below(text, is_seen=is_seen), *_aside(text)]
    return islice(sorted(found, key=lambda each: each.start), LIMIT)


def controls(text: str) -> Iterator[Concealed]:
    """The signs that move a terminal's cursor, or hide what follows; the first of each line, at most LIMIT.

    A manifest has none, or it is not read: they are looked for in other files.
    """
    found: dict[int, re.Match[str]] = {}
    for sign in _CONTROL.finditer(text):
        found.setdefault(text.rfind("\n", 0, sign.start()), sign)
        if len(found) >= LIMIT:
            break
    for sign in found.values():
        told = f"U+{ord(sign[0]):04X} (a control character) may hide what is around it"
        yield Concealed(how=Concealment.INSIDE, start=sign.start(), end=sign.end(), told=told)


def _has_unseen(text: str) -> bool:
    if _FIRST.search(text) is not None:
        return True
    return _BEYOND.search(text) is not None and _REST.search(text) is not None


def _unseen(text: str) -> Iterator[Concealed]:
    is_mixed = is_right_to_left(text)
    at, told, stray, strays = 0, 0, None, 0
    for line in text.split("\n"):
        # Of each sort the first on a line is told, and how many more there are.
        of_line: dict[Concealment, list[Concealed]] = {}
        for piece in islice(_pieces(line, is_mixed), LIMIT):
            of_line.setdefault(piece.how, []).append(piece)
        for how, group in of_line.items():
            if how is Concealment.STRAY:
                stray, strays = stray or _moved(group[0], at), strays + len(group)
            else:
                told += 1
                yield _with_others(_moved(group[0], at), len(group) - 1, " on this line")
        at += len(line) + 1
        if told > LIMIT or strays > _MANY:
            break
    if stray is not None:
        is_many = strays > _MANY
        yield _with_others(replace(stray, how=Concealment.INSIDE) if is_many else stray, strays - 1, "")


def _moved(piece: Concealed, by: int) -> Concealed:
    return replace(piece, start=piece.start + by, end=piece.end + by)


def _with_others(first: Concealed, more: int, where: str) -> Concealed:
    return replace(first, told=f"{first.told}, and {more} more{where}") if more else first


def _pieces(line: str, is_mixed: bool) -> Iterator[Concealed]:
    """The parts of rows of unseen characters that nothing on the line needs."""
    is_balanced = None
    for run in _RUN.finditer(line):
        row = run.span()
        wrong = (at for at in range(flag_end(line, row[0]), row[1]) if not is_needed(line, at, row, is_mixed))
        for sort, group in groupby(wrong, key=lambda at: sort_of(line[at])):
            places = tuple(group)
            if sort is Sort.TAG:
                yield _tags(line, places)
            elif sort is Sort.BIDI:
                is_balanced = _is_balanced(line) if is_balanced is None else is_balanced
                yield _order(line, places[0], is_balanced)
            else:
                yield _other(line, places, row)


def _tags(line: str, places: tuple[int, ...]) -> Concealed:
    start, end = places[0], places[-1] + 1
    words, row = tagged(line[start:end]), counted(end - start, "tag character")
    told = f"{_quoted(words)} is hidden in {row}" if words else f"{row} that nobody sees"
    return Concealed(how=Concealment.TAGS, start=start, end=end, told=told)


def _order(line: str, at: int, is_balanced: bool) -> Concealed:
    told = f"{_name(line[at])} shows the text in another order than it has"
    return Concealed(how=Concealment.ORDER, start=at, end=at + 1, told=told, is_balanced=is_balanced)


def _other(line: str, places: tuple[int, ...], row: tuple[int, int]) -> Concealed:
    signs = "".join(line[at] for at in places)
    name, how, (start, end) = _name(signs[0]), Concealment.INSIDE, row
    message = "".join(filter(is_byte, signs))
    if len(message) > 1 or message > _LAST_COMMON:
        told = f"{_quoted(selected(message))} is hidden in {counted(len(signs), 'selector')} of variants"
    elif len(signs) >= _ROW:
        told = f"{len(signs)} characters in a row are not seen, the first is {name}"
    elif all(map(_is_of_word, (line[start - 1 : start], line[end : end + 1]))):
        told = f"{name} is inside of {_quoted(_word(line, start, end))}"
    else:
        how, told = Concealment.STRAY, f"{name} is not seen"
    return Concealed(how=how, start=places[0], end=places[-1] + 1, told=told)


def _below(text: str, *, is_seen: bool) -> Iterator[Concealed]:
    """What stands below many lines that show nothing."""
    lines, at = _SEEN_LINES if is_seen else _LINES, 0
    # The first line may be blank, too.
    padded = f"\n{text}"
    while match := lines.search(padded, at):
        words = _NO_WORDS.match(padded, match.start())
        at = words.end() if words else match.end()
        if at < len(padded):
            count = padded.count("\n", match.start(), at) - 1
            yield _out_of_sight(text, at - 1, f"{count} blank lines")


def _aside(text: str) -> Iterator[Concealed]:
    """What stands on its line behind many blanks."""
    is_odd = (not text.isascii() or "\t" in text) and _ODD_BLANKS.search(text) is not None
    if not is_odd and " " * COLUMNS not in text:
        return
    at, above, lines = 0, "", text.split("\n")
    for line, below in zip(lines, (*lines[1:], ""), strict=True):
        for blanks in _BLANKS.finditer(line):
            columns = _columns(blanks[0])
            if columns >= COLUMNS and not _is_aligned(blanks, columns, above, below):
                yield _out_of_sight(text, at + blanks.end(), f"{columns} columns of blanks")
        at, above = at + len(line) + 1, line if line.strip() else above


def _out_of_sight(text: str, begin: int, why: str) -> Concealed:
    end = _line_end(text, begin)
    return Concealed(how=Concealment.AWAY, start=begin, end=end, told=f"{why} push this text out of sight")


def _is_aligned(blanks: re.Match[str], columns: int, above: str, below: str) -> bool:
    """Whether the blanks are an indent like that of the line before, or fill a column of a table."""
    at, line = blanks.end(), blanks.string
    if blanks.start() == 0:
        return columns - _columns(above[: len(above) - len(above.lstrip())]) < COLUMNS
    return line[at] == "|" and "|" in (above[at : at + 1], below[at : at + 1])


def _columns(blanks: str) -> int:
    return len(blanks) + blanks.count("\t") * (_TAB - 1) + blanks.count(_WIDE)


def _is_balanced(line: str) -> bool:
    """Whether each sign that opens is closed on its line, in its order (UAX 9, X1 to X7)."""
    opened: list[str] = []
    for character in line:
        if character in _OPENING:
            opened.append(_OPENING[character])
        elif character in _CLOSING and (not opened or opened.pop() != character):
            return False
    return not opened


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character or " ")[0] == "M"


def _word(line: str, start: int, end: int) -> str:
    """The word around a row of unseen characters, without those that are in it; of a long one a part."""
    least, most = max(start - _SHOWN, 0), min(end + _SHOWN, len(line))
    while start > least and _is_inside(line[start - 1]):
        start -= 1
    while end < most and _is_inside(line[end]):
        end += 1
    return _RUN.sub("", line[start:end])


def _is_inside(character: str) -> bool:
    return _is_of_word(character) or _RUN.match(character) is not None


def _name(character: str) -> str:
    name = unicodedata.name(character, "unassigned").lower()
    return f"U+{ord(character):04X} ({name})"


def _quoted(text: str) -> str:
    return f"'{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}'"
