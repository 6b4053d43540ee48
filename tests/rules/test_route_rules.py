import pytest

from tests.rules.judging import Case, Fields, cases, judged, registry_with, told_between
from tests.rules.registries import manifest

CASES = """
+ match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
RTE023 /spec/match warning minor: 'match' was added

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
RTE002 /spec/match error major: 'match' was removed

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: acme}, targets: [{model: model/x}]}, {when: {tenant: beta}, targets: [{model:
    model/y}]}]
RTE023 /spec/match/1 warning minor: match 2 was added

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}, {when: {tenant: beta}, targets: [{model:
    model/y}]}]
+ match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
RTE002 /spec/match/1 error major: match 2 was removed

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: acme, locale: de}, targets: [{model: model/x}]}]
RTE002 /spec/match/0/when/locale error major: 'locale' of match 1 was added

- match: [{when: {tenant: acme, locale: de}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
RTE023 /spec/match/0/when/locale warning minor: 'locale' of match 1 was removed

- match: [{when: {tenant: [a, b]}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: [a]}, targets: [{model: model/x}]}]
RTE002 /spec/match/0/when/tenant/1 error major: 'tenant' of match 1: 'b' was removed

- match: [{when: {tenant: [a]}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: [a, b]}, targets: [{model: model/x}]}]
RTE023 /spec/match/0/when/tenant/1 warning minor: 'tenant' of match 1: 'b' was added

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: other}, targets: [{model: model/x}]}]
RTE002 /spec/match/0/when/tenant error major: 'tenant' of match 1 changed from 'acme' to 'other'

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}, {when: {tenant: beta}, targets: [{model:
    model/y}]}]
+ match: [{when: {tenant: beta}, targets: [{model: model/y}]}, {when: {tenant: acme}, targets: [{model:
    model/x}]}]
RTE022 /spec/match warning minor: 'match' was reordered

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: acme}, targets: [{model: model/y, weight: 1}]}]
RTE020 /spec/match/0/targets/model=model/x warning minor: target 'model/x' was removed
RTE020 /spec/match/0/targets/model=model/y warning minor: target 'model/y' was added

+ targets: [{model: model/a, weight: 1}, {model: model/b, weight: 5}, {model: model/c, weight: 1}]
RTE021 /spec/targets/model=model/b/weight warning minor: the weight of 'model/b' changed from 2 to 5
RTE020 /spec/targets/model=model/c warning minor: target 'model/c' was added

+ targets: [{model: model/a, weight: 1}]
RTE020 /spec/targets/model=model/b warning minor: target 'model/b' was removed

+ targets: [{model: model/b, weight: 2}, {model: model/a, weight: 1}]
RTE022 /spec/targets warning minor: 'targets' was reordered

+ targets:
RTE003 /spec/targets error major: 'targets' was removed: calls that match nothing have no target

+ targets: [{model: model/a, weight: 0}, {model: model/b, weight: 0}]
RTE003 /spec/targets/model=model/a/weight error major:
  the weight of 'model/a' changed from 1 to 0: calls that match nothing have no target
RTE003 /spec/targets/model=model/b/weight error major:
  the weight of 'model/b' changed from 2 to 0: calls that match nothing have no target

- targets: [{model: model/a, weight: 0}, {model: model/b, weight: 2}]
+ targets: [{model: model/a, weight: 0}, {model: model/c, weight: 0}]
RTE003 /spec/targets/model=model/b error major:
  target 'model/b' was removed: calls that match nothing have no target
RTE020 /spec/targets/model=model/c warning minor: target 'model/c' was added

- targets: [{model: model/a}]
+ targets: [{model: model/a, weight: 0}]
RTE003 /spec/targets/model=model/a/weight error major:
  the weight of 'model/a' was added: calls that match nothing have no target

- targets: [{model: model/a, weight: 0}]
- strategy: failover
+ targets: [{model: model/a, weight: 0}]
RTE003 /spec/strategy error major:
  'strategy' changed from 'failover' to 'weighted': calls that match nothing have no target

+ targets: [{model: model/a, weight: 0}, {model: model/b, weight: 2}]
RTE021 /spec/targets/model=model/a/weight warning minor: the weight of 'model/a' changed from 1 to 0

- targets: [{model: model/a}, {model: model/a}]
+ targets: [{model: model/a}, {model: model/b}]
RTE020 /spec/targets/1/model warning minor: 'targets.2.model' changed from 'model/a' to 'model/b'

- targets: [{model: model/a}]
+ targets: [{model: model/a}, {model: model/a}]
RTE020 /spec/targets/1 warning minor: target 'model/a' was added

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: [acme]}, targets: [{model: model/x}]}]
RTE906 /spec/match/0/when/tenant info patch:
  'match.1.when.tenant' is written differently and means the same

- match: [{when: {tenant: [a, b]}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: [b, a]}, targets: [{model: model/x}]}]
RTE906 /spec/match/0/when/tenant info patch:
  'match.1.when.tenant' is written differently and means the same

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: [acme, beta]}, targets: [{model: model/x}]}]
RTE023 /spec/match/0/when/tenant warning minor: 'tenant' of match 1 changed

- match: [{when: {beta: true}, targets: [{model: model/x}]}]
+ match: [{when: {beta: 1}, targets: [{model: model/x}]}]
RTE002 /spec/match/0/when/beta error major: 'beta' of match 1 changed from true to 1

+ strategy: failover
RTE900 /spec/strategy warning minor: 'strategy' changed from 'weighted' to 'failover'

+ cache: {kind: exact}
RTE024 /spec/cache warning minor: 'cache' was added

+ guardrails: [guardrail/g]
RTE025 /spec/guardrails warning minor: 'guardrails' was added

- guardrails: [guardrail/g]
+ guardrails: [guardrail/h]
RTE025 /spec/guardrails/0 warning minor: guardrail 'guardrail/g' was removed
RTE025 /spec/guardrails/0 warning minor: guardrail 'guardrail/h' was added

+ fallbacks: [model/a]
RTE030 /spec/fallbacks info patch: 'fallbacks' was added

- fallbacks: [model/a]
+ fallbacks: [model/a, model/b]
RTE030 /spec/fallbacks/1 info patch: fallback 'model/b' was added

- fallbacks: [model/a, model/b]
+ fallbacks: [model/b, model/a]
RTE022 /spec/fallbacks warning minor: 'fallbacks' was reordered

- fallbacks: [model/a, model/b]
+ fallbacks: [model/a]
RTE900 /spec/fallbacks/1 warning minor: 'fallbacks.2' was removed

+ retries: 2
RTE031 /spec/retries info patch: 'retries' was added

- rateLimit: {requestsPerMinute: 5}
+ rateLimit: {requestsPerMinute: 6}
RTE031 /spec/rateLimit/requestsPerMinute info patch:
  'rateLimit.requestsPerMinute' changed from 5 to 6
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_route_is_judged(case: Case) -> None:
    assert judged("Route", case) == case.told


SCREEN = "task: chat\ncapabilities: [tools, json]\nmodalities: {input: [text, image], output: [text]}\n"
SIZES = "limits: {contextTokens: 8000, outputTokens: 800, dimensions: 256}\n"
POOR = (
    "task: embedding\ncapabilities: [json]\nmodalities: {input: [text], output: []}\n"
    "limits: {contextTokens: 4000, outputTokens: 400, dimensions: 512}\n"
)
LACKS = (
    "its task is embedding, not chat; it has no capability 'tools'; it has no input modality 'image'; "
    "it has no output modality 'text'; its contextTokens are 4000, not 8000; its outputTokens are 400, not "
    "800; its vectors have 512 dimensions, not 256"
)
TEXTUAL_LACKS = "it has no capability 'tools'; its outputTokens are 700, not 800"
MODELS = {
    "a": SCREEN + SIZES,
    "b": SCREEN + SIZES,
    "rich": SCREEN + "limits: {contextTokens: 9000, outputTokens: 900, dimensions: 256}\n",
    "poor": POOR,
    "silent": "",
    "textual": "capabilities: [json]\nlimits: {contextTokens: 9000, outputTokens: 700}\n",
}
FILES = {
    f"models/{name}.yaml": manifest("Model", name, f"provider: openai\nmodel: {name}-001\n{spec}")
    for name, spec in MODELS.items()
}


def between(before: Fields, after: Fields) -> list[str]:
    """What is judged of a route among models that exist."""
    return told_between(
        registry_with("Route", before, files=FILES), registry_with("Route", after, files=FILES)
    )


def to(*models: str) -> str:
    """Targets in YAML."""
    return f"[{', '.join(f'{{model: model/{name}}}' for name in models)}]"


def changed(code: str, word: str, name: str) -> str:
    return f"{code} /spec/targets/model=model/{name} warning minor: target 'model/{name}' was {word}"


def lacking(pointer: str, name: str, lacks: str) -> str:
    return f"RTE010 {pointer} error major: target 'model/{name}' cannot do what the targets could: {lacks}"


def test_target_that_lacks_what_each_had_breaks_its_callers() -> None:
    assert between({"targets": to("a", "b")}, {"targets": to("a", "poor")}) == [
        changed("RTE020", "removed", "b"),
        lacking("/spec/targets/model=model/poor", "poor", LACKS),
    ]


@pytest.mark.parametrize("name", ["rich", "silent", "b"])
def test_target_that_can_do_as_much_or_says_nothing_is_another_target(name: str) -> None:
    assert between({"targets": to("a")}, {"targets": to("a", name)}) == [changed("RTE020", "added", name)]


def test_what_one_target_lacks_or_does_not_state_nobody_counts_on() -> None:
    assert between({"targets": to("poor", "a")}, {"targets": to("poor", "a", "textual")}) == [
        changed("RTE020", "added", "textual")
    ]
    assert between({"targets": to("a", "silent")}, {"targets": to("a", "silent", "poor")}) == [
        changed("RTE020", "added", "poor")
    ]


def test_first_target_of_a_failover_decides() -> None:
    failover = {"strategy": "failover"}
    assert between({**failover, "targets": to("a")}, {**failover, "targets": to("a", "poor")}) == [
        changed("RTE020", "added", "poor")
    ]
    assert between(
        {**failover, "targets": to("a", "poor")}, {**failover, "targets": to("textual", "poor")}
    ) == [
        changed("RTE020", "removed", "a"),
        lacking("/spec/targets/model=model/textual", "textual", TEXTUAL_LACKS),
    ]


def test_model_that_changed_its_name_is_still_compared() -> None:
    renamed = {
        **FILES,
        "models/b.yaml": FILES["models/b.yaml"].replace("{name: b}", "{name: c, formerly: [b]}"),
    }
    before = registry_with("Route", {"targets": to("b")}, files=FILES)
    after = registry_with("Route", {"targets": to("c", "textual")}, files=renamed)
    assert [line[:45] for line in told_between(before, after)][-1] == (
        "RTE010 /spec/targets/model=model/textual erro"
    )


def match(when: str, *models: str) -> Fields:
    """A route with one rule."""
    return {"match": f"[{{when: {{tenant: {when}}}, targets: {to(*models)}}}]"}


def test_target_of_a_match_is_compared_with_those_of_the_same_match() -> None:
    place = "/spec/match/0/targets/model=model"
    assert between(match("x", "a"), match("x", "textual")) == [
        f"RTE020 {place}/a warning minor: target 'model/a' was removed",
        lacking(f"{place}/textual", "textual", TEXTUAL_LACKS),
    ]
    assert between(match("x", "a"), match("y", "textual"))[:-1] == [
        f"RTE020 {place}/a warning minor: target 'model/a' was removed",
        f"RTE020 {place}/textual warning minor: target 'model/textual' was added",
    ]


def test_target_that_stands_twice_is_compared_too() -> None:
    before, after = {"targets": to("a", "a")}, {"targets": to("a", "textual")}
    assert between(before, after) == [lacking("/spec/targets/1/model", "textual", TEXTUAL_LACKS)]
