import time

import pytest

from plmctl.core.jsonschema_diff import Comparison, compared
from plmctl.core.value import Value
from plmctl.core.verdict import SAME, UNKNOWN, Instance, Verdict

Schema = dict[str, Value]
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -_.,:;/@"


def narrowed(value: Value) -> Verdict:
    return Verdict(refused=Instance(value), is_narrowed=True)


def both(refused: Value, accepted: Value) -> Verdict:
    refused_, accepted_ = Instance(refused), Instance(accepted)
    return Verdict(refused=refused_, accepted=accepted_, is_narrowed=True, is_widened=True)


STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
LIST: Schema = {"type": "array"}
OBJECT: Schema = {"type": "object"}
AB: Schema = {"enum": ["a", "b"]}

NARROWED: list[tuple[Schema, Schema, Value]] = [
    (STRING, {**STRING, "minLength": 1}, ""),
    (STRING, {**STRING, "minLength": 2}, "a"),
    (STRING, {**STRING, "maxLength": 3}, "aaaa"),
    (STRING, {**STRING, "pattern": "^b"}, ""),
    ({**STRING, "pattern": "^a{3,}$"}, {**STRING, "maxLength": 3}, "aaaa"),
    ({**STRING, "pattern": "^[ab]$"}, {"enum": ["a", "c"]}, "b"),
    ({**STRING, "pattern": "^a?$"}, {"enum": ["a"]}, ""),
    ({**STRING, "minLength": 1, "maxLength": 1}, {"enum": [*"abcdefghijklmnopqrstuvwxyz0123456789"]}, "A"),
    ({**STRING, "maxLength": 0}, {"enum": ["a"]}, ""),
    ({**STRING, "pattern": r"\b"}, {**STRING, "minLength": 2}, "a"),
    (NUMBER, INTEGER, 0.1),
    (NUMBER, {**NUMBER, "minimum": 1}, 0),
    ({**NUMBER, "minimum": 1}, {**NUMBER, "exclusiveMinimum": 1}, 1),
    ({**NUMBER, "maximum": 1}, {**NUMBER, "exclusiveMaximum": 1}, 1),
    ({**NUMBER, "minimum": 0, "maximum": 1}, {"enum": [0, 1]}, 0.1),
    ({**NUMBER, "exclusiveMinimum": 0}, {**NUMBER, "minimum": 0.5}, 0.1),
    ({**INTEGER, "minimum": 3}, {**INTEGER, "minimum": 5}, 3),
    ({**INTEGER, "exclusiveMinimum": 3}, {"enum": [4]}, 5),
    ({**INTEGER, "maximum": 3}, {"enum": [3]}, 2),
    ({**INTEGER, "exclusiveMinimum": 0, "exclusiveMaximum": 3}, {"enum": [1]}, 2),
    ({**NUMBER, "multipleOf": 0.1}, {**NUMBER, "multipleOf": 0.2}, 0.1),
    (INTEGER, {**INTEGER, "multipleOf": 2}, 1),
    (AB, {"const": "a"}, "b"),
    ({"type": "boolean"}, {"const": True}, False),
    ({"type": ["null", "boolean"]}, {"type": "boolean"}, None),
    (LIST, {**LIST, "maxItems": 1}, ["a", "a"]),
    (LIST, {**LIST, "minItems": 1}, []),
    (LIST, {**LIST, "items": STRING}, [0]),
    (LIST, {**LIST, "uniqueItems": True}, ["a", "a"]),
    (
        {**LIST, "uniqueItems": True, "minItems": 2, "items": AB},
        {**LIST, "items": {"const": "a"}},
        ["b", "a"],
    ),
    ({**LIST, "items": AB}, {"enum": [["a"], []]}, ["b"]),
    ({**LIST, "items": AB, "maxItems": 1, "minItems": 1}, {"const": ["a"]}, ["b"]),
    ({**LIST, "prefixItems": [STRING, INTEGER]}, {**LIST, "prefixItems": [STRING, STRING]}, ["a", 0]),
    (
        {**LIST, "prefixItems": [STRING], "items": INTEGER},
        {**LIST, "items": {"type": ["string", "null"]}},
        ["a", 0],
    ),
    (OBJECT, {**OBJECT, "required": ["x"]}, {}),
    (OBJECT, {**OBJECT, "properties": {"x": STRING}}, {"x": 0}),
    (
        {**OBJECT, "properties": {"x": AB}},
        {**OBJECT, "properties": {"x": AB}, "additionalProperties": False},
        {"other": "a"},
    ),
    (OBJECT, {**OBJECT, "maxProperties": 1}, {"other": "a", "other2": "a"}),
    (OBJECT, {**OBJECT, "minProperties": 1}, {}),
    (
        {**OBJECT, "properties": {"x": AB}, "minProperties": 1, "additionalProperties": False},
        {"const": {"x": "a"}},
        {"x": "b"},
    ),
    ({**OBJECT, "properties": {"x": AB}}, {"const": {}}, {"x": "a"}),
    ({"anyOf": [STRING, INTEGER]}, STRING, 0),
    ({"oneOf": [INTEGER, STRING]}, {"oneOf": [INTEGER, STRING, {**INTEGER, "minimum": 3}]}, 3),
    (INTEGER, {"oneOf": [{**INTEGER, "minimum": 3}, {**INTEGER, "maximum": 5}]}, 3),
    ({"allOf": [{"minLength": 2}, STRING]}, {**STRING, "minLength": 3}, "aa"),
    ({"$ref": "#/$defs/x", "$defs": {"x": {"type": ["string", "null"]}}}, STRING, None),
    ({**STRING, "minLength": 1, "maxLength": 1}, {"enum": [*_LETTERS]}, "一"),
    ({**OBJECT, "properties": {"x": AB}, "maxProperties": 1}, {"enum": [{}, {"other": "a"}]}, {"x": "a"}),
    (
        {"properties": {"other": {}}, **OBJECT},
        {**OBJECT, "properties": {"other": {}}, "additionalProperties": False},
        {"other2": "a"},
    ),
    (
        {
            **OBJECT,
            "required": ["x", "y"],
            "properties": {"x": {"const": 1}, "y": AB},
            "additionalProperties": False,
        },
        {"const": {"x": 1, "y": "a"}},
        {"x": 1, "y": "b"},
    ),
    ({"enum": [1, 2]}, {"multipleOf": 2}, 1),
    ({"enum": [[1], [1, 1]]}, {**LIST, "uniqueItems": True}, [1, 1]),
    ({"enum": [1, 2, 1.5, "x"]}, {"anyOf": [INTEGER, {"oneOf": [STRING, {"enum": ["x"]}]}]}, "x"),
    (
        {**OBJECT, "required": ["x", "y"], "properties": {"x": AB, "y": AB}},
        {"const": {"x": "a", "y": "a"}},
        {"x": "a", "y": "a", "other": "a"},
    ),
    ({**NUMBER, "minimum": 1e300, "maximum": 1e300}, {**NUMBER, "maximum": 1}, 1e300),
]
"""What was accepted, what is, and the value that is refused now."""


