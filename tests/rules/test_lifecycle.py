import pytest

from plmctl.core.finding import sorted_findings
from plmctl.rules.lifecycle import (
    LIFECYCLE_RULES,
    depends_on_experimental,
    depends_on_retired,
    floating_model,
    model_retires_soon,
    no_replacement_named,
)
from plmctl.rules.rule import CheckRule
from tests.rules.registries import Told, as_told, example_registry, manifest, registry_of, told


def model(name: str, metadata: str = "", spec: str = "provider: openai\nmodel: x-001\n") -> str:
    return manifest("Model", name, spec, metadata)


def prompt(name: str, used: str, metadata: str = "") -> str:
    return manifest("Prompt", name, f"model: {used}\nmessages: [{{role: user, content: hi}}]\n", metadata)


def route(target: str, metadata: str = "") -> str:
    return manifest("Route", "r", f"strategy: weighted\ntargets: [{{model: {target}}}]\n", metadata)


@pytest.mark.parametrize("rule", LIFECYCLE_RULES, ids=lambda rule: rule.rule.code)
def test_rule_is_silent_on_the_example(rule: CheckRule) -> None:
    assert list(rule.findings(example_registry(), "2026-11-23")) == []


RETIRED = ", stability: retired"
REPLACED = ", stability: retired, deprecation: {replacedBy: new}"
DEPRECATED = ", stability: deprecated"
EXPERIMENTAL = ", stability: experimental"


def test_stable_artifact_that_depends_on_a_retired_one() -> None:
    files = {"models/old.yaml": model("old", RETIRED), "prompts/p.yaml": prompt("p", "old")}
    message = "'prompt/p' is stable and depends on 'model/old', which is retired"
    assert told(depends_on_retired, files) == [
        ("prompts/p.yaml:5:10-13", message, "refer to another, or mark this artifact as deprecated")
    ]
    files["models/old.yaml"] = model("old", REPLACED)
    assert told(depends_on_retired, files) == [
        ("prompts/p.yaml:5:10-13", message, "refer to 'new', or mark this artifact as deprecated")
    ]
    assert told(depends_on_experimental, files) == []


def test_stable_artifact_that_depends_on_an_experimental_one() -> None:
    files = {"models/try.yaml": model("try", EXPERIMENTAL)}
    files |= {"prompts/p.yaml": prompt("p", "try"), "prompts/q.yaml": prompt("q", "model/try")}
    cure = "refer to another, or mark this artifact as experimental"
    assert told(depends_on_experimental, files) == [
        (
            "prompts/p.yaml:5:10-13",
            "'prompt/p' is stable and depends on 'model/try', which is experimental",
            cure,
        ),
        (
            "prompts/q.yaml:5:10-19",
            "'prompt/q' is stable and depends on 'model/try', which is experimental",
            cure,
        ),
    ]
    assert told(depends_on_retired, files) == []


@pytest.mark.parametrize("between", [DEPRECATED, EXPERIMENTAL])
def test_what_is_not_stable_leads_on_to_what_is_retired(between: str) -> None:
    files = {
        "models/old.yaml": model("old", RETIRED),
        "routes/r.yaml": route("old", between),
        "prompts/p.yaml": prompt("p", "r"),
    }
    message = "'prompt/p' is stable and depends through 'route/r' on 'model/old', which is retired"
    assert [found[:2] for found in told(depends_on_retired, files)] == [("prompts/p.yaml:5:10-11", message)]


def test_what_is_stable_or_retired_answers_for_itself() -> None:
    files = {
        "models/try.yaml": model("try", EXPERIMENTAL),
        "routes/r.yaml": route("try", RETIRED),
        "prompts/p.yaml": prompt("p", "r"),
        "applications/a.yaml": manifest("Application", "a", "uses: [prompt/p]\n"),
    }
    assert told(depends_on_experimental, files) == []
    assert [place for place, _, _ in told(depends_on_retired, files)] == ["prompts/p.yaml:5:10-11"]


def test_artifacts_of_a_ring_end_the_search() -> None:
    files = {
        "partials/a.yaml": manifest("Partial", "a", "content: '{{> b}}'\n", DEPRECATED),
        "partials/b.yaml": manifest("Partial", "b", "content: '{{> a}}'\n", DEPRECATED),
        "partials/c.yaml": manifest("Partial", "c", "content: '{{> a}}'\n"),
    }
    assert told(depends_on_retired, files) == []


