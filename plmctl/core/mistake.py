"""libyaml's complaints in our words: the mistake behind them, its place, and the line as it should be."""

import json
import re
from collections.abc import Mapping, Sequence

from plmctl.core.complaint import Complaint, Mistake, Place
from plmctl.core.culprit import culprit, left_over
from plmctl.core.deferred import deferred
from plmctl.core.yml import ALIAS, ANCHOR, ESCAPED_CONTROL, SYNTAX, UNQUOTED_TEMPLATE

# A line longer than this is not repeated in a help.
_SHOWN = 200
_BLOCK_SHOWN = 40
_INDENTATION = "line it up with its siblings; a text over several lines needs '|' after its key"
_MIXED = "if these are fields, delete the '- '; if they belong to the item, indent by 2"
_ITEM = "if it is a field, delete the '- '; if it is an item, indent it below the key of its list"
_SPACES = "replace each tab with two spaces: YAML has no tabs there"
_TEXT_WITH_TAB = "indent with spaces; a text that begins with a tab needs '|2'"
_QUOTES = "quote the whole value; write '' for a quote inside single quotes"
_KEY = r"""(?:"[^"]*"|'[^']*'|[^\s#'"{}\[\],&*!|>%@`:-][^:#]*):\s+"""
_ENTRY = deferred(rf"(\s*(?:- +)*(?:{_KEY})?)(\S.*?)\s*")
_TEMPLATES = ("{{", "{%")
_SCALAR = "write 'key: value'; a text over several lines needs '|' after its key"
# What libyaml says, what that means, and what to do.
_MEANINGS: Mapping[str, tuple[str, str | None]] = {
    "block sequence entries are not allowed in this context": (
        "a list cannot begin here",
        "begin the list on a new line, or quote it",
    ),
    "could not find expected ':'": ("a line without a key", _SCALAR),
    "did not find expected ',' or ']'": (
        "a ',' or ']' is missing here",
        "a '[' before this place is never closed; quote it if it is text",
    ),
    "did not find expected ',' or '}'": (
        "a ',' or '}' is missing here",
        "a '{' before this place is never closed; quote it if it is text",
    ),
    "did not find expected '-' indicator": ("a key where '- ' is expected", _MIXED),
    "did not find expected key": ("this does not fit what is above it", _INDENTATION),
    "did not find expected node content": ("a value is missing here", None),
    "found unknown escape character": (
        "there is no such escape",
        r"write \\ for a backslash, or use single quotes",
    ),
    "mapping values are not allowed in this context": ("a key cannot stand here", _INDENTATION),
}
_BLOCK_HEADER = deferred(r"(?P<indent> *)(?:.*[ :-])?(?P<sign>[|>])[-+0-9]*(?:[ \t]+#.*)?[ \t]*")


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
        left_over(complaint, lines)
        or _template(complaint, text)
        or _reference(complaint, lines)
        or _escape(complaint)
        or _never_closed(complaint)
        or _not_indented(complaint, lines)
        or _start(complaint, text[column - 1 : column], text)
        or _inside_value(complaint, text)
        or culprit(complaint, lines)
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


def _not_indented(complaint: Complaint, lines: Sequence[str]) -> Mistake | None:
    """A text below its '|' that is not further in than its key."""
    number, column = (
        complaint.began if complaint.context == "while scanning a simple key" else complaint.place
    )
    above = next((line for line in reversed(lines[: number - 1]) if line.strip()), "")
    header = _BLOCK_HEADER.fullmatch(above)
    if header is None or complaint.problem not in _MEANINGS:
        return None
    indent = " " * (len(header["indent"]) + 2)
    return Mistake(
        rule=SYNTAX,
        message=f"the text below '{header['sign']}' is not indented",
        place=(number, column),
        cure=f"indent its lines further than its key: '{indent}{lines[number - 1].strip()[:_BLOCK_SHOWN]}'",
    )


def _start(complaint: Complaint, sign: str, text: str) -> Mistake | None:
    cannot_start = complaint.problem == "found character that cannot start any token"
    if complaint.problem.startswith("found a tab character") or (cannot_start and sign == "\t"):
        cure = _TEXT_WITH_TAB if complaint.problem.endswith("indentation space is expected") else _SPACES
        return Mistake(rule=SYNTAX, message="a tab in the indentation", place=complaint.place, cure=cure)
    if not cannot_start:
        return None
    return Mistake(
        rule=SYNTAX,
        message=f"a value cannot begin with '{sign}'",
        place=complaint.place,
        cure=_quote_it(text, complaint.place[1]),
    )


def _inside_value(complaint: Complaint, text: str) -> Mistake | None:
    is_nested = complaint.problem == "mapping values are not allowed in this context"
    # `key: some: text`: the second colon is the one that libyaml points at.
    if is_nested and ": " in text[: complaint.place[1] - 1]:
        message = "': ' inside a value that is not quoted"
        return Mistake(rule=SYNTAX, message=message, place=complaint.place, cure=_quote_it(text))
    is_behind_quote = text[: complaint.place[1] - 1].rstrip().endswith(("'", '"'))
    if is_behind_quote and complaint.problem == "did not find expected key":
        message = "text after the closing quote"
        return Mistake(rule=SYNTAX, message=message, place=complaint.place, cure=_quoted_anew(text))
    return None


def _other(complaint: Complaint, text: str) -> Mistake:
    if complaint.problem == "did not find expected key" and text.startswith("- ", complaint.place[1] - 1):
        message = "a '- ' where a key is expected"
        return Mistake(rule=SYNTAX, message=message, place=complaint.place, cure=_ITEM)
    # libyaml points behind a key without a colon, at the line that disappointed it.
    is_key = complaint.context == "while scanning a simple key"
    place = complaint.began if is_key else complaint.place
    literally = ", ".join(part for part in (complaint.context, complaint.problem) if part)
    message, cure = _MEANINGS.get(complaint.problem, (literally, None))
    return Mistake(rule=SYNTAX, message=message, place=place, cure=cure)


def _quoted_anew(line: str) -> str:
    """What to do about quotes that end too early: the whole value in others, if it ends with one of them."""
    match = _ENTRY.fullmatch(line) if len(line) <= _SHOWN else None
    value = match[2] if match else ""
    if match is None or len(value) < 2 or value[0] not in "'\"" or value[-1] != value[0]:
        return _QUOTES
    return f"write {match[1].lstrip()}{_quoted(value[1:-1])}"
