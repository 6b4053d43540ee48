"""Old and new values of a change: short ones on one line, texts by the words in their changed lines."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from plmctl.core.change import Change, Fact
from plmctl.core.content import content_of
from plmctl.core.deferred import deferred
from plmctl.core.prose import prose_runs
from plmctl.core.value import Value
from plmctl.render.line import Line, Style, fitted, folded_line, line, plural, rest_of
from plmctl.render.prose import LeftOut, Mark, ProseLine, prose_lines
from plmctl.render.visible import visible, visible_lines

MOST_LINES = 40
_SHORT = 60
_HASH = deferred(r"sha256:[0-9a-f]{64}")
_DIGITS = len("sha256:") + 12

_STYLES = {"-": Style.OLD, "+": Style.NEW, " ": Style.FAINT, "~": Style.PLAIN}
_GOES_ON = "    "
_INSIDE = {
    Mark.SAME: (Style.PLAIN, "", ""),
    Mark.OLD: (Style.OLD, "[-", "-]"),
    Mark.NEW: (Style.NEW, "{+", "+}"),
}


def value_lines(change: Change, message: str, columns: int, effort: int) -> Iterator[Line]:
    """What was there and what is there now, as far as the message does not say it already.

    Texts are compared with so much effort.
    """
    if not change.pointer:
        return
    old, new = change.old, change.new
    if isinstance(old, str) and isinstance(new, str) and _by_words(change, old, new, columns):
        yield from _limited(_prose(old, new, columns, effort))
    elif _is_long(old) or _is_long(new) or _are_wide(old, new, columns):
        yield from _limited(_folded(_signed(old, new), columns))
    elif change.fact in (Fact.ADDED, Fact.REMOVED) or _has_parts(old) or _has_parts(new):
        for sign, value in (("-", old), ("+", new)):
            if value is not None and not is_said(value, message):
                yield line((_STYLES[sign], f"{sign} {fitted(written(value), columns - 2)}"))
    elif old != new and not (is_said(old, message) and is_said(new, message)):
        yield line((Style.OLD, written(old)), (Style.FAINT, " -> "), (Style.NEW, written(new)))


def _is_long(value: Value) -> bool:
    return isinstance(value, str) and not _HASH.fullmatch(value) and (len(value) > _SHORT or "\n" in value)


def _by_words(change: Change, old: str, new: str, columns: int) -> bool:
    return is_prose(old, new) or (change.is_prose and _are_wide(old, new, columns))


def is_prose(old: str, new: str) -> bool:
    """Whether two texts are shown by the words that changed."""
    return (_is_long(old) or _is_long(new)) and len(old.split()) + len(new.split()) > 2


def _are_wide(old: Value, new: Value, columns: int) -> bool:
    """Whether two texts do not fit on one line with an arrow between them."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    return len(written(old)) + len(" -> ") + len(written(new)) > columns


def _has_parts(value: Value) -> bool:
    return isinstance(value, (dict, list))


def is_said(value: Value, message: str) -> bool:
    """Whether a message has the value as a word of its own, and not inside another."""
    content = content_of(value)
    word = written(value).strip('"') if content is None else content.digits
    return word in message and re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", message) is not None


def written(value: Value) -> str:
    """A value on one line, as JSON; of a hash the first digits, of data how much it is."""
    content = content_of(value)
    if content is not None:
        return content.told
    # The first digits tell two files apart; all of them are in the JSON report.
    if isinstance(value, str) and _HASH.fullmatch(value):
        return f"{value[:_DIGITS]}…"
    return json.dumps(value, ensure_ascii=False)


def _prose(old: str, new: str, columns: int, effort: int) -> Iterator[Line]:
    """Two texts by the words that changed; of blanks and line breaks alone only how many lines there are."""
    is_any = False
    for part in prose_lines(prose_runs(old, new, effort)):
        is_any = True
        if isinstance(part, LeftOut):
            yield line((Style.FAINT, f"… {plural(part.count, 'unchanged line')}"))
        else:
            yield from _folded_line(part, columns)
    if not is_any:
        before, now = (plural(len(visible_lines(text)), "line") for text in (old, new))
        yield line((Style.FAINT, f"… no word changed; {before} before, {now} now"))


def _folded_line(part: ProseLine, columns: int) -> Iterator[Line]:
    if part.sign == "~":
        pieces = line(*(shown for mark, text in part.pieces for shown in _marked(mark, text)))
    else:
        pieces = line(*((_STYLES[part.sign], text) for _, text in part.pieces))
    yield from _rows(part.sign, pieces, columns)


def _marked(mark: Mark, text: str) -> Iterator[tuple[Style, str]]:
    """A piece with its marks; the blanks at its ends stand outside, where a line may be folded."""
    style, begin, end = _INSIDE[mark]
    inner = text.strip()
    if mark is Mark.SAME or not inner:
        yield style, f"{begin}{text}{end}"
        return
    start = text.index(inner)
    yield Style.PLAIN, text[:start]
    yield style, f"{begin}{inner}{end}"
    yield Style.PLAIN, text[start + len(inner) :]


def _rows(sign: str, text: Line, columns: int) -> Iterator[Line]:
    """A line with its sign, folded: what goes on has no sign and stands a little to the right."""
    room = max(columns - len(_GOES_ON), 1)
    for number, row in enumerate(folded_line(text, max(columns - 2, 1), room)):
        if number:
            yield Line(((Style.PLAIN, _GOES_ON), *row.pieces))
        elif row.pieces:
            yield Line(((_STYLES[sign], f"{sign} "), *row.pieces))
        else:
            yield line((_STYLES[sign], sign.strip()))


def _signed(old: Value, new: Value) -> Iterator[tuple[str, str]]:
    """The lines of both, each with its sign."""
    for sign, value in (("-", old), ("+", new)):
        yield from ((sign, text) for text in _lines(value))


def _lines(value: Value) -> tuple[str, ...]:
    if value is None:
        return ()
    return visible_lines(value) if isinstance(value, str) else (visible(written(value)),)


def _folded(signed: Iterable[tuple[str, str]], columns: int) -> Iterator[Line]:
    for sign, text in signed:
        yield from _rows(sign, line((_STYLES[sign], text)), columns)


def _limited(lines: Iterator[Line]) -> Iterator[Line]:
    yield from islice(lines, MOST_LINES)
    rest = rest_of(lines)
    if rest:
        yield line((Style.FAINT, f"… {rest}"))
