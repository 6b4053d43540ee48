"""The shape of OpenAI's chat API, which LiteLLM and most servers of open models share."""

import json
from collections.abc import Iterator, Mapping

from plmctl.core.call.adapter import Attempt
from plmctl.core.call.exacting import is_strict
from plmctl.core.call.medium import Address, Inline, Source, Upload, source_of
from plmctl.core.call.request import Media, Message, OfferedTool, Request, Text, ToolCall
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value, as_items, as_mapping

_SETTINGS: Mapping[str, str] = {
    "temperature": "temperature",
    "topP": "top_p",
    "seed": "seed",
    "stop": "stop",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
}
_OWN_WAY = ("reasoning", "toolChoice", "parallelToolCalls", "extra")
_SOUNDS = {
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What one API that shares the shape calls its settings, and what it does not have.

    `limit` is the field for the most tokens of an answer; `stops` is how many texts may end an answer,
    `without` are parameters that it does not have. `budget`: tokens for reasoning can be said; `choice`: a
    text can be held to labels; `fetches`: a file may be an address; `search`: the provider can search the
    web; `formats`: the answer can be asked to be JSON.
    """

    limit: str = "max_completion_tokens"
    stops: int | None = None
    without: frozenset[str] = frozenset({"topK"})
    budget: bool = False
    choice: bool = False
    fetches: bool = False
    search: bool = False
    formats: bool = True


def chat(attempt: Attempt, dialect: Dialect) -> dict[str, Value]:
    """The fields of the body that every API of this shape has, without the model."""
    request = attempt.request
    if not request.messages:
        attempt.refuse("messages", "none is left to send: all of them are blank")
    return {
        "messages": [_message(attempt, dialect, message) for message in request.messages],
        **_settings(attempt, dialect),
        **_tools(attempt, dialect),
        **_response_format(attempt, dialect),
    }


def arguments_of(call: ToolCall) -> str:
    """The arguments of a call as the text that a model would have written."""
    return json.dumps(dict(call.arguments), ensure_ascii=False, separators=(",", ":"))


def _message(attempt: Attempt, dialect: Dialect, message: Message) -> dict[str, Value]:
    said: dict[str, Value] = {"role": message.role}
    if message.parts or not message.calls:
        said["content"] = _content(attempt, dialect, message)
    if message.calls:
        said["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": arguments_of(call)},
            }
            for call in message.calls
        ]
    if message.role == "tool":
        if message.answers is None:
            attempt.refuse("messages", "a message of the role 'tool' does not say which call it answers")
        said["tool_call_id"] = message.answers
    return said


def _content(attempt: Attempt, dialect: Dialect, message: Message) -> Value:
    match message.parts:
        case ():
            return ""
        case (Text(text=text),):
            return text
    return [*_parts(attempt, dialect, message)]


def _parts(attempt: Attempt, dialect: Dialect, message: Message) -> Iterator[Value]:
    for part in message.parts:
        if isinstance(part, Text):
            yield {"type": "text", "text": part.text}
            continue
        if message.role != "user":
            attempt.refuse(
                "messages", f"{part.medium} in a message of the role '{message.role}': only a user's has it"
            )
        found = _media(part, source_of(part.value), dialect)
        if found is None:
            attempt.refuse("messages", _MISPLACED[part.medium])
        yield found


_MISPLACED: Mapping[str, str] = {
    "image": "an image must be an http address or a data URI in base64",
    "audio": "audio must be a data URI in base64, of wav or mp3",
    "file": "a file must be a data URI in base64 or the id of an upload",
}


def _media(part: Media, source: Source | None, dialect: Dialect) -> dict[str, Value] | None:
    match part.medium, source:
        case "image", Inline() | Address():
            detail: dict[str, Value] = {} if part.detail is None else {"detail": part.detail}
            return {"type": "image_url", "image_url": {"url": part.value, **detail}}
        case "audio", Inline(media_type=kind, data=data) if kind in _SOUNDS:
            return {"type": "input_audio", "input_audio": {"data": data, "format": _SOUNDS[kind]}}
        case "file", Inline(media_type=kind):
            name = f"file.{kind.rpartition('/')[2]}"
            return {"type": "file", "file": {"filename": name, "file_data": part.value}}
        case "file", Upload(id=id_):
            return {"type": "file", "file": {"file_id": id_}}
        case "file", Address(url=url) if dialect.fetches:
            return {"type": "file", "file": {"file_id": url}}
    return None


def _settings(attempt: Attempt, dialect: Dialect) -> dict[str, Value]:
    fields = {**_SETTINGS, "topK": "top_k", "maxOutputTokens": dialect.limit}
    settings = dict[str, Value]()
    for name, value in attempt.request.parameters.items():
        if name in dialect.without or name not in (*fields, *_OWN_WAY):
            if not name.startswith("x-"):
                attempt.refuse(f"parameters.{name}", "the API has no such setting")
        elif name in fields:
            settings[fields[name]] = value
    if dialect.stops is not None and len(as_items(settings.get("stop"))) > dialect.stops:
        attempt.refuse("parameters.stop", f"the API takes at most {dialect.stops} texts")
    return {**settings, **_reasoning(attempt, dialect)}


def _reasoning(attempt: Attempt, dialect: Dialect) -> dict[str, Value]:
    reasoning = as_mapping(attempt.request.parameters.get("reasoning"))
    said = dict[str, Value]()
    if "effort" in reasoning:
        said["reasoning_effort"] = reasoning["effort"]
    if "budgetTokens" in reasoning:
        if not dialect.budget:
            attempt.refuse("parameters.reasoning.budgetTokens", "the API has 'effort' alone")
        said["thinking"] = thinking_of(reasoning["budgetTokens"])
    return said


def thinking_of(budget: Value) -> dict[str, Value]:
    """How Anthropic's API and LiteLLM are told the most tokens to think with."""
    return {"type": "enabled", "budget_tokens": budget} if budget else {"type": "disabled"}


# Which API of a provider runs them instead.
_SERVERS = {
    "openai": ", as OpenAI's Responses API does",
    "azure-openai": ", as OpenAI's Responses API does",
    "anthropic": ", as a beta of Anthropic's does",
}


def _tools(attempt: Attempt, dialect: Dialect) -> dict[str, Value]:
    """The tools, and the settings of tools, which without any have nothing to set."""
    said = dict[str, Value]()
    functions = [tool for tool in attempt.request.tools if tool.parameters is not None]
    for tool in attempt.request.tools:
        if tool.builtin == "web_search" and dialect.search:
            said |= {"web_search_options": {}} if attempt.hands_over(tool) else {}
        elif tool.mcp is not None:
            attempt.refuse_server(tool, _SERVERS.get(attempt.request.target.provider_type, ""))
        elif tool.parameters is None:
            attempt.refuse_tool(tool, "the API does not offer the provider's own tools")
    if functions:
        said["tools"] = [
            {"type": "function", "function": function_of(tool, "parameters")} for tool in functions
        ]
    parameters = attempt.request.parameters
    choice = parameters.get("toolChoice")
    if choice is not None and (functions or choice not in ("auto", "none")):
        said |= _choice(attempt, functions, choice)
    if functions and "parallelToolCalls" in parameters:
        said["parallel_tool_calls"] = parameters["parallelToolCalls"]
    return said


def function_of(tool: OfferedTool, field: str) -> dict[str, Value]:
    """A tool with arguments as APIs are told of it: `field` is what this one calls their schema."""
    said: dict[str, Value] = {"name": tool.name}
    if tool.description is not None:
        said["description"] = tool.description
    said[field] = dict(tool.parameters or {})
    if tool.strict is not None:
        said["strict"] = tool.strict
    return said


def _choice(attempt: Attempt, functions: list[OfferedTool], choice: Value) -> dict[str, Value]:
    if functions and choice in ("auto", "none", "required"):
        return {"tool_choice": choice}
    if attempt.offers(functions, choice):
        return {"tool_choice": {"type": "function", "function": {"name": choice}}}
    return {}


def _response_format(attempt: Attempt, dialect: Dialect) -> dict[str, Value]:
    wanted = attempt.request.response_format
    if wanted is None:
        return {}
    if wanted.kind != "json":
        # Labels are a promise to who reads the answer: most APIs hold no text to them.
        labels = as_items((wanted.schema or {}).get("enum"))
        return {"structured_outputs": {"choice": labels}} if labels and dialect.choice else {}
    if not dialect.formats:
        attempt.refuse("outputs", "the API does not ask this provider for JSON")
    if wanted.schema is None:
        return {"response_format": {"type": "json_object"}}
    name = "".join(c if (c.isascii() and c.isalnum()) or c in "-_" else "_" for c in _name(attempt.request))
    shape: dict[str, Value] = {"name": name[:64], "schema": dict(wanted.schema)}
    if is_strict(wanted.schema):
        shape["strict"] = True
    return {"response_format": {"type": "json_schema", "json_schema": shape}}


def _name(request: Request) -> str:
    return request.identity.artifact.partition("/")[2]