@pytest.mark.parametrize(("old", "new", "value"), NARROWED, ids=str)
def test_a_narrowed_schema_is_shown_by_a_value(old: Schema, new: Schema, value: Value) -> None:
    verdict, back = compared(old, new), compared(new, old)
    assert (verdict.is_narrowed, verdict.refused) == (True, Instance(value))
    assert (back.is_widened, back.accepted) == (True, Instance(value))


ALIKE: list[tuple[Schema, Schema]] = [
    ({"type": ["string"]}, STRING),
    ({"type": ["number", "integer"]}, NUMBER),
    ({"minLength": 0, "minItems": 0, "minProperties": 0}, {}),
    ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    ({"enum": [1]}, {"const": 1.0}),
    ({**INTEGER, "minimum": 1, "maximum": 3}, {"enum": [3, 2, 1]}),
    ({**INTEGER, "exclusiveMinimum": 0, "exclusiveMaximum": 4}, {"enum": [3, 2, 1]}),
    ({**INTEGER, "minimum": 0.5}, {**INTEGER, "minimum": 1}),
    ({**NUMBER, "multipleOf": 1}, INTEGER),
    ({**NUMBER, "minimum": 2, "maximum": 2}, {"const": 2}),
    ({**NUMBER, "minimum": 2, "exclusiveMaximum": 2}, {"enum": ["a"], "type": "null"}),
    ({**STRING, "minLength": 1}, {**STRING, "pattern": "(?:.|[\n\r\u2028\u2029])"}),
    ({**STRING, "maxLength": 0}, {"const": ""}),
    ({**STRING, "minLength": 3, "maxLength": 2}, {"type": []}),
    ({**STRING, "pattern": "^(a|b)$"}, AB),
    ({**STRING, "pattern": "^a$", "maxLength": 0}, {"type": []}),
    ({**LIST, "maxItems": 0}, {"const": []}),
    ({**LIST, "minItems": 2, "maxItems": 1}, {"type": []}),
    ({**LIST, "items": AB, "uniqueItems": True}, {**LIST, "items": AB, "uniqueItems": True, "maxItems": 2}),
    ({**LIST, "maxItems": 1}, {**LIST, "maxItems": 1, "uniqueItems": True}),
    ({**LIST, "prefixItems": [STRING], "items": STRING}, {**LIST, "items": STRING}),
    ({**LIST, "items": True}, LIST),
    ({**OBJECT, "maxProperties": 0}, {"const": {}}),
    ({**OBJECT, "minProperties": 2, "maxProperties": 1}, {"type": []}),
    ({**OBJECT, "required": ["x"], "minProperties": 1}, {**OBJECT, "required": ["x"]}),
    ({**OBJECT, "required": ["x"], "additionalProperties": False}, {"type": []}),
    ({**OBJECT, "minProperties": 1, "additionalProperties": False}, {"type": []}),
    ({**OBJECT, "required": ["x", "y"], "maxProperties": 1}, {"type": []}),
    ({"anyOf": [STRING, INTEGER]}, {"anyOf": [INTEGER, STRING]}),
    ({"oneOf": [STRING, INTEGER]}, {"type": ["integer", "string"]}),
    ({"anyOf": [STRING]}, STRING),
    ({"title": "T", "format": "date", "x-of": 1, "examples": [1], "default": 2}, {}),
]


