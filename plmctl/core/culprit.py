"""Mistakes that libyaml tells too late: what made them stands on a line before its complaint."""

import unicodedata
from collections.abc import Iterator, Sequence

from plmctl.core.complaint import Complaint, Mistake, Place
from plmctl.core.deferred import deferred
from plmctl.core.yml import SYNTAX

_SHOWN = 60
_FENCE = "```"
_NO_KEY = "could not find expected ':'"
_LATE_KEY = "mapping values are not allowed in this context"
_UNFITTING = (_LATE_KEY, "did not find expected key", "did not find expected '-' indicator")
_PARENTS = ("metadata", "spec")
_TOP = (*_PARENTS, "apiVersion", "kind")
_LEAD = r" *(?:- +)*"
_KEY = r"[A-Za-z_$][\w.$/-]*"
_UNSPACED = deferred(rf"(?P<lead>{_LEAD})(?P<key>{_KEY}):(?!//)(?P<value>[^\s:].*?)\s*")
_STRANGE = deferred(rf"(?:{_LEAD}{_KEY}:[ \t]*|{_LEAD}-?)(?P<space>[^\S \t])")
_TOP_KEY = deferred(rf"({_KEY}):(?:\s.*)?")


def culprit(complaint: Complaint, lines: Sequence[str]) -> Mistake | None:
    """The mistake that is not where the complaint is; None when it is."""
    return _strange_space(complaint, lines) or _unspaced(complaint, lines) or _ended(complaint, lines)


def left_over(complaint: Complaint, lines: Sequence[str]) -> Mistake | None:
    """What Git or a chat left in the file: markers of a merge, a Markdown fence."""
    return _conflict(lines) or _fence(complaint, lines)


def spaced(text: str) -> str | None:
    """The key and value that a text was meant to be, where the space between them is missing or strange."""
    match = _UNSPACED.fullmatch(text)
    if match is not None:
        return f"{match['key']}: {match['value']}"
    strange = _STRANGE.match(text)
    is_after_key = strange is not None and ":" in strange[0]
    return text.replace(strange["space"], " ", 1) if strange is not None and is_after_key else None


def _mistake(message: str, place: Place, cure: str) -> Mistake:
    return Mistake(rule=SYNTAX, message=message, place=place, cure=cure)


def _conflict(lines: Sequence[str]) -> Mistake | None:
    begins = (n for n, line in enumerate(lines, start=1) if line.startswith("<<<<<<<"))
    first = next(begins, None)
    if first is None:
        return None
    ends = (n for n, line in enumerate(lines, start=1) if n > first and line.startswith(">>>>>>>"))
    last = next(ends, None)
    where = f"line {first}" if last is None else f"lines {first}-{last}"
    return _mistake(
        f"an unresolved merge conflict ({where})", (first, 1), "keep one side and delete the markers"
    )


def _fence(complaint: Complaint, lines: Sequence[str]) -> Mistake | None:
    number = complaint.place[0]
    text = lines[number - 1]
    if not text.lstrip().startswith(_FENCE):
        return None
    below = [line.strip() for line in lines[number:] if line.strip()]
    cure = "delete this line and the last one" if below[-1:] == [_FENCE] else "delete this line"
    return _mistake("a Markdown fence", (number, len(text) - len(text.lstrip()) + 1), cure)


def _strange_space(complaint: Complaint, lines: Sequence[str]) -> Mistake | None:
    """A no-break space, or another that looks like one, in an indentation or behind a ':' or '-'."""
    if complaint.problem not in (_NO_KEY, *_UNFITTING):
        return None
    for number in _suspects(complaint, lines):
        match = _STRANGE.match(lines[number - 1])
        if match is not None:
            sign = match["space"]
            message = f"{unicodedata.name(sign)} (U+{ord(sign):04X}) is no space to YAML"
            return _mistake(message, (number, match.end()), "write plain spaces instead")
    return None


def _suspects(complaint: Complaint, lines: Sequence[str]) -> Iterator[int]:
    """The lines, topmost first, of what libyaml was reading."""
    last = complaint.place[0]
    first = min(complaint.began[0], last)
    above = (number for number in range(first - 1, 0, -1) if lines[number - 1].strip())
    return iter(range(next(above, first), last + 1))


def _unspaced(complaint: Complaint, lines: Sequence[str]) -> Mistake | None:
    """`key:value`, which is a text: the line below it is then what cannot be."""
    if complaint.problem not in (_NO_KEY, _LATE_KEY):
        return None
    found = None
    for number in range(complaint.began[0] - (complaint.problem == _LATE_KEY), 0, -1):
        match = _UNSPACED.fullmatch(lines[number - 1])
        if match is None or (found is not None and len(match["lead"]) != len(found[1]["lead"])):
            break
        found = (number, match)
    if found is None:
        return None
    number, match = found
    told = f"{match['key']}:{match['value']}"[:_SHOWN]
    return _mistake(f"'{told}' is no key", (number, len(match["lead"]) + 1), "put a space after ':'")


def _ended(complaint: Complaint, lines: Sequence[str]) -> Mistake | None:
    """A field at column 1 that ended `spec`, whose other fields then fit nowhere."""
    number = complaint.place[0]
    text = lines[number - 1]
    width = len(text) - len(text.lstrip(" "))
    keys = (
        (at, match[1])
        for at in range(number - 1, 0, -1)
        if (match := _TOP_KEY.fullmatch(lines[at - 1])) is not None
    )
    at, key = next(keys, (0, ""))
    if complaint.problem not in _UNFITTING or not width or not key or key in _TOP or key.startswith("x-"):
        return None
    parent = next(((above, name) for above, name in keys if name in _PARENTS), None)
    if parent is None:
        return None
    message = f"'{key}' ends '{parent[1]}' of line {parent[0]}, and line {number} goes on with it"
    return _mistake(message, (at, 1), f"was it meant to be in '{parent[1]}'? Then indent it by {width}")
