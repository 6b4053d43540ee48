import pytest

from plmctl.rules.rule import CheckRule
from plmctl.rules.windows import (
    WINDOW_RULES,
    dimensions_disagree,
    fallback_to_itself,
    smaller_fallback_context,
    window_too_large,
)
from tests.rules.registries import example_registry, manifest, told


def model(name: str, limits: str = "") -> str:
    stated = f"limits: {{{limits}}}\n" if limits else ""
    return manifest("Model", name, f"provider: openai\nmodel: x-001\n{stated}")


MODELS = {
    "models/small.yaml": model("small", "contextTokens: 8000"),
    "models/large.yaml": model("large", "contextTokens: 128000"),
    "models/huge.yaml": model("huge", "contextTokens: 200000"),
    "models/embed.yaml": model("embed", "dimensions: 1536"),
}


def route(spec: str) -> dict[str, str]:
    return {**MODELS, "routes/r.yaml": manifest("Route", "r", spec)}


@pytest.mark.parametrize("rule", WINDOW_RULES, ids=lambda rule: rule.rule.code)
def test_rule_is_silent_on_the_example(rule: CheckRule) -> None:
    assert list(rule.findings(example_registry())) == []


ONE = "targets: [{model: small}]\n"
SAME = "targets: [{model: small}, {model: model/small}]\n"
TWO = "targets: [{model: small}, {model: large}]\n"
ANOTHER = "name another model, or take it away"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (f"strategy: weighted\n{ONE}fallbacks: [large]\n", []),
        (f"strategy: weighted\n{TWO}fallbacks: [large]\n", []),
        (f"strategy: failover\n{TWO}fallbacks: [huge]\n", []),
        (f"strategy: failover\n{TWO}contextWindowFallbacks: [large]\n", []),
        (
            f"strategy: weighted\n{ONE}fallbacks: [large, model/small]\n",
            [("22-33", "the fallback 'model/small' is the only target")],
        ),
        (
            f"strategy: weighted\n{SAME}fallbacks: [small]\n",
            [("15-20", "the fallback 'small' is the only target")],
        ),
        (
            f"strategy: least-cost\n{ONE}contextWindowFallbacks: [small]\n",
            [("28-33", "the fallback 'small' is the only target")],
        ),
        (
            f"strategy: failover\n{TWO}fallbacks: [large]\n",
            [("15-20", "the fallback 'large' is a target already")],
        ),
    ],
)
def test_fallback_that_leads_back(spec: str, expected: list[tuple[str, str]]) -> None:
    assert told(fallback_to_itself, route(spec)) == [
        (f"routes/r.yaml:7:{place}", message, ANOTHER) for place, message in expected
    ]


BIG = "strategy: weighted\ntargets: [{model: large}, {model: huge}]\n"
LARGER = "name a model with a larger context window"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (f"{BIG}fallbacks: [large]\n", []),
        (f"{BIG}fallbacks: [m]\n", []),
        (f"strategy: weighted\n{TWO}fallbacks: [small, huge]\n", []),
        ("strategy: weighted\ntargets: [{model: large}]\nfallbacks: [huge]\n", []),
        ("strategy: weighted\ntargets: [{model: m}]\nfallbacks: [small]\n", []),
        ("strategy: weighted\ntargets: [{model: m}, {model: large}]\nfallbacks: [small]\n", []),
        (f"strategy: weighted\n{TWO}contextWindowFallbacks: [huge, large]\n", []),
        (
            f"{BIG}fallbacks: [small]\n",
            [("15-20", "'model/small' takes 8000 tokens, fewer than the 128000 of 'model/large'")],
        ),
        (
            "strategy: weighted\ntargets: [{model: huge}]\ncontextWindowFallbacks: [large]\n",
            [("28-33", "'model/large' takes 128000 tokens, not more than the 200000 of 'model/huge'")],
        ),
        (
            "strategy: weighted\ntargets: [{model: m}, {model: large}]\ncontextWindowFallbacks: [small]\n",
            [("28-33", "'model/small' takes 8000 tokens, not more than the 128000 of 'model/large'")],
        ),
    ],
)
def test_fallback_with_a_smaller_window(spec: str, expected: list[tuple[str, str]]) -> None:
    assert told(smaller_fallback_context, route(spec)) == [
        (f"routes/r.yaml:7:{place}", message, LARGER) for place, message in expected
    ]


