"""Values that people give by name: NAME=TEXT, NAME:=JSON and NAME@FILE, or all of them in one document."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.document import Document, read_document
from plmctl.core.escape import with_characters
from plmctl.core.finding import ConfigurationError, UsageError
from plmctl.core.value import Value

_FORM = deferred(r"(?P<name>.+?)(?P<sign>:=|=|@)(?P<rest>.*)", re.DOTALL)

Sign = Literal["=", ":=", "@"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A name, and what is said of its value: a text, JSON, or the file that holds a text."""

    option: str
    name: str
    sign: Sign
    rest: str


def assignments(option: str, written: Iterable[str]) -> tuple[Assignment, ...]:
    """What the values of an option assign. Raises UsageError, for a name that is given twice too."""
    found: dict[str, Assignment] = {}
    for text in written:
        parsed = _assignment(option, text)
        if parsed.name in found:
            raise UsageError(f"{option} gives '{parsed.name}' twice", hint="give it once")
        found[parsed.name] = parsed
    return tuple(found.values())


def _assignment(option: str, written: str) -> Assignment:
    match = _FORM.fullmatch(written)
    if match is None:
        raise UsageError(
            f"{option} {written}: no name with a value",
            hint=f"write '{option} NAME=TEXT', or '{option} NAME:=JSON'",
        )
    return Assignment(option=option, name=match["name"], sign=cast(Sign, match["sign"]), rest=match["rest"])


def values(given: Iterable[Assignment], files: Mapping[str, bytes]) -> dict[str, Value]:
    """The values by their names; `files` are the bytes of the files that are named. Raises UsageError."""
    return {one.name: _value(one, files) for one in given}


def _value(one: Assignment, files: Mapping[str, bytes]) -> Value:
    if one.sign == "=":
        return one.rest
    if one.sign == ":=":
        return _parsed(one)
    try:
        return files[one.rest].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(
            f"{one.option} {one.name}@{one.rest}: the file is not UTF-8",
            hint="a text is UTF-8; give an image or audio as an address or a data URI",
        ) from None


def _parsed(one: Assignment) -> Value:
    """The value of JSON, as the one reader of YAML has it; what is only YAML is refused."""
    document = read_document(one.option, with_characters(one.rest.encode("utf-8", "surrogateescape")))
    if not one.rest.strip():
        why: str | None = "nothing is there"
    else:
        why = _strange(one.rest) if isinstance(document, Document) else document.findings[0].message
    if isinstance(document, Document) and why is None:
        return document.value
    raise UsageError(
        f"{one.option} {one.name}:={one.rest}: no JSON: {why}",
        hint=f"write '{one.option} {one.name}=TEXT' for a text, and quote JSON for the shell",
    )


def _strange(text: str) -> str | None:
    """What YAML has in a text, and JSON has not."""
    try:
        json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        return f"at column {error.colno}, where a text would stand in double quotes"
    except ValueError as error:
        return str(error)
    return None


def _no_number(word: str) -> Value:
    raise ValueError(f"{word} is no number of it")


def named_values(name: str, data: bytes) -> Mapping[str, Value]:
    """The values of a document in JSON or YAML, by their names. Raises ConfigurationError and UsageError."""
    # JSON is YAML, and the one reader knows the place of everything.
    document = read_document(name, with_characters(data))
    if not isinstance(document, Document):
        raise ConfigurationError(document.findings)
    if not isinstance(document.value, dict):
        raise UsageError(
            f"{name} does not give values by name", hint="write it as 'ticket: ...', a line each"
        )
    return document.value
