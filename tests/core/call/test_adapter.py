"""What all adapters refuse alike, and the settings that only one provider knows."""

import json
from collections.abc import Callable, Mapping

import pytest

from plmctl.core.call.adapter import AdapterError
from plmctl.core.call.anthropic import anthropic
from plmctl.core.call.litellm import litellm
from plmctl.core.call.openai import openai
from plmctl.core.call.request import Request
from plmctl.core.call.ways import ways_of
from plmctl.core.value import Value
from tests.core.call.artifacts import prompt, said
from tests.programs import REPOSITORY

Adapter = Callable[..., dict[str, Value]]
ADAPTERS: Mapping[str, tuple[Adapter, dict[str, Value]]] = {
    "openai": (openai, {"provider": "openai", "model": "gpt-6-astra"}),
    "anthropic": (
        anthropic,
        {"provider": "anthropic", "model": "claude-opus-5", "parameters": {"maxOutputTokens": 500}},
    ),
    "litellm": (litellm, {"provider": "mistral", "model": "mistral-large-2411"}),
}
each_adapter = pytest.mark.parametrize("name", ADAPTERS)
# Each type that a Provider can have, as the schema says them.
PROVIDERS: list[str] = json.loads((REPOSITORY / "schemas/defs.json").read_bytes())["$defs"]["providerType"][
    "enum"
]
LOOKUP: dict[str, Value] = {"name": "lookup", "parameters": {"type": "object", "properties": {}}}


def request(spec: dict[str, Value], model: Mapping[str, Value], **others: Mapping[str, Value]) -> Request:
    """The request of a prompt whose one message is 'Hi', unless it says otherwise."""
    artifacts = {"model/m": model, **{name.replace("_", "/"): value for name, value in others.items()}}
    return prompt({"messages": said("Hi"), **spec}, artifacts).render({})


