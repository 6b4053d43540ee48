import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.instance import Misfit, PlainContract, contract, with_defaults
from plmctl.core.value import Value


def told(schema: dict[str, Value], value: Value) -> list[tuple[str, str | None]]:
    return [(misfit.message, misfit.help) for misfit in contract(schema).misfits(value, "input")]


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "string"}, 5, "input must be text, not 5"),
        ({"type": ["string", "null"]}, ["a"], "input must be null or text, not a list"),
        ({"type": "integer"}, {"a": 1}, "input must be a whole number, not a mapping"),
        ({"type": "number"}, "5", "input must be a number, not the text '5'"),
        ({"enum": ["on", 1]}, True, "input is true: it must be 'on' or 1"),
        ({"enum": [*range(12)]}, 12, "input is 12: it must be 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 or one of 2 more"),
        ({"const": None}, 0, "input is 0: it must be null"),
        ({"minLength": 2}, "a", "input has 1 character: at least 2 must be there"),
        ({"maxLength": 1}, "ab", "input has 2 characters: at most 1 may be there"),
        ({"minItems": 1}, [], "input has 0 items: at least 1 must be there"),
        ({"maxItems": 0}, [1], "input has 1 item: at most 0 may be there"),
        ({"minProperties": 1}, {}, "input has 0 fields: at least 1 must be there"),
        ({"maxProperties": 0}, {"a": 1}, "input has 1 field: at most 0 may be there"),
        ({"minimum": 2.5}, 2, "input is 2: it must be at least 2.5"),
        ({"maximum": 2}, 3, "input is 3: it must be at most 2"),
        ({"exclusiveMinimum": 2}, 2, "input is 2: it must be more than 2"),
        ({"exclusiveMaximum": 2}, 2, "input is 2: it must be less than 2"),
        ({"multipleOf": 2}, 3, "input is 3: it must be a multiple of 2"),
        ({"pattern": "^a$"}, "a\n", "input is 'a\n': it must match '^a$'"),
        ({"uniqueItems": True}, [1, 1], "input has an item twice"),
        ({"prefixItems": [{}], "items": False}, [1, 2], "input[1] may not be there"),
        ({"allOf": [{"type": "string"}]}, 1, "input must be text, not 1"),
    ],
)
def test_each_keyword_says_what_it_wants(schema: dict[str, Value], value: Value, message: str) -> None:
    assert told(schema, value) == [(message, None)]


TEXT: Value = {"type": "string"}
NAMED: Value = {"type": "object", "required": ["name"]}
SIZED: Value = {"type": "object", "required": ["size"]}


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"anyOf": [TEXT, NAMED]}, 1, "input must be text or a mapping, not 1"),
        ({"anyOf": [TEXT, NAMED]}, {}, "'name' is missing from input"),
        ({"oneOf": [TEXT, NAMED]}, {}, "'name' is missing from input"),
        ({"anyOf": [NAMED, SIZED]}, {}, "input fits none of the schemas of 'anyOf'"),
        (
            {"oneOf": [NAMED, SIZED]},
            {"name": 1, "size": 1},
            "input fits 2 of the schemas of 'oneOf', not one",
        ),
        ({"items": {"anyOf": [TEXT, {"items": TEXT}]}}, [[1]], "input[0][0] must be text, not 1"),
    ],
)
def test_of_alternatives_the_one_that_was_meant_is_explained(
    schema: dict[str, Value], value: Value, message: str
) -> None:
    assert told(schema, value) == [(message, None)]


def test_a_word_that_was_nearly_right_is_named() -> None:
    assert told({"enum": ["billing", "other"]}, "biling") == [
        ("input is 'biling': it must be 'billing' or 'other'", "did you mean 'billing'?")
    ]


ORDER: dict[str, Value] = {
    "$defs": {
        "order": {
            "type": "object",
            "required": ["number", "shop"],
            "properties": {"number": {"type": "string", "description": "As printed."}, "shop": TEXT},
            "additionalProperties": False,
        }
    },
    "prefixItems": [{"$ref": "#/$defs/order"}],
}


