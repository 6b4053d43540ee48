"""What a trace says of a call."""

import pytest

from plmctl.core.call.assembly import prompt_of
from plmctl.core.call.attributes import attributes_of
from plmctl.core.call.situation import Situation
from plmctl.core.value import Value
from tests.core.call.artifacts import artifact, lookup, prompt, said


def test_a_call_in_a_trace() -> None:
    spec: dict[str, Value] = {
        "model": "route/r",
        "messages": said("a"),
        "outputs": {"format": "json"},
        "parameters": {
            "temperature": 0,
            "topP": 0.5,
            "topK": 40,
            "maxOutputTokens": 300.0,
            "seed": 7,
            "stop": ["x", "y"],
            "frequencyPenalty": 1,
            "presencePenalty": -1,
            "toolChoice": "auto",
            "parallelToolCalls": True,
            "reasoning": {"effort": "low"},
        },
        "variants": [{"name": "v", "when": {"x": 1}}],
    }
    route: dict[str, Value] = {"strategy": "failover", "targets": [{"model": "model/m"}]}
    found = prompt_of(
        artifact("prompt/support/triage", spec), lookup({"route/r": route}), lock="sha256:l", arm="b"
    )
    attributes = attributes_of(found.render({}, Situation(select={"x": 1})))
    assert attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.output.type": "json",
        "gen_ai.prompt.name": "support/triage",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.frequency_penalty": 1.0,
        "gen_ai.request.max_tokens": 300,
        "gen_ai.request.model": "gpt-4o-2024-08-06",
        "gen_ai.request.presence_penalty": -1.0,
        "gen_ai.request.seed": 7,
        "gen_ai.request.stop_sequences": ["x", "y"],
        "gen_ai.request.temperature": 0.0,
        "gen_ai.request.top_k": 40.0,
        "gen_ai.request.top_p": 0.5,
        "plmctl.arm": "b",
        "plmctl.artifact": "prompt/support/triage",
        "plmctl.closure": "sha256:closure of prompt/support/triage",
        "plmctl.digest": "sha256:digest of prompt/support/triage",
        "plmctl.lock": "sha256:l",
        "plmctl.model": "model/m",
        "plmctl.route": "route/r",
        "plmctl.variant": "v",
        "plmctl.version": "1.0.0",
    }
    assert list(attributes) == sorted(attributes)
    # The conventions have doubles and integers, and a trace keeps them apart.
    assert (
        type(attributes["gen_ai.request.temperature"]),
        type(attributes["gen_ai.request.max_tokens"]),
    ) == (
        float,
        int,
    )


def test_what_is_not_known_has_no_attribute() -> None:
    spec: dict[str, Value] = {"model": "model/m", "messages": said("a")}
    found = prompt_of(artifact("prompt/p", spec, version=None), lookup({}))
    assert sorted(attributes_of(found.render({}))) == [
        "gen_ai.operation.name",
        "gen_ai.prompt.name",
        "gen_ai.provider.name",
        "gen_ai.request.model",
        "plmctl.artifact",
        "plmctl.closure",
        "plmctl.digest",
        "plmctl.model",
    ]


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("openai", "openai"),
        ("azure-openai", "azure.ai.openai"),
        ("anthropic", "anthropic"),
        ("google", "gcp.gen_ai"),
        ("bedrock", "aws.bedrock"),
        ("mistral", "mistral_ai"),
        ("cohere", "cohere"),
        ("vllm", "vllm"),
    ],
)
def test_providers_have_the_names_of_the_conventions(provider: str, name: str) -> None:
    model: dict[str, Value] = {"provider": provider, "model": "x"}
    request = prompt({"messages": said("a")}, {"model/m": model}).render({})
    assert attributes_of(request)["gen_ai.provider.name"] == name
