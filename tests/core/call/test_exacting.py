"""Which schemas OpenAI and Anthropic hold an answer to."""

import pytest

from plmctl.core.call.exacting import closed, is_strict, unheld
from plmctl.core.value import Value

CLOSED: dict[str, Value] = {
    "type": "object",
    "properties": {
        "a": {"type": "string", "pattern": "^x"},
        "b": {"type": ["integer", "null"], "minimum": 1},
    },
    "required": ["b", "a"],
    "additionalProperties": False,
}


def test_a_closed_schema_with_all_fields_required_is_strict() -> None:
    assert is_strict(CLOSED)
    assert is_strict({**CLOSED, "$defs": {"x": {"anyOf": [{"$ref": "#"}, CLOSED]}}})
    nested: Value = {"type": "array", "items": CLOSED}
    assert is_strict({**CLOSED, "properties": {"a": nested}, "required": ["a"]})


@pytest.mark.parametrize(
    "change",
    [
        {"required": ["a"]},
        {"additionalProperties": True},
        {"additionalProperties": {"type": "string"}},
        {"type": "array", "items": {}},
        {"anyOf": [{}]},
        {"uniqueItems": True},
        {"properties": {"a": {"minLength": 1}, "b": {}}},
        {"properties": {"a": {"type": "object"}, "b": {}}},
        {"properties": {"a": {"items": {"type": ["object", "null"]}}, "b": {}}},
        {"$defs": {"x": {"properties": {"y": {}}}}},
    ],
)
def test_any_other_schema_is_not_strict(change: dict[str, Value]) -> None:
    assert not is_strict({**CLOSED, **change})


def test_objects_are_closed_wherever_they_stand() -> None:
    inner: Value = {"type": "object", "properties": {"b": {"type": "string"}}}
    shut: Value = {"type": "object", "properties": {"b": {"type": "string"}}, "additionalProperties": False}
    assert closed(
        {
            "type": ["object", "null"],
            "properties": {"a": inner, "enum": {"type": "array", "items": inner}, "n": {"items": True}},
            "$defs": {"x": inner},
            "allOf": [{"anyOf": [inner, {"enum": [{"type": "object"}]}]}],
            "required": ["a"],
        }
    ) == {
        "type": ["object", "null"],
        "properties": {"a": shut, "enum": {"type": "array", "items": shut}, "n": {"items": True}},
        "$defs": {"x": shut},
        "allOf": [{"anyOf": [shut, {"enum": [{"type": "object"}]}]}],
        "required": ["a"],
        "additionalProperties": False,
    }


def test_what_anthropic_does_not_hold_an_answer_to_is_told() -> None:
    schema: dict[str, Value] = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "minLength": 1, "format": "iri"},
            "b": {"type": "array", "minItems": 2, "items": {"type": "number", "maximum": 3}},
            "c": {"type": "array", "minItems": 1},
            "d": {"type": "string", "format": "date", "default": "2026-01-01"},
            "e": {"additionalProperties": {"type": "string"}},
        },
        "oneOf": [],
    }
    assert [*unheld(schema)] == [
        "'oneOf'",
        "'minLength'",
        "'format: iri'",
        "'minItems' over 1",
        "'maximum'",
        "'additionalProperties' that are not false",
    ]
    assert [*unheld(CLOSED)] == ["'minimum'"]
