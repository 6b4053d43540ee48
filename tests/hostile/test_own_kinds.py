"""Schemas of own kinds that mean harm (hostile.md, S and P), through the console script, in bounded time."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from plmctl.core.schema import Node
from plmctl.core.value import Value, as_mapping
from tests.commands.builder import make_release, plmctl
from tests.commands.ground import folder_at
from tests.commands.personas import KIND, PERSONA_SCHEMA, PERSONAS
from tests.git.builder import Folder

# With the start of the program, on a machine that others use too.
SECONDS = 10


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A registry with a kind of its own, not committed."""
    path = tmp_path / "registry"
    path.mkdir()
    made = folder_at(path)
    made.git("init", "-q", "-b", "main")
    for name, text in PERSONAS.items():
        made.write(name, text)
    return made


def field(value: Value, **others: Value) -> str:
    """A Persona with one field more."""
    parts = as_mapping(PERSONA_SCHEMA["properties"])
    spec = as_mapping(parts["spec"])
    fields: Node = {**as_mapping(spec["properties"]), "field": value}
    properties: Node = {**parts, "spec": {**spec, "properties": fields}}
    return json.dumps({**PERSONA_SCHEMA, "properties": properties, **others})


def doubled() -> str:
    """2^18 alternatives in 18 definitions."""
    defs: Node = {**as_mapping(PERSONA_SCHEMA["$defs"]), "d0": {}}
    for n in range(18):
        defs[f"d{n + 1}"] = {"anyOf": [{"$ref": f"#/$defs/d{n}"}, {"$ref": f"#/$defs/d{n}"}]}
    return field({"$ref": "#/$defs/d18"}, **{"$defs": defs})


def chained(levels: int, last: Node) -> Node:
    """A schema below so many mappings of any key."""
    return {"additionalProperties": chained(levels - 1, last)} if levels else last


def combined() -> str:
    """15 alternatives, each of which tells two keys from the rest one level lower: 3^15 places."""
    layers: list[Value] = []
    for n in range(15):
        below = chained(14 - n, {})
        fork: Node = {"properties": {"a": below, "b": below}, "additionalProperties": below}
        layers.append(chained(n, fork))
    return field({"anyOf": layers})


def defined(name: str) -> str:
    """A Persona that refers to a definition of this name."""
    defs: Node = {**as_mapping(PERSONA_SCHEMA["$defs"]), name: {}}
    return field({"$ref": f"#/$defs/{name}"}, **{"$defs": defs})


