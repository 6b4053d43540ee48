"""Calls of Anthropic's messages API."""

import pytest

from plmctl.core.call.anthropic import anthropic
from plmctl.core.value import Value
from tests.core.call.artifacts import said
from tests.core.call.test_adapter import LOOKUP, refused, request
from tests.core.call.test_openai import shown

CLAUDE: dict[str, Value] = {
    "provider": "anthropic",
    "model": "claude-opus-5",
    "parameters": {"maxOutputTokens": 4000},
}


def parameters(**settings: Value) -> dict[str, Value]:
    return {"parameters": settings}


def test_the_most_tokens_of_an_answer_must_be_set() -> None:
    made = request({}, {"provider": "anthropic", "model": "claude-opus-5"})
    assert refused(anthropic, made) == (
        "parameters.maxOutputTokens: the API must be told; set it in model/m@1.0.0 or in the prompt",
    )


def test_settings_that_the_api_never_had_are_refused() -> None:
    made = request(parameters(seed=1, frequencyPenalty=1, presencePenalty=1), CLAUDE)
    assert refused(anthropic, made) == tuple(
        f"parameters.{name}: the API has no such setting"
        for name in ("seed", "frequencyPenalty", "presencePenalty")
    )


@pytest.mark.parametrize("version", [None, "2026-10-21", "2027-01-01"])
def test_sampling_is_refused_since_the_version_that_has_none(version: str | None) -> None:
    model = CLAUDE if version is None else {**CLAUDE, "provider": "provider/a"}
    provider: dict[str, Value] = {"type": "anthropic", "apiVersion": version}
    made = request(parameters(temperature=0), model, provider_a=provider)
    [told] = refused(anthropic, made)
    assert told == (
        "parameters.temperature: the API has no such setting since its version 2026-10-21: remove it, or set "
        "'apiVersion: 2023-06-01' in the model's Provider where the model still takes it"
    )


def test_the_version_is_a_header() -> None:
    provider: dict[str, Value] = {"type": "anthropic", "apiVersion": "2026-10-21"}
    made = request({}, {**CLAUDE, "provider": "provider/a"}, provider_a=provider)
    assert anthropic(made)["extra_headers"] == {"anthropic-version": "2026-10-21"}
    assert "extra_body" not in anthropic(made)


@pytest.mark.parametrize("cloud", ["bedrock", "google"])
def test_at_a_cloud_the_version_is_in_the_body(cloud: str) -> None:
    provider: dict[str, Value] = {"type": cloud, "apiVersion": "bedrock-2023-05-31"}
    model = {**CLAUDE, "provider": "provider/a", "model": "anthropic.claude-haiku-4-5"}
    made = request(parameters(temperature=0), model, provider_a=provider)
    assert anthropic(made) == {
        "model": "anthropic.claude-haiku-4-5",
        "max_tokens": 4000,
        "messages": [{"role": "user", "content": "Hi"}],
        "extra_body": {"temperature": 0, "anthropic_version": "bedrock-2023-05-31"},
    }


@pytest.mark.parametrize(
    ("budget", "why"),
    [(1023, "1023 is less than 1024, the least"), (4000, "4000 is not below maxOutputTokens, 4000")],
)
def test_a_budget_that_the_api_does_not_take_is_refused(budget: int, why: str) -> None:
    made = request(parameters(reasoning={"budgetTokens": budget}), CLAUDE)
    assert refused(anthropic, made) == (f"parameters.reasoning.budgetTokens: {why}",)


def test_no_budget_means_no_thinking_and_effort_leaves_it_to_the_model() -> None:
    body = anthropic(request(parameters(reasoning={"budgetTokens": 0, "effort": "low"}), CLAUDE))
    assert (body["thinking"], body["output_config"]) == ({"type": "disabled"}, {"effort": "low"})


@pytest.mark.parametrize(
    ("parallel", "choice", "said"),
    [
        (True, None, {"type": "auto", "disable_parallel_tool_use": False}),
        (False, "required", {"type": "any", "disable_parallel_tool_use": True}),
        (False, "none", {"type": "none"}),
    ],
)
def test_tools_in_parallel_are_a_part_of_the_choice(parallel: bool, choice: Value, said: Value) -> None:
    settings: dict[str, Value] = {"parallelToolCalls": parallel}
    settings |= {} if choice is None else {"toolChoice": choice}
    assert anthropic(request({"tools": [LOOKUP], "parameters": settings}, CLAUDE))["tool_choice"] == said


@pytest.mark.parametrize(
    ("builtin", "name"),
    [
        ("web_search_20250305", "web_search"),
        ("text_editor_20250728", "str_replace_based_edit_tool"),
        ("tool_search_tool_bm25_20251119", "tool_search_tool_bm25"),
    ],
)
def test_a_tool_of_anthropic_has_its_own_name(builtin: str, name: str) -> None:
    body = anthropic(request({"tools": [{"ref": "tool/own"}]}, CLAUDE, tool_own={"builtin": builtin}))
    assert body["tools"] == [{"type": builtin, "name": name}]


