"""What the schema of an own kind may name, and how much it may describe."""

import pytest

from plmctl.core.ownschema import PLACES_LIMIT
from plmctl.core.schema import Node
from plmctl.core.shape import places
from plmctl.core.value import Value
from tests.core.own_schemas import KIND, kinds_in, named, refused, refused_schema, text, with_field, with_spec

REFERENCE = "'#/$defs/NAME' of this file, or 'defs.json#/$defs/NAME' of plmctl"
SPREAD = [
    (
        "SCH009",
        "over 2000 places of a manifest are described, alternatives combined",
        "offer fewer alternatives",
    )
]
# 1116 places; one alternative more makes three times as many.
COMBINED = 6


def chain(levels: int, last: Node) -> Node:
    """A schema below so many mappings of any key."""
    return {"additionalProperties": chain(levels - 1, last)} if levels else last


def combined(count: int) -> Node:
    """So many alternatives, each of which tells two keys from the rest, one level lower than the last."""
    layers: list[Value] = []
    for above in range(count):
        below = chain(count - 1 - above, {})
        fork: Node = {"properties": {"a": below, "b": below}, "additionalProperties": below}
        layers.append(chain(above, fork))
    return with_spec({"anyOf": layers})


def test_few_alternatives_that_combine_to_many_places_are_refused() -> None:
    schema = kinds_in({KIND: text(combined(COMBINED))}).schema_of("Persona")
    assert len(list(places(schema))) <= PLACES_LIMIT
    assert refused_schema(combined(COMBINED + 1)) == SPREAD
    assert refused_schema(combined(15)) == SPREAD


def defining(name: str, schema: Node) -> Node:
    """The keyword that holds this definition."""
    defs: Node = {name: schema}
    return {"$defs": defs}


@pytest.mark.parametrize("name", ["a b", "é", "a%25b", "%41", 'a"b', "a|b", "a\\b", "<", "\U0001f600", ""])
def test_the_name_of_a_definition_is_plain(name: str) -> None:
    path = "properties.spec.properties.field.$ref"
    found = refused_schema(with_field({"$ref": f"#/$defs/{name}"}, **defining(name, {})))
    assert sorted(code for code, _, _ in found) == ["SCH006", "SCH006"]
    assert ("SCH006", f"{path} is '#/$defs/{name}': it must be {REFERENCE}", None) in found


def test_dots_are_plain() -> None:
    schema = with_field({"$ref": "#/$defs/.."}, **defining("..", {"type": "string"}))
    shape = kinds_in({KIND: text(schema)}).shape_of("Persona")
    head: Node = {"apiVersion": "plmctl/v1", "kind": "Persona", "metadata": {"name": "ada"}}
    assert [shape.validator.is_valid({**head, "spec": {"field": value}}) for value in ("a", 1)] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("first", "second", "owner"),
    [
        ("Zed", "Zeds", "the folder of the kind in kinds/aa.json"),
        ("Zeds", "Zed", "the kind in kinds/aa.json"),
    ],
)
def test_the_folder_of_a_kind_is_no_word(first: str, second: str, owner: str) -> None:
    assert refused({"kinds/aa.json": text(named(first)), "kinds/bb.json": text(named(second))}) == [
        (
            "SCH007",
            "kinds/bb.json:2:11",
            f"the kind '{second}' has the word of {owner}",
            "choose another word",
        )
    ]


@pytest.mark.parametrize("count", [1_001, 30_000])
def test_an_enum_has_at_most_1000_plain_values(count: int) -> None:
    path = "properties.spec.properties.field.enum"
    assert tuple(kinds_in({KIND: text(with_field({"enum": [*range(1_000)]}))}).own) == ("Persona",)
    assert refused_schema(with_field({"enum": [*range(count)]})) == [
        ("SCH007", f"{path} has {count}: at most 1000 items are allowed", None)
    ]
    assert refused_schema(with_field({"enum": [["a"]]})) == [
        ("SCH004", f"{path}[0] must be text, a number, true or false or null, not a list", None)
    ]
