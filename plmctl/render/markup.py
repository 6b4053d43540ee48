"""Words and values as elements of a page: nothing in a text from a manifest is markup, a link or a mention.

What may mean something to a forge stands in `<code>`, where GitHub and GitLab look for no mention, reference,
link or emoji; the rest is letters, digits and a few marks of punctuation.
"""

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby

from plmctl.render.visible import visible

_PLAIN = re.compile(r"[\"'(]*[A-Za-z0-9]*(?:[-'][A-Za-z0-9]+)*[\"'),.;:?!]*|[-/+=]|->")
# What a forge or a Markdown reader takes for a link: an address, an object id, a ticket.
_LINKED = re.compile(r"(?:https?|ftp|www)\b|[0-9a-f]{7}|[a-z]-[0-9]", re.IGNORECASE)


def escaped(text: str) -> str:
    """A text inside an element; no CI service reads a command in it."""
    return escape(visible(text), quote=False).replace("::", "&#58;&#58;").replace("##", "&#35;&#35;")


def code(text: str) -> str:
    """A text as it is written."""
    return f"<code>{escaped(text)}</code>"


def words(text: str) -> str:
    """A message: its plain words as they are, the others as code."""
    groups = groupby(visible(text).split(" "), _is_plain)
    return " ".join(_joined(group, is_plain=is_plain) for is_plain, group in groups)


def _joined(group: Iterable[str], *, is_plain: bool) -> str:
    text = " ".join(group)
    return text if is_plain else code(text)


def _is_plain(word: str) -> bool:
    return _PLAIN.fullmatch(word) is not None and _LINKED.search(word) is None
