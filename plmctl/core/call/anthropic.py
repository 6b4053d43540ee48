"""Anthropic's messages API: `client.messages.create(**anthropic(request))`.

https://platform.claude.com/docs/en/api/messages
"""

from collections.abc import Iterator, Mapping
from itertools import takewhile

from plmctl.core.call.adapter import Attempt, arguments
from plmctl.core.call.chat import function_of, thinking_of
from plmctl.core.call.exacting import closed, unheld
from plmctl.core.call.refusal import named
from plmctl.core.call.request import Request
from plmctl.core.call.turns import instructs, texts_of, turns_of
from plmctl.core.call.ways import is_anthropics
from plmctl.core.value import Value, as_mapping, as_text

# The first version without settings of sampling: https://platform.claude.com/docs/en/api/versioning
_WITHOUT_SAMPLING = "2026-10-21"
_SAMPLING = {"temperature": "temperature", "topP": "top_p", "topK": "top_k"}
_OWN_WAY = ("maxOutputTokens", "stop", "reasoning", "toolChoice", "parallelToolCalls", "extra")
_LEAST_BUDGET = 1024
_ARGUMENTS = frozenset(
    {
        "max_tokens",
        "messages",
        "model",
        "output_config",
        "stop_sequences",
        "system",
        "thinking",
        "tool_choice",
        "tools",
    }
)
# The provider's tools have a name of their own, which no request changes.
_NAMES = {"text_editor": "str_replace_based_edit_tool"}


def anthropic(request: Request, environment: Mapping[str, str] | None = None) -> dict[str, Value]:
    """The arguments of the Anthropic client for a request; raises AdapterError for what they cannot say.

    `environment` is there for the likeness of the adapters: nothing that this API is told is a variable.
    """
    attempt = Attempt(request=request, api="Anthropic's messages API", environment=environment or {})
    if not is_anthropics(request.target):
        raise attempt.stranger()
    version = attempt.provider("apiVersion")
    body = attempt.with_extra(
        {
            "model": request.target.model,
            **_messages(attempt),
            **_settings(attempt),
            **_sampling(attempt, version if isinstance(version, str) else _WITHOUT_SAMPLING),
            **_thinking(attempt),
            **_tools(attempt),
            **_output(attempt),
        }
    )
    attempt.settle()
    # The version of the API is a header, and a field of the body at a cloud.
    if version is None:
        return arguments(body, _ARGUMENTS)
    if request.target.provider_type in ("bedrock", "google"):
        return arguments({**body, "anthropic_version": version}, _ARGUMENTS)
    return arguments(body, _ARGUMENTS, {"extra_headers": {"anthropic-version": version}})


def _messages(attempt: Attempt) -> dict[str, Value]:
    messages = attempt.request.messages
    leading = [*takewhile(instructs, messages)]
    if len(leading) == len(messages):
        attempt.refuse("messages", "none of a user is left to send")
    system: list[Value] = [text for message in leading for text in texts_of(attempt, message)]
    said: dict[str, Value] = {"messages": turns_of(attempt, messages[len(leading) :])}
    if len(system) == 1:
        said["system"] = as_mapping(system[0])["text"]
    elif system:
        said["system"] = system
    return said


def _settings(attempt: Attempt) -> dict[str, Value]:
    parameters = attempt.request.parameters
    for name in parameters:
        if name not in (*_SAMPLING, *_OWN_WAY) and not name.startswith("x-"):
            attempt.refuse(f"parameters.{name}", "the API has no such setting")
    if "maxOutputTokens" not in parameters:
        place = named(attempt.request.target.artifact)
        attempt.refuse(
            "parameters.maxOutputTokens", f"the API must be told; set it in {place} or in the prompt"
        )
    said: dict[str, Value] = {"max_tokens": parameters.get("maxOutputTokens")}
    return {**said, "stop_sequences": parameters["stop"]} if "stop" in parameters else said


def _sampling(attempt: Attempt, version: str) -> dict[str, Value]:
    given = {name: value for name, value in attempt.request.parameters.items() if name in _SAMPLING}
    # A cloud has its name before the date, as bedrock-2023-05-31.
    if version[-10:] < _WITHOUT_SAMPLING:
        return {_SAMPLING[name]: value for name, value in given.items()}
    for name in given:
        attempt.refuse(
            f"parameters.{name}",
            f"the API has no such setting since its version {_WITHOUT_SAMPLING}: remove it, or set "
            "'apiVersion: 2023-06-01' in the model's Provider where the model still takes it",
        )
    return {}


