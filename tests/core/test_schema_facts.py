import re

import pytest

from plmctl.core.schema_facts import Difference, differences
from plmctl.core.value import Value, pointer_text
from plmctl.core.verdict import Instance, Verdict

Schema = dict[str, Value]


def told(difference: Difference) -> str:
    """A place, what stands there on both sides, and the verdict with its values."""
    sides = " -> ".join(shown(side) for side in (difference.old, difference.new))
    return f"{pointer_text(difference.pointer) or '/'} {sides}{verdict_told(difference.verdict)}"


def shown(side: Instance | None) -> str:
    return "nothing" if side is None else repr(side.value)


def verdict_told(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    less = f" narrowed by {shown(verdict.refused)}" if verdict.is_narrowed else ""
    more = f" widened by {shown(verdict.accepted)}" if verdict.is_widened else ""
    return less + more or " the same"


STRING: Schema = {"type": "string"}


def fields(**named: Value) -> Schema:
    return {"type": "object", "properties": named}


CASES: list[tuple[Schema, Schema, list[str]]] = [
    (fields(a=STRING), fields(), ["/properties/a {'type': 'string'} -> nothing"]),
    (fields(), {**fields(a=STRING), "required": ["a"]}, ["/properties/a nothing -> {'type': 'string'}"]),
    (
        {**fields(a={}, b={}), "required": ["a"]},
        {**fields(a={}, b={}), "required": ["b"]},
        [
            "/required/0 'a' -> nothing widened by {'b': 'a'}",
            "/required/0 nothing -> 'b' narrowed by {'a': 'a'}",
        ],
    ),
    (
        fields(a=fields(b={"type": "string", "title": "B"})),
        fields(a=fields(b={"type": "string", "maxLength": 1, "title": "C"})),
        [
            "/properties/a/properties/b/maxLength nothing -> 1 narrowed by 'aa'",
            "/properties/a/properties/b/title 'B' -> 'C'",
        ],
    ),
    (
        fields(a={"type": "string", "maxLength": 3}),
        fields(a={"type": "integer", "maximum": 3}),
        [
            (
                "/properties/a {'maxLength': 3, 'type': 'string'} -> {'maximum': 3, 'type': 'integer'}"
                " narrowed by 'a' widened by 3"
            )
        ],
    ),
    (
        fields(a={"enum": ["x", "y"]}),
        fields(a={"enum": ["y", "z"]}),
        [
            "/properties/a/enum/0 'x' -> nothing narrowed by 'x'",
            "/properties/a/enum/1 nothing -> 'z' widened by 'z'",
        ],
    ),
    (
        fields(a={"enum": [1, 2]}),
        fields(a={"enum": [2, 1]}),
        ["/properties/a/enum [1, 2] -> [2, 1] the same"],
    ),
    (
        {"type": "string", "enum": ["x", 1]},
        {"type": "string", "enum": ["x", 2]},
        ["/enum/1 1 -> nothing the same", "/enum/1 nothing -> 2 the same"],
    ),
    (
        {"const": {"title": 1}},
        {"const": {"title": 2}},
        ["/const {'title': 1} -> {'title': 2} narrowed by {'title': 1} widened by {'title': 2}"],
    ),
    (
        {"type": "array", "items": STRING, "prefixItems": [{}]},
        {"type": "array", "items": {}, "prefixItems": [STRING]},
        [
            "/items/type 'string' -> nothing widened by 0",
            "/prefixItems/0/type nothing -> 'string' narrowed by 0",
        ],
    ),
    (
        {"type": "array", "items": STRING, "prefixItems": [STRING]},
        {"type": "array", "items": {}},
        [
            (
                "/ {'items': {'type': 'string'}, 'prefixItems': [{'type': 'string'}]} -> {'items': {}}"
                " widened by [0]"
            )
        ],
    ),
    ({"items": STRING}, {"items": False}, ["/items {'type': 'string'} -> False narrowed by ['a']"]),
    (
        {**fields(a={}), "additionalProperties": STRING},
        {**fields(a={}), "additionalProperties": {}},
        ["/additionalProperties/type 'string' -> nothing widened by 0"],
    ),
    (
        {**fields(a={}), "additionalProperties": False},
        fields(a={}, b={}),
        [
            "/additionalProperties False -> nothing widened by {'other': 'a'}",
            "/properties/b nothing -> {}",
        ],
    ),
    (
        {"$ref": "#/$defs/x", "$defs": {"x": STRING}},
        {"$ref": "#/$defs/x", "$defs": {"x": {"type": "null"}}},
        ["/type 'string' -> 'null' narrowed by 'a' widened by None"],
    ),
    (
        {"minLength": 1, "$ref": "#/$defs/x", "$defs": {"x": STRING}},
        {"minLength": 1, "$ref": "#/$defs/x", "$defs": {"x": {"type": "null"}}},
        ["/allOf [{'type': 'string'}] -> [{'type': 'null'}] narrowed by 'a' widened by None"],
    ),
    ({"anyOf": [STRING]}, {"anyOf": [STRING], "minLength": 0}, ["/minLength nothing -> 0 the same"]),
    (
        {"anyOf": [{"type": "null", "title": "N"}, {"type": "string", "title": "S"}]},
        {"anyOf": [{"type": "string", "title": "T"}, {"type": "null", "title": "N"}]},
        [
            (
                "/anyOf [{'type': 'null', 'title': 'N'}, {'type': 'string', 'title': 'S'}]"
                " -> [{'type': 'string', 'title': 'T'}, {'type': 'null', 'title': 'N'}] the same"
            ),
            "/anyOf/1/title 'S' -> 'T'",
        ],
    ),
    (
        {"oneOf": [STRING, {"title": "a"}]},
        {"oneOf": [STRING]},
        ["/oneOf [{'type': 'string'}, {'title': 'a'}] -> [{'type': 'string'}] narrowed by 0 widened by 'a'"],
    ),
    (
        {"items": {"$ref": "#/$defs/x"}, "$defs": {"x": STRING}},
        {"items": STRING},
        [
            (
                "/ {'items': {'$ref': '#/$defs/x'}, '$defs': {'x': {'type': 'string'}}}"
                " -> {'items': {'type': 'string'}} the same"
            )
        ],
    ),
    ({"not": {}}, {}, ["/ {'not': {}} -> {} narrowed by nothing widened by nothing"]),
    ({"x-note": 1}, {}, ["/x-note 1 -> nothing"]),
]


@pytest.mark.parametrize(("old", "new", "expected"), CASES, ids=lambda case: str(case)[:40])
def test_differences_are_told_field_by_field(old: Schema, new: Schema, expected: list[str]) -> None:
    assert [told(difference) for difference in differences(old, new)] == expected


@pytest.mark.parametrize(("old", "new", "expected"), CASES, ids=lambda case: str(case)[:40])
def test_differences_backwards_are_the_same_ones(old: Schema, new: Schema, expected: list[str]) -> None:
    back = [
        Difference(pointer=d.pointer, old=d.new, new=d.old, verdict=swapped(d.verdict))
        for d in differences(new, old)
    ]
    assert sorted(map(placeless, back)) == sorted(map(placeless, differences(old, new)))


def placeless(difference: Difference) -> str:
    """Without positions in lists: those of branches that moved are of the older side."""
    return re.sub(r"/\d+", "/N", told(difference))


def swapped(verdict: Verdict | None) -> Verdict | None:
    if verdict is None:
        return None
    return Verdict(
        refused=verdict.accepted,
        accepted=verdict.refused,
        is_narrowed=verdict.is_widened,
        is_widened=verdict.is_narrowed,
    )


def test_a_schema_that_is_true_or_false_is_compared_whole() -> None:
    anything: Value = True
    found = differences({"type": "string"}, anything)
    assert [told(difference) for difference in found] == ["/ {'type': 'string'} -> True widened by 0"]


def test_of_over_a_thousand_names_that_must_be_there_the_list_is_one_fact() -> None:
    def named(letter: str, count: int) -> Schema:
        return {"type": "object", "required": [f"{letter}{number}" for number in range(count)]}

    one_by_one = differences(named("a", 500), named("b", 500))
    assert len(one_by_one) == 1000
    (whole,) = differences(named("a", 501), named("b", 500))
    assert whole.pointer == ("required",)
    assert (whole.old, whole.new) == (
        Instance(named("a", 501)["required"]),
        Instance(named("b", 500)["required"]),
    )
    (gone,) = differences(named("a", 1001), {"type": "object"})
    assert (gone.pointer, gone.new) == (("required",), None)
    assert gone.verdict is not None
    assert (gone.verdict.is_narrowed, gone.verdict.is_widened) == (False, True)
