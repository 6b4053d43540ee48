"""For each keyword, schemas that accept less, and the same in another way."""

from collections.abc import Callable, Mapping
from random import Random

from plmctl.core.value import Value

Schema = dict[str, Value]

Three = tuple[Schema, Schema, Schema]
"""A schema; one that accepts less; and the first one written in another way."""


def _number(rng: Random) -> int | float:
    return rng.choice([rng.randint(-9, 9), rng.randint(-9, 9), rng.randint(-18, 18) / 2])


def _minimum(rng: Random) -> Three:
    low, kind = _number(rng), rng.choice(["integer", "number"])
    wide: Schema = {"type": kind, "minimum": low}
    narrow: Schema = {**wide, "minimum": low + rng.choice([1, 2, 7])}
    again: Schema = {**wide, "minimum": float(low)}
    if rng.random() < 0.5:
        again = {"type": kind, "allOf": [{"minimum": low}]}
    return (wide, narrow, again) if rng.random() < 0.7 else ({"type": kind}, narrow, {"type": [kind]})


def _maximum(rng: Random) -> Three:
    high, kind = _number(rng), rng.choice(["integer", "number"])
    wide: Schema = {"type": kind, "maximum": high}
    narrow: Schema = {**wide, "maximum": high - rng.choice([1, 2, 7])}
    again: Schema = rng.choice([{**wide, "exclusiveMaximum": high + 3}, {**wide, "maximum": float(high)}])
    return (wide, narrow, again) if rng.random() < 0.7 else ({"type": kind}, narrow, {"type": [kind]})


def _exclusive_minimum(rng: Random) -> Three:
    low = _number(rng)
    wide: Schema = {"type": "number", "exclusiveMinimum": low}
    narrow: Schema = {**wide, "exclusiveMinimum": low + 1}
    again: Schema = rng.choice([{**wide, "minimum": low}, {**wide, "minimum": low - 2}])
    closed: Schema = {"type": "number", "minimum": low}
    return (
        (wide, narrow, again)
        if rng.random() < 0.6
        else (closed, wide, {**closed, "exclusiveMinimum": low - 1})
    )


def _exclusive_maximum(rng: Random) -> Three:
    high = rng.randint(-9, 9)
    wide: Schema = {"type": "integer", "exclusiveMaximum": high}
    narrow: Schema = {**wide, "exclusiveMaximum": high - rng.choice([1, 4])}
    again: Schema = rng.choice(
        [{"type": "integer", "maximum": high - 1}, {**wide, "exclusiveMaximum": high - 0.5}]
    )
    return wide, narrow, again


def _multiple_of(rng: Random) -> Three:
    step, times = rng.choice([1, 2, 3, 5, 0.5, 0.25]), rng.choice([2, 3, 4])
    wide: Schema = {"type": "number", "multipleOf": step}
    again: Schema = {**wide, "multipleOf": float(step)} if step != 1 else {"type": "integer"}
    return wide, {**wide, "multipleOf": step * times}, again


def _sizes(kind: str, least: str, most: str, *, is_least: bool) -> Callable[[Random], Three]:
    def made(rng: Random) -> Three:
        size = rng.randint(1, 5)
        wide: Schema = {"type": kind, (least if is_least else most): size}
        other = size + rng.randint(1, 3) if is_least else rng.randint(0, size - 1)
        narrow: Schema = {**wide, (least if is_least else most): other}
        again: Schema = {**wide, least: 0} if not is_least else {**wide, "allOf": [{least: size - 1}]}
        return (
            (wide, narrow, again)
            if rng.random() < 0.7
            else ({"type": kind}, narrow, {"type": kind, least: 0})
        )

    return made


PATTERNS = (
    ("^[a-z]+$", "^[a-f]+$", "^[a-z][a-z]*$"),
    ("[0-9]", "^[0-9]", "^.*[0-9]|\n[^0-9]*[0-9]|[0-9]"),
    ("^a", "^ab", "^(a|ab)"),
    ("b$", "ab$", "(b|ab)$"),
    ("^[0-9]{4}-[0-9]{2}$", "^[0-9]{4}-(0[1-9]|1[0-2])$", "^[0-9][0-9][0-9][0-9]-[0-9]{2}$"),
    ("^(de|en|fr)$", "^(de|en)$", "^(fr|de|en)$"),
    ("^[A-Z]{2,4}$", "^[A-Z]{3}$", "^[A-Z][A-Z][A-Z]?[A-Z]?$"),
    (".", "..", "(.)"),
    ("^x?y*z+$", "^y*z+$", "^(x|)y*z*z$"),
    ("^[^ ]+$", "^[^ ,]+$", "^[^ ][^ ]*$"),
    ("^(ab)*$", "^(abab)*$", "^(|ab(ab)*)$"),
    ("\\.", "\\.\\.", "[.]"),
)


