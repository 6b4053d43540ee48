"""Who is asked, and with which settings."""

import pytest

from plmctl.core.call.parameters import overlaid
from plmctl.core.call.refusal import PromptError
from plmctl.core.call.request import ResponseFormat
from plmctl.core.call.situation import Situation
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.value import Value
from tests.core.call.artifacts import prompt, said, told

CLAUDE: dict[str, Value] = {
    "provider": "provider/main",
    "model": "claude-sonnet-4-5-20250929",
    "parameters": {"temperature": 1, "seed": 3, "reasoning": {"effort": "low", "budgetTokens": 9}},
}
OTHERS: dict[str, dict[str, Value]] = {
    "model/chat/claude": CLAUDE,
    "provider/main": {"type": "anthropic"},
    "route/r": {
        "strategy": "failover",
        "targets": [{"model": "model/m"}],
        "match": [{"when": {"tenant": "acme"}, "targets": [{"model": "model/chat/claude"}]}],
    },
}


def test_a_model_is_asked_at_its_provider() -> None:
    bare = prompt({"messages": said("a")}).render({}).target
    assert (bare.artifact.id, bare.provider, bare.provider_type, bare.model, bare.route) == (
        "model/m",
        None,
        "openai",
        "gpt-4o-2024-08-06",
        None,
    )
    found = prompt({"model": "model/chat/claude", "messages": said("a")}, OTHERS).render({}).target
    assert found.provider is not None
    assert (found.artifact.id, found.provider.id, found.provider_type, found.model, found.route) == (
        "model/chat/claude",
        "provider/main",
        "anthropic",
        "claude-sonnet-4-5-20250929",
        None,
    )


@pytest.mark.parametrize(
    ("situation", "model"),
    [
        (Situation(), "model/m"),
        (Situation(select={"tenant": "acme"}), "model/chat/claude"),
        (Situation(model="model/chat/claude"), "model/chat/claude"),
        (Situation(model="chat/claude"), "model/chat/claude"),
        (Situation(model="m", select={"tenant": "acme"}), "model/m"),
    ],
)
def test_of_a_route_the_caller_or_the_route_picks(situation: Situation, model: str) -> None:
    target = prompt({"model": "route/r", "messages": said("a")}, OTHERS).render({}, situation).target
    assert (target.artifact.id, target.route) == (model, "route/r")


def test_a_model_that_the_prompt_does_not_ask_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        prompt({"model": "route/r", "messages": said("a")}, OTHERS).render({}, Situation(model="gpt-5"))
    assert (caught.value.message, caught.value.hint) == (
        "prompt/p@1.0.0: 'gpt-5' is not a model that it asks",
        "there is model/m, model/chat/claude",
    )


def test_a_model_that_the_lock_does_not_have_is_told_when_the_prompt_is_read() -> None:
    with pytest.raises(PlmctlError) as caught:
        prompt({"model": "route/r", "messages": said("a")}, {"route/r": OTHERS["route/r"]})
    assert caught.value.message == "'model/chat/claude' is not in the lock"


def test_only_a_model_or_a_route_is_asked() -> None:
    with pytest.raises(PromptError) as caught:
        prompt({"model": "provider/main", "messages": said("a")}, OTHERS)
    assert caught.value.message == "prompt/p@1.0.0: 'provider/main' is neither a Model nor a Route"


def test_the_variant_of_a_provider_is_said_to_its_models() -> None:
    spec: dict[str, Value] = {
        "model": "route/r",
        "messages": said("a"),
        "variants": [
            {
                "name": "named",
                "when": {"model": "chat/claude", "provider": ["anthropic"]},
                "messages": said("b"),
            },
            {
                "name": "wired",
                "when": {"model": "gpt-4o-2024-08-06", "provider": "openai"},
                "messages": said("c"),
            },
        ],
    }
    found = prompt(spec, OTHERS)
    assert told(found.render({}, Situation(model="chat/claude")).messages) == [("user", "b")]
    assert told(found.render({}).messages) == [("user", "c")]
    assert told(found.render({}, Situation(select={"model": "x"})).messages) == [("user", "a")]


def test_the_settings_are_the_models_then_the_prompts_then_the_variants() -> None:
    spec: dict[str, Value] = {
        "model": "model/chat/claude",
        "messages": said("a"),
        "parameters": {"temperature": 0, "seed": None, "reasoning": {"effort": None}, "topP": 0.5},
        "variants": [{"name": "v", "when": {"x": 1}, "parameters": {"topP": None, "seed": 4}}],
    }
    found = prompt(spec, OTHERS)
    assert found.render({}).parameters == {"temperature": 0, "reasoning": {"budgetTokens": 9}, "topP": 0.5}
    assert found.render({}, Situation(select={"x": 1})).parameters == {
        "temperature": 0,
        "reasoning": {"budgetTokens": 9},
        "seed": 4,
    }


# RFC 7396, appendix A, where the target is an object.
@pytest.mark.parametrize(
    ("settings", "changes", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
    ],
)
def test_settings_are_laid_over_each_other_as_merge_patches(
    settings: dict[str, Value], changes: dict[str, Value], expected: dict[str, Value]
) -> None:
    assert overlaid(settings, changes) == expected


def test_the_response_format_is_what_outputs_state() -> None:
    def format_of(**spec: Value) -> ResponseFormat | None:
        return prompt({"messages": said("a"), **spec}).render({}).response_format

    labels: Value = {"enum": ["a", "b"]}
    assert format_of() is None
    assert format_of(outputs={}) == ResponseFormat(kind="text", schema=None, is_extensible=False)
    assert format_of(outputs={"format": "json", "schema": labels, "extensible": True}) == ResponseFormat(
        kind="json", schema={"enum": ["a", "b"]}, is_extensible=True
    )
