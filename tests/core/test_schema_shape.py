import pytest

from plmctl.core.kinds import BUILT_IN
from plmctl.core.schema import KINDS, Schema, kind_prefix
from plmctl.core.shape import Reach, is_in_schema_place, places, schema_places, walked
from plmctl.core.value import Value


def at(kind: str, *path: str) -> Schema:
    """The schema at a path of property names."""
    schema: Schema | None = BUILT_IN.schema_of(kind)
    for name in path:
        assert schema is not None
        schema = schema.property(name)
    assert schema is not None
    return schema


def test_kind_prefix_is_lower_case() -> None:
    assert kind_prefix("ContextPolicy") == "contextpolicy"


def test_field_says_more_than_the_definition_it_refers_to() -> None:
    name = at("Environment", "metadata", "name")
    assert (name.description, name.change) == ("The name; with the kind it is the artifact's id.", "breaking")


def test_a_field_of_which_nothing_is_said_is_none_of_the_others() -> None:
    other: Value = {"description": "another field"}
    schema = walked(
        {"properties": {"a": True}, "patternProperties": {"^x-": False}, "additionalProperties": other}
    )
    found = {name: schema.property(name) for name in ("a", "b", "x-a", "c")}
    assert {name: below.description if below else None for name, below in found.items()} == {
        "a": None,
        "b": "another field",
        "x-a": None,
        "c": "another field",
    }
    assert found["b"] is found["c"]


def test_reference_is_followed_and_alternatives_are_searched() -> None:
    provider = at("Model", "spec", "provider")
    assert (provider.refs, provider.is_about, provider.is_template) == (("Provider",), False, False)


def test_unknown_field_has_no_schema_and_own_field_an_empty_one() -> None:
    spec = at("Model", "spec")
    own = spec.property("x-team")
    assert spec.property("temperature") is None
    assert own is not None
    assert (own.description, own.change, own.is_described) == (None, None, False)


def test_free_map_has_the_schema_of_its_values() -> None:
    assert at("Environment", "spec", "arms", "support-bot").list_key == "name"
    assert at("Model", "spec", "safety").property("harassment") is None


def test_keys_that_a_schema_does_not_list_share_one_schema() -> None:
    arms = at("Environment", "spec", "arms")
    assert arms.property("support-bot") is arms.property("agent-desk")
    assert at("Prompt").property("x-a") is at("Prompt").property("x-b")


def test_keys_of_a_map_may_be_references() -> None:
    keys = at("Environment", "spec", "pins").keys()
    assert keys is not None
    assert (keys.refs, keys.is_about) == (("Application",), True)
    assert at("Environment", "spec").keys() is None


def test_recursive_schema_is_the_same_at_every_depth() -> None:
    properties = at("Prompt", "spec", "inputs", "properties", "a", "properties")
    assert properties is at("Prompt", "spec", "inputs", "properties", "a", "properties", "b", "properties")


def test_item_of_a_list() -> None:
    item = at("Application", "spec", "files").item()
    assert item is not None
    assert item.is_file
    assert at("Application", "spec").item() is None


def test_schema_places_are_those_of_the_manifest() -> None:
    value: Value = {
        "spec": {"inputs": {"type": "object"}, "tools": [{"ref": "a"}, {"parameters": {}}], "x": [1]}
    }
    assert list(schema_places(value, BUILT_IN.schema_of("Prompt"))) == [
        (("spec", "inputs"), {"type": "object"}),
        (("spec", "tools", 1, "parameters"), {}),
    ]
    wrong: Value = {"spec": {"tools": "a"}}
    assert schema_places(wrong, BUILT_IN.schema_of("Prompt")) == []


@pytest.mark.parametrize(
    ("pointer", "is_inside"),
    [
        ((), False),
        (("spec", "inputs"), True),
        (("spec", "inputs", "properties", "a"), True),
        (("spec", "tools", 0, "parameters", "type"), True),
        (("spec", "tools", 0), False),
        (("spec", "nothing", "of", "this"), False),
    ],
)
def test_pointer_is_inside_a_schema_place(pointer: tuple[str | int, ...], is_inside: bool) -> None:
    assert is_in_schema_place(pointer, BUILT_IN.schema_of("Prompt")) is is_inside


def test_what_is_said_of_a_value_and_of_all_in_it_is_known() -> None:
    assert at("Prompt", "metadata").reach == Reach(leads=False, has_schemas=False, is_whole=True)
    assert at("Prompt", "spec").reach == Reach(leads=True, has_schemas=True, is_whole=False)
    assert at("Prompt", "spec", "inputs").reach == Reach(leads=False, has_schemas=True, is_whole=True)
    assert at("Prompt", "spec", "messages").reach == Reach(leads=True, has_schemas=False, is_whole=True)
    assert at("Environment", "spec", "pins").reach == Reach(leads=True, has_schemas=False, is_whole=True)
    assert at("Model", "spec", "retires").reach == Reach(leads=False, has_schemas=False, is_whole=False)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_outside_of_the_reach_of_what_it_stands_in(kind: str) -> None:
    root = BUILT_IN.schema_of(kind)
    inside = [schema for _, schema in places(root)]
    for outer in inside:
        reached = [schema for _, schema in places(outer)]
        leads = any(s.refs or s.is_file or s.is_template or s.is_pointer for s in reached)
        assert outer.reach.leads or not leads
        assert not outer.reach.is_whole or all(schema.in_digest for schema in reached)
        below = [outer.item(), *outer.properties().values()]
        assert outer.reach.has_schemas or not any(s is not None and s.is_json_schema for s in below)


def test_what_stands_under_a_pattern_or_in_a_definition_is_in_the_reach() -> None:
    definitions: Value = {
        "a": {"items": {"$ref": "#/$defs/b"}},
        "b": {"$ref": "#/$defs/a", "x-plm-file": True},
    }
    named: Value = {"^x-": {"$ref": "#/$defs/a"}}
    schema = walked({"properties": {"n": {"patternProperties": named}, "o": {}}, "$defs": definitions})
    leading, other = schema.property("n"), schema.property("o")
    assert leading is not None
    assert other is not None
    assert (leading.reach.leads, other.reach.leads) == (True, False)