def _pattern(rng: Random) -> Three:
    wide, narrow, again = rng.choice(PATTERNS)
    base: Schema = {"type": "string", **rng.choice([{}, {}, {"maxLength": 9}])}
    return {**base, "pattern": wide}, {**base, "pattern": narrow}, {**base, "pattern": again}


def _type(rng: Random) -> Three:
    kinds: list[Value] = ["string", "number", "boolean", "null", "array", "object"]
    names = rng.sample(kinds, rng.randint(2, 4))
    shuffled = rng.sample(names, len(names))
    if rng.random() < 0.2:
        return {"type": "number"}, {"type": "integer"}, {"type": ["number", "integer"]}
    again: Schema = (
        {"anyOf": [{"type": name} for name in shuffled]} if rng.random() < 0.5 else {"type": shuffled}
    )
    return {"type": names}, {"type": names[1:]}, again


CONSTANTS: tuple[Value, ...] = (
    "x",
    "y",
    "angry",
    0,
    1,
    2.5,
    -3,
    True,
    False,
    None,
    [],
    [1],
    {},
    {"a": 1},
    "",
)


def _enum(rng: Random) -> Three:
    values = rng.sample(CONSTANTS, rng.randint(2, 5))
    return {"enum": values}, {"enum": values[1:]}, {"enum": rng.sample(values, len(values))}


def _const(rng: Random) -> Three:
    value, other = rng.sample(CONSTANTS, 2)
    wide: Schema = {"anyOf": [{"const": value}, {"const": other}]}
    return wide, {"const": value}, {"enum": [other, value]}


SMALL: tuple[Schema, ...] = (
    {"type": "string"},
    {"type": "integer"},
    {"type": "string", "minLength": 2},
    {"type": "integer", "minimum": 3},
    {"enum": ["x", "y", 1]},
    {"type": ["string", "null"]},
    {"type": "number", "maximum": 3},
    {"type": "boolean"},
)
NARROWER: tuple[tuple[Schema, Schema], ...] = (
    ({"type": "string"}, {"type": "string", "minLength": 2}),
    ({"type": "number"}, {"type": "integer"}),
    ({}, {"type": "string"}),
    ({"enum": ["x", "y"]}, {"enum": ["y"]}),
    ({"type": "integer"}, {"type": "integer", "minimum": 3}),
    ({"type": ["string", "null"]}, {"type": "null"}),
)


def _again(schema: Schema, rng: Random) -> Schema:
    return rng.choice(
        [{"allOf": [schema]}, {"anyOf": [schema]}, {**schema, "title": "T"}, {"anyOf": [schema, schema]}]
    )


def _items(rng: Random) -> Three:
    wide, narrow = rng.choice(NARROWER)
    base: Schema = {"type": "array", **rng.choice([{}, {"minItems": 1}, {"uniqueItems": True}])}
    if rng.random() < 0.2:
        return (
            {**base, "items": wide},
            {**base, "minItems": 0, "items": False},
            {**base, "items": _again(wide, rng)},
        )
    return {**base, "items": wide}, {**base, "items": narrow}, {**base, "items": _again(wide, rng)}


def _prefix_items(rng: Random) -> Three:
    wide, narrow = rng.choice(NARROWER)
    head = rng.sample(SMALL, rng.randint(0, 2))
    base: Schema = {"type": "array", **rng.choice([{}, {"items": False}, {"items": {"type": "string"}}])}
    old: Schema = {**base, "prefixItems": [*head, wide]}
    return old, {**base, "prefixItems": [*head, narrow]}, {**base, "prefixItems": [*head, _again(wide, rng)]}


def _unique_items(rng: Random) -> Three:
    base: Schema = {"type": "array", **rng.choice([{}, {"items": rng.choice(SMALL)}, {"maxItems": 3}])}
    return base, {**base, "uniqueItems": True}, {**base, "uniqueItems": False}


