from dataclasses import replace

import pytest

from plmctl.core.change import Change, Fact
from plmctl.core.diff import compare
from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.judgement import Judgement
from plmctl.core.ports import MemoryTree
from plmctl.core.profile import Profile
from plmctl.core.registry import Registry, load
from plmctl.core.schema import KINDS
from plmctl.core.settings import Override, Settings
from plmctl.rules.fixed import NEVER_OVERRIDDEN
from plmctl.rules.judge import CHANGE_RULES, OWN_RULES, judgements, overridden
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE
from tests.rules.judging import BASES, judged_metadata, registry_with, told_between
from tests.rules.registries import SETTINGS, manifest

PREFIXES = {
    "Prompt": "PRM",
    "Partial": "PRM",
    "Tool": "TOL",
    "Provider": "PRV",
    "Model": "MDL",
    "Dataset": "DST",
    "Retriever": "RTV",
    "ContextPolicy": "CTX",
    "Guardrail": "GRD",
    "Route": "RTE",
    "EvalSuite": "EVL",
    "Application": "APP",
    "Environment": "ENV",
}
EMPTY = load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n"}))
SUNSET = ", stability: deprecated, deprecation: {sunset: '2026-06-30'}"


def prompts(**files: str) -> Registry:
    """A registry of manifests, each by the name of its file below prompts/."""
    written = {f"prompts/{name}.yaml": text for name, text in files.items()}
    return load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", **written}))


def text(name: str, content: str = "hi", metadata: str = "") -> str:
    return manifest("Partial", name, f'content: "{content}"\n', metadata)


def test_every_kind_has_rules_with_its_own_letters() -> None:
    found = {kind: {rule.rule.code[:3] for rule in rules} for kind, rules in CHANGE_RULES.items()}
    assert found == {kind: {prefix} for kind, prefix in PREFIXES.items()}
    assert set(CHANGE_RULES) == set(KINDS)


def test_kinds_of_a_registrys_own_have_the_rules_of_every_kind() -> None:
    assert [rule.rule.code for rule in OWN_RULES] == [
        *("OWN904", "OWN905", "OWN906", "OWN001", "OWN902", "OWN903", "OWN901"),
        *("OWN900", "OWN900", "OWN900"),
    ]
    assert [rule.rule.code for rule in OWN_RULES if not rule.rule.meaning.endswith(".")] == []


def test_code_has_one_name() -> None:
    names = {(rule.rule.code, rule.rule.name) for rules in CHANGE_RULES.values() for rule in rules}
    assert len(names) == len({code for code, _ in names})


def test_every_rule_has_a_page() -> None:
    rules = [rule.rule for rules in CHANGE_RULES.values() for rule in rules]
    assert [rule.code for rule in rules if not rule.meaning.endswith(".")] == []


def test_only_environments_and_data_that_moved_bump_nothing() -> None:
    found = {
        (kind, rule.rule.code if kind == "Dataset" else "")
        for kind, rules in CHANGE_RULES.items()
        for rule in rules
        if rule.rule.bump is Bump.NONE
    }
    assert found == {("Environment", ""), ("Dataset", "DST032")}
    assert {rule.rule.bump for rule in CHANGE_RULES["Environment"]} == {Bump.NONE}


@pytest.mark.parametrize("kind", KINDS)
def test_new_artifact_is_minor(kind: str) -> None:
    bump = "none" if kind == "Environment" else "minor"
    told = f"{PREFIXES[kind]}904 / info {bump}: {kind.lower()}/a was added"
    assert told_between(EMPTY, registry_with(kind, {})) == [told]


@pytest.mark.parametrize("kind", KINDS)
def test_removed_artifact_is_breaking(kind: str) -> None:
    words = {"EvalSuite": "warning minor", "Environment": "error none"}.get(kind, "error major")
    told = f"{PREFIXES[kind]}001 / {words}: {kind.lower()}/a was removed"
    assert told_between(registry_with(kind, {}), EMPTY) == [told]


def test_renamed_artifact_is_minor() -> None:
    before, after = prompts(a=text("a")), prompts(a=text("b", metadata=", formerly: [a]"))
    assert told_between(before, after) == [
        "PRM905 / info minor: partial/a was renamed to partial/b",
        "PRM901 /metadata/formerly info patch: 'metadata.formerly' was added",
    ]


