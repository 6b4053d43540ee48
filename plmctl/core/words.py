"""A text as words: the smallest parts of prose that a reader sees change, with the blanks before them."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from plmctl.core.deferred import deferred

# A tag that is longer is taken for prose: two braces, and two others far below.
LONGEST_TAG = 200

_MOST_PARTS = 20_000
# Letters and digits, joined as in "don't", "word-by-word", "v1.2", "10,000"; any other sign stands alone.
_PART = deferred(r"\s+|\w+(?:(?:['\u2019.-]|(?<=\d),(?=\d))\w+)*|[^\w\s]")
_OPENING = deferred(r"\{\{\{?|\{%|\{#")
_CLOSING = {"{{": "}}", "{{{": "}}}", "{%": "%}", "{#": "#}"}
_JOINER = "\u200d"
_JOINERS = f"\u200c{_JOINER}"
# What may stand after the sign that ends a sentence.
_CLOSERS = "\"')]}\u201d\u2019*_`"
_ENDS = ".!?:;\u3002\uff01\uff1f\u2026"
LINE = deferred(r"\n")
SEPARATORS = (deferred(r"\n[^\S\n]*\n\s*"), LINE, deferred(rf"(?<=[{_ENDS}])\s+"))
"""What ends a paragraph, a line, a sentence."""
_BULLETS = "-*+#>|\u2022`"


class Word(NamedTuple):
    """A word, a sign or a whole tag of a template, and the blanks before it."""

    text: str
    gap: str


def words_of(text: str) -> tuple[tuple[Word, ...], str]:
    """The words of a text, and the blanks after the last."""
    words: list[Word] = []
    gap = ""
    for part in _parts(text):
        if part.isspace():
            gap += part
        else:
            words.append(Word(part, gap))
            gap = ""
    return tuple(words), gap


def parts_of(text: str, separator: re.Pattern[str]) -> list[str]:
    """A text in parts, each with the separator behind it; none begins in a tag, and there are not many."""
    found = tuple(islice(separator.finditer(text), _MOST_PARTS))
    if len(found) == _MOST_PARTS:
        return [text]
    ends = [each.end() for each in found if not _is_in_tag(text, each.start())]
    return [text[start:end] for start, end in pairwise((0, *ends, len(text))) if start < end]


def _is_in_tag(text: str, at: int) -> bool:
    first = max(at - LONGEST_TAG, 0)
    return text.rfind("{", first, at) > text.rfind("}", first, at)


def begins_sentence(words: tuple[Word, ...], index: int) -> bool:
    """Whether a sentence begins with a word; so do paragraphs, headings and items of lists."""
    lines = words[index].gap.count("\n")
    if index == 0 or lines > 1:
        return True
    if lines == 1 and (words[index].text[0] in _BULLETS or words[index].text.isdigit()):
        return True
    return bool(words[index].gap) and _ends_sentence(words, index - 1)


def _ends_sentence(words: tuple[Word, ...], index: int) -> bool:
    while index and words[index].text in _CLOSERS and not words[index].gap:
        index -= 1
    return words[index].text in _ENDS


def _parts(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        start, end = _next_tag(text, at)
        yield from _whole(_PART.findall(text, at, start))
        if end > start:
            yield text[start:end]
        at = end


def _next_tag(text: str, at: int) -> tuple[int, int]:
    """Where the next tag of a template begins and ends; both are the end of the text where there is none."""
    for found in _OPENING.finditer(text, at):
        closing = _CLOSING[found[0]]
        end = text.find(closing, found.end(), found.end() + LONGEST_TAG)
        # Of an opening that is never closed, the end is another tag's.
        if end >= 0 and text.find(found[0], found.end(), end) < 0:
            return found.start(), end + len(closing)
    return len(text), len(text)


def _whole(parts: list[str]) -> Iterator[str]:
    """The parts, none of which begins in the middle of what is seen as one character."""
    held = ""
    for part in parts:
        if held and not _is_one(held[-1], part[0]):
            yield held
            held = ""
        held += part
    if held:
        yield held


def _is_one(before: str, after: str) -> bool:
    """Whether two characters are parts of what is seen as one, or of one word with marks in it."""
    if (before.isascii() and after.isascii()) or before.isspace():
        return False
    is_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return is_tone or _is_mark(after) or (_is_mark(before) and (after.isalnum() or before == _JOINER))


def _is_mark(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character)[0] == "M"
