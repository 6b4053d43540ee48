"""Calls of OpenAI's chat API, and of the servers that share its shape."""

from dataclasses import replace

import pytest

from plmctl.core.call.openai import openai
from plmctl.core.value import Value
from tests.core.call.artifacts import said
from tests.core.call.test_adapter import refused, request

GPT: dict[str, Value] = {"provider": "openai", "model": "gpt-6-astra"}
OUTPUTS: Value = {"format": "json", "schema": {"type": "object"}}


def shown(medium: str, value: str, role: str = "user") -> dict[str, Value]:
    """A prompt whose message is a part, which is this value."""
    messages: list[Value] = [{"role": role, "content": [{medium: "it"}]}]
    properties: Value = {"it": {"type": "string", "default": value}}
    return {"messages": messages, "inputs": {"type": "object", "properties": properties}}


@pytest.mark.parametrize(
    ("provider", "field"),
    [
        ("azure-openai", "max_completion_tokens"),
        ("vllm", "max_completion_tokens"),
        ("litellm", "max_completion_tokens"),
        ("ollama", "max_tokens"),
        ("huggingface", "max_tokens"),
        ("custom", "max_tokens"),
    ],
)
def test_a_server_of_open_models_is_asked_in_its_words(provider: str, field: str) -> None:
    made = request({"parameters": {"maxOutputTokens": 9}}, {"provider": provider, "model": "m"})
    assert openai(made) == {"model": "m", "messages": [{"role": "user", "content": "Hi"}], field: 9}


def test_what_only_a_server_takes_goes_into_the_body() -> None:
    settings: Value = {"topK": 4, "reasoning": {"budgetTokens": 2048}}
    body = openai(request({"parameters": settings}, {"provider": "litellm", "model": "m"}))
    assert body["extra_body"] == {"top_k": 4, "thinking": {"type": "enabled", "budget_tokens": 2048}}


def test_vllm_holds_a_text_to_its_labels() -> None:
    vllm = {"provider": "vllm", "model": "m"}
    labels: Value = {"format": "text", "schema": {"type": "string", "enum": ["a", "b"]}}
    assert openai(request({"outputs": labels}, vllm))["extra_body"] == {
        "structured_outputs": {"choice": ["a", "b"]}
    }
    assert "extra_body" not in openai(request({"outputs": {"format": "text"}}, vllm))
    assert openai(request({"outputs": labels}, GPT)) == openai(request({}, GPT))


def test_azure_is_asked_for_the_deployment_which_may_be_a_variable() -> None:
    azure: dict[str, Value] = {"provider": "azure-openai", "model": "gpt-4.1", "deployment": {"env": "CHAT"}}
    made = request({}, azure)
    assert openai(made, {"CHAT": "chat-eu"})["model"] == "chat-eu"
    assert refused(openai, made, {"CHAT": ""}) == (
        "model/m deployment: the variable CHAT was not handed over: pass os.environ, as plmctl reads none",
    )
    assert openai(request({}, {"provider": "azure-openai", "model": "gpt-4.1"}))["model"] == "gpt-4.1"


def test_five_texts_that_end_an_answer_are_too_many() -> None:
    stop: Value = ["a", "b", "c", "d", "e"]
    made = request({"parameters": {"stop": stop}}, GPT)
    assert refused(openai, made) == ("parameters.stop: the API takes at most 4 texts",)
    assert openai(request({"parameters": {"stop": stop}}, {"provider": "vllm", "model": "m"}))["stop"] == stop


@pytest.mark.parametrize(
    ("medium", "value", "why"),
    [
        ("image", "file-4fJk2", "an image must be an http address or a data URI in base64"),
        ("image", "gs://bucket/a.png", "an image must be an http address or a data URI in base64"),
        ("audio", "https://example.com/a.mp3", "audio must be a data URI in base64, of wav or mp3"),
        ("audio", "data:audio/ogg;base64,AA==", "audio must be a data URI in base64, of wav or mp3"),
        ("file", "https://example.com/a.pdf", "a file must be a data URI in base64 or the id of an upload"),
    ],
)
def test_media_that_the_api_cannot_get_are_refused(medium: str, value: str, why: str) -> None:
    assert refused(openai, request(shown(medium, value), GPT)) == (f"messages: {why}",)


def test_an_image_without_detail_says_none() -> None:
    body = openai(request(shown("image", "https://example.com/a.png"), GPT))
    part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    assert body["messages"] == [{"role": "user", "content": [part]}]


def test_media_are_a_users() -> None:
    made = request(shown("image", "https://example.com/a.png", role="system"), GPT)
    assert refused(openai, made) == (
        "messages: image in a message of the role 'system': only a user's has it",
    )


def test_calls_without_a_text_have_no_content() -> None:
    calls: Value = [{"id": "1", "name": "n", "arguments": {"ß": [1, None]}}]
    history: Value = [{"role": "assistant", "calls": calls}]
    spec: dict[str, Value] = {
        "messages": [{"placeholder": "history"}],
        "inputs": {"type": "object", "properties": {"history": {"type": "array", "default": history}}},
    }
    function = {"name": "n", "arguments": '{"ß":[1,null]}'}
    assert openai(request(spec, GPT))["messages"] == [
        {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": function}]}
    ]


def test_the_name_of_a_schema_has_the_letters_that_the_api_takes() -> None:
    made = request({"outputs": OUTPUTS}, GPT)
    identity = replace(made.identity, artifact=f"prompt/support/{'triage-' * 9}é")
    body = openai(replace(made, identity=identity))
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": ("support_" + "triage-" * 9)[:64], "schema": {"type": "object"}},
    }


def test_a_tool_of_the_provider_is_refused() -> None:
    made = request({"tools": [{"ref": "tool/run"}]}, GPT, tool_run={"builtin": "code_interpreter"})
    assert refused(openai, made) == ("tool 'run': the API does not offer the provider's own tools",)


def test_a_later_message_of_the_system_stays_where_it_is() -> None:
    messages = said("a", {"role": "system", "content": "b"}, "c")
    assert openai(request({"messages": messages}, GPT))["messages"] == [
        {"role": "user", "content": "a"},
        {"role": "system", "content": "b"},
        {"role": "user", "content": "c"},
    ]
