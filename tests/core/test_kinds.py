"""The kinds of a registry, and their schemas in one piece."""

import json

import pytest

from plmctl.core.kinds import BUILT_IN, Kinds, Shape, words_pattern
from plmctl.core.schema import KINDS, VERSIONED_KINDS, Node, kind_prefix
from plmctl.core.value import Value, as_items, as_mapping
from tests.commands.personas import PERSONA_SCHEMA

OWN = Kinds(own={"Persona": PERSONA_SCHEMA})
EXAMPLE = as_items(PERSONA_SCHEMA["examples"])[0]


def at(value: Value, *steps: str) -> Value:
    """The value below these keys."""
    for step in steps:
        value = as_mapping(value)[step]
    return value


def references(kinds: Kinds, kind: str, field: str) -> tuple[str, ...]:
    """What each item of a list of references may name."""
    spec = kinds.schema_of(kind).property("spec")
    below = spec.property(field) if spec is not None else None
    item = below.item() if below is not None else None
    assert item is not None
    return item.refs


def test_the_built_in_kinds_are_those_that_are_shipped() -> None:
    assert BUILT_IN.names == KINDS
    assert BUILT_IN.versioned == VERSIONED_KINDS
    assert BUILT_IN.shapes == (*KINDS, "Registry", "Lock", "Kind", "Acceptance")
    assert BUILT_IN.by_prefix == {kind.lower(): kind for kind in KINDS}
    assert (BUILT_IN.folders["Prompt"], BUILT_IN.folders["EvalSuite"]) == ("prompts", "evals")


def test_an_own_kind_stands_beside_them() -> None:
    assert OWN.names == (*KINDS, "Persona")
    assert OWN.versioned == (*VERSIONED_KINDS, "Persona")
    assert OWN.shapes == (*KINDS, "Persona", "Registry", "Lock", "Kind", "Acceptance")
    assert OWN.by_prefix["persona"] == "Persona"
    assert OWN.folders == {**BUILT_IN.folders, "Persona": "personas"}


def test_a_shape_is_made_once() -> None:
    first: Shape = OWN.shape_of("Persona")
    assert OWN.shape_of("Persona") is first
    assert first.schema is first.schema
    assert first.validator is first.validator
    assert OWN.schema_of("Persona") is first.schema
    assert OWN.bundled("Persona") is first.bundle


def test_an_own_kind_is_bundled_with_what_it_uses_of_both() -> None:
    defs = as_mapping(OWN.bundled("Persona")["$defs"])
    assert sorted(defs) == ["apiVersion", "date", "metadata", "name", "reference", "trait", "version"]
    assert "defs.json" not in json.dumps(OWN.bundled("Persona"))
    assert at(PERSONA_SCHEMA, "properties", "metadata", "$ref") == "defs.json#/$defs/metadata"


@pytest.mark.parametrize("base", ["a b", "::::", "http://[", "#x", "https://x/y#f", " ", "%zz", "\u202e", ""])
def test_where_a_schema_is_published_is_no_base_of_its_references(base: str) -> None:
    kinds = Kinds(own={"Persona": {**PERSONA_SCHEMA, "$id": base}})
    assert kinds.bundled("Persona") == OWN.bundled("Persona")
    assert [kinds.shape_of("Persona").validator.is_valid(value) for value in (EXAMPLE, {})] == [True, False]


def test_what_may_name_every_artifact_may_name_those_of_own_kinds() -> None:
    assert references(BUILT_IN, "Application", "uses") == VERSIONED_KINDS
    assert references(OWN, "Application", "uses") == OWN.versioned
    assert references(OWN, "Application", "guardrails") == ("Guardrail",)


def test_no_name_begins_with_the_word_of_an_own_kind() -> None:
    shipped = words_pattern(tuple(kind_prefix(kind) for kind in (*KINDS, "Registry")))
    own = words_pattern((*OWN.by_prefix, "registry"))
    path = ("$defs", "metadata", "properties", "name", "not", "pattern")
    assert at(BUILT_IN.bundled("Model"), *path) == shipped
    assert at(OWN.bundled("Model"), *path) == own
    assert "|persona|registry)/" in own


def test_values_in_a_schema_are_no_schemas() -> None:
    data: Value = {"$ref": "#/$defs/gone", "pattern": 1}
    spec: Node = {
        "type": "object",
        "properties": {
            "a": {"default": data, "const": data, "enum": [data], "examples": [data]},
            "default": {"$ref": "#/$defs/trait"},
        },
        "prefixItems": [{"$ref": "defs.json#/$defs/count"}],
        "items": True,
    }
    kinds = Kinds(own={"Thing": {"properties": {"spec": spec}, "$defs": PERSONA_SCHEMA["$defs"]}})
    bundle = kinds.bundled("Thing")
    assert sorted(as_mapping(bundle["$defs"])) == ["count", "trait"]
    assert at(bundle, "properties", "spec", "properties", "a") == {
        "default": data,
        "const": data,
        "enum": [data],
        "examples": [data],
    }
    assert at(bundle, "properties", "spec", "items") is True