def test_moved_artifact_is_not_judged() -> None:
    assert told_between(prompts(a=text("a")), prompts(b=text("a"))) == []


def test_default_that_is_written_out_is_safe() -> None:
    before, after = registry_with("Partial", {}), registry_with("Partial", {"templateFormat": "mustache"})
    assert told_between(before, after) == [
        "PRM906 /spec info patch: spec is written differently and means the same"
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", ", title: A", "PRM901 /metadata/title info patch: 'metadata.title' was added"),
        (
            ", title: A",
            ", title: B",
            "PRM901 /metadata/title info patch: 'metadata.title' changed from 'A' to 'B'",
        ),
        ("", ", x-team: A", "PRM901 /metadata/x-team info patch: 'metadata.x-team' was added"),
        (
            ", stability: experimental",
            "",
            "PRM902 /metadata/stability info patch: stability changed from 'experimental' to 'stable'",
        ),
        (
            "",
            ", stability: experimental",
            "PRM063 /metadata/stability warning patch: stability changed from 'stable' to 'experimental'",
        ),
        ("", ", stability: deprecated", "PRM060 /metadata/stability info patch: prompt/a is deprecated"),
        (
            "",
            ", deprecation: {reason: old}",
            "PRM060 /metadata/deprecation info patch: a deprecation notice was added",
        ),
        (
            ", deprecation: {reason: old}",
            "",
            "PRM901 /metadata/deprecation info patch: 'metadata.deprecation' was removed",
        ),
        (
            ", deprecation: {sunset: '2026-06-30'}",
            ", deprecation: {sunset: '2026-05-31'}",
            (
                "PRM062 /metadata/deprecation/sunset warning patch: "
                "the sunset changed from '2026-06-30' to '2026-05-31'"
            ),
        ),
        (
            ", deprecation: {reason: old}",
            ", deprecation: {reason: old, sunset: '2026-05-31'}",
            "PRM062 /metadata/deprecation/sunset warning patch: the sunset was added",
        ),
        (
            ", deprecation: {sunset: '2026-05-31'}",
            ", deprecation: {sunset: '2026-06-30'}",
            (
                "PRM901 /metadata/deprecation/sunset info patch: "
                "'metadata.deprecation.sunset' changed from '2026-05-31' to '2026-06-30'"
            ),
        ),
        (
            "",
            ", yanked: [{version: 1.0.0, reason: leaked}]",
            "PRM903 /metadata/yanked info patch: version 1.0.0 was yanked: leaked",
        ),
        (
            ", yanked: [{version: 1.0.0, reason: leaked}]",
            ", yanked: [{version: 1.0.0, reason: leaked}, {version: 1.1.0, reason: wrong}]",
            "PRM903 /metadata/yanked/version=1.1.0 info patch: version 1.1.0 was yanked: wrong",
        ),
        (
            ", yanked: [{version: 1.0.0, reason: leaked}]",
            "",
            "PRM901 /metadata/yanked info patch: 'metadata.yanked' was removed",
        ),
        ("", ", yanked: [1.0.0]", "PRM901 /metadata/yanked info patch: 'metadata.yanked' was added"),
    ],
)
def test_change_of_metadata_is_judged(before: str, after: str, told: str) -> None:
    assert judged_metadata("Prompt", before, after) == [told]


def test_stability_of_another_kind_is_metadata() -> None:
    assert judged_metadata("Model", "", ", stability: deprecated") == [
        "MDL901 /metadata/stability info patch: 'metadata.stability' changed from 'stable' to 'deprecated'"
    ]


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (None, "PRM001 / error major: prompt/a was removed"),
        ("2026-06-30", "PRM001 / error major: prompt/a was removed"),
        ("2026-07-01", "PRM061 / info minor: prompt/a was removed after its sunset"),
    ],
)
def test_removal_is_minor_only_after_the_day_of_the_sunset(today: str | None, told: str) -> None:
    assert told_between(registry_with("Prompt", {}, SUNSET), EMPTY, today) == [told]


def test_change_after_the_sunset_is_judged_as_before() -> None:
    before, after = registry_with("Partial", {}, SUNSET), registry_with("Partial", {"content": "ho"}, SUNSET)
    assert told_between(before, after, "2026-07-01") == [
        "PRM040 /spec/content warning minor: the text of partial/a changed"
    ]


