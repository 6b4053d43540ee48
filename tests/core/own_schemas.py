"""Registries in memory with schemas of their own kinds, and what is wrong with them."""

import json
from collections.abc import Mapping

import pytest

from plmctl.core.configuration import read_settings_of
from plmctl.core.finding import ConfigurationError, Finding, Level
from plmctl.core.kinds import Kinds
from plmctl.core.ports import EntryKind, MemoryTree
from plmctl.core.schema import Node
from plmctl.core.value import Value, as_mapping
from tests.commands.personas import PERSONA_SCHEMA

HEAD = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
SETTINGS = HEAD + "spec: {schemas: [kinds]}\n"
KIND = "kinds/persona.json"
Told = tuple[str, str, str, str | None]


def text(schema: Value) -> str:
    """A schema as a file."""
    return json.dumps(schema, indent=1)


def with_spec(spec: Node, **others: Value) -> Node:
    """The least schema of a kind, with another spec and with other keywords."""
    parts = as_mapping(PERSONA_SCHEMA["properties"])
    properties: dict[str, Value] = {**parts, "spec": {"type": "object", **spec}}
    kept = {keyword: PERSONA_SCHEMA[keyword] for keyword in ("title", "description", "type", "required")}
    return {**kept, "properties": properties, "additionalProperties": False, **others}


def with_field(field: Value, **others: Value) -> Node:
    """The same, with one field that is described."""
    return with_spec({"properties": {"field": field}}, **others)


def named(word: str) -> Node:
    """A kind of another name."""
    properties: dict[str, Value] = {**as_mapping(with_spec({})["properties"]), "kind": {"const": word}}
    return {**with_spec({}), "title": word, "properties": properties}


def kinds_in(
    files: Mapping[str, bytes | str], settings: str = SETTINGS, kinds: Mapping[str, EntryKind] | None = None
) -> Kinds:
    """The kinds of a registry with these files."""
    tree = MemoryTree({"plmctl.yaml": settings, **files}, kinds)
    return read_settings_of(tree, tuple(tree.paths())).kinds


def findings(
    files: Mapping[str, bytes | str], settings: str = SETTINGS, kinds: Mapping[str, EntryKind] | None = None
) -> tuple[Finding, ...]:
    """What is wrong with them."""
    with pytest.raises(ConfigurationError) as caught:
        kinds_in(files, settings, kinds)
    assert caught.value.exit_code == 2
    return caught.value.findings


def refused(
    files: Mapping[str, bytes | str], settings: str = SETTINGS, kinds: Mapping[str, EntryKind] | None = None
) -> list[Told]:
    """The same as code, place, message and help."""
    return [(f.code, str(f.location), f.message, f.help) for f in findings(files, settings, kinds)]


def refused_schema(schema: Value) -> list[tuple[str, str, str | None]]:
    """What is wrong with one schema, as code, message and help; all of it has a place in its file."""
    found = findings({KIND: text(schema)})
    assert {(f.location.path, f.location.line is not None, f.level) for f in found} == {
        (KIND, True, Level.ERROR)
    }
    return [(f.code, f.message, f.help) for f in found]