@pytest.mark.parametrize("builtin", ["web_search", "20250305", "_20250305", "search_2025030"])
def test_a_tool_of_anthropic_without_its_date_is_refused(builtin: str) -> None:
    made = request({"tools": [{"ref": "tool/own"}]}, CLAUDE, tool_own={"builtin": builtin})
    assert refused(anthropic, made) == (
        "tool 'own': the API has its own tools by their date: write one such as web_search_20250305",
    )


PDF = "data:application/pdf;base64,JVBERi0xLjc="
TEXT = "data:text/plain;base64,R3LDvMOfZQ=="


@pytest.mark.parametrize(
    ("medium", "value", "block"),
    [
        ("image", "file-1", {"type": "image", "source": {"type": "file", "file_id": "file-1"}}),
        ("file", "https://a.b/c", {"type": "document", "source": {"type": "url", "url": "https://a.b/c"}}),
        (
            "file",
            TEXT,
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Grüße"}},
        ),
    ],
)
def test_a_medium_is_a_block_by_where_its_bytes_are(medium: str, value: str, block: Value) -> None:
    body = anthropic(request(shown(medium, value), CLAUDE))
    assert body["messages"] == [{"role": "user", "content": [block]}]


IMAGE = "an image must be an http address, an upload's id or a base64 data URI of jpeg, png, gif, webp"
FILE = "a file must be an http address, an upload's id or a base64 data URI of a PDF or UTF-8 text"


@pytest.mark.parametrize(
    ("medium", "value", "why"),
    [
        ("image", PDF, IMAGE),
        ("image", TEXT, IMAGE),
        ("image", "s3://a/b.png", IMAGE),
        ("file", "data:text/plain;base64,/w==", FILE),
        ("file", "data:text/plain;base64,_", FILE),
        ("file", "data:text/csv;base64,AA==", FILE),
        ("audio", "data:audio/wav;base64,AA==", "the API takes no audio"),
    ],
)
def test_media_that_the_api_cannot_get_are_refused(medium: str, value: str, why: str) -> None:
    assert refused(anthropic, request(shown(medium, value), CLAUDE)) == (f"messages: {why}",)


def test_how_closely_an_image_is_looked_at_cannot_be_said() -> None:
    spec = shown("image", "https://a.b/c.png")
    spec["messages"] = [{"role": "user", "content": [{"image": "it", "detail": "low"}]}]
    assert refused(anthropic, request(spec, CLAUDE)) == (
        "messages: 'detail: low' of an image: the API has no such setting",
    )


@pytest.mark.parametrize("role", ["system", "assistant"])
def test_media_are_a_users(role: str) -> None:
    spec = shown("image", "https://a.b/c.png", role=role)
    messages = spec["messages"]
    assert isinstance(messages, list)
    messages.append({"role": "user", "content": "Hi"})
    assert refused(anthropic, request(spec, CLAUDE)) == (
        f"messages: image in a message of the role '{role}': only a user's has it",
    )


INSTRUCTION: Value = {"role": "developer", "content": "s"}
ANSWER: Value = {"role": "assistant", "content": "y"}


def test_instructions_may_stand_between_a_user_and_the_assistant() -> None:
    body = anthropic(request({"messages": said("x", INSTRUCTION, INSTRUCTION, ANSWER)}, CLAUDE))
    text: Value = {"type": "text", "text": "s"}
    assert body["messages"] == [
        {"role": "user", "content": "x"},
        {"role": "system", "content": [text, text]},
        {"role": "assistant", "content": "y"},
    ]


@pytest.mark.parametrize(
    "messages",
    [said("x", INSTRUCTION, "z"), said("x", ANSWER, INSTRUCTION), said("x", ANSWER, INSTRUCTION, "z")],
)
def test_instructions_at_any_other_place_are_refused(messages: list[Value]) -> None:
    assert refused(anthropic, request({"messages": messages}, CLAUDE)) == (
        "messages: instructions inside a conversation stand between a user's turn and the assistant's",
    )


def test_instructions_alone_ask_nothing() -> None:
    assert refused(anthropic, request({"messages": said(INSTRUCTION)}, CLAUDE)) == (
        "messages: none of a user is left to send",
    )


def test_a_schema_is_sent_closed_and_what_it_cannot_hold_is_refused_once() -> None:
    long: Value = {"type": "string", "maxLength": 3}
    schema: Value = {"type": "object", "properties": {"a": long, "b": long}}
    made = request({"outputs": {"format": "json", "schema": schema}}, CLAUDE)
    assert refused(anthropic, made) == ("outputs.schema: the API does not hold an answer to 'maxLength'",)


def test_labels_of_a_text_are_for_who_reads_it() -> None:
    labels: Value = {"format": "text", "schema": {"enum": ["a", "b"]}}
    assert anthropic(request({"outputs": labels}, CLAUDE)) == anthropic(request({}, CLAUDE))
