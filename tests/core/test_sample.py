import jsonschema_rs
import pytest

from plmctl.core.kinds import shared_definitions
from plmctl.core.sample import field_samples, sample
from plmctl.core.schema import Node
from plmctl.core.value import Value

DEFS: dict[str, Value] = {
    **shared_definitions(),
    "mood": {"type": "string", "enum": ["calm", "bright"]},
    "named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
}
AGED: Node = {"required": ["age"], "properties": {"age": {"$ref": "#/$defs/count"}}}


def to(name: str) -> Value:
    """A reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({}, "..."),
        ({"type": "string"}, "..."),
        ({"type": "string", "minLength": 5}, "....."),
        ({"type": "string", "pattern": "^[a-z]+$"}, "name"),
        ({"type": ["null", "string"]}, "..."),
        ({"const": 7, "enum": [7]}, 7),
        ({"type": "string", "default": "a", "examples": ["b"]}, "a"),
        ({"type": "string", "examples": ["b"], "enum": ["a", "b"]}, "b"),
        ({"enum": ["a", "b"]}, "a"),
        ({"type": "boolean"}, False),
        ({"type": "integer"}, 0),
        ({"type": "number", "minimum": 2}, 2),
        ({"type": "number", "exclusiveMinimum": 2}, 3),
        ({"type": "number", "maximum": -1}, -1),
        ({"type": "integer", "minimum": -5, "maximum": 5}, 0),
        ({"type": "array", "items": {"type": "integer"}}, []),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 1}, [0]),
        ({"type": "object", "properties": {"a": {}}}, {}),
        ({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["b"]}, {"b": "..."}),
        (to("mood"), "calm"),
        (to("version"), "1.0.0"),
        (to("range"), "1.0.0"),
        (to("date"), "2027-01-01"),
        (to("count"), 1),
        (to("sha256"), "0" * 64),
        (to("gitUrl"), "https://example.com"),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, 0),
        ({"oneOf": [to("named"), {"type": "string"}]}, {"name": "..."}),
        (
            {"allOf": [to("named"), AGED]},
            {"name": "...", "age": 1},
        ),
        ({"$ref": "#/$defs/reference", "x-plm-ref": ["Model", "Route"]}, "model/name"),
    ],
)
def test_a_sample_is_valid(schema: Node, expected: Value) -> None:
    found = sample(schema, DEFS)
    assert found == expected
    validator = jsonschema_rs.Draft202012Validator({**schema, "$defs": DEFS}, offline=True)
    assert validator.is_valid(found)


def test_a_pattern_that_no_sample_has_is_left_to_people() -> None:
    assert sample({"type": "string", "pattern": "^Q-[0-9]{4}$"}, DEFS) == "..."


def test_every_field_that_a_schema_describes_has_a_sample() -> None:
    further: Node = {"properties": {"mood": to("mood")}}
    schema: Node = {
        "properties": {"name": {"const": "near"}, "age": {"type": "integer"}},
        "allOf": [to("named"), further],
    }
    assert field_samples(schema, DEFS) == {"name": "near", "age": 0, "mood": "calm"}
    assert field_samples({}, DEFS) == {}


@pytest.mark.parametrize("length", [257, (1 << 53) - 1])
def test_a_text_is_no_longer_than_people_can_use(length: int) -> None:
    assert sample({"type": "string", "minLength": length}, DEFS) == "." * 256
