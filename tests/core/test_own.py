"""The schemas of kinds of a registry's own: where they are, and how they are read."""

import pytest

from plmctl.core.configuration import read_settings_of
from plmctl.core.finding import ConfigurationError
from plmctl.core.kinds import BUILT_IN
from plmctl.core.path import name_problem
from plmctl.core.ports import EntryKind, MemoryTree, Unreadable
from plmctl.core.value import Value
from tests.commands.personas import PERSONA_SCHEMA
from tests.core.own_schemas import HEAD, KIND, SETTINGS, Told, findings, kinds_in, named, refused, text
from tests.programs import REPOSITORY


def test_without_folders_the_kinds_are_the_built_in_ones() -> None:
    assert kinds_in({KIND: "["}, HEAD) is BUILT_IN


def test_each_file_of_a_folder_is_a_kind() -> None:
    kinds = kinds_in(
        {KIND: text(PERSONA_SCHEMA), "kinds/voice.json": text(named("Voice")), "kinds/README": ""}
    )
    assert kinds.own == {"Persona": PERSONA_SCHEMA, "Voice": named("Voice")}


def test_kinds_are_read_once_for_the_same_bytes() -> None:
    files = {KIND: text(PERSONA_SCHEMA)}
    assert kinds_in(files) is kinds_in(files)
    assert kinds_in(files) is not kinds_in({KIND: text(PERSONA_SCHEMA) + "\n"})


def test_folders_are_relative_to_plmctl_yaml() -> None:
    tree = MemoryTree(
        {
            "registry/plmctl.yaml": HEAD + "spec: {schemas: [./kinds/, ../shared]}\n",
            "registry/kinds/persona.json": text(PERSONA_SCHEMA),
            "shared/voice.json": text(named("Voice")),
            "kinds/other.json": "[",
            "registry/kinds/deeper/other.json": "[",
        }
    )
    assert tuple(read_settings_of(tree, tuple(tree.paths())).kinds.own) == ("Persona", "Voice")


def test_the_folder_of_plmctl_yaml_itself_can_hold_them() -> None:
    kinds = kinds_in({"persona.json": text(PERSONA_SCHEMA)}, HEAD + "spec: {schemas: [.]}\n")
    assert tuple(kinds.own) == ("Persona",)


def test_manifests_of_an_own_kind_are_looked_for_in_its_folder() -> None:
    tree = MemoryTree({"plmctl.yaml": SETTINGS, KIND: text(PERSONA_SCHEMA)})
    settings = read_settings_of(tree, tuple(tree.paths()))
    assert settings.is_manifest("personas/ada.yaml")
    assert not settings.is_manifest("voices/ada.yaml")
    assert [
        settings.is_schema(path) for path in (KIND, "persona.json", "kinds/a/b.json", "kinds/a.yaml")
    ] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("folders", "told"),
    [
        (
            "[none]",
            (
                "REF005",
                "plmctl.yaml:4:18",
                "no schema is in the folder 'none'",
                "add a file such as none/persona.json, or leave the folder out",
            ),
        ),
        (
            "[../kinds]",
            (
                "REF006",
                "plmctl.yaml:4:18",
                "the path '../kinds' leaves the repository",
                "keep the file in this repository",
            ),
        ),
        (
            "[/etc]",
            (
                "REF006",
                "plmctl.yaml:4:18",
                "the path '/etc' is not relative",
                "write it relative to this manifest, with forward slashes",
            ),
        ),
        (
            "[linked]",
            (
                "REF007",
                "plmctl.yaml:4:18",
                "'linked' is a symbolic link or leads through one",
                "name the folder that it leads to",
            ),
        ),
    ],
)
def test_a_folder_is_one_of_the_repository_with_schemas_in_it(folders: str, told: Told) -> None:
    settings = HEAD + f"spec: {{schemas: {folders}}}\n"
    assert refused({}, settings, {"linked": EntryKind.LINK}) == [told]


class Locked(MemoryTree):
    """A tree whose schemas nobody can read."""

    def read(self, path: str, *, limit: int) -> bytes:
        """The bytes of all other files."""
        if path == KIND:
            raise Unreadable("permission denied")
        return super().read(path, limit=limit)


def test_a_schema_that_cannot_be_read_is_told() -> None:
    tree = Locked({"plmctl.yaml": SETTINGS, KIND: "{}"})
    with pytest.raises(ConfigurationError) as caught:
        read_settings_of(tree, tuple(tree.paths()))
    assert [(f.code, str(f.location), f.message) for f in caught.value.findings] == [
        ("REF009", KIND, "it cannot be read: permission denied")
    ]