@pytest.mark.parametrize(("old", "new"), ALIKE, ids=str)
def test_what_accepts_the_same_is_the_same(old: Schema, new: Schema) -> None:
    assert (compared(old, new), compared(new, old)) == (SAME, SAME)


def test_a_schema_is_narrowed_or_widened_or_both() -> None:
    assert compared(AB, {"const": "a"}) == narrowed("b")
    assert compared({"const": "a"}, AB) == Verdict(accepted=Instance("b"), is_widened=True)
    assert compared(STRING, INTEGER) == both("a", 0)
    assert compared({"const": None}, {"const": 0}) == both(None, 0)


UNDECIDED: list[tuple[Schema, Schema]] = [
    ({**STRING, "pattern": r"\bqq\b"}, {**STRING, "pattern": r"\bqqq\b"}),
    ({**STRING, "minLength": 300_000}, {"type": []}),
    ({**LIST, "minItems": 3_000}, {"type": []}),
    ({**NUMBER, "exclusiveMinimum": 1.7e308}, {"type": []}),
    ({**LIST, "items": {**STRING, "pattern": r"\bqq\b"}, "minItems": 1}, {"type": []}),
    ({**OBJECT, "properties": {"x": {**STRING, "pattern": r"\bqq\b"}}, "required": ["x"]}, {"type": []}),
    ({**OBJECT, "additionalProperties": {**STRING, "pattern": r"\bqq\b"}, "minProperties": 1}, {"type": []}),
    ({**LIST, "items": {**INTEGER, "minimum": 0, "maximum": 1}, "maxItems": 1}, {"enum": [[0], [1], []]}),
    ({**LIST, "prefixItems": [AB, {"const": "a"}], "uniqueItems": True, "minItems": 2}, {"type": []}),
    ({**OBJECT, "properties": {"x": {"const": 1}}, "additionalProperties": False}, {"enum": [{}, {"x": 1}]}),
    ({**OBJECT, "minProperties": 3_000}, {"type": []}),
    ({"not": {}}, {"if": {}}),
    ({"pattern": "(?=a)"}, {"pattern": "(?=b)"}),
    ({"minimum": "a"}, {"minimum": True}),
    ({"$ref": "#/$defs/x", "$defs": {"x": {"$ref": "#/$defs/x"}}}, {"properties": {"a": 7}}),
    ({"type": "nothing"}, {"type": "no"}),
    ({"properties": {"a": "b"}}, {"properties": {"a": 1}}),
]


