"""Calls through LiteLLM: which provider, where it is, and what cannot be told it."""

import pytest

from plmctl.core.call.litellm import litellm
from plmctl.core.value import Value
from tests.core.call.test_adapter import refused, request
from tests.core.call.test_openai import OUTPUTS, shown


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "openai/m"),
        ("azure-openai", "azure/m"),
        ("anthropic", "anthropic/m"),
        ("google", "gemini/m"),
        ("bedrock", "bedrock/m"),
        ("mistral", "mistral/m"),
        ("cohere", "cohere/m"),
        ("huggingface", "huggingface/m"),
        ("vllm", "hosted_vllm/m"),
        ("ollama", "ollama_chat/m"),
        ("litellm", "litellm_proxy/m"),
    ],
)
def test_the_model_is_named_with_its_provider(provider: str, model: str) -> None:
    assert litellm(request({}, {"provider": provider, "model": "m"})) == {
        "model": model,
        "messages": [{"role": "user", "content": "Hi"}],
    }


ENDPOINT: Value = "https://models.example.com/v1"
EVERYTHING: dict[str, Value] = {
    "endpoint": {"env": "ENDPOINT"},
    "apiVersion": "2024-10-21",
    "region": "eu-west-1",
    "project": "support",
    "credential": {"env": "API_KEY"},
}


@pytest.mark.parametrize(
    ("kind", "model", "place"),
    [
        ("azure-openai", "azure/chat", {"api_version": "2024-10-21"}),
        ("bedrock", "bedrock/m", {"aws_region_name": "eu-west-1"}),
        ("google", "vertex_ai/m", {"vertex_project": "support", "vertex_location": "eu-west-1"}),
        ("custom", "openai/m", {}),
        ("mistral", "mistral/m", {}),
    ],
)
def test_the_place_of_the_provider_goes_along_and_no_credential(
    kind: str, model: str, place: dict[str, Value]
) -> None:
    spec: dict[str, Value] = {"provider": "provider/a", "model": "m", "deployment": "chat"}
    made = request({}, spec, provider_a={"type": kind, **EVERYTHING})
    assert litellm(made, {"ENDPOINT": "https://models.example.com/v1", "API_KEY": "secret"}) == {
        "model": model,
        "messages": [{"role": "user", "content": "Hi"}],
        "api_base": ENDPOINT,
        **place,
    }


def test_a_variable_that_is_not_given_is_refused() -> None:
    made = request({}, {"provider": "provider/a", "model": "m"}, provider_a={"type": "openai", **EVERYTHING})
    why = "the variable ENDPOINT was not handed over: pass os.environ, as plmctl reads none"
    assert refused(litellm, made) == (f"provider/a@1.0.0 endpoint: {why}",)


def test_a_custom_provider_needs_an_endpoint_so_that_nobody_else_is_asked() -> None:
    made = request({}, {"provider": "custom", "model": "m"})
    assert refused(litellm, made) == ("model: a custom provider needs an 'endpoint'",)
    made = request({}, {"provider": "provider/a", "model": "m"}, provider_a={"type": "custom"})
    assert refused(litellm, made) == ("provider/a@1.0.0: a custom provider needs an 'endpoint'",)


@pytest.mark.parametrize(
    ("provider", "settings"),
    [
        ("openai", ["topK"]),
        ("anthropic", ["seed", "frequencyPenalty", "presencePenalty"]),
        ("bedrock", ["seed", "frequencyPenalty", "presencePenalty"]),
        ("mistral", ["topK", "frequencyPenalty", "presencePenalty"]),
        ("cohere", ["parallelToolCalls"]),
        ("huggingface", ["topK"]),
        ("ollama", ["presencePenalty", "parallelToolCalls"]),
        ("vllm", []),
        ("google", []),
    ],
)
def test_what_a_provider_cannot_be_told_is_refused(provider: str, settings: list[str]) -> None:
    whole: dict[str, Value] = {
        "topK": 1,
        "seed": 1,
        "frequencyPenalty": 1,
        "presencePenalty": 1,
        "parallelToolCalls": True,
    }
    made = request({"parameters": whole}, {"provider": provider, "model": "m"})
    told = refused(litellm, made) if settings else ()
    assert told == tuple(f"parameters.{name}: the API has no such setting" for name in settings)


def test_cohere_is_not_asked_for_json() -> None:
    made = request({"outputs": OUTPUTS}, {"provider": "cohere", "model": "m"})
    assert refused(litellm, made) == ("outputs: the API does not ask this provider for JSON",)


def test_a_file_may_be_an_address_where_litellm_fetches_it() -> None:
    file = shown("file", "https://example.com/a.pdf")
    body = litellm(request(file, {"provider": "google", "model": "m"}))
    part = {"type": "file", "file": {"file_id": "https://example.com/a.pdf"}}
    assert body["messages"] == [{"role": "user", "content": [part]}]
