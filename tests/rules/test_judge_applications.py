from collections.abc import Collection

import pytest

from plmctl.core.diff import compare
from plmctl.core.finding import Bump, Level
from plmctl.core.judgement import Judgement
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.rules.judge import judgements
from plmctl.rules.registry import application_judgements
from tests.rules.judging import told_of
from tests.rules.registries import SETTINGS, manifest

Files = dict[str, str]

BOTH = "prompt/triage PRM010 required-input-added, prompt/triage PRM011 input-removed"

APPLICATION = "uses: [prompt/triage]\n"
PROMPT = "model: m\nmessages: [{role: user, content: 'Sort {{ticket}}'}]\ntools: [{ref: tool/lookup}]\n"
TOOL = "description: Look.\nparameters: {type: object, properties: {id: {}}}\n"
MODEL = "provider: openai\nmodel: gpt-4o-2024-08-06\n"
EXTRA = "provider: openai\nmodel: gpt-4.1-2025-04-14\n"


def files(
    application: str = APPLICATION,
    prompt: str = PROMPT,
    tool: str = TOOL,
    model: str = MODEL,
    settings: str = "",
) -> Files:
    """An application that uses a prompt, which calls a tool and runs on a model."""
    return {
        "plmctl.yaml": SETTINGS + (settings or "spec: {}\n"),
        "applications/bot.yaml": manifest("Application", "bot", application),
        "prompts/triage.yaml": manifest("Prompt", "triage", prompt),
        "tools/lookup.yaml": manifest("Tool", "lookup", tool),
        "models/m.yaml": manifest("Model", "m", model),
    }


def registry_of(written: Files) -> Registry:
    return load(MemoryTree(written))


def found(before: Files, after: Files, only: Collection[str] | None = None) -> tuple[Judgement, ...]:
    """The judgements of REG006."""
    older, newer = registry_of(before), registry_of(after)
    judged = judgements(compare(older, newer), newer.settings)
    return application_judgements(older, newer, judged, only=only)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (
            files(prompt=PROMPT.replace("ticket", "text")),
            f"REG006 / warning major: {BOTH}",
        ),
        (
            files(tool=TOOL.replace("id: {}", "")),
            "REG006 / warning major: tool/lookup TOL010 arguments-narrowed",
        ),
        (
            files(prompt=PROMPT.replace("Sort", "File")),
            "REG006 / warning minor: prompt/triage PRM040 text-changed",
        ),
        (
            files(model=MODEL.replace("openai", "anthropic")),
            "REG006 / warning minor: model/m MDL010 provider-changed",
        ),
        (
            files(model=MODEL + "limits: {contextTokens: 8000}\n"),
            "REG006 / info patch: model/m MDL030 limit-raised",
        ),
    ],
)
def test_application_bumps_for_what_it_depends_on(after: Files, told: str) -> None:
    assert told_of(found(files(), after)) == [told]


def test_change_outside_of_the_digests_is_none_of_the_application() -> None:
    assert found(files(), files(model=MODEL + "pricing: {currency: USD}\n")) == ()


def test_own_change_of_the_application_is_none_of_its_dependencies() -> None:
    assert found(files(), files(application=APPLICATION + "x-note: 1\n")) == ()


def test_new_application_has_nothing_to_compare() -> None:
    before = files()
    del before["applications/bot.yaml"]
    assert found(before, files(prompt=PROMPT.replace("Sort", "File"))) == ()


def test_artifact_that_joins_or_leaves_the_closure_is_a_patch() -> None:
    extra = {"models/n.yaml": manifest("Model", "n", EXTRA)}
    less, more = {**files(), **extra}, {**files(application="uses: [prompt/triage, model/n]\n"), **extra}
    assert told_of(found(less, more)) == ["REG006 / info patch: model/n joined its closure"]
    assert told_of(found(more, less)) == ["REG006 / info patch: model/n left its closure"]


def test_renamed_dependency_is_a_patch() -> None:
    after = files(application="uses: [prompt/sort]\n")
    after["prompts/triage.yaml"] = manifest("Prompt", "sort", PROMPT, ", formerly: [triage]")
    assert told_of(found(files(), after)) == ["REG006 / info patch: prompt/sort PRM905 artifact-renamed"]


def test_contract_of_a_renamed_dependency_can_break() -> None:
    after = files(application="uses: [prompt/sort]\n")
    text = PROMPT.replace("ticket", "text")
    after["prompts/triage.yaml"] = manifest("Prompt", "sort", text, ", formerly: [triage]")
    assert told_of(found(files(), after)) == [
        "REG006 / warning major: prompt/sort PRM010 required-input-added, prompt/sort PRM011 input-removed"
    ]


def test_three_reasons_are_named_and_the_rest_counted() -> None:
    names = [f"extra{n}" for n in range(5)]
    extra = {f"models/{name}.yaml": manifest("Model", name, EXTRA) for name in names}
    more = {
        **files(application=f"uses: [prompt/triage, {', '.join(f'model/{n}' for n in names)}]\n"),
        **extra,
    }
    assert told_of(found({**files(), **extra}, more)) == [
        f"REG006 / info patch: {', '.join(f'model/extra{n} joined its closure' for n in range(3))} and 2 more"
    ]


def test_one_application_can_be_judged_alone() -> None:
    after = files(prompt=PROMPT.replace("Sort", "File"))
    assert told_of(found(files(), after, only={"application/bot"})) == [
        "REG006 / warning minor: prompt/triage PRM040 text-changed"
    ]
    assert found(files(), after, only={"application/other"}) == ()


def test_renamed_application_is_compared_with_what_it_was() -> None:
    after = files(prompt=PROMPT.replace("Sort", "File"))
    after["applications/bot.yaml"] = manifest("Application", "helper", APPLICATION, ", formerly: [bot]")
    (judgement,) = found(files(), after)
    assert told_of([judgement]) == ["REG006 / warning minor: prompt/triage PRM040 text-changed"]


def test_fact_is_the_closure() -> None:
    (judgement,) = found(files(), files(prompt=PROMPT.replace("Sort", "File")))
    change = judgement.change
    assert str(change.old).startswith("sha256:")
    assert str(change.new).startswith("sha256:")
    assert change.old != change.new
    assert (change.artifact, change.kind, change.in_digest) == ("application/bot", "Application", False)
    assert change.after is not None
    assert change.after.manifest.path == "applications/bot.yaml"
    assert not judgement.is_breaking


def test_dependency_rule_can_be_overridden() -> None:
    rules = "spec: {rules: [{code: REG006, level: 'off', bump: patch, reason: calm}]}\n"
    (judgement,) = found(files(), files(prompt=PROMPT.replace("Sort", "File"), settings=rules))
    assert (judgement.level, judgement.bump) == (Level.OFF, Bump.PATCH)