def test_context_fallback_as_large_as_a_target_is_no_larger() -> None:
    spec = "strategy: weighted\ntargets: [{model: large}]\ncontextWindowFallbacks: [twin]\n"
    files = {**route(spec), "models/twin.yaml": model("twin", "contextTokens: 128000")}
    message = "'model/twin' takes 128000 tokens, not more than the 128000 of 'model/large'"
    assert told(smaller_fallback_context, files) == [("routes/r.yaml:7:28-32", message, LARGER)]
    files["routes/r.yaml"] = files["routes/r.yaml"].replace("contextWindowF", "f")
    assert told(smaller_fallback_context, files) == []


def prompt(name: str, used: str, context: str = "context: c\n") -> str:
    spec = f"model: {used}\n{context}messages: [{{role: user, content: hi}}]\n"
    return manifest("Prompt", name, spec)


def under(window: str, *prompts: str) -> dict[str, str]:
    policy = {"contexts/c.yaml": manifest("ContextPolicy", "c", f"window: {window}\n")}
    spec = "strategy: weighted\ntargets: [{model: small}, {model: large}]\nfallbacks: [embed]\n"
    found = {f"prompts/{number}.yaml": text for number, text in enumerate(prompts)}
    return {**route(spec), **policy, **found}


TOO_MANY = "9000 tokens are more than the 8000 of 'model/small', which 'prompt/a' calls"
FEWER = "write at most 8000, or name a model with a larger context window"


@pytest.mark.parametrize("used", ["small", "route/r"])
def test_window_that_a_model_does_not_hold(used: str) -> None:
    files = under("{maxTokens: 9000}", prompt("a", used), prompt("b", "small"))
    assert told(window_too_large, files) == [("contexts/c.yaml:5:23-27", TOO_MANY, FEWER)]


def test_who_replaces_a_window_with_another_calls_nothing() -> None:
    files = under("{maxTokens: 9000}", prompt("a", "small"))
    files["contexts/d.yaml"] = manifest("ContextPolicy", "d", "window: {maxTokens: 9000}\n")
    files["environments/e.yaml"] = manifest(
        "Environment", "e", "pins: {}\nbind: {contextpolicy/d: contextpolicy/c}\n"
    )
    assert told(window_too_large, files) == [("contexts/c.yaml:5:23-27", TOO_MANY, FEWER)]


@pytest.mark.parametrize(
    ("window", "text"),
    [
        ("{maxTokens: 8000, reserveForOutput: 7999}", prompt("a", "small")),
        ("{maxTokens: 9000}", prompt("a", "small", "")),
        ("{maxTokens: 9000}", prompt("a", "large")),
        ("{maxTokens: 9000}", prompt("a", "m")),
        ("{maxTokens: 9000}", prompt("a", "small", "context: gone\n")),
        ("{reserveForOutput: 9000}", prompt("a", "small")),
        ("{maxTokens: many}", prompt("a", "small")),
    ],
)
def test_window_that_fits_or_is_not_known(window: str, text: str) -> None:
    assert told(window_too_large, under(window, text)) == []


def test_window_that_is_all_kept_for_the_answer() -> None:
    message = "4000 of 4000 tokens are kept for the answer: none are left"
    assert told(window_too_large, under("{maxTokens: 4000, reserveForOutput: 4000}")) == [
        ("contexts/c.yaml:5:47-51", message, "keep fewer, or raise 'maxTokens'")
    ]


@pytest.mark.parametrize(
    ("embedding", "expected"),
    [
        ("{model: embed, dimensions: 1536}", []),
        ("{model: embed}", []),
        ("{model: large, dimensions: 512}", []),
        ("{model: gone, dimensions: 512}", []),
        (
            "{model: embed, dimensions: 512}",
            [
                (
                    "retrievers/d.yaml:7:41-44",
                    "the vectors of 'model/embed' have 1536 dimensions, not 512",
                    "write 1536, or name another model",
                )
            ],
        ),
    ],
)
def test_dimensions(embedding: str, expected: list[tuple[str, str, str]]) -> None:
    spec = f"datasets: [d]\nindex: {{engine: qdrant}}\nembedding: {embedding}\n"
    files = {**MODELS, "retrievers/d.yaml": manifest("Retriever", "d", spec)}
    assert told(dimensions_disagree, files) == expected
