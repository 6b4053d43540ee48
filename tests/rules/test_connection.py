"""What changes cut off: references that named something before, and name nothing now."""

from collections.abc import Collection, Mapping

from plmctl.core.change import Fact
from plmctl.core.judgement import Judgement
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.rules.connection import connection_judgements
from tests.rules.judging import told_of
from tests.rules.registries import SETTINGS, manifest

Files = Mapping[str, str]

MODEL = "provider: openai\nmodel: gpt-4o-2024-08-06\n"
TEXT = "model: m\nmessages:\n  - {{role: user, content: '{}'}}\n"
PROMPT = TEXT.format("hi")


def registry_of(files: Files, settings: str = "spec: {}\n") -> Registry:
    return load(MemoryTree({"plmctl.yaml": SETTINGS + settings, **files}))


def prompt(spec: str, name: str = "p", metadata: str = "") -> Files:
    return {"prompts/p.yaml": manifest("Prompt", name, spec, metadata)}


def models(*names: str) -> Files:
    return {f"models/{name}.yaml": manifest("Model", name, MODEL) for name in names}


def partials(*names: str) -> Files:
    return {f"partials/{name}.yaml": manifest("Partial", name, "content: hi\n") for name in names}


def found(before: Files, after: Files, only: Collection[str] | None = None) -> tuple[Judgement, ...]:
    return connection_judgements(registry_of(before), registry_of(after), only=only)


def told(before: Files, after: Files, only: Collection[str] | None = None) -> list[str]:
    return told_of(found(before, after, only))


def test_nothing_is_cut_off_where_everything_stays() -> None:
    files = {**prompt(PROMPT), **models("m")}
    assert told(files, files) == []


def test_a_reference_to_what_was_removed_dangles() -> None:
    assert told({**prompt(PROMPT), **models("m")}, prompt(PROMPT)) == [
        "REG001 /spec/model error none: 'model' refers to model/m, which was removed"
    ]


def test_one_that_named_nothing_before_is_for_validation() -> None:
    assert told(prompt(PROMPT), prompt(PROMPT)) == []


def test_one_of_a_new_artifact_is_for_validation() -> None:
    assert told(models("m"), prompt(PROMPT)) == []


def test_one_in_a_new_field_is_for_validation() -> None:
    after = {**prompt(PROMPT + "guardrails: [words]\n"), **models("m")}
    assert told({**prompt(PROMPT), **models("m")}, after) == []


def test_one_that_went_with_what_it_named_is_none() -> None:
    before = {**prompt(PROMPT), **models("m", "n")}
    assert told(before, {**prompt(PROMPT.replace("model: m", "model: n")), **models("n")}) == []


def test_a_removed_artifact_refers_to_nothing() -> None:
    assert told({**prompt(PROMPT), **models("m")}, {}) == []


def test_a_field_that_names_something_that_is_not_here_dangles() -> None:
    before = {**prompt(PROMPT), **models("m")}
    assert told(before, {**prompt(PROMPT.replace("model: m", "model: model/n")), **models("m")}) == [
        "REG001 /spec/model error none: 'model' refers to 'model/n', which is not here"
    ]


def test_a_name_from_before_a_rename_dangles() -> None:
    renamed = {"models/m.yaml": manifest("Model", "n", MODEL, ", formerly: [m]")}
    assert told({**prompt(PROMPT), **models("m")}, {**prompt(PROMPT), **renamed}) == [
        "REG001 /spec/model error none: 'model' refers to model/m, which is model/n now"
    ]


def test_a_name_that_can_mean_two_dangles() -> None:
    route = {"routes/m.yaml": manifest("Route", "m", "strategy: failover\ntargets: [{model: model/m}]\n")}
    before = {**prompt(PROMPT), **models("m")}
    assert told(before, {**before, **route}) == [
        "REG001 /spec/model error none: 'model' refers to 'm', which can be model/m or route/m now"
    ]


def test_an_artifact_that_was_renamed_itself_is_looked_at_by_its_new_name() -> None:
    after = prompt(PROMPT, "q", ", formerly: [p]")
    (judgement,) = found({**prompt(PROMPT), **models("m")}, after)
    assert judgement.change.artifact == "prompt/q"
    assert judgement.change.before is not None
    assert judgement.change.before.manifest.id == "prompt/p"


def test_a_partial_is_told_once_for_each_text_that_has_it() -> None:
    twice = prompt(TEXT.format("{{> tone}} and {{> tone}} {{> bye}}"))
    before = {**twice, **models("m"), **partials("tone", "bye")}
    assert told(before, {**twice, **models("m"), **partials("bye")}) == [
        (
            "REG001 /spec/messages/0/content error none: "
            "'messages.1.content' refers to partial/tone, which was removed"
        )
    ]


