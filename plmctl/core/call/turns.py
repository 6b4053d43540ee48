"""A conversation as Anthropic's API takes it: turns of a user and of the assistant, made of blocks."""

import binascii
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from plmctl.core.call.adapter import Attempt
from plmctl.core.call.medium import Address, Inline, Source, Upload, source_of
from plmctl.core.call.request import INSTRUCTING, Media, Message, Text
from plmctl.core.value import Value

_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_ROLES = {"system": "system", "developer": "system", "user": "user", "tool": "user", "assistant": "assistant"}


def instructs(message: Message) -> bool:
    """Whether a message instructs, and is no turn of the conversation."""
    return message.role in INSTRUCTING


def texts_of(attempt: Attempt, message: Message) -> Iterator[Value]:
    """The blocks of a message that is text alone."""
    for part in message.parts:
        if isinstance(part, Text):
            yield {"type": "text", "text": part.text}
        else:
            why = f"{part.medium} in a message of the role '{message.role}': only a user's has it"
            attempt.refuse("messages", why)


def turns_of(attempt: Attempt, messages: Sequence[Message]) -> list[Value]:
    """The turns: what one side says in several messages is one turn, as answers of several tools must be."""
    turns: list[tuple[str, list[Value]]] = []
    for message in messages:
        role, blocks = _ROLES[message.role], [*_blocks(attempt, message)]
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(blocks)
        else:
            turns.append((role, blocks))
    roles = ["", *(role for role, _ in turns), ""]
    for before, (role, after) in zip(roles, pairwise(roles[1:]), strict=False):
        if role == "system" and (before, after) not in (("user", ""), ("user", "assistant")):
            why = "instructions inside a conversation stand between a user's turn and the assistant's"
            attempt.refuse("messages", why)
    return [{"role": role, "content": _short(blocks)} for role, blocks in turns]


def _short(blocks: list[Value]) -> Value:
    match blocks:
        case [{"type": "text", "text": text}]:
            return text
    return blocks


def _blocks(attempt: Attempt, message: Message) -> Iterator[Value]:
    if message.role == "tool":
        yield _answer(attempt, message)
        return
    if message.role == "user":
        yield from _seen(attempt, message)
    else:
        yield from texts_of(attempt, message)
    for call in message.calls:
        yield {"type": "tool_use", "id": call.id, "name": call.name, "input": dict(call.arguments)}


def _answer(attempt: Attempt, message: Message) -> Value:
    if message.answers is None:
        attempt.refuse("messages", "a message of the role 'tool' does not say which call it answers")
    said: dict[str, Value] = {"type": "tool_result", "tool_use_id": message.answers}
    blocks = [*_seen(attempt, message)]
    return {**said, "content": _short(blocks)} if blocks else said


def _seen(attempt: Attempt, message: Message) -> Iterator[Value]:
    for part in message.parts:
        if isinstance(part, Text):
            yield {"type": "text", "text": part.text}
            continue
        if part.detail not in (None, "auto"):
            attempt.refuse("messages", f"'detail: {part.detail}' of an image: the API has no such setting")
        block = _media(part, source_of(part.value))
        if block is None:
            attempt.refuse("messages", _MISPLACED[part.medium])
        yield block


_MISPLACED: Mapping[str, str] = {
    "image": "an image must be an http address, an upload's id or a base64 data URI of jpeg, png, gif, webp",
    "audio": "the API takes no audio",
    "file": "a file must be an http address, an upload's id or a base64 data URI of a PDF or UTF-8 text",
}


def _media(part: Media, source: Source | None) -> dict[str, Value] | None:
    if part.medium == "audio":
        return None
    kind = "image" if part.medium == "image" else "document"
    match source:
        case Address(url=url):
            return {"type": kind, "source": {"type": "url", "url": url}}
        case Upload(id=id_):
            return {"type": kind, "source": {"type": "file", "file_id": id_}}
        case Inline(media_type="text/plain", data=data) if kind == "document":
            text = _decoded(data)
            plain: Value = {"type": "text", "media_type": "text/plain", "data": text}
            return None if text is None else {"type": kind, "source": plain}
        case Inline(media_type=media_type, data=data):
            is_taken = media_type in (_IMAGES if kind == "image" else ("application/pdf",))
            inline: Value = {"type": "base64", "media_type": media_type, "data": data}
            return {"type": kind, "source": inline} if is_taken else None
    return None


def _decoded(data: str) -> str | None:
    try:
        return binascii.a2b_base64(data, strict_mode=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