def test_long_text_is_not_repeated() -> None:
    before, after = f", title: {'a' * 80}", ", title: b"
    assert judged_metadata("Tool", before, after) == [
        "TOL901 /metadata/title info patch: 'metadata.title' changed"
    ]


def test_change_without_a_pointer_is_of_the_manifest() -> None:
    change = Change(artifact="tool/a", kind="Tool", fact=Fact.CHANGED, meaning="breaking")
    (judgement,) = judgements([change], EMPTY.settings)
    assert judgement.message == "the manifest changed from null to null"


@pytest.mark.parametrize("kind", KINDS)
def test_fact_without_sides_is_judged(kind: str) -> None:
    # A renderer's or a test's fact may have none; rules then know nothing of what stands around it.
    for field in (*BASES[kind], "inputs", "outputs", "schema", "match", "variants", "files", "personalData"):
        for fact in (Fact.ADDED, Fact.REMOVED, Fact.CHANGED):
            pointer = ("spec", field)
            change = Change(
                artifact="a", kind=kind, fact=fact, pointer=pointer, place=pointer, old=["x"], new=["y"]
            )
            assert judgements([change], EMPTY.settings)


def settings(*overrides: Override) -> Settings:
    return Settings(folder="", name="test", overrides=overrides)


def override(
    level: Level | None = None,
    bump: Bump | None = None,
    artifacts: tuple[str, ...] = (),
    until: str | None = None,
    code: str = "PRM040",
) -> Override:
    return Override(code=code, reason="why", level=level, bump=bump, artifacts=artifacts, until=until)


def of_text(*overrides: Override, today: str | None = None) -> tuple[Level, Bump]:
    """The level and the bump of a changed text."""
    changes = compare(prompts(a=text("a")), prompts(a=text("a", "ho")))
    (judgement,) = judgements(changes, settings(*overrides), today)
    return judgement.level, judgement.bump


def test_override_changes_level_and_bump() -> None:
    assert of_text(override(Level.ERROR)) == (Level.ERROR, Bump.MINOR)
    assert of_text(override(bump=Bump.MAJOR)) == (Level.WARNING, Bump.MAJOR)
    assert of_text(override(Level.INFO, Bump.PATCH)) == (Level.INFO, Bump.PATCH)


def test_rule_that_is_off_keeps_its_bump() -> None:
    assert of_text(override(Level.OFF)) == (Level.OFF, Bump.MINOR)


def test_bump_is_not_lowered_below_patch() -> None:
    assert of_text(override(bump=Bump.NONE)) == (Level.WARNING, Bump.PATCH)


def test_override_holds_for_its_artifacts_only() -> None:
    assert of_text(override(Level.ERROR, artifacts=("partial/*",))) == (Level.ERROR, Bump.MINOR)
    assert of_text(override(Level.ERROR, artifacts=("prompt/*",))) == (Level.WARNING, Bump.MINOR)
    assert of_text(override(Level.ERROR, code="PRM041")) == (Level.WARNING, Bump.MINOR)


def test_override_ends_after_its_last_day() -> None:
    expiring = override(Level.ERROR, until="2026-06-30")
    assert of_text(expiring) == (Level.ERROR, Bump.MINOR)
    assert of_text(expiring, today="2026-06-30") == (Level.ERROR, Bump.MINOR)
    assert of_text(expiring, today="2026-07-01") == (Level.WARNING, Bump.MINOR)


def test_last_override_wins() -> None:
    assert of_text(override(Level.ERROR), override(Level.INFO)) == (Level.INFO, Bump.MINOR)


def test_environment_is_never_bumped() -> None:
    changes = compare(EMPTY, registry_with("Environment", {}))
    (judgement,) = judgements(changes, settings(override(Level.WARNING, Bump.MAJOR, code="ENV904")))
    assert (judgement.level, judgement.bump) == (Level.WARNING, Bump.NONE)


