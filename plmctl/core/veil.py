"""Credentials in files that could not be read: what follows the key `credential` is not told."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from plmctl.core.deferred import deferred
from plmctl.core.secrecy import FIELDS, MASK, covered_lines, masked

_KEY = deferred(r"(?<![\w.-])([\"']?)credential\1[ \t]*(?=(?P<colon>:)|$)")
_QUOTED = deferred(r"'(?!credential')[^']*\w[^']*'")
_WORD = deferred(r"[^\s'\"{}\[\],:]+")
# A message cuts what is long, and the words of one that is longer than this do not come by chance.
_TOLD, _SHORTEST, _WORDS = 20, 3, 1_000


class Veil:
    """What may be told of some lines: nothing that stands in or below a `credential`."""

    def __init__(self, lines: Sequence[str] = ()):
        self.lines = lines
        self._text = "\n".join(lines)
        self._starts = dict(_starts(lines))
        tails = (lines[number][start:] for number, start in self._starts.items())
        words = (word[:_TOLD] for tail in tails for word in _WORD.findall(tail))
        told = dict.fromkeys(w for w in words if len(w) >= _SHORTEST and w not in FIELDS)
        found = "|".join(map(re.escape, islice(told, _WORDS)))
        self._words = re.compile(rf"(?<!\w)(?:{found})(?:[^\s'\"]*)") if found else None

    def line(self, number: int) -> str | None:
        """A line, from 1, as long as it was; None where there is none."""
        if number > len(self.lines):
            return None
        line, start = covered_lines(self._text)[number - 1], self._starts.get(number - 1)
        return line if start is None else line[:start] + "*" * (len(line) - start)

    def text(self, text: str, number: int) -> str:
        """What is said of a line, from 1."""
        text = masked(text)
        if number - 1 in self._starts:
            text = _QUOTED.sub(f"'{MASK}'", text)
        return self._words.sub(MASK, text) if self._words is not None else text


def _starts(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines that are not told, from 0, and from which column on."""
    depth, indent, is_open = 0, None, False
    for number, line in enumerate(lines):
        match = None if is_open else _KEY.search(line)
        if is_open or (indent is not None and _is_below(line, indent)):
            yield number, 0
        elif match is not None:
            start = match.end("colon") if match["colon"] else match.end()
            yield number, start
            indent = _indent(line)
        else:
            indent = None
        depth += _depth(line)
        # In braces, and in quotes that do not end, lines below may begin anywhere.
        is_open = is_open or (indent is not None and (depth != 0 or _has_open_quote(line, match)))


def _is_below(line: str, indent: int) -> bool:
    text = line.strip()
    return not text or _indent(line) > indent or (_indent(line) == indent and text[0] in "-:")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _depth(line: str) -> int:
    return sum(line.count(sign) for sign in "{[") - sum(line.count(sign) for sign in "}]")


def _has_open_quote(line: str, match: re.Match[str] | None) -> bool:
    tail = line[match.end() :] if match is not None else line
    return any(tail.count(quote) % 2 for quote in "'\"")
