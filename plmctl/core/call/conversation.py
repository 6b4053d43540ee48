"""Messages as JSON, which callers hand over for a placeholder and a render gives back.

{role: user, content: text}                        content is text, or parts as a manifest has them:
{role: user, content: [{text: ...}, {image: URL, detail: low}]}        the value in place of the input
{role: assistant, content: text, calls: [{id: ..., name: ..., arguments: {...}}]}
{role: tool, content: text, answers: id}           the answer to the call of that id
"""

from collections.abc import Iterator, Mapping

from plmctl.core.call.request import MEDIA, Media, Message, Text, ToolCall
from plmctl.core.value import Value, as_items, as_mapping

ROLES = ("system", "developer", "user", "assistant", "tool")
_FIELDS = frozenset({"role", "content", "calls", "answers"})
_FOREIGN = {
    "tool_calls": "write 'calls': a list of {id, name, arguments}",
    "tool_call_id": "write 'answers': the id of the call that the message answers",
    "parts": "write 'content': text, or a list of parts",
}


# What other APIs and frameworks call who speaks.
_FOREIGN_ROLES = {
    "ai": "assistant",
    "bot": "assistant",
    "customer": "user",
    "function": "tool",
    "human": "user",
    "model": "assistant",
    "tool_result": "tool",
}


class NotMessages(ValueError):
    """Why a value is no list of messages; `hint` says what to do."""

    def __init__(self, message: str, hint: str | None = None):
        super().__init__(message)
        self.hint = hint


def messages_of(value: Value, name: str) -> tuple[Message, ...]:
    """The messages of a list in JSON; raises NotMessages, which calls it by the name."""
    if not isinstance(value, list):
        raise NotMessages(f"{name} must be a list of messages")
    return tuple(_message(item, f"{name}[{index}]") for index, item in enumerate(value))


def value_of(message: Message) -> dict[str, Value]:
    """A message in JSON: its content is text where it has nothing else."""
    value: dict[str, Value] = {"role": message.role, "content": _content_of(message)}
    if message.calls:
        value["calls"] = [
            {"id": call.id, "name": call.name, "arguments": dict(call.arguments)} for call in message.calls
        ]
    return value if message.answers is None else {**value, "answers": message.answers}


def _content_of(message: Message) -> Value:
    match message.parts:
        case ():
            return ""
        case (Text(text=text),):
            return text
    return [dict(_part_of(part)) for part in message.parts]


def _part_of(part: Text | Media) -> Iterator[tuple[str, Value]]:
    if isinstance(part, Text):
        yield "text", part.text
        return
    yield part.medium, part.value
    if part.detail is not None:
        yield "detail", part.detail


def _message(value: Value, path: str) -> Message:
    if not isinstance(value, dict):
        raise NotMessages(f"{path} must be a message: an object with 'role' and 'content'")
    for key in value:
        if key not in _FIELDS:
            raise NotMessages(f"'{key}' is not a field of {path}", _FOREIGN.get(key))
    role = value.get("role")
    if role not in ROLES or not isinstance(role, str):
        meant = _FOREIGN_ROLES.get(role.lower()) if isinstance(role, str) else None
        hint = f"write '{meant}'" if meant is not None else None
        raise NotMessages(f"{path}.role must be one of {', '.join(ROLES)}", hint)
    return _consistent(
        Message(
            role=role,
            parts=tuple(_parts(value.get("content"), f"{path}.content")),
            calls=tuple(_calls(value.get("calls"), f"{path}.calls")),
            answers=_answers(value, path),
        ),
        path,
    )


def _consistent(message: Message, path: str) -> Message:
    if message.calls and message.role != "assistant":
        raise NotMessages(f"{path} has calls of tools: only a message of the assistant can")
    if (message.answers is not None) != (message.role == "tool"):
        raise NotMessages(f"{path}: a message of the role 'tool' has 'answers', and no other message has")
    if not (message.parts or message.calls or message.role == "tool"):
        raise NotMessages(f"{path} says nothing: it has no content")
    return message


def _answers(value: Mapping[str, Value], path: str) -> str | None:
    answers = value.get("answers")
    if answers is not None and not (isinstance(answers, str) and answers):
        raise NotMessages(f"{path}.answers must be the id of a call")
    return answers


def _parts(content: Value, path: str) -> Iterator[Text | Media]:
    if isinstance(content, str):
        yield from [Text(text=content)] if content else []
    elif isinstance(content, list):
        for index, part in enumerate(content):
            yield _part(part, f"{path}[{index}]")
    elif content is not None:
        raise NotMessages(f"{path} must be text or a list of parts")


def _part(value: Value, path: str) -> Text | Media:
    fields = as_mapping(value)
    said, detail = [key for key in fields if key != "detail"], fields.get("detail")
    text = fields[said[0]] if len(said) == 1 else None
    if isinstance(text, str) and said == ["text"] and detail is None:
        return Text(text=text)
    if isinstance(text, str) and text and (detail is None or (isinstance(detail, str) and said == ["image"])):
        for medium in (medium for medium in MEDIA if said == [medium]):
            return Media(medium=medium, value=text, detail=detail)
    raise NotMessages(f"{path} must be one of {{text}}, {{image, detail}}, {{audio}} and {{file}}")


def _calls(value: Value, path: str) -> Iterator[ToolCall]:
    if not (value is None or isinstance(value, list)):
        raise NotMessages(f"{path} must be a list of calls")
    for index, item in enumerate(as_items(value)):
        match item:
            case {"id": str(id_), "name": str(name), "arguments": dict(arguments), **more} if not more:
                yield ToolCall(id=id_, name=name, arguments=arguments)
            case _:
                raise NotMessages(f"{path}[{index}] must be {{id, name, arguments}}, the arguments an object")
