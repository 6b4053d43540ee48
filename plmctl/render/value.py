"""Old and new values of a change: short ones on one line, texts by their changed lines."""

import json
import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import islice

from plmctl.core.diff import Change, Fact
from plmctl.core.value import Value
from plmctl.render.line import Line, Style, fitted, line, plural
from plmctl.render.visible import visible, visible_lines, wrapped

MOST_LINES = 40
_SHORT = 60
# Texts of more lines are not compared line by line: that takes time by the square.
_COMPARED = 4_000

Signed = tuple[str, str]
"""A sign (`-`, `+`, a space, or `…` for what is left out) and a line of text."""

_STYLES = {"-": Style.OLD, "+": Style.NEW, " ": Style.FAINT, "…": Style.FAINT}


def value_lines(change: Change, message: str, columns: int) -> Iterator[Line]:
    """What was there and what is there now, as far as the message does not say it already."""
    if not change.pointer:
        return
    old, new = change.old, change.new
    if _is_long(old) or _is_long(new) or _are_wide(old, new, columns):
        yield from _limited(_folded(_signed(old, new), columns))
    elif change.fact in (Fact.ADDED, Fact.REMOVED) or _has_parts(old) or _has_parts(new):
        for sign, value in (("-", old), ("+", new)):
            if value is not None and not _is_said(value, message):
                yield line((_STYLES[sign], f"{sign} {fitted(_written(value), columns - 2)}"))
    elif old != new and not (_is_said(old, message) and _is_said(new, message)):
        yield line((Style.OLD, _written(old)), (Style.FAINT, " -> "), (Style.NEW, _written(new)))


def _is_long(value: Value) -> bool:
    return isinstance(value, str) and (len(value) > _SHORT or "\n" in value)


def _are_wide(old: Value, new: Value, columns: int) -> bool:
    """Whether two texts do not fit on one line with an arrow between them."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    return len(_written(old)) + len(" -> ") + len(_written(new)) > columns


def _has_parts(value: Value) -> bool:
    return isinstance(value, (dict, list))


def _is_said(value: Value, message: str) -> bool:
    """Whether a message has the value as a word of its own, and not inside another."""
    word = re.escape(_written(value).strip('"'))
    return re.search(rf"(?<![\w.-]){word}(?![\w-])", message) is not None


def _written(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _signed(old: Value, new: Value) -> Iterator[Signed]:
    """The changed lines with one line around each group."""
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > _COMPARED:
        yield "…", f"{plural(len(before), 'line')} before, {plural(len(after), 'line')} now"
        return
    shown = 0
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(1):
        yield from _left_out(group[0][1] - shown)
        shown = group[-1][2]
        for kind, first, last, start, end in group:
            if kind == "equal":
                yield from ((" ", text) for text in before[first:last])
                continue
            yield from (("-", text) for text in before[first:last])
            yield from (("+", text) for text in after[start:end])
    yield from _left_out(len(before) - shown)


def _lines(value: Value) -> tuple[str, ...]:
    if value is None:
        return ()
    return visible_lines(value) if isinstance(value, str) else (visible(_written(value)),)


def _left_out(count: int) -> Iterator[Signed]:
    if count:
        yield "…", f"{plural(count, 'unchanged line')}"


def _folded(signed: Iterable[Signed], columns: int) -> Iterator[Line]:
    for sign, text in signed:
        for piece in wrapped(text, columns - 2):
            yield line((_STYLES[sign], f"{sign} {piece}".rstrip()))


def _limited(lines: Iterator[Line]) -> Iterator[Line]:
    yield from islice(lines, MOST_LINES)
    rest = sum(1 for _ in lines)
    if rest:
        yield line((Style.FAINT, f"… {plural(rest, 'more line')}"))