def _thinking(attempt: Attempt) -> dict[str, Value]:
    parameters = attempt.request.parameters
    reasoning = as_mapping(parameters.get("reasoning"))
    said: dict[str, Value] = {"thinking": {"type": "adaptive"}} if "effort" in reasoning else {}
    if "budgetTokens" in reasoning:
        budget, limit = reasoning["budgetTokens"], parameters.get("maxOutputTokens")
        said["thinking"] = thinking_of(budget)
        if isinstance(budget, int) and 0 < budget < _LEAST_BUDGET:
            attempt.refuse(
                "parameters.reasoning.budgetTokens", f"{budget} is less than {_LEAST_BUDGET}, the least"
            )
        if isinstance(budget, int) and isinstance(limit, int) and budget >= limit:
            attempt.refuse(
                "parameters.reasoning.budgetTokens", f"{budget} is not below maxOutputTokens, {limit}"
            )
    return said


def _tools(attempt: Attempt) -> dict[str, Value]:
    """The tools, and the settings of tools, which without any have nothing to set."""
    parameters = attempt.request.parameters
    choice, parallel = parameters.get("toolChoice"), parameters.get("parallelToolCalls")
    tools: list[Value] = [*_offered(attempt)]
    if choice not in (None, "auto", "none") and (not tools or choice != "required"):
        attempt.offers(attempt.request.tools, choice)
    if not tools:
        return {}
    if choice is None and parallel is None:
        return {"tools": tools}
    return {"tools": tools, "tool_choice": _choice(attempt, choice, parallel)}


def _offered(attempt: Attempt) -> Iterator[Value]:
    for tool in attempt.request.tools:
        if tool.parameters is not None:
            yield function_of(tool, "input_schema")
        elif isinstance(tool.builtin, str) and _is_dated(tool.builtin):
            if attempt.hands_over(tool):
                yield {"type": tool.builtin, "name": _own_name(tool.builtin)}
        elif tool.builtin is not None:
            why = "the API has its own tools by their date: write one such as web_search_20250305"
            attempt.refuse_tool(tool, why)
        else:
            attempt.refuse_server(tool, ", as its beta does (client.beta.messages)")


def _is_dated(builtin: str) -> bool:
    base, _, date = builtin.rpartition("_")
    return bool(base) and len(date) == 8 and date.isdecimal()


def _own_name(builtin: str) -> str:
    base = builtin.rpartition("_")[0]
    return _NAMES.get(base, base)


def _choice(attempt: Attempt, choice: Value, parallel: Value) -> dict[str, Value]:
    said: dict[str, Value] = {"type": {None: "auto", "required": "any"}.get(as_text(choice), choice)}
    if choice not in (None, "auto", "none", "required"):
        builtins = {
            tool.name: tool.builtin for tool in attempt.request.tools if isinstance(tool.builtin, str)
        }
        builtin = builtins.get(str(choice))
        said = {"type": "tool", "name": choice if builtin is None else _own_name(builtin)}
    if isinstance(parallel, bool) and choice != "none":
        said["disable_parallel_tool_use"] = not parallel
    return said


def _output(attempt: Attempt) -> dict[str, Value]:
    reasoning = as_mapping(attempt.request.parameters.get("reasoning"))
    said: dict[str, Value] = {"effort": reasoning["effort"]} if "effort" in reasoning else {}
    wanted = attempt.request.response_format
    if wanted is not None and wanted.kind == "json":
        said["format"] = {"type": "json_schema", "schema": _held(attempt, wanted.schema)}
    return {"output_config": said} if said else {}


def _held(attempt: Attempt, schema: Mapping[str, Value] | None) -> Value:
    if schema is None:
        attempt.refuse("outputs", "the API makes JSON of a schema alone: state 'outputs.schema'")
        return None
    for key in unheld(schema):
        attempt.refuse("outputs.schema", f"the API does not hold an answer to {key}")
    return closed(schema)