def refused(adapter: Adapter, made: Request, environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(AdapterError) as caught:
        adapter(made, environment)
    return caught.value.problems


def test_an_error_names_the_prompt_the_model_the_api_and_every_problem() -> None:
    parameters: Value = {"topK": 4, "reasoning": {"budgetTokens": 5}}
    with pytest.raises(AdapterError) as caught:
        openai(request({"parameters": parameters}, ADAPTERS["openai"][1]))
    assert caught.value.message == (
        "prompt/p@1.0.0 with model/m@1.0.0 cannot be put to OpenAI's chat API as it is:\n"
        "  parameters.topK: the API has no such setting\n"
        "  parameters.reasoning.budgetTokens: the API has 'effort' alone"
    )
    assert caught.value.exit_code == 3


def test_no_problem_begins_a_line_of_its_own() -> None:
    error = AdapterError("prompt/p", "LiteLLM", ["parameters.extra.a\n::error::b: no"])
    assert error.message == (
        "prompt/p cannot be put to LiteLLM as it is:\n  parameters.extra.a\\n::error::b: no"
    )
    assert error.problems == ("parameters.extra.a\\n::error::b: no",)


@pytest.mark.parametrize(
    ("adapter", "provider"),
    [(openai, "anthropic"), (openai, "cohere"), (anthropic, "openai"), (anthropic, "bedrock")],
)
def test_a_model_of_another_provider_is_refused(adapter: Adapter, provider: str) -> None:
    made = request({}, {"provider": provider, "model": "m"})
    assert refused(adapter, made) == (f"model: a model of '{provider}' is not asked in this way",)


@pytest.mark.parametrize("model", ["m", "anthropic.claude-opus-5"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_hint_names_the_clients_that_ask_a_model_and_no_other(provider: str, model: str) -> None:
    made = request({}, {"provider": provider, "model": model, "parameters": {"maxOutputTokens": 5}})
    strangers = {name for name, adapter in CLIENTS.items() if "not asked in this way" in told(adapter, made)}
    assert {*ways_of(made.target)} == CLIENTS.keys() - strangers
    for name in strangers:
        with pytest.raises(AdapterError) as caught:
            CLIENTS[name](made)
        assert caught.value.ways == ways_of(made.target)


def told(adapter: Adapter, made: Request) -> str:
    try:
        adapter(made)
    except AdapterError as error:
        return error.message
    return ""


CLIENTS: Mapping[str, Adapter] = {"openai": openai, "anthropic": anthropic, "litellm": litellm}


@each_adapter
def test_a_parameter_of_a_later_version_is_refused_and_an_annotation_is_not(name: str) -> None:
    adapter, model = ADAPTERS[name]
    made = request({"parameters": {"x-why": "it is good", "warmth": 3}}, model)
    assert refused(adapter, made) == ("parameters.warmth: the API has no such setting",)


@each_adapter
def test_a_prompt_whose_messages_are_all_blank_is_refused(name: str) -> None:
    adapter, model = ADAPTERS[name]
    made = request({"messages": said("{{#a}}x{{/a}}")}, model)
    assert [problem.partition(":")[0] for problem in refused(adapter, made)] == ["messages"]


@each_adapter
@pytest.mark.parametrize("choice", ["other", "required"])
def test_a_tool_that_must_be_called_must_be_offered(name: str, choice: str) -> None:
    adapter, model = ADAPTERS[name]
    made = request({"parameters": {"toolChoice": choice}}, model)
    assert [problem.partition(":")[0] for problem in refused(adapter, made)] == ["parameters.toolChoice"]


@each_adapter
def test_settings_of_tools_are_left_out_where_there_is_no_tool(name: str) -> None:
    adapter, model = ADAPTERS[name]
    settings: Value = {"toolChoice": "auto", "parallelToolCalls": False}
    assert adapter(request({"parameters": settings}, model)) == adapter(request({}, model))


@each_adapter
def test_a_choice_among_tools_is_said(name: str) -> None:
    adapter, model = ADAPTERS[name]
    shapes = {
        "auto": ("auto", {"type": "auto"}),
        "none": ("none", {"type": "none"}),
        "required": ("required", {"type": "any"}),
        "lookup": ({"type": "function", "function": {"name": "lookup"}}, {"type": "tool", "name": "lookup"}),
    }
    for choice, (shared, claude) in shapes.items():
        body = adapter(request({"tools": [LOOKUP], "parameters": {"toolChoice": choice}}, model))
        assert body["tool_choice"] == (claude if name == "anthropic" else shared)


@each_adapter
def test_an_answer_of_a_tool_that_answers_no_call_is_refused(name: str) -> None:
    adapter, model = ADAPTERS[name]
    made = request({"messages": said("Hi", {"role": "tool", "content": "4"})}, model)
    assert refused(adapter, made) == (
        "messages: a message of the role 'tool' does not say which call it answers",
    )


@pytest.mark.parametrize(
    ("adapter", "provider", "where"),
    [
        (openai, "openai", ", as OpenAI's Responses API does"),
        (openai, "vllm", ""),
        (anthropic, "anthropic", ", as its beta does (client.beta.messages)"),
        (litellm, "anthropic", ", as a beta of Anthropic's does"),
        (litellm, "mistral", ""),
    ],
)
def test_an_mcp_server_is_refused_with_what_to_do_instead(
    adapter: Adapter, provider: str, where: str
) -> None:
    made = request(
        {"tools": [{"ref": "tool/mail"}]},
        {"provider": provider, "model": "m", "parameters": {"maxOutputTokens": 5}},
        tool_mail={"mcp": {"server": "https://mcp.example.com"}},
    )
    instead = "offer each tool of it as a Tool with 'parameters', and let the service call the server"
    assert refused(adapter, made) == (f"tool 'mail': the API runs no MCP servers{where}: {instead}",)


@pytest.mark.parametrize(
    ("name", "builtin"), [("openai", "web_search"), ("anthropic", "web_search_20250305")]
)
def test_no_tool_that_a_person_must_agree_to_is_run_by_the_provider(name: str, builtin: str) -> None:
    adapter, model = ADAPTERS[name]
    tools: dict[str, Value] = {"tools": [{"ref": "tool/web"}]}
    always = request(tools, model, tool_web={"builtin": builtin, "approval": "always"})
    assert refused(adapter, always) == (
        "tool 'web': the provider runs it and asks nobody, and its 'approval' is 'always'",
    )
    never = request(tools, model, tool_web={"builtin": builtin, "approval": "never"})
    assert adapter(never) == adapter(request(tools, model, tool_web={"builtin": builtin}))


def test_a_service_sees_what_a_person_must_agree_to() -> None:
    model = ADAPTERS["openai"][1]
    pay: dict[str, Value] = {"parameters": {"type": "object"}, "approval": "always"}
    made = request({"tools": [LOOKUP, {"ref": "tool/pay"}]}, model, tool_pay=pay)
    assert [(tool.name, tool.approval) for tool in made.tools] == [("lookup", None), ("pay", "always")]


def extras(*settings: tuple[str, Value]) -> dict[str, Value]:
    return {"parameters": {"extra": dict(settings)}}


@each_adapter
def test_extra_settings_are_those_of_the_models_provider(name: str) -> None:
    adapter, model = ADAPTERS[name]
    kind = str(model["provider"])
    body = adapter(request(extras((kind, {"tier": "flex"}), ("ollama", {"num_ctx": 1})), model))
    plain = adapter(request({}, model))
    assert body == (
        {**plain, "tier": "flex"} if name == "litellm" else {**plain, "extra_body": {"tier": "flex"}}
    )


def test_extra_settings_may_be_named_after_the_provider_artifact() -> None:
    model = {"provider": "provider/eu", "model": "m"}
    made = request(
        extras(("provider/eu", {"a": 1}), ("eu", {"b": 2}), ("openai", {"c": 3}), ("us", {"d": 4})),
        model,
        provider_eu={"type": "openai"},
    )
    assert openai(made)["extra_body"] == {"c": 3, "b": 2, "a": 1}


def test_extra_settings_add_to_what_the_request_says() -> None:
    outputs: Value = {"format": "json", "schema": {"type": "object"}}
    more: Value = {"response_format": {"json_schema": {"strict": True}, "type": "json_schema"}}
    body = openai(request({"outputs": outputs, **extras(("openai", more))}, ADAPTERS["openai"][1]))
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "p", "schema": {"type": "object"}, "strict": True},
    }


def test_extra_settings_replace_nothing() -> None:
    settings: Value = {"temperature": 1, "model": "m", "stream": True, "messages": []}
    made = request({"parameters": {"temperature": 0, "extra": {"openai": settings}}}, ADAPTERS["openai"][1])
    assert refused(openai, made) == (
        "parameters.extra.openai.model: this is not for a manifest's extra settings to say",
        "parameters.extra.openai.stream: this is not for a manifest's extra settings to say",
        "parameters.extra.openai.messages: this is not for a manifest's extra settings to say",
        "parameters.extra.openai.temperature: the request has another value there already",
    )
