"""Credentials that were written where a name belongs: found, and kept out of what is printed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from plmctl.core.deferred import deferred
from plmctl.core.secret import USER, known_key, unspeakable
from plmctl.core.slip import nearest
from plmctl.core.value import Pointer, Value, as_mapping

if TYPE_CHECKING:
    from plmctl.core.spot import Document

MASK = "***"
_NOT_BREAK = deferred("[^\n]")
CREDENTIAL: Pointer = ("spec", "credential")
FIELDS = ("env", "secret", "identity")
"""The keys of a credential."""

# Written for a field by mistake; any other key may be the credential itself.
_WORDS = ("value", "key", "name", "token", "apiKey", "password", "file", "path", "ref", "uri", "url", "from")

_LONGEST_SLIP, _MOST_SLIPS = 10, 100
_Place = tuple[int, int]

_ENV = deferred(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_USUAL_ENV = deferred(r"[A-Z]+(?:_[A-Z0-9]+)+")
_URI = deferred(r"[a-z][a-z0-9+.-]*:\S+")
_PASSWORD = deferred(r"://[^/\s?#]*:[^/\s?#]*@")
_RUN = deferred(r"[A-Za-z0-9]{20,}")
_HEX = deferred(r"(?=[a-f]*[0-9])[0-9a-f]{32,}")
# So much of a key tells its owner which it is, and nobody else the rest.
_TOLD, _LONG = 4, 16
_SHORT, _CHUNK = 256, 8_000
# After it a text begins as if nothing stood before.
_BETWEEN = "\n\n"


def masked(text: str) -> str:
    """A text with no more than four characters of each key in it, and without the users of URLs."""
    return _masked_again(text) if len(text) <= _SHORT else _masked(text)


def _masked(text: str) -> str:
    return _without(text, lambda _: MASK)


# Of thousands of changes in a file the keys around them, and most values, are the same few.
_masked_again = lru_cache(maxsize=4096)(_masked)


def covered(text: str) -> str:
    """The same, as long as it was and with its lines: columns still point to where they did."""
    return _without(text, lambda secret: _NOT_BREAK.sub("*", secret))


def _without(text: str, cover: Callable[[str], str]) -> str:
    parts, at = list[str](), 0
    for found in unspeakable(text):
        is_long = found.what != USER and found.end - found.start >= _LONG
        start = found.start + _TOLD if is_long else found.start
        parts += (text[at:start], cover(text[start : found.end]))
        at = found.end
    return "".join((*parts, text[at:])) if parts else text


# Of a file one line after another is told.
@lru_cache(maxsize=4)
def covered_lines(text: str) -> tuple[str, ...]:
    """The lines of a text as they may be told."""
    return tuple(covered(text).split("\n"))


def visible_line(document: "Document", number: int) -> str:
    """A line of a file without what is secret in it, as long as it was."""
    return _visible_line(_Same(document), number)


# A file may have one line, and all that is found stands in it.
@lru_cache(maxsize=2)
def _visible_line(key: "_Same", number: int) -> str:
    lines = covered_lines(key.document.text)
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    spans = _spans_by_line(key).get(number)
    if spans is None:
        return line
    characters = list(line)
    for first, end in spans:
        last = len(line) if end is None else end
        characters[first:last] = "*" * (last - first)
    return "".join(characters)


def visible_text(document: "Document") -> str:
    """The text of a file without what is secret in it."""
    return "\n".join(visible_line(document, number) for number in range(1, len(document.lines) + 1))


def visible_lines(document: "Document") -> dict[str, str]:
    """The lines of a file that have secrets, each without them."""
    told = ((line, visible_line(document, number)) for number, line in enumerate(document.lines, start=1))
    return {line: visible for line, visible in told if line != visible}


class _Same:
    """A document as a key of a cache: by what it is, for to compare what is in it takes longer."""

    def __init__(self, document: "Document"):
        self.document = document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.document is self.document

    def __hash__(self) -> int:
        return id(self.document)


# A hundred findings of one file are told one after the other, and its credential may be the whole file.
@lru_cache(maxsize=1)
def _spans_by_line(key: _Same) -> Mapping[int, list[tuple[int, int | None]]]:
    """What is secret in each line: from which column, from 0, to which, None for its end."""
    found: dict[int, list[tuple[int, int | None]]] = {}
    for start, end in _secret_spans(key.document):
        for line in range(start[0], end[0] + 1):
            first = start[1] - 1 if line == start[0] else 0
            found.setdefault(line, []).append((first, end[1] - 1 if line == end[0] else None))
    return found


def _secret_spans(document: "Document") -> Iterator[tuple[_Place, _Place]]:
    for pointer, _ in exposed(document.value):
        spot = document.spots[pointer]
        yield (spot.line, spot.column), (spot.end_line, spot.end_column)
    credential = as_mapping(as_mapping(document.value).get("spec")).get("credential")
    keys = tuple(_below(credential, CREDENTIAL))
    # Nobody misspells so many, and to find out what each was takes long.
    is_told = _is_field if len(keys) <= _MOST_SLIPS else _is_word
    for pointer in keys:
        if not is_told(str(pointer[-1])):
            place = document.key_location(pointer)
            line, column = place.line or 1, place.column or 1
            yield (line, column), document.key_ends.get(pointer, (line, place.end_column or column))


def visible_pointer(pointer: Pointer) -> Pointer:
    """A place as it may be told: a key of a credential that is no field may be the credential itself."""
    is_inside = pointer[: len(CREDENTIAL)] == CREDENTIAL
    return tuple(
        _visible_step(step, is_inside and index >= len(CREDENTIAL)) for index, step in enumerate(pointer)
    )


def _visible_step(step: str | int, is_of_credential: bool) -> str | int:
    if isinstance(step, int):
        return step
    return MASK if is_of_credential and not _is_field(step) else masked(step)


def _is_word(key: str) -> bool:
    return key in FIELDS or key in _WORDS or key.startswith("x-")


def _is_field(key: str) -> bool:
    if _is_word(key):
        return True
    return key.isalpha() and len(key) <= _LONGEST_SLIP and nearest(key, FIELDS) is not None


def discreet(value: Value, pointer: Pointer) -> Value:
    """A value as it may be told: no credential, whether it stands in one or holds one, and no known key."""
    if isinstance(value, (dict, list)) and _is_harmless(value, pointer):
        return value
    match value:
        case dict():
            is_inside = pointer[: len(CREDENTIAL)] == CREDENTIAL
            return {
                str(_visible_step(key, is_inside)): discreet(child, (*pointer, key))
                for key, child in value.items()
            }
        case list():
            return [discreet(item, (*pointer, index)) for index, item in enumerate(value)]
        case _:
            found = hidden(value, pointer)
            return _discreet_text(found, pointer) if isinstance(found, str) else found


def _is_harmless(value: Value, pointer: Pointer) -> bool:
    """Whether there is no secret in any of its texts: to look through many at once takes less."""
    # Of a credential each part is looked at, whatever it says.
    is_around = pointer == CREDENTIAL[: len(pointer)] or pointer[: len(CREDENTIAL)] == CREDENTIAL
    return not is_around and all(masked(chunk) == chunk for chunk in _chunks(_texts(value, _name(pointer))))


def _texts(value: Value, name: str) -> Iterator[str]:
    """The keys and the texts in a value, as it is looked through for secrets."""
    match value:
        case dict():
            for key, child in value.items():
                yield key
                yield from _texts(child, key)
        case list():
            for item in value:
                yield from _texts(item, name)
        case str():
            yield f"{name}: {value}"


def _chunks(texts: Iterable[str]) -> Iterator[str]:
    """The texts side by side, so many at a time that no place of them is passed over."""
    held, size = list[str](), 0
    for text in texts:
        if size + len(text) > _CHUNK:
            yield _BETWEEN.join(held)
            held, size = [], 0
        held.append(text)
        size += len(text)
    yield _BETWEEN.join(held)


def _discreet_text(text: str, pointer: Pointer) -> str:
    # The name before it tells what it is, as it does in the file.
    head = f"{_name(pointer)}: "
    return masked(head + text).removeprefix(head)


def _name(pointer: Pointer) -> str:
    return next((step for step in reversed(pointer) if isinstance(step, str)), "")


def exposed(value: Value) -> Iterator[tuple[Pointer, str]]:
    """What is no name in the credential of a manifest: where, and why."""
    credential = as_mapping(as_mapping(value).get("spec")).get("credential")
    return _exposed(credential, CREDENTIAL)


def hidden(value: Value, pointer: Pointer) -> Value:
    """A part of a manifest as it may be told: a credential that is no name is masked."""
    return _hidden(value, pointer) if pointer[: len(CREDENTIAL)] == CREDENTIAL else value


def _hidden(value: Value, pointer: Pointer) -> Value:
    match value:
        case dict():
            return {key: _hidden(child, (*pointer, key)) for key, child in value.items()}
        case list():
            return [_hidden(child, (*pointer, index)) for index, child in enumerate(value)]
        case _:
            return value if _problem(value, pointer) is None else MASK


def _below(value: Value, pointer: Pointer) -> Iterator[Pointer]:
    """The places of all keys in a value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in steps:
        if isinstance(step, str):
            yield (*pointer, step)
        yield from _below(child, (*pointer, step))


