"""The value of a text that nothing is wrong with, and no place in it: half of the work of reading it."""

import unicodedata
from collections.abc import Callable

from plmctl.core.libyaml import (
    MAPPING,
    MAPPING_END,
    SCALAR,
    SEQUENCE_END,
    STREAM_END,
    Event,
    MarkedYAMLError,
    events,
)
from plmctl.core.limits import Limits
from plmctl.core.scalar import NUMBER_STARTS, WORDS, NotRepresentable, Scalar, resolved
from plmctl.core.source import ESCAPED
from plmctl.core.value import Value

_MERGE_KEY = "<<"
_Next = Callable[[], Event]


class NotClean(Exception):
    """Something may be wrong with a text, or it is long: who reads it with its places says what."""


def clean_value(text: str, limits: Limits) -> Value:
    """The value of the only document of a text. Raises NotClean."""
    # A key with its value takes a character at least, as an item does, and no character takes five bytes:
    # of all that there are limits to, a short text can have too much of depth alone.
    is_short = 2 * len(text) < limits.nodes and 4 * len(text) < limits.text_bytes
    if not is_short or text.startswith("%") or "\n%" in text:
        raise NotClean
    next_event = events(text)
    try:
        return _document(next_event, len(text), limits.depth)
    except (MarkedYAMLError, NotRepresentable):
        raise NotClean from None


def _document(next_event: _Next, end: int, depth: int) -> Value:
    next_event()
    # What is empty, or a text alone, is no manifest.
    if type(next_event()) is STREAM_END or type(root := next_event()) is SCALAR:
        raise NotClean
    value = _collection(root, next_event, depth)
    if next_event().end_mark.index < end:
        raise NotClean
    return value


def _collection(start: Event, next_event: _Next, depth: int) -> Value:
    # An alias has the name of an anchor.
    if start.anchor or start.tag or not depth:
        raise NotClean
    return (_mapping if type(start) is MAPPING else _sequence)(next_event, depth - 1)


def _mapping(next_event: _Next, depth: int) -> dict[str, Value]:
    items: dict[str, Value] = {}
    while (kind := type(event := next_event())) is not MAPPING_END:
        if kind is not SCALAR:
            raise NotClean
        text = event.value
        # A name of letters is what it says, in quotes or not, and most are.
        is_name = text.isalpha() and text.isascii() and text not in WORDS
        key = text if is_name and not event.anchor and not event.tag else _scalar(event)
        if not isinstance(key, str) or key in items or (key == _MERGE_KEY and not event.style):
            raise NotClean
        event = next_event()
        items[key] = _scalar(event) if type(event) is SCALAR else _collection(event, next_event, depth)
    return items


def _sequence(next_event: _Next, depth: int) -> list[Value]:
    items: list[Value] = []
    while (kind := type(event := next_event())) is not SEQUENCE_END:
        items.append(_scalar(event) if kind is SCALAR else _collection(event, next_event, depth))
    return items


def _scalar(event: Event) -> Scalar:
    if event.anchor or event.tag:
        raise NotClean
    text, style = event.value, event.style
    if not style:
        # Most mean what they say, and a call for each takes longer than to look.
        if text in WORDS:
            return WORDS[text]
        if text[0] in NUMBER_STARTS and not isinstance(value := resolved(text), str):
            return value
    elif style == '"' and ESCAPED.search(text):
        raise NotClean
    return text if text.isascii() else unicodedata.normalize("NFC", text)