def test_fields_are_told_with_their_place_behind_a_reference() -> None:
    assert [*contract(ORDER).misfits([{"numbr": "1", "x": 2}], "orders")] == [
        Misfit(
            pointer=(0,),
            message="'number' is missing from orders[0]",
            help="number: As printed.",
            lacks="number",
            rule="required",
        ),
        Misfit(pointer=(0,), message="'shop' is missing from orders[0]", lacks="shop", rule="required"),
        Misfit(
            pointer=(0,),
            message="'numbr' is not a field of orders[0]",
            help="did you mean 'number'?",
            key="numbr",
            rule="additionalProperties",
        ),
        Misfit(pointer=(0,), message="'x' is not a field of orders[0]", key="x", rule="additionalProperties"),
    ]


def test_of_alternatives_the_one_that_was_meant_says_which_rule() -> None:
    schema: dict[str, Value] = {"anyOf": [TEXT, {"type": "object", "required": ["name"]}]}
    assert [misfit.rule for misfit in contract(schema).misfits({}, "input")] == ["required"]
    assert [misfit.rule for misfit in contract(schema).misfits(1, "input")] == ["anyOf"]


def test_fields_of_a_schema_in_a_list_are_known() -> None:
    schema: dict[str, Value] = {"allOf": [{"properties": {"name": TEXT}, "additionalProperties": False}]}
    assert told(schema, {"nmae": "a"}) == [("'nmae' is not a field of input", "did you mean 'name'?")]


def test_what_fits_has_no_misfit_and_formats_are_not_checked() -> None:
    assert told({"type": "string", "format": "date"}, "tomorrow") == []


@pytest.mark.parametrize("count", [100, 20_000])
def test_a_value_and_a_schema_that_are_both_large_are_told_once(count: int) -> None:
    choices: list[Value] = [{"const": f"value {number}"} for number in range(900)]
    schema: dict[str, Value] = {"items": {"$ref": "#/$defs/one"}, "$defs": {"one": {"anyOf": choices}}}
    assert told(schema, ["none of them"] * count) == [
        ("input does not fit its schema, and is too large to say where", None)
    ]


def test_constants_of_a_schema_count() -> None:
    schema: dict[str, Value] = {"items": {"enum": [*range(300)]}}
    assert len(told(schema, ["a"] * 100)) == 100
    assert len(told(schema, ["a"] * 300)) == 1


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("text", "text"),
        ({}, {"tone": "calm"}),
        ({"tone": "loud", "more": 1}, {"tone": "loud", "more": 1}),
        ({"user": {}}, {"user": {"locale": "en"}, "tone": "calm"}),
    ],
)
def test_defaults_are_filled_in(value: Value, filled: Value) -> None:
    schema: dict[str, Value] = {
        "properties": {
            "tone": {"default": "calm"},
            "user": {"properties": {"locale": {"default": "en"}, "name": {}}},
        }
    }
    assert with_defaults(value, schema) == filled


NAMES = st.sampled_from(["a", "b", "ü"])
PLAIN: st.SearchStrategy[dict[str, Value]] = st.recursive(
    st.sampled_from([{}, {"type": "string"}]),
    lambda inner: (
        st.builds(lambda items: {"type": "array", "items": items}, inner)
        | st.builds(
            lambda properties, required: {"type": "object", "properties": properties, "required": required},
            st.dictionaries(NAMES, inner, max_size=3),
            st.lists(NAMES, unique=True, max_size=2),
        )
    ),
    max_leaves=6,
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.sampled_from([None, True, 0, 1.5, "", "text"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN, VALUES, st.booleans())
def test_a_plain_contract_says_what_the_engine_says(
    schema: dict[str, Value], value: Value, is_private: bool
) -> None:
    plain = [*PlainContract(schema=schema).misfits(value, "inputs", is_private=is_private)]
    assert plain == [*contract(schema).misfits(value, "inputs", is_private=is_private)]


def test_a_plain_contract_says_nothing_of_what_fits() -> None:
    schema: dict[str, Value] = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {}}, "c": {}},
        "required": ["a", "d"],
    }
    value: Value = {"a": "text", "b": [1], "c": None}
    assert [misfit.message for misfit in PlainContract(schema=schema).misfits(value, "inputs")] == [
        misfit.message for misfit in contract(schema).misfits(value, "inputs")
    ]


def test_what_is_too_large_for_a_plain_contract_is_told_as_the_engine_tells_it() -> None:
    schema: dict[str, Value] = {"type": "array", "items": {"type": "string"}}
    value: Value = [1] * 30_000
    told = [*PlainContract(schema=schema).misfits(value, "inputs")]
    assert told == [*contract(schema).misfits(value, "inputs")]
    assert [misfit.message for misfit in told] == [
        "inputs does not fit its schema, and is too large to say where"
    ]
