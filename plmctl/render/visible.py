"""Text from strangers, made harmless to look at, and its width on a screen (hostile.md, O)."""

import sys
import unicodedata
from collections.abc import Iterable, Iterator

from plmctl.core.deferred import deferred

# Controls, format characters (bidirectional ones, tags), surrogates, separators of lines and paragraphs.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters and marks that show nothing: fillers, the blank of Braille, a joiner of combining marks.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# A command in a hint, and the punctuation behind it.
_QUOTED = deferred(r"'(?:plmctl|git|dvc) [^']*'\S*")
_FAR = 8
_NOWHERE = (sys.maxsize, sys.maxsize)
# What is copied whole or not at all, and the punctuation behind it.
_DIGEST = deferred(r"sha256:[0-9a-f]{64}\S?")
_KEYCAPS = "0123456789#*"
_JOINERS = "\u200c\u200d"
_MARKS = frozenset({"Mn", "Me"})
_TAB = "    "

# GitHub takes `::` after any spaces for a command, and its older `##[` anywhere in a line.
_COMMAND = deferred(r"^(\s*)(?=::|##)|(?<=##)(?=\[)")


def visible(text: str) -> str:
    r"""Text on one line: tabs are spaces; what hides, moves the cursor or breaks lines is shown as `\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\t", _TAB)
    parts, before = [], " "
    for character in text:
        shown = _shown(character, before)
        parts.append(shown)
        # What follows an escape follows no letter: shown a second time, it stays as it is.
        before = character if shown == character else "\\"
    return "".join(parts)


def visible_lines(text: str) -> tuple[str, ...]:
    """The lines of a text, each visible; a newline at the end ends the last line."""
    return tuple(visible(line) for line in text.removesuffix("\n").split("\n"))


def without_commands(line: str) -> str:
    """A finished line of output in which no CI service reads a command."""
    if "::" not in line and "##" not in line:
        return line
    return _COMMAND.sub(r"\1\\", line)


def width(text: str) -> int:
    """Columns that a visible text takes on a screen (Unicode, UAX 11)."""
    return len(text) if text.isascii() else sum(_columns(c) for c in text)


def cut(text: str, columns: int) -> str:
    """The beginning of a text that fits; an ellipsis says that there is more."""
    if _fitting(text, columns) == len(text):
        return text
    return text[: _fitting(text, columns - 1)] + "…"


def cut_middle(text: str, columns: int) -> str:
    """Both ends of a text that does not fit, with an ellipsis between them."""
    if width(text) <= columns:
        return text
    head = text[: _fitting(text, columns // 2)]
    return head + _cut_left(text[len(head) :], columns - width(head))


def wrapped(text: str, columns: int) -> tuple[str, ...]:
    """A text in pieces that fit, broken at spaces where there are any; the spaces stay at the ends."""
    pieces = []
    start = 0
    while start + (fits := _fitting(text, columns, start)) < len(text):
        end = start + (fits or 1)
        space = text.rfind(" ", start, end)
        end = space + 1 if space > start else end
        pieces.append(text[start:end])
        start = end
    return (*pieces, text[start:])


def digest_width(text: str) -> int:
    """Columns of the widest digest in a text, with the sign behind it; 0 without one."""
    return max((len(digest) for digest in _DIGEST.findall(text)), default=0)


def breaks(text: str, first: int, rest: int) -> Iterator[tuple[int, int]]:
    """Where the lines of a folded text begin and end: `first` columns, then `rest`; by words where it can.

    A quoted command that fits on a line stays on one: whoever copies it gets all of it.
    """
    whole = (command.span() for command in _QUOTED.finditer(text) if width(command[0]) <= rest)
    at, after = next(whole, _NOWHERE)
    start, fits = 0, _fitting(text, first)
    while start + fits < len(text):
        end = _break(text, start, start + (fits or 1))
        while after <= end:
            at, after = next(whole, _NOWHERE)
        if start < at < end and text[start:at].strip():
            end = at
        yield start, start + len(text[start:end].rstrip(" "))
        while text.startswith(" ", end):
            end += 1
        start = end
        fits = _fitting(text, rest, start)
    if start < len(text) or not start:
        yield start, len(text)


def folded(text: str, columns: int) -> tuple[str, ...]:
    """A text in lines that fit, broken at spaces (which are gone then), after a slash or dot, or anywhere."""
    # A table has as many cells as columns times rows, and off a terminal each of them fits.
    if width(text) <= columns:
        return (text,)
    return tuple(text[start:end] for start, end in breaks(text, columns, columns))


def window(text: str, start: int, end: int, columns: int) -> tuple[str, str]:
    """The part of a line around a place, and the marks to stand under it; places count characters from 0."""
    # A line may have a megabyte: what is far away is in no window.
    far = _FAR * columns
    before, under, after = text[max(start - far, 0) : start], text[start:end][:far], text[end : end + far]
    before, under, after = (_spaced(visible(part)) for part in (before, under, after))
    room = max(columns - width(under), columns // 2)
    if width(before + under + after) > columns:
        before = _cut_left(before, max(room // 2, room - width(after)))
        after = cut(after, max(columns - width(before) - width(under), 1))
    line = cut(before + under + after, columns)
    marks = max(min(width(under), columns - width(before)), 1)
    return line.rstrip(), " " * width(before) + "^" * marks


def column_width(texts: Iterable[str]) -> int:
    """The width of the widest."""
    return max((width(text) for text in texts), default=0)


def _shown(character: str, before: str) -> str:
    if not _is_hidden(character, before):
        return character
    code = ord(character)
    # A byte of a path that is not UTF-8 (PEP 383).
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _is_hidden(character: str, before: str) -> bool:
    """Whether nothing is seen of a character, or the text is seen in another order because of it."""
    if character in _JOINERS:
        # Emoji, Indic and Persian need their joiners; after an ASCII letter one only hides.
        return before.isascii()
    if "\ufe00" <= character <= "\ufe0f":
        # A row of selectors is a text of its own that nobody sees.
        return (before.isascii() and before not in _KEYCAPS) or _is_selector(before)
    if _is_selector(character):
        return unicodedata.category(before) != "Lo"
    return character in _FILLERS or unicodedata.category(character) in _HIDDEN


def _is_selector(character: str) -> bool:
    """Whether it chooses between forms of the character before it (Unicode, 23.4)."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _columns(character: str) -> int:
    if unicodedata.category(character) in _MARKS or character in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitting(text: str, columns: int, start: int = 0) -> int:
    """How many characters of a text fit, from a place on."""
    if text.isascii():
        return max(min(len(text) - start, columns), 0)
    used = 0
    for index in range(start, len(text)):
        used += _columns(text[index])
        if used > columns:
            return index - start
    return len(text) - start


def _break(text: str, start: int, end: int) -> int:
    """Where to break a text of which the part up to `end` fits."""
    if text[end : end + 1] == " ":
        return end
    for mark in " /.":
        at = text.rfind(mark, start, end)
        if at > start and text[start:at].strip():
            return at + 1
    return end


def _cut_left(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    kept = text[::-1][: _fitting(text[::-1], columns - 1)]
    return "…" + kept[::-1]


def _spaced(text: str) -> str:
    # A wide space and its like take the room they took, and the marks stay under their place.
    return "".join(" " * _columns(c) if c.isspace() else c for c in text)
