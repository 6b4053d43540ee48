"""libyaml's complaints in our words: the mistake behind them, its place, and the line as it should be."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from plmctl.core.finding import Rule
from plmctl.core.yml import ALIAS, ANCHOR, ESCAPED_CONTROL, SYNTAX, UNQUOTED_TEMPLATE

Place = tuple[int, int]

# A line longer than this is not repeated in a help.
_SHOWN = 200
_INDENTATION = "line it up with its siblings; a text over several lines needs '|' after its key"
_SPACES = "indent with spaces; a text that begins with a tab needs '|2'"
_QUOTES = "quote the whole value; write '' for a quote inside single quotes"
_KEY = r"""(?:"[^"]*"|'[^']*'|[^\s#'"{}\[\],&*!|>%@`:-][^:#]*):\s+"""
_ENTRY = re.compile(rf"(\s*(?:- +)*(?:{_KEY})?)(\S.*?)\s*")
_TEMPLATES = ("{{", "{%")
_CURES = {
    "block sequence entries are not allowed in this context": "begin the list on a new line, or quote it",
    "could not find expected ':'": "write 'key: value'; a text over several lines needs '|' after its key",
    "did not find expected ',' or ']'": "a '[' before this place is never closed; quote it if it is text",
    "did not find expected ',' or '}'": "a '{' before this place is never closed; quote it if it is text",
    "did not find expected '-' indicator": _INDENTATION,
    "did not find expected key": _INDENTATION,
    "found unknown escape character": r"write \\ for a backslash, or use single quotes",
    "mapping values are not allowed in this context": _INDENTATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What libyaml says of a place, and where what it was reading began: lines and columns from 1."""

    problem: str
    context: str
    place: Place
    began: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What it means."""

    rule: Rule
    message: str
    place: Place
    cure: str | None


def quoted_line(line: str, column: int | None = None) -> str | None:
    """The entry with its value, which begins at the column (from 1), in quotes; None if that is no cure."""
    match = _ENTRY.fullmatch(line) if len(line) <= _SHOWN else None
    if match is None or (column is not None and match.start(2) != column - 1):
        return None
    value = match[2].partition(" #")[0].rstrip()
    return match[1].lstrip() + _quoted(value)


def explained(complaint: Complaint, lines: Sequence[str]) -> Mistake:
    """The mistake behind a complaint of libyaml."""
    line, column = complaint.place
    text = lines[line - 1] if line <= len(lines) else ""
    return (
        _template(complaint, text)
        or _reference(complaint, lines)
        or _escape(complaint)
        or _never_closed(complaint)
        or _start(complaint, text[column - 1 : column], text)
        or _other(complaint, text)
    )


def _quoted(value: str) -> str:
    if not re.search(r'["\\]', value):
        return f'"{value}"'
    return json.dumps(value, ensure_ascii=False) if "'" in value else f"'{value}'"


def _quote_it(line: str, column: int | None = None) -> str:
    cure = quoted_line(line, column)
    return "quote the value" if cure is None else f"quote it: {cure}"


def _template(complaint: Complaint, text: str) -> Mistake | None:
    match = _ENTRY.fullmatch(text[:_SHOWN])
    if match is None or not match[2].startswith(_TEMPLATES):
        return None
    return template_mistake((complaint.place[0], match.start(2) + 1), text)


def template_mistake(place: Place, text: str) -> Mistake:
    """A template that begins a value, at its place in a line of text."""
    message = f"a value that begins with '{text[place[1] - 1 : place[1] + 1]}' is not a text"
    return Mistake(rule=UNQUOTED_TEMPLATE, message=message, place=place, cure=_quote_it(text, place[1]))


def _reference(complaint: Complaint, lines: Sequence[str]) -> Mistake | None:
    rules = {"while scanning an alias": (ALIAS, "*"), "while scanning an anchor": (ANCHOR, "&")}
    if complaint.context not in rules:
        return None
    rule, sign = rules[complaint.context]
    line, column = complaint.began
    return Mistake(
        rule=rule,
        message=f"'{sign}' at the start of a value has a meaning of its own in YAML",
        place=(line, column),
        cure=_quote_it(lines[line - 1], column),
    )


def _escape(complaint: Complaint) -> Mistake | None:
    if complaint.problem != "found invalid Unicode character escape code":
        return None
    # libyaml points at the digits, behind the backslash and its letter.
    line, column = complaint.place
    return Mistake(
        rule=ESCAPED_CONTROL,
        message="the escape stands for half of a surrogate pair, or for no character at all",
        place=(line, column - 2),
        cure="write the character itself",
    )


def _never_closed(complaint: Complaint) -> Mistake | None:
    if complaint.context != "while scanning a quoted scalar":
        return None
    message = "the quote that begins here is never closed"
    return Mistake(rule=SYNTAX, message=message, place=complaint.began, cure="close it")


def _start(complaint: Complaint, sign: str, text: str) -> Mistake | None:
    cannot_start = complaint.problem == "found character that cannot start any token"
    if complaint.problem.startswith("found a tab character") or (cannot_start and sign == "\t"):
        return Mistake(rule=SYNTAX, message="a tab in the indentation", place=complaint.place, cure=_SPACES)
    if not cannot_start:
        return None
    return Mistake(
        rule=SYNTAX,
        message=f"a value cannot begin with '{sign}'",
        place=complaint.place,
        cure=_quote_it(text, complaint.place[1]),
    )


def _other(complaint: Complaint, text: str) -> Mistake:
    is_nested = complaint.problem == "mapping values are not allowed in this context"
    # `key: some: text`: the second colon is the one that libyaml points at.
    if is_nested and ": " in text[: complaint.place[1] - 1]:
        message = "': ' inside a value that is not quoted"
        return Mistake(rule=SYNTAX, message=message, place=complaint.place, cure=_quote_it(text))
    is_behind_quote = text[: complaint.place[1] - 1].rstrip().endswith(("'", '"'))
    if is_behind_quote and complaint.problem == "did not find expected key":
        message = "text after the closing quote"
        return Mistake(rule=SYNTAX, message=message, place=complaint.place, cure=_QUOTES)
    # libyaml points behind a key without a colon, at the line that disappointed it.
    is_key = complaint.context == "while scanning a simple key"
    place = complaint.began if is_key else complaint.place
    message = ", ".join(part for part in (complaint.context, complaint.problem) if part)
    return Mistake(rule=SYNTAX, message=message, place=place, cure=_CURES.get(complaint.problem))