SCHEMAS: Mapping[str, tuple[Callable[[], str], str]] = {
    "ref-http": (lambda: field({"$ref": "https://example.com/schema.json"}), "SCH006"),
    "ref-file": (lambda: field({"$ref": "file:///etc/passwd"}), "SCH006"),
    "schema-elsewhere": (lambda: field({}, **{"$schema": "https://example.com/meta"}), "SCH005"),
    "id": (lambda: field({"$id": "https://example.com/"}), "SCH002"),
    "dynamic-ref": (lambda: field({"$dynamicRef": "#a"}), "SCH002"),
    "if": (lambda: field({"if": {}, "then": {}}), "SCH002"),
    "look-ahead": (lambda: field({"pattern": "(?!a)b"}), "SCH009"),
    "repeats": (lambda: field({"pattern": "^(a{0,1000}){0,1000}$"}), "SCH009"),
    "absent-definition": (lambda: field({"items": {"$ref": "#/$defs/trait2"}}), "SCH009"),
    "doubled": (doubled, "SCH009"),
    "combined": (combined, "SCH009"),
    "definition-with-a-blank": (lambda: defined("a b"), "SCH006"),
    "definition-not-ascii": (lambda: defined("\u00e9"), "SCH006"),
    "definition-escaped": (lambda: defined("%41"), "SCH006"),
    "definition-quoted": (lambda: defined('a"b'), "SCH006"),
    "definition-with-a-backslash": (lambda: defined("a\\b"), "SCH006"),
    "enum-of-1001": (lambda: field({"enum": [str(n) for n in range(1_001)]}), "SCH007"),
    "enum-of-30000": (lambda: field({"enum": [str(n) for n in range(30_000)]}), "SCH007"),
    "depth": (lambda: '{"a":' * 1_000_00 + "1", "YML012"),
    "items": (lambda: "[" + "{}," * 1_000_00 + "{}]", "YML013"),
    "duplicate": (lambda: '{"title": "Persona", "title": "Prompt"}', "YML020"),
    "surrogate": (lambda: '{"title": "\\ud800"}', "YML021"),
    "digits": (lambda: '{"title": 1' + "0" * 5000 + "}", "YML022"),
    "recursive-alias": (lambda: "title: &a [*a]\n", "YML015"),
    "tag": (lambda: "!!python/object/apply:os.system ['true']\n", "YML017"),
    "null": (lambda: "null", "SCH004"),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_hostile_schema_is_refused_with_its_place(folder: Folder, name: str) -> None:
    make, code = SCHEMAS[name]
    folder.write(KIND, make())
    began = time.monotonic()
    done = plmctl(folder, "validate", code=2)
    assert time.monotonic() - began < SECONDS
    assert f"error[{code}]" in done.stderr
    assert f"{KIND}:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_schema_outside_is_not_read(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"title": "Hush"}', encoding="utf-8")
    (folder.path / KIND).unlink()
    (folder.path / KIND).symlink_to(tmp_path / "secret.json")
    done = plmctl(folder, "validate", code=2)
    assert "error[REF007]" in done.stderr
    assert "Hush" not in done.stderr


def test_a_pattern_that_backtracks_elsewhere_is_linear_here(folder: Folder) -> None:
    folder.write("personas/ada.yaml", PERSONAS["personas/ada.yaml"] + f"  code: {'a' * 100_000}b\n")
    began = time.monotonic()
    done = plmctl(folder, "validate", code=1)
    assert time.monotonic() - began < SECONDS
    assert "error[SCH006]" in done.stdout


@pytest.mark.parametrize("base", ["a b", "::::", "http://[", "#x", "https://x/y#f", "%zz", "\u202e"])
def test_where_a_schema_says_it_is_published_changes_nothing(folder: Folder, base: str) -> None:
    folder.write(KIND, json.dumps({**PERSONA_SCHEMA, "$id": base}))
    plmctl(folder, "validate")
    folder.commit({}, "begin")
    make_release(folder)
    folder.commit({"personas/ada.yaml": PERSONAS["personas/ada.yaml"].replace("likes", "loves")}, "loves")
    assert "persona/ada" in plmctl(folder, "diff", "HEAD~1").stdout
    assert "1.0.0" in plmctl(folder, "log", "persona/ada").stdout


@pytest.mark.parametrize(("first", "second"), [("Zed", "Zeds"), ("Zeds", "Zed")])
def test_a_kind_does_not_take_the_folder_of_another(folder: Folder, first: str, second: str) -> None:
    for name, word in (("aa", first), ("bb", second)):
        parts: Node = {**as_mapping(PERSONA_SCHEMA["properties"]), "kind": {"const": word}}
        kind: Node = {**PERSONA_SCHEMA, "title": word, "properties": parts, "examples": []}
        folder.write(f"kinds/{name}.json", json.dumps(kind))
    done = plmctl(folder, "validate", code=2)
    assert "error[SCH007]" in done.stderr
    assert f"the kind '{second}' has the word of" in done.stderr


def test_a_character_in_two_escapes_is_one_and_half_of_it_none(folder: Folder) -> None:
    folder.write(KIND, json.dumps({**PERSONA_SCHEMA, "description": "\U0001f600"}))
    plmctl(folder, "validate")
    folder.write(KIND, json.dumps({**PERSONA_SCHEMA, "description": "\ud83d"}))
    assert "error[YML021]" in plmctl(folder, "validate", code=2).stderr
