"""A document with the escapes of its quoted texts replaced by what they stand for, and where each stood."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.spot import Document

_ESCAPE = deferred(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(?P<end>\n[ \t]*)|(?P<sign>.))"
)
# What stands for a character by its number; breaks of lines only matter where there are very many.
_WORTH = deferred(r"\\[uUx]")
_BREAKS = 40
_SIGNS = {"n": "\n", "t": "\t", "_": "\u00a0", "L": "\u2028", "P": "\u2029"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unescaped:
    """A text, and for places in it (ascending) the place in the file from which on it runs along."""

    text: str
    here: tuple[int, ...] = (0,)
    there: tuple[int, ...] = (0,)

    def place(self, index: int) -> int:
        """Where in the file a character begins."""
        at = bisect_right(self.here, index) - 1
        return self.there[at] + index - self.here[at]


def unescaped(document: Document) -> Unescaped:
    """The text of a document as it is understood; escapes that could hide nothing may stay."""
    text = document.text
    if "\\" not in text or not (_WORTH.search(text) or text.count("\\n") >= _BREAKS):
        return Unescaped(text=text)
    parts, here, there = list[str](), [0], [0]
    length = at = 0
    for start, end in sorted(_quoted(document)):
        for escape in _ESCAPE.finditer(text, start, end):
            stands = _character(escape)
            parts += (text[at : escape.start()], stands)
            length += escape.start() - at
            here += (length, length + len(stands))
            there += (escape.start(), escape.end())
            length, at = length + len(stands), escape.end()
    return Unescaped(text="".join((*parts, text[at:])), here=tuple(here), there=tuple(there))


def _quoted(document: Document) -> Iterator[tuple[int, int]]:
    """Where texts and keys in double quotes stand."""
    starts = (0, *accumulate(len(line) + 1 for line in document.lines))
    for pointer, spot in document.spots.items():
        if spot.style == '"':
            yield starts[spot.line - 1] + spot.column, starts[spot.end_line - 1] + spot.end_column - 2
        if spot.key_line is None or spot.key_column is None:
            continue
        start = starts[spot.key_line - 1] + spot.key_column
        if document.text[start - 1] == '"':
            line, column = document.key_ends.get(pointer, (spot.key_line, spot.key_end_column or 1))
            yield start, starts[line - 1] + column - 2


def _character(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    if digits is not None:
        return chr(int(digits, 16))
    sign = escape["sign"]
    return "" if sign is None else _SIGNS.get(sign, sign)