def test_only_files_with_plain_names_are_schemas() -> None:
    dash = "kinds/-x.json"
    problem = name_problem(dash)
    assert problem is not None
    kinds = {
        "kinds/a.json": EntryKind.LINK,
        "kinds/b.json": EntryKind.SUBMODULE,
    }
    assert refused({dash: "{}"}, SETTINGS, kinds) == [
        ("REF006", dash, problem.message, problem.help),
        ("REF007", "kinds/a.json", "a schema is a file, this is a symbolic link", "commit the file itself"),
        ("REF008", "kinds/b.json", "a schema is a file, this is a submodule", None),
    ]


def test_a_path_that_is_gone_by_now_is_told() -> None:
    tree = MemoryTree({"plmctl.yaml": SETTINGS})
    with pytest.raises(ConfigurationError) as caught:
        read_settings_of(tree, ("plmctl.yaml", KIND))
    assert [f.message for f in caught.value.findings] == ["a schema is a file, this is a nothing"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", ("YML009", f"{KIND}:1:1", "the file holds no value")),
        (b"{", ("YML007", f"{KIND}:", "a value is missing here")),
        (b'{"a": 1,\n "a": 2}', ("YML020", f"{KIND}:2:2", "the key 'a' is already on line 1, column 2")),
        (b"title: Persona\n", ("YML007", f"{KIND}:1:1", "a schema is JSON, this is YAML: Expecting value")),
        (b"{'a': 1}", ("YML007", f"{KIND}:1:2", "a schema is JSON, this is YAML: ")),
        (b"[" * 500_000, ("YML012", f"{KIND}:1:65", "more than 64 levels of nesting")),
        (
            b'{"a": [' + b"1," * 60_000 + b"1]}",
            ("YML013", f"{KIND}:1:100002", "more than 50,000 keys and values"),
        ),
        (b'{"a": "' + b"x" * 1_100_000 + b'"}', ("YML001", KIND, "the file has ")),
        (b'{"a": 1e999}', ("YML022", f"{KIND}:1:7", "")),
        (b"[]", ("SCH004", f"{KIND}:1:1", "the manifest must be a mapping, not a list")),
        (b'"Persona"', ("SCH004", f"{KIND}:1:1", "the manifest must be a mapping, not the text 'Persona'")),
    ],
)
def test_a_schema_is_strict_json_of_bounded_size(data: bytes, told: tuple[str, str, str]) -> None:
    code, place, message = told
    first = findings({KIND: data})[0]
    assert (first.code, first.message[: len(message)]) == (code, message)
    assert str(first.location).startswith(place)


def described(written: str) -> Value:
    """The description of the kind in a schema where it is written in JSON like this."""
    plain = text({**PERSONA_SCHEMA, "description": "HERE"})
    return kinds_in({KIND: plain.replace("HERE", written)}).own["Persona"]["description"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\ud83d\ude00", "\U0001f600"),
        (r"\uD83D\uDE00 \ud83d\ude01", "\U0001f600 \U0001f601"),
        (r"\u00e9 \" \/ \n", '\u00e9 " / \n'),
        (r"\\ud83d\\ude00", r"\ud83d\ude00"),
        (r"\\\ud83d\ude00", "\\\U0001f600"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_a_pair_of_escapes_is_the_character_that_json_means(written: str, read: str) -> None:
    assert described(written) == read


@pytest.mark.parametrize(
    "written", [r"\ud83d", r"\ude00", r"\ude00\ud83d", r"\ud83d \ude00", r"\ud83d\\ude00"]
)
def test_half_a_pair_is_no_character(written: str) -> None:
    plain = text({**PERSONA_SCHEMA, "description": "HERE"})
    assert {f.code for f in findings({KIND: plain.replace("HERE", written)})} == {"YML021"}


def test_a_registry_tag_cannot_read_as_the_tag_of_an_own_kind() -> None:
    settings = HEAD + "spec:\n  schemas: [kinds]\n  release: {tag: 'persona/v{version}'}\n"
    assert refused({KIND: text(PERSONA_SCHEMA)}, settings) == [
        (
            "SCH006",
            "plmctl.yaml:6:18",
            "'persona/v1.0.0' would be taken for the tag of an artifact",
            "'v{version}' and 'registry-v{version}' are good ones",
        )
    ]


def test_the_schema_that_the_documentation_shows_is_one() -> None:
    page = (REPOSITORY / "docs" / "schemas.md").read_text(encoding="utf-8")
    shown = page.partition("```json\n")[2].partition("```")[0]
    assert tuple(kinds_in({KIND: shown}).own) == ("Persona",)