@pytest.mark.parametrize("metadata", [DEPRECATED, EXPERIMENTAL, RETIRED])
def test_only_what_is_stable_is_judged(metadata: str) -> None:
    files = {"models/old.yaml": model("old", RETIRED), "prompts/p.yaml": prompt("p", "old", metadata)}
    assert told(depends_on_retired, files) == []


def test_what_is_only_spoken_of_is_no_dependency() -> None:
    tuned = "provider: openai\nmodel: ft-001\nfineTuning: {base: old}\n"
    suite = "target: prompt/p\nmetrics: [{name: exact}]\n"
    files = {
        "models/old.yaml": model("old", RETIRED),
        "models/tuned.yaml": model("tuned", spec=tuned),
        "prompts/p.yaml": prompt("p", "m", EXPERIMENTAL),
        "evals/e.yaml": manifest("EvalSuite", "e", suite),
        "applications/a.yaml": manifest("Application", "a", "uses: [model/m]\n", EXPERIMENTAL),
        "environments/e.yaml": manifest("Environment", "e", "pins: {a: 1.0.0}\n"),
    }
    assert told(depends_on_retired, files) == []
    assert told(depends_on_experimental, files) == []


NAME_IT = "name it: deprecation: {replacedBy: NAME}"
NONE = "'model/old' is deprecated and names no replacement"


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (", stability: deprecated", [("models/old.yaml:3:34-44", NONE, NAME_IT)]),
        (", stability: deprecated, deprecation: {}", [("models/old.yaml:3:46-57", NONE, NAME_IT)]),
        (", deprecation: {reason: r}, stability: deprecated", [("models/old.yaml:3:23-34", NONE, NAME_IT)]),
        (", stability: deprecated, deprecation: {replacedBy: m}", []),
        (", stability: deprecated, deprecation: yes", []),
        (", stability: retired", []),
        ("", []),
    ],
)
def test_deprecated_artifact_without_a_replacement(metadata: str, expected: list[Told]) -> None:
    assert told(no_replacement_named, {"models/old.yaml": model("old", metadata)}) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("provider: openai\nmodel: gpt-4o-2024-08-06\n", []),
        ("provider: vllm\nmodel: llama\nrevision: 5f0b02c\n", []),
        ("provider: openai\nmodel: gpt-4o\npin: fixed\n", []),
        (
            "provider: openai\nmodel: gpt-4o\n",
            [
                (
                    "models/a.yaml:6:10-16",
                    "the provider may change what 'gpt-4o' means",
                    "name a dated id, or write 'pin: fixed' if it never changes",
                )
            ],
        ),
        (
            "provider: openai\nmodel: gpt-4o-2024-08-06\npin: floating\n",
            [
                (
                    "models/a.yaml:7:8-16",
                    "the provider may change what 'gpt-4o-2024-08-06' means",
                    "name a dated id, or set the level of LNT014 for it in plmctl.yaml",
                )
            ],
        ),
    ],
)
def test_model_whose_id_floats(spec: str, expected: list[Told]) -> None:
    assert told(floating_model, {"models/a.yaml": model("a", spec=spec)}) == expected


def retiring(retires: str, today: str | None) -> list[Told]:
    spec = f"provider: openai\nmodel: x-001\nretires: {retires}\n"
    found = model_retires_soon.findings(registry_of({"models/a.yaml": model("a", spec=spec)}), today)
    return [as_told(finding) for finding in sorted_findings(found)]


@pytest.mark.parametrize(
    ("today", "message"),
    [
        ("2026-12-02", "the provider stops serving it on 2027-01-31, in 60 days"),
        ("2027-01-29", "the provider stops serving it on 2027-01-31, in 2 days"),
        ("2027-01-30", "the provider stops serving it on 2027-01-31, tomorrow"),
        ("2027-01-31", "the provider stops serving it on 2027-01-31, today"),
        ("2027-02-01", "the provider stopped serving it on 2027-01-31"),
    ],
)
def test_model_that_retires_soon_or_has_retired(today: str, message: str) -> None:
    place, cure = "models/a.yaml:7:12-24", "move what uses the model to another one"
    assert retiring('"2027-01-31"', today) == [(place, message, cure)]


@pytest.mark.parametrize(
    ("retires", "today"),
    [('"2027-01-31"', "2026-12-01"), ('"2027-01-31"', None), ("soon", "2027-01-31"), ("[]", "2027-01-31")],
)
def test_model_that_retires_later_or_on_no_known_day(retires: str, today: str | None) -> None:
    assert retiring(retires, today) == []