@pytest.mark.parametrize("code", sorted(NEVER_OVERRIDDEN))
def test_released_version_is_never_overridden(code: str) -> None:
    rule = Rule(code=code, name="x", level=Level.ERROR, meaning="x", bump=Bump.MAJOR)
    change = Change(artifact="prompt/a", kind="Prompt", fact=Fact.CHANGED)
    judgement = Judgement(rule=rule, change=change, level=Level.ERROR, bump=Bump.MAJOR, message="x")
    assert overridden(judgement, settings(override(Level.OFF, Bump.PATCH, code=code))) == judgement


def judged_by(settings_: Settings, guard: Settings | None, *, is_gone: bool = False) -> tuple[Level, Bump]:
    """The level and the bump of a changed text, or of a partial that is gone."""
    changes = compare(prompts(a=text("a")), EMPTY if is_gone else prompts(a=text("a", "ho")))
    (judgement,) = judgements(changes, settings_, None, guard)
    return judgement.level, judgement.bump


def test_a_profile_says_the_level_and_an_override_more() -> None:
    strict, lenient = (replace(settings(), profile=p) for p in (Profile.STRICT, Profile.LENIENT))
    assert judged_by(strict, None) == (Level.ERROR, Bump.MINOR)
    assert judged_by(lenient, None) == (Level.INFO, Bump.MINOR)
    assert judged_by(lenient, None, is_gone=True) == (Level.WARNING, Bump.MAJOR)
    over = replace(strict, overrides=(override(Level.WARNING, Bump.PATCH),))
    assert judged_by(over, None) == (Level.WARNING, Bump.PATCH)


def test_settings_weaken_nothing_below_what_the_guards_say() -> None:
    silent = settings(override(Level.OFF, Bump.PATCH, code="PRM001"))
    strict = settings(override(Level.ERROR, Bump.MAJOR))
    assert judged_by(silent, settings(), is_gone=True) == (Level.ERROR, Bump.MAJOR)
    assert judged_by(silent, silent, is_gone=True) == (Level.OFF, Bump.PATCH)
    assert judged_by(settings(), silent, is_gone=True) == (Level.ERROR, Bump.MAJOR)
    assert judged_by(strict, settings()) == (Level.ERROR, Bump.MAJOR)
    assert judged_by(replace(settings(), profile=Profile.LENIENT), settings()) == (Level.WARNING, Bump.MINOR)


def test_meanings_are_those_of_the_design() -> None:
    assert [(m.level, m.bump) for m in (BREAKING, BEHAVIOURAL, SAFE)] == [
        (Level.ERROR, Bump.MAJOR),
        (Level.WARNING, Bump.MINOR),
        (Level.INFO, Bump.PATCH),
    ]


def application(files: dict[str, str], listed: str) -> Registry:
    """A registry of one application with these files."""
    return registry_with("Application", {"files": listed}, files=files)


def test_change_of_a_file_names_the_file() -> None:
    before = application({"prompts/a.py": "a", "prompts/b.py": "b"}, "[a.py, b.py]")
    after = application({"prompts/a.py": "A", "prompts/c.py": "c"}, "[a.py, c.py]")
    assert told_between(before, after) == [
        "APP024 /spec/files/0 warning minor: file 'a.py' has other content",
        "APP024 /spec/files/1 warning minor: file 'c.py' stands where another one stood",
    ]


def test_file_that_comes_or_goes_is_named() -> None:
    less = application({"prompts/a.py": "a", "prompts/b.py": "b"}, "[a.py]")
    more = application({"prompts/a.py": "a", "prompts/b.py": "b"}, "[a.py, b.py]")
    assert told_between(less, more) == ["APP024 /spec/files/1 warning minor: file 'b.py' was added"]
    assert told_between(more, less) == ["APP024 /spec/files/1 warning minor: file 'b.py' was removed"]


def test_of_files_that_are_no_names_the_others_are_named() -> None:
    before = application({"prompts/a.py": "a", "prompts/b.py": "b"}, "[a.py, b.py]")
    after = application({"prompts/b.py": "B"}, "[[], b.py]")
    assert told_between(before, after) == [
        "APP024 /spec/files/0 warning minor: 'files.1' changed",
        "APP024 /spec/files/1 warning minor: file 'b.py' has other content",
    ]


def test_files_that_come_all_at_once_are_one_change() -> None:
    before, after = registry_with("Application", {}), application({"prompts/a.py": "a"}, "[a.py]")
    assert told_between(before, after) == ["APP024 /spec/files warning minor: 'files' was added"]
