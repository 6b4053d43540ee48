"""Text from manifests and tags in Markdown: nothing in it is markup, a mention, a reference or a link.

What may mean something to a forge or to Markdown stands as code, where neither looks; the rest is letters,
digits and a few marks of punctuation.
"""

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from plmctl.core.deferred import deferred

_PLAIN = deferred(r"[\"'(]*[A-Za-z0-9]*(?:[-'][A-Za-z0-9]+)*[\"'),.;:?!]*|[-/+=]|->")
# What a forge or a Markdown reader takes for a link: an address, an object id, a ticket.
_LINKED = deferred(r"(?:https?|ftp|www)\b|[0-9a-f]{7}|[a-z]-[0-9]", re.IGNORECASE)
_TICKS = deferred(r"`+")


def spoken(text: str, code: Callable[[str], str]) -> str:
    """A message: its plain words as they are, the others as code."""
    groups = groupby(text.split(" "), _is_plain)
    return " ".join(_joined(group, code, is_plain=is_plain) for is_plain, group in groups)


def _joined(group: Iterable[str], code: Callable[[str], str], *, is_plain: bool) -> str:
    text = " ".join(group)
    return text if is_plain else code(text)


def _is_plain(word: str) -> bool:
    return _PLAIN.fullmatch(word) is not None and _LINKED.search(word) is None


def marked(text: str) -> str:
    """A message as Markdown within a line."""
    return spoken(text, code_span)


def code_span(text: str) -> str:
    """A text as a code span: with more backticks around it than it has in a row (CommonMark, 6.1)."""
    ticks = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    room = " " if text.startswith("`") or text.endswith("`") or text != text.strip() else ""
    return f"{ticks}{room}{text}{room}{ticks}"