def _exposed(value: Value, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    match value:
        case dict():
            for key, child in value.items():
                yield from _exposed(child, (*pointer, key))
        case list():
            for index, child in enumerate(value):
                yield from _exposed(child, (*pointer, index))
        case _:
            problem = _problem(value, pointer)
            if problem is not None:
                yield pointer, problem


def _problem(value: Value, pointer: Pointer) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    field = pointer[len(CREDENTIAL)] if len(pointer) == len(CREDENTIAL) + 1 else None
    match field, value:
        case "env", str():
            return _problem_of_env(value)
        case "secret", str():
            return _problem_of_secret(value)
        case str(), str() if field == "identity" or field.startswith("x-"):
            return "looks like a key" if known_key(value) else None
        case _:
            return "is a value, not the name of one"


def _problem_of_env(text: str) -> str | None:
    # Most are such names, and need not be compared with every format.
    if _USUAL_ENV.fullmatch(text):
        return None
    if known_key(text) or _is_random(text) or _HEX.search(text):
        return "looks like a key, not like the name of an environment variable"
    return None if _ENV.fullmatch(text) else "is not the name of an environment variable"


def _problem_of_secret(text: str) -> str | None:
    if not _URI.fullmatch(text):
        return "is not the URI of a secret"
    if _PASSWORD.search(text):
        return "carries a password"
    query = text.partition("?")[2].partition("#")[0]
    return "carries a key" if known_key(text) or _is_random(query) else None


def _is_random(text: str) -> bool:
    """Whether it holds a run of letters and digits that nobody would have chosen as a name."""
    return any(_is_mixed(run[0]) for run in _RUN.finditer(text))


def _is_mixed(run: str) -> bool:
    groups_of_digits = len(re.findall(r"[0-9]+", run))
    return groups_of_digits > 1 and run.upper() != run and run.lower() != run