def _properties(rng: Random) -> Three:
    wide, narrow = rng.choice(NARROWER)
    others: Schema = {name: rng.choice(SMALL) for name in rng.sample("bcd", rng.randint(0, 2))}
    base: Schema = {
        "type": "object",
        **rng.choice([{}, {"required": ["a"]}, {"additionalProperties": False}]),
    }
    again = {**others, "a": _again(wide, rng)}
    return (
        {**base, "properties": {"a": wide, **others}},
        {**base, "properties": {"a": narrow, **others}},
        {**base, "properties": again},
    )


def _required(rng: Random) -> Three:
    letters = rng.sample("abcd", rng.randint(1, 3))
    names: list[Value] = [*letters]
    fields: Schema = {name: rng.choice(SMALL) for name in letters}
    base: Schema = {"type": "object", "properties": fields}
    old: Schema = {**base, "required": names[1:]}
    again: Schema = {**base, "required": names[:0:-1]}
    return old, {**base, "required": names}, again


def _additional(rng: Random) -> Three:
    wide, narrow = rng.choice(NARROWER)
    base: Schema = {"type": "object", "properties": {"a": rng.choice(SMALL)}}
    old: Schema = {**base, "additionalProperties": wide}
    less: Value = False if rng.random() < 0.5 else {**narrow}
    new: Schema = {**base, "additionalProperties": less}
    return old, new, {**base, "additionalProperties": _again(wide, rng)}


DISJOINT: tuple[Schema, ...] = (
    {"type": "string"},
    {"type": "integer"},
    {"type": "boolean"},
    {"type": "null"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "properties": {"k": {"const": 1}}, "required": ["k"]},
)


def _several(keyword: str) -> Callable[[Random], Three]:
    def made(rng: Random) -> Three:
        parts: list[Value] = [*rng.sample(DISJOINT, rng.randint(2, 4))]
        if keyword == "oneOf" and rng.random() < 0.3:
            # One more branch that overlaps takes away what both accept.
            more: Schema = {"type": "integer", "minimum": 3}
            return (
                {"oneOf": [{"type": "integer"}]},
                {"oneOf": [{"type": "integer"}, more]},
                {"type": "integer"},
            )
        return {keyword: parts}, {keyword: parts[1:]}, {keyword: rng.sample(parts, len(parts))}

    return made


def _all_of(rng: Random) -> Three:
    wide, narrow = rng.choice(NARROWER)
    parts: tuple[Schema, ...] = ({"minLength": 1}, {"maximum": 8}, {"type": ["string", "integer", "null"]})
    part = rng.choice(parts)
    return {"allOf": [part, wide]}, {"allOf": [part, narrow]}, {"allOf": [wide, part]}


def _ref(rng: Random) -> Three:
    wide, narrow = rng.choice(NARROWER)
    at: Schema = {"$ref": "#/$defs/x"}
    inside: Schema = rng.choice(
        [at, {"type": "array", "items": at}, {"type": "object", "properties": {"a": at}}]
    )
    old: Schema = {**inside, "$defs": {"x": wide}}
    return old, {**inside, "$defs": {"x": narrow}}, {**inside, "$defs": {"x": _again(wide, rng)}}


MAKERS: Mapping[str, Callable[[Random], Three]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "multipleOf": _multiple_of,
    "minLength": _sizes("string", "minLength", "maxLength", is_least=True),
    "maxLength": _sizes("string", "minLength", "maxLength", is_least=False),
    "pattern": _pattern,
    "items": _items,
    "prefixItems": _prefix_items,
    "minItems": _sizes("array", "minItems", "maxItems", is_least=True),
    "maxItems": _sizes("array", "minItems", "maxItems", is_least=False),
    "uniqueItems": _unique_items,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional,
    "minProperties": _sizes("object", "minProperties", "maxProperties", is_least=True),
    "maxProperties": _sizes("object", "minProperties", "maxProperties", is_least=False),
    "anyOf": _several("anyOf"),
    "oneOf": _several("oneOf"),
    "allOf": _all_of,
    "$ref": _ref,
}
"""For each keyword that says what is accepted, what makes its schemas."""

WORDS: Mapping[str, tuple[Value, Value]] = {
    "title": ("One", "Two"),
    "description": ("One.", "Two."),
    "default": (1, 2),
    "examples": ([1], [2, 3]),
    "deprecated": (False, True),
    "format": ("date", "email"),
}
"""The keywords that accept anything, with two values of each."""
