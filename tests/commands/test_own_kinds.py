"""A kind of the registry's own through every command: nothing of it is in the code."""

import json
from pathlib import Path

import pytest

from plmctl.commands.listing import ListOptions, listing
from plmctl.commands.lock import LockOptions
from plmctl.commands.new import NewOptions, new
from plmctl.commands.schema import SchemaOptions, schema
from plmctl.commands.show import ShowOptions, show
from plmctl.core.finding import ConfigurationError, UsageError
from plmctl.core.kinds import Kinds
from plmctl.core.schema import KINDS
from plmctl.core.value import Value, as_mapping
from tests.commands.builder import (
    APPLICATION,
    LOCK,
    SETTINGS,
    accept_all,
    between,
    checked_locks,
    copied,
    differences,
    failures,
    made_locks,
    make_release,
    opened,
    planned_release,
    plmctl,
    problems,
    told,
    validated,
    verified,
)
from tests.commands.ground import folder_at
from tests.commands.personas import ADA, KIND, MANIFEST, PERSONA_SCHEMA, PERSONAS, persona_shop
from tests.git.builder import Folder


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with a Persona, its first release, and a lock of what uses it."""
    return persona_shop(tmp_path_factory.mktemp("own") / "registry")


@pytest.fixture
def folder(first: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(first, tmp_path / "registry")


def changed(folder: Folder, old: str, new: str) -> list[str]:
    """What a diff tells of Ada once a part of her manifest is another."""
    assert ADA.count(old) == 1
    folder.write(MANIFEST, ADA.replace(old, new))
    return [line for line in differences(folder) if "persona/ada:" in line]


def test_a_good_one_is_valid(folder: Folder) -> None:
    report = validated(folder)
    assert (told(report), report.notes, report.summary) == ([], (), {"manifests": 6})


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("prompt/greet", "greeet", f"REF001 {MANIFEST}:5:11: no Prompt or Model is named 'greeet'"),
        (
            "prompt/greet",
            "application/desk",
            f"REF002 {MANIFEST}:5:11: 'application/desk' is a Application, not a Prompt or Model",
        ),
        ("ada.svg", "eve.svg", f"REF005 {MANIFEST}:6:13: no such file: 'personas/eve.svg'"),
        ("story: |", "sotry: |", f"SCH002 {MANIFEST}:7:3: 'sotry' is not a field of spec"),
        (
            "strength: 4",
            "strength: 6",
            f"SCH007 {MANIFEST}:11:33: spec.traits[0].strength is 6: at most 5 is",
        ),
        (
            "name: ada",
            "name: persona/ada",
            f"SCH010 {MANIFEST}:3:18: metadata.name begins with the kind's word",
        ),
        ("kind: Persona", "kind: Persna", f"SCH001 {MANIFEST}:2:7: 'Persna' is not a kind"),
        (
            "  story: |",
            "  code: b\n  story: |",
            f"SCH006 {MANIFEST}:7:9: spec.code is 'b': it must be text that",
        ),
    ],
)
def test_each_mistake_is_found_where_it_is(folder: Folder, old: str, new: str, finding: str) -> None:
    folder.write(MANIFEST, ADA.replace(old, new))
    found = [line for line in told(validated(folder)) if line.startswith(finding.partition(" ")[0])]
    assert [line[: len(finding)] for line in found] == [finding]


def test_a_pattern_of_an_own_kind_takes_linear_time(folder: Folder) -> None:
    folder.write(MANIFEST, ADA + f"  code: {'a' * 50_000}b\n")
    (finding,) = validated(folder).findings
    assert (finding.code, finding.message[:12]) == ("SCH006", "spec.code is")


def test_no_name_begins_with_its_word(folder: Folder) -> None:
    with opened(folder) as repo, pytest.raises(UsageError) as caught:
        new(repo, NewOptions(kind="prompt", name="persona/ada"))
    assert caught.value.message == "the name 'persona/ada' begins with a kind"


def test_it_is_listed_with_its_version(folder: Folder) -> None:
    with opened(folder) as repo:
        report = listing(repo, ListOptions(kind="persona"))
    assert report.table is not None
    assert [row[:2] for row in report.table.rows] == [("persona/ada", "1.0.0")]


def test_it_is_shown_with_its_neighbours_and_its_file(folder: Folder) -> None:
    with opened(folder) as repo:
        data = show(repo, ShowOptions(artifact="persona/ada")).data
    assert data is not None
    assert data["version"] == "1.0.0"
    assert data["references"] == [{"artifact": "prompt/greet", "about": False}]
    assert data["referrers"] == [
        {"artifact": "application/desk", "about": False},
    ]
    assert data["files"] == ["personas/ada.svg"]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "prompt/greet",
            "model/small",
            ["OWN900 persona/ada: 'speaks' changed from 'prompt/greet' to 'model/small'"],
        ),
        ("likes tea", "likes coffee", ["OWN900 persona/ada: 'story' changed"]),
        ("strength: 4", "strength: 5", ["OWN900 persona/ada: 'traits.patient.strength' changed from 4 to 5"]),
        (
            "    - {name: brief, strength: 2}\n",
            "    - {name: brief, strength: 2}\n    - {name: kind}\n",
            ["OWN900 persona/ada: 'traits.kind' was added"],
        ),
        ("    - {name: brief, strength: 2}\n", "", ["OWN900 persona/ada: 'traits.brief' was removed"]),
        (
            "name: brief",
            "name: terse",
            [
                "OWN900 persona/ada: 'traits.brief' was removed",
                "OWN900 persona/ada: 'traits.terse' was added",
            ],
        ),
        (
            "    - {name: patient, strength: 4}\n    - {name: brief, strength: 2}\n",
            "    - {name: brief, strength: 2}\n    - {name: patient, strength: 4}\n",
            ["OWN900 persona/ada: 'traits' was reordered"],
        ),
        (
            "desk-team",
            "support-team",
            [
                "OWN901 persona/ada: 'metadata.owners.1' was removed",
                "OWN901 persona/ada: 'metadata.owners.1' was added",
            ],
        ),
        ("speaks: prompt/greet", "speaks: greet", []),
    ],
)
def test_each_fact_of_a_diff_is_found_by_the_schema(
    folder: Folder, old: str, new: str, lines: list[str]
) -> None:
    found = changed(folder, old, new)
    assert [line[: len(wanted)] for line, wanted in zip(found, lines, strict=True)] == lines


def test_another_content_of_its_file_is_a_change(folder: Folder) -> None:
    folder.write("personas/ada.svg", "<svg></svg>\n")
    assert [line for line in differences(folder) if "persona/ada:" in line] == [
        "OWN900 persona/ada: 'portrait' changed"
    ]


def test_its_removal_breaks(folder: Folder) -> None:
    (folder.path / MANIFEST).unlink()
    assert [line for line in differences(folder) if " persona/ada:" in line] == [
        "OWN001 persona/ada: persona/ada was removed"
    ]


def test_a_renamed_one_keeps_its_numbers(folder: Folder) -> None:
    (folder.path / MANIFEST).unlink()
    folder.commit(
        {
            "personas/eve.yaml": ADA.replace("name: ada, ", "name: eve, formerly: [ada], "),
            "applications/desk.yaml": PERSONAS["applications/desk.yaml"].replace(
                "persona/ada", "persona/eve"
            ),
        },
        "rename",
    )
    assert between(folder, "HEAD~1", artifacts=("persona/eve",)) == [
        "OWN905 persona/eve: persona/ada was renamed to persona/eve",
        "OWN901 persona/eve: 'metadata.formerly' was added",
    ]
    assert make_release(folder) == ("application/desk 1.0.1", "persona/eve 1.1.0")


@pytest.mark.parametrize(
    ("old", "new", "versions"),
    [
        ("prompt/greet", "model/small", ("application/desk 2.0.0", "persona/ada 2.0.0")),
        ("likes tea", "likes coffee", ("application/desk 1.1.0", "persona/ada 1.1.0")),
        ("  story:", "  note: hm\n  story:", ("persona/ada 1.0.1",)),
        ("desk-team", "support-team", ("persona/ada 1.0.1",)),
    ],
)
def test_a_release_demands_what_the_schema_says(
    folder: Folder, old: str, new: str, versions: tuple[str, ...]
) -> None:
    folder.commit({MANIFEST: ADA.replace(old, new)}, "change")
    if accept_all(folder):
        folder.commit({}, "accept")
    assert make_release(folder) == versions
    assert folder.git("tag", "--list", "persona/*").split() == [
        "persona/ada@v1.0.0",
        f"persona/ada@v{versions[-1].split()[1]}",
    ]


def test_it_is_locked_with_the_application_that_uses_it(folder: Folder) -> None:
    lock = json.loads((folder.path / LOCK).read_text(encoding="utf-8"))
    assert lock["artifacts"]["persona/ada"]["version"] == "1.0.0"
    assert sorted(lock["artifacts"]["persona/ada"]["files"]) == ["personas/ada.svg", MANIFEST]
    assert lock["artifacts"]["application/desk"]["requires"] == ["persona/ada"]
    assert (told(checked_locks(folder)), failures(verified(folder))) == ([], [])


def test_an_environment_can_bind_it_to_another(folder: Folder) -> None:
    environment = PERSONAS["environments/production.yaml"] + "  bind: {persona/ada: persona/eve}\n"
    application = PERSONAS["applications/desk.yaml"].replace("name: desk", "name: desk, title: Desk")
    eve = ADA.replace("name: ada", "name: eve")
    folder.commit({"personas/eve.yaml": eve, "applications/desk.yaml": application}, "eve")
    make_release(folder)
    folder.commit({"environments/production.yaml": environment}, "bind")
    made_locks(folder, LockOptions(update={}))
    lock = json.loads((folder.path / LOCK).read_text(encoding="utf-8"))
    assert lock["bind"] == {"persona/ada": "persona/eve"}
    assert sorted(lock["artifacts"]) == ["application/desk", "model/small", "persona/eve", "prompt/greet"]


def test_a_new_one_is_outlined_in_its_folder(folder: Folder) -> None:
    with opened(folder) as repo:
        report = new(repo, NewOptions(kind="Persona", name="bob"))
    assert report.done == ("wrote personas/bob.yaml: persona/bob",)
    text = (folder.path / "personas" / "bob.yaml").read_text(encoding="utf-8")
    assert "\n  # The prompt or the model that it speaks with. (Prompt, Model)\n  speaks: greet\n" in text
    assert "\n  #traits: [{name: patient, strength: 5}]\n" in text
    assert told(validated(folder)) == []


def test_an_outline_needs_neither_examples_nor_descriptions(folder: Folder) -> None:
    bare = {word: value for word, value in PERSONA_SCHEMA.items() if word != "examples"}
    parts = as_mapping(PERSONA_SCHEMA["properties"])
    fields: dict[str, Value] = {"text": {"type": "string"}}
    with_text: dict[str, Value] = {**parts, "spec": {"type": "object", "properties": fields}}
    with_nothing: dict[str, Value] = {**parts, "spec": {"type": "object"}}
    for name, properties, end in (
        ("a", with_text, 'spec:\n  text: "..."\n'),
        ("b", with_nothing, "spec: {}\n"),
    ):
        folder.write(KIND, json.dumps({**bare, "properties": properties}))
        (folder.path / MANIFEST).unlink(missing_ok=True)
        with opened(folder) as repo:
            new(repo, NewOptions(kind="persona", name=name))
        text = (folder.path / "personas" / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.endswith(f"\n{end}")


def test_its_schema_is_printed_whole(folder: Folder) -> None:
    with opened(folder) as repo:
        printed = schema(repo, SchemaOptions(kind="persona")).text
        listed = schema(repo, SchemaOptions()).table
    assert json.loads(printed or "") == Kinds(own={"Persona": PERSONA_SCHEMA}).bundled("Persona")
    assert listed is not None
    assert [row[0] for row in listed.rows] == [*KINDS, "Persona", "Registry", "Lock", "Kind", "Acceptance"]


@pytest.mark.parametrize("arguments", [("init", "-q"), ("init", "-q", "--bare")])
def test_a_repository_without_a_registry_has_the_built_in_kinds(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    bare = folder_at(tmp_path / "empty")
    bare.git(*arguments)
    with opened(bare) as repo:
        listed = schema(repo, SchemaOptions()).table
    assert listed is not None
    assert [row[0] for row in listed.rows] == [*KINDS, "Registry", "Lock", "Kind", "Acceptance"]


def test_a_schema_is_not_printed_while_those_of_the_registry_are_wrong(folder: Folder) -> None:
    folder.write(KIND, "{}")
    with opened(folder) as repo, pytest.raises(ConfigurationError):
        schema(repo, SchemaOptions(kind="prompt"))


def without_personas(folder: Folder) -> None:
    """The kind is gone, and everything of it."""
    (folder.path / MANIFEST).unlink()
    (folder.path / KIND).unlink()
    folder.commit({"plmctl.yaml": SETTINGS, "applications/desk.yaml": APPLICATION}, "no personas")


def test_once_the_kind_is_gone_its_versions_are_still_known(folder: Folder) -> None:
    without_personas(folder)
    assert between(folder, "HEAD~1", artifacts=("persona/ada",)) == [
        "OWN001 persona/ada: persona/ada was removed"
    ]
    accept_all(folder)
    folder.commit({}, "accept")
    assert make_release(folder) == ("application/desk 2.0.0",)
    assert failures(verified(folder)) == []
    assert "persona/ada@v1.0.0" in folder.git("tag").split()


def test_each_side_of_a_diff_is_read_with_its_own_schema(folder: Folder) -> None:
    spec = as_mapping(as_mapping(PERSONA_SCHEMA["properties"])["spec"])
    fields: dict[str, Value] = {**as_mapping(spec["properties"])}
    fields["voice"] = {"type": "string", "description": "How it sounds.", "default": "warm"}
    other: dict[str, Value] = {
        **PERSONA_SCHEMA,
        "properties": {**as_mapping(PERSONA_SCHEMA["properties"]), "spec": {**spec, "properties": fields}},
    }
    folder.write(KIND, json.dumps(other))
    # A default is in no digest: no release would come of it.
    assert differences(folder) == []
    folder.write(MANIFEST, ADA + "  voice: cold\n")
    assert differences(folder) == [
        "REG006 application/desk: persona/ada OWN900 changed",
        "OWN900 persona/ada: 'voice' changed from 'warm' to 'cold'",
    ]


def test_an_application_may_use_it_only_while_the_kind_is_there(folder: Folder) -> None:
    folder.write("plmctl.yaml", SETTINGS)
    (finding,) = validated(folder).findings
    assert (finding.code, str(finding.location)) == ("REF001", "applications/desk.yaml:5:10")


def test_a_branch_may_begin_with_its_word(folder: Folder) -> None:
    folder.git("branch", "persona/ada")
    with pytest.raises(UsageError) as caught:
        between(folder, "persona/ada")
    assert caught.value.message == "'persona/ada' is a revision and an artifact"
    folder.write(KIND, "[")
    folder.git("branch", "feature/x")
    with pytest.raises(ConfigurationError):
        between(folder, "feature/x")


def test_a_schema_that_is_not_committed_stops_a_release(folder: Folder) -> None:
    folder.commit({MANIFEST: ADA.replace("likes tea", "likes coffee")}, "change")
    folder.write(KIND, json.dumps(PERSONA_SCHEMA))
    assert problems(planned_release(folder).report) == [
        f"1: files of the registry are not committed: {KIND}",
    ]


def test_a_wrong_schema_is_told_with_its_place_and_ends_with_2(folder: Folder) -> None:
    text = PERSONAS[KIND]
    line = text.splitlines().index('          "x-plm-file": true,') + 1
    folder.write(KIND, text.replace('"x-plm-file"', '"x-plm-fiel"'))
    done = plmctl(folder, "validate", code=2)
    assert done.stdout == ""
    assert f"{KIND}:{line}:11" in done.stderr
    assert "SCH002" in done.stderr
    assert "help: did you mean 'x-plm-file'?" in done.stderr


def test_a_linked_schema_folder_is_refused(folder: Folder) -> None:
    (folder.path / "kinds").rename(folder.path / "real")
    (folder.path / "kinds").symlink_to("real")
    with pytest.raises(ConfigurationError) as caught:
        validated(folder)
    assert [f.code for f in caught.value.findings] == ["REF007"]