@pytest.mark.parametrize(("old", "new"), UNDECIDED[11:], ids=str)
def test_what_is_no_schema_of_the_subset_is_undecided(old: Schema, new: Schema) -> None:
    assert compared(old, {}) == UNKNOWN or old == {"type": "nothing"}
    assert compared(old, new).refused is None


@pytest.mark.parametrize(("old", "new"), UNDECIDED[:11], ids=str)
def test_what_is_too_large_or_too_hard_is_undecided(old: Schema, new: Schema) -> None:
    verdict = compared(old, new)
    assert (verdict.is_narrowed, verdict.refused, verdict.is_decided) == (True, None, False)


def test_only_what_is_unknown_is_undecided() -> None:
    hard = {**STRING, "pattern": r"\bqq\b"}
    assert compared(STRING, hard) == Verdict(refused=Instance(""), is_narrowed=True)
    assert compared(hard, {**STRING, "maxLength": 5}) == Verdict(
        accepted=Instance(""), is_narrowed=True, is_widened=True
    )


def test_a_value_that_a_schema_names_is_tried_where_a_pattern_is_hard() -> None:
    hard: Schema = {**STRING, "pattern": r"\bqq\b"}
    verdict = compared({**hard, "examples": ["qq"]}, {**STRING, "pattern": r"\bzz\b", "default": "zz"})
    assert verdict == both("qq", "zz")


def test_what_would_take_too_long_is_undecided_at_once() -> None:
    many: list[Value] = [
        {"type": "object", "properties": {f"a{i}": STRING}, "minProperties": i} for i in range(40)
    ]
    old: Schema = {"allOf": [{"oneOf": many[:20]}, {"oneOf": many[20:]}, {"anyOf": many}]}
    new: Schema = {"allOf": [{"oneOf": many[5:25]}, {"oneOf": many[:5]}]}
    start = time.process_time()
    assert not compared(old, new).is_decided
    assert time.process_time() - start < 10


def test_a_budget_that_is_spent_stays_spent() -> None:
    comparison = Comparison()
    for size in range(100_000, 100_020):
        comparison.verdict({**STRING, "minLength": size}, {"type": []})
    assert comparison.verdict(STRING, {**STRING, "minLength": 50_000}).is_decided is False


def test_texts_of_many_patterns_at_a_time_are_undecided() -> None:
    def fits(count: int) -> Schema:
        return {**STRING, "allOf": [{"pattern": f"^a{{{number}}}"} for number in range(count)]}

    other: Schema = {**STRING, "pattern": "^b"}
    assert compared(fits(15), other).refused == Instance("a" * 14)
    verdict = compared(fits(16), other)
    assert (verdict.is_narrowed, verdict.refused) == (True, None)


def test_what_is_asked_once_the_budget_is_spent_is_undecided() -> None:
    comparison = Comparison()
    many: Schema = {**OBJECT, "required": [f"p{number}" for number in range(100_000)]}
    assert comparison.verdict(many, OBJECT).is_decided is False
    assert comparison.verdict(STRING, NUMBER) == UNKNOWN