def test_a_partial_in_the_place_of_another_is_another_reference() -> None:
    before = {**prompt(TEXT.format("{{> tone}}")), **models("m"), **partials("tone")}
    assert told(before, {**before, **prompt(TEXT.format("{{> bye}}"))}) == []


def test_a_tool_goes_by_its_name_wherever_it_stands() -> None:
    tool = {
        "tools/mail.yaml": manifest("Tool", "mail", "description: Send it.\nparameters: {type: object}\n")
    }
    first = PROMPT + "tools: [{ref: mail}]\n"
    second = PROMPT + "tools: [{name: search, description: Look.}, {ref: tool/post, as: mail}]\n"
    assert told({**prompt(first), **models("m"), **tool}, {**prompt(second), **models("m"), **tool}) == [
        (
            "REG001 /spec/tools/name=mail/ref error none: "
            "'tools.mail.ref' refers to 'tool/post', which is not here"
        )
    ]


def applications(*names: str) -> Files:
    return {f"applications/{n}.yaml": manifest("Application", n, "uses: []\n") for n in names}


def environment(spec: str) -> Files:
    return {"environments/live.yaml": manifest("Environment", "live", spec)}


PINS = "pins: {bot: 1.0.0, application/desk: ^1.0}\n"


def test_an_application_that_is_pinned_is_not_removed() -> None:
    before = {**environment(PINS), **applications("bot", "desk")}
    assert told(before, environment(PINS)) == [
        "REG002 /spec/pins/bot error none: application/bot was removed, and is pinned here",
        "REG002 /spec/pins/application/desk error none: application/desk was removed, and is pinned here",
    ]


def test_a_pin_by_a_name_from_before_a_rename_dangles() -> None:
    before = {**environment("pins: {bot: 1.0.0}\n"), **applications("bot")}
    renamed = {"applications/bot.yaml": manifest("Application", "aid", "uses: []\n", ", formerly: [bot]")}
    assert told(before, {**environment("pins: {bot: 1.0.0}\n"), **renamed}) == [
        "REG001 /spec/pins/bot error none: 'pins.bot' refers to application/bot, which is application/aid now"
    ]


def test_what_an_environment_binds_dangles_and_is_not_pinned() -> None:
    bind = environment("pins: {}\nbind: {model/m: model/n}\n")
    assert told({**bind, **models("m", "n")}, {**bind, **models("m")}) == [
        "REG001 /spec/bind/model/m error none: 'bind.model/m' refers to model/n, which was removed"
    ]


def test_an_environment_of_another_repository_pins_what_is_there() -> None:
    elsewhere = environment(PINS + "registry: {git: 'https://git.example.com/shop.git'}\n")
    for before in (elsewhere, environment(PINS)):
        assert told({**before, **applications("bot", "desk")}, elsewhere) == []


def test_some_artifacts_can_be_asked_for() -> None:
    before = {**prompt(PROMPT), **models("m"), **environment(PINS), **applications("bot", "desk")}
    after = {**prompt(PROMPT), **environment(PINS)}
    assert [j.code for j in found(before, after, {"prompt/p"})] == ["REG001"]
    assert [j.code for j in found(before, after, {"environment/live"})] == ["REG002", "REG002"]


def test_the_fact_is_that_what_stood_there_is_gone() -> None:
    (judgement,) = found({**prompt(PROMPT), **models("m")}, prompt(PROMPT))
    change = judgement.change
    assert (change.fact, change.old, change.new, change.in_digest) == (Fact.REMOVED, "model/m", None, False)
    assert (change.place, change.kind) == (("spec", "model"), "Prompt")
    assert change.after is not None
    assert change.after.manifest.path == "prompts/p.yaml"
    assert not judgement.is_breaking


def test_it_can_be_overridden() -> None:
    rules = (
        "spec: {rules: [{code: REG001, level: warning, bump: major, reason: drafts, until: '2026-01-31'}]}\n"
    )
    before, after = registry_of({**prompt(PROMPT), **models("m")}), registry_of(prompt(PROMPT), rules)
    assert told_of(connection_judgements(before, after, "2026-01-31")) == [
        "REG001 /spec/model warning none: 'model' refers to model/m, which was removed"
    ]
    assert [j.level.value for j in connection_judgements(before, after, "2026-02-01")] == ["error"]
