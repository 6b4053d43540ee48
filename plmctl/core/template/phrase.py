"""What stands in one tag of a jinja2 text: the words that no expression of the subset has."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from plmctl.core.deferred import deferred
from plmctl.core.template.dialect import (
    COMPARISONS,
    MAX_DIGITS,
    MAX_PARENTHESES,
    MEMBERSHIP,
    OPERATORS,
    WORDS,
    operator_fault,
)
from plmctl.core.template.grammar import shown
from plmctl.core.template.lexeme import Lexeme, Spot, refused, wrong

ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
ESCAPE = deferred(r"\\(.)", re.DOTALL)
_NUMBER = deferred(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_VALUES = frozenset({"name", "string", "integer", "float"})


def phrase_spots(words: Sequence[Lexeme]) -> Iterator[Spot]:
    """What is wrong in an expression, word by word."""
    yield from _depth_spots(words)
    yield from _bracket_spots(words)
    for index, word in enumerate(words):
        before = words[index - 1] if index else None
        match word.kind:
            case "operator":
                yield from _operator_spots(word, before)
            case "string":
                yield from _string_spots(word, before)
            case "integer" | "float":
                yield from _number_spots(word, before)
            case _:
                yield from _name_spots(word, before)


def loop_spots(words: Sequence[Lexeme]) -> Iterator[Spot]:
    """What is wrong behind `for`."""
    if len(words) > 1 and words[0].kind == "name" and words[1].text == ",":
        yield refused(words[1], "a loop has one name", "go through a list of objects, and write 'item.name'")
        return
    if len(words) < 3 or words[0].kind != "name" or words[1].text != "in":
        yield wrong(words[0], "a loop is written {% for item in items %}", "write it so")
        return
    target, behind = words[0], words[2:]
    if behind[-1].text == "recursive" and len(behind) > 1 and _is_value(behind[-2]):
        yield refused(behind[-1], "a loop is not recursive here", "write one loop for each level")
        behind = behind[:-1]
    yield from _name_spots(target, None)
    yield from phrase_spots(behind)


def _is_value(word: Lexeme) -> bool:
    """Whether a value ends with this word."""
    return word.text == ")" or (word.kind in _VALUES and word.text not in WORDS)


def _depth_spots(words: Sequence[Lexeme]) -> Iterator[Spot]:
    depth = 0
    for index, word in enumerate(words):
        if word.kind == "operator":
            depth += (word.text in _OPENING) - (word.text in _CLOSING)
        elif index and word.text == words[index - 1].text == "not":
            depth += 1
        if depth > MAX_PARENTHESES:
            yield refused(word, f"an expression nests deeper than {MAX_PARENTHESES}", "compute a part before")
            return


def _bracket_spots(words: Sequence[Lexeme]) -> Iterator[Spot]:
    """Tuples, and `a < b < c`, which other implementations read as `(a < b) < c`."""
    # Of each bracket that is open, and of what is around all: whether it holds arguments, what was compared.
    calls, compared = [False], [False]
    for before, word in pairwise((None, *words)):
        assert word is not None
        if word.kind == "operator" and word.text in _OPENING:
            calls.append(word.text == "(" and before is not None and _is_value(before))
            compared.append(False)
        elif word.kind == "operator" and word.text in _CLOSING:
            if before is not None and before.text == "(" and not calls[-1]:
                yield refused(before, "'()' is an empty list", "pass it as an input")
            # The lexer lets no text through where these do not match.
            calls.pop(), compared.pop()
        elif word.kind == "operator" and word.text in COMPARISONS:
            if compared[-1]:
                yield refused(word, "comparisons cannot be chained", "write 'a < b and b < c'")
            compared[-1] = True
        elif word.text in ("and", "or", ","):
            compared[-1] = False
            if word.text == "," and word.kind == "operator" and not calls[-1]:
                yield refused(word, "',' makes a list", "write several tags, or pass a list as an input")


def _operator_spots(word: Lexeme, before: Lexeme | None) -> Iterator[Spot]:
    if word.text not in OPERATORS and word.text not in _CLOSING:
        is_behind_value = before is not None and _is_value(before)
        yield refused(word, *operator_fault(word.text, is_behind_value=is_behind_value))


def _string_spots(word: Lexeme, before: Lexeme | None) -> Iterator[Spot]:
    if before is not None and before.kind == "string":
        yield refused(word, "two strings stand side by side", "write them as one")
    escape = next((found for found in ESCAPE.finditer(word.text) if found[1] not in ESCAPED), None)
    if escape is not None:
        message = f"'{shown(escape[0])}' is no escape here"
        start, cure = word.start + escape.start(), "write the character itself; '\\\\' is a backslash"
        yield Spot(start=start, length=2, message=message, help=cure, is_refusal=True)


def _number_spots(word: Lexeme, before: Lexeme | None) -> Iterator[Spot]:
    if before is not None and before.text == ".":
        yield refused(word, "a number behind '.' is a subscript", "go through the list with {% for %}")
    elif not _NUMBER.fullmatch(word.text) or len(word.text) > MAX_DIGITS:
        message = f"'{shown(word.text)}' is no plain number"
        yield refused(word, message, f"write it in at most {MAX_DIGITS} digits from 0 to 9")


def _name_spots(word: Lexeme, before: Lexeme | None) -> Iterator[Spot]:
    if before is not None and before.text == ".":
        return
    if word.text == "if":
        yield refused(word, "'if' stands inside an expression", "write {% if %}...{% else %}...{% endif %}")
    elif word.text == "in":
        yield refused(word, "'in' is not in the subset", MEMBERSHIP)
    elif not word.text.isidentifier() or unicodedata.normalize("NFKC", word.text) != word.text:
        yield refused(word, f"'{shown(word.text)}' is no name here", "write the letters in their plain form")
