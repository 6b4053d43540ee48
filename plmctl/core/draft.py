"""A prompt as people keep it in a text file: front matter, then a text or messages under their roles."""

import re
from collections.abc import Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.document import Document, normalised_text, read_document
from plmctl.core.value import Value

ROLES = ("system", "developer", "user", "assistant")

_FRONT = deferred(r"---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_FENCE = deferred(r"[ ]{0,3}(?:```|~~~)")
_ROLE = deferred(
    rf"(?i)(?:(?P<marks>\#{{1,6}})[ \t]+(?P<titled>{'|'.join(ROLES)})(?:[ ](?:message|prompt))?:?"
    rf"|(?P<plain>{'|'.join(ROLES)}):)[ \t]*"
)
_TITLE = deferred(r"#[ \t]+(?P<words>.*?\S)[ \t]*#*[ \t]*")
_CONTROL = deferred(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A file that the user named, or one of a folder: its bytes, or why it was not read.

    One that is `passed_over` was never meant: a link, or a file of another kind.
    """

    path: str
    data: bytes = b""
    reason: str | None = None
    passed_over: bool = False


class NoDraft(Exception):
    """Bytes that are no text for a prompt: why, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Who says a text, and the line of the file that it begins on, counted from 1."""

    role: str
    text: str
    line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a file says: the values of its front matter, a title, and messages in order."""

    front: Mapping[str, Value]
    title: str | None
    messages: tuple[Message, ...]
    is_whole: bool
    """Whether the one message is the file as it is, without front matter."""


def read_draft(path: str, data: bytes, role: str) -> Draft:
    """The draft in a file, `role` saying what it gives to no other. Raises NoDraft."""
    text = _text(data)
    front, body = _front_matter(path, text)
    if not body.strip():
        raise NoDraft("it holds no text")
    line = text[: len(text) - len(body)].count("\n") + 1
    messages = _messages(body, line) or (Message(role=_role(front, role), text=body, line=line),)
    return Draft(
        front=front,
        title=_title(body) if len(messages) == 1 else None,
        messages=messages,
        is_whole=len(messages) == 1 and messages[0].text == text,
    )


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise NoDraft("it is no text but binary")
    try:
        text = normalised_text(data)
    except UnicodeDecodeError as error:
        raise NoDraft(f"it is not UTF-8 (byte {error.start})") from None
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise NoDraft(f"it has the control character U+{ord(control[0]):04X} on line {line}")
    return text


def _front_matter(path: str, text: str) -> tuple[Mapping[str, Value], str]:
    """The YAML between two lines `---`, and the text below; what is no mapping belongs to the text."""
    found = _FRONT.match(text)
    document = read_document(path, found["yaml"].encode()) if found else None
    if not found or not isinstance(document, Document) or not isinstance(document.value, dict):
        return {}, text
    return document.value, text[found.end() :].lstrip("\n")


def _role(front: Mapping[str, Value], other: str) -> str:
    role = front.get("role", other)
    if role not in ROLES:
        raise NoDraft(f"its front matter has the role '{role}': there are {', '.join(ROLES)}")
    return str(role)


def _messages(body: str, first: int) -> tuple[Message, ...]:
    """The messages of a text that begins with a role's heading and has two or more roles; else none."""
    lines = re.split(r"(?<=\n)", body)
    headings = tuple(_headings(lines))
    above = lines[: headings[0][0]] if headings else []
    if len({role for _, role, _ in headings}) < 2 or len({form for *_, form in headings}) > 1:
        return ()
    if "".join(above).strip():
        return ()
    ends = (*(at for at, *_ in headings[1:]), len(lines))
    messages = tuple(
        _message(role, "".join(lines[at + 1 : end]), first + at + 1)
        for (at, role, _), end in zip(headings, ends, strict=True)
    )
    return messages if all(message.text.strip() for message in messages) else ()


def _message(role: str, text: str, line: int) -> Message:
    """A section, without the blank lines around it."""
    shorter = text.lstrip("\n")
    return Message(role=role, text=shorter.rstrip("\n") + "\n", line=line + len(text) - len(shorter))


def _headings(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Where a line is nothing but a role: its number, the role, and how it is marked."""
    for number, line in _outside_fences(lines):
        found = _ROLE.fullmatch(line)
        if found:
            role = found["titled"] or found["plain"]
            yield number, role.lower(), found["marks"] or ":"


def _title(body: str) -> str | None:
    """The heading that the text begins with, when no other of its level follows."""
    headings = [
        (number, found["words"])
        for number, line in _outside_fences(body.lstrip("\n").split("\n"))
        if (found := _TITLE.fullmatch(line))
    ]
    return headings[0][1] if len(headings) == 1 and headings[0][0] == 0 else None


def _outside_fences(lines: list[str]) -> Iterator[tuple[int, str]]:
    is_code = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            is_code = not is_code
        elif not is_code:
            yield number, line.rstrip("\n")
