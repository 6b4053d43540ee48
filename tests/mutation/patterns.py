"""Changes of regular expressions, each of one part: how often it is, what it takes, where it ends."""

import re
from collections.abc import Iterator

_SIGNS = re.compile(r"[\[\](){}*+?\\^$|]")
_PROSE = re.compile(r"[a-z] [a-z]")
# An escape, a class of characters, the beginning of a group, how often, an anchor, a bar, anything else.
_PART = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|\(\?[:P<=!a-zA-Z_>]*|(?P<often>[*+?][+?]?)"
    r"|\{(?P<least>\d+)(?P<most>,\d*)?\}|(?P<anchor>[\^$])|(?P<bar>\|)|(?P<other>.)",
    re.DOTALL,
)
_ITEM = re.compile(r"\\?.-\\?.|\\x..|\\u....|\\.|.", re.DOTALL)
_OTHERWISE = {"*": ("+",), "+": ("*",), "?": ("",)}


def is_pattern(text: str) -> bool:
    """Whether a text of a table is rather a pattern, or part of one, than a sentence."""
    return _SIGNS.search(text) is not None and _PROSE.search(text) is None


def changed_patterns(text: str) -> Iterator[str]:
    """The same pattern with one part changed."""
    for match in _PART.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        for part in _changed(match):
            yield f"{before}{part}{after}"


def _changed(match: re.Match[str]) -> Iterator[str]:
    part = match[0]
    match match.lastgroup:
        case "escape" | "anchor":
            yield ""
        case "bar":
            # So the alternatives follow one another.
            yield ""
        case "often":
            for otherwise in _OTHERWISE[part[0]]:
                yield otherwise + (part[1:] if otherwise else "")
        case "set":
            yield from _changed_set(part)
        case "other" if part.isalnum():
            yield ""
        case "least" | "most":
            yield f"{{{int(match['least']) + 1}{match['most'] or ''}}}"
            if match["most"] and match["most"] != ",":
                yield f"{{{match['least']},{int(match['most'][1:]) + 1}}}"


def _changed_set(part: str) -> Iterator[str]:
    """A class of characters that takes the others, or one thing less."""
    is_other = part.startswith("[^")
    start = 2 if is_other else 1
    yield f"[{part[2:]}" if is_other else f"[^{part[1:]}"
    items = [(m.start(), m.end()) for m in _ITEM.finditer(part, start, len(part) - 1)]
    if len(items) > 1:
        yield from (part[:begin] + part[end:] for begin, end in items)
