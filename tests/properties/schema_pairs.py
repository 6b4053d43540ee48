"""Pairs of JSON Schemas of which one keyword is another: for each keyword, and each thing that it can do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from plmctl.core.value import Value

Schema = dict[str, Value]

NARROWED, WIDENED, SAME, BOTH = "narrowed", "widened", "same", "both"
AIMS = (NARROWED, WIDENED, SAME, BOTH)
BLIND = "blind"

Three = tuple[Schema, Schema, Schema]
"""A schema; one that accepts less; and the first one written in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two schemas, the keyword that differs, and what the difference is meant to do."""

    keyword: str
    aim: str
    old: Schema
    new: Schema


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


def pairs(keyword: str, seed: str, counts: Mapping[str, int]) -> Iterator[Pair]:
    """So many pairs for each aim; the same ones for the same seed."""
    rng = Random(f"{seed} {keyword}")
    for aim in (aim for aim, count in counts.items() for _ in range(count)):
        old, new = _aimed(MAKERS[keyword], aim, rng)
        wrap = _wrapping(rng)
        yield Pair(keyword=keyword, aim=aim, old=wrap(old), new=wrap(new))


def blind_pairs(keyword: str, seed: str, count: int) -> Iterator[Pair]:
    """Pairs of which one has the keyword of another schema, or none: nobody knows what that does."""
    rng = Random(f"{seed} {keyword} blind")
    for _ in range(count):
        old, other = MAKERS[keyword](rng)[rng.randrange(2)], MAKERS[keyword](rng)[rng.randrange(2)]
        new = {key: value for key, value in old.items() if key != keyword}
        if keyword in other and rng.random() < 0.8:
            new[keyword] = other[keyword]
        yield Pair(
            keyword=keyword, aim=BLIND, old={**old, **_definitions(other)}, new={**new, **_definitions(other)}
        )


def _definitions(schema: Schema) -> Schema:
    """Those of a schema, where there are some: another one may refer to them."""
    return {"$defs": schema["$defs"]} if "$defs" in schema else {}


def _aimed(make: Callable[[Random], Three], aim: str, rng: Random) -> tuple[Schema, Schema]:
    wide, narrow, again = make(rng)
    if aim == SAME:
        return (wide, again) if rng.random() < 0.5 else (again, wide)
    if aim == NARROWED:
        return wide, narrow
    if aim == WIDENED:
        return narrow, wide
    other, smaller, _ = make(rng)
    return _two(wide, smaller), _two(narrow, other)


def _two(first: Schema, second: Schema) -> Schema:
    """An object of two fields; definitions move to its root."""
    fields: Schema = {"a": _without_definitions(first, "a"), "b": _without_definitions(second, "b")}
    return _rooted({"type": "object", "properties": fields}, {"a": first, "b": second})


def _without_definitions(schema: Value, mark: str) -> Value:
    if isinstance(schema, list):
        return [_without_definitions(part, mark) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_definitions(value, mark) for key, value in schema.items() if key != "$defs"}
    return {**kept, "$ref": f"{kept['$ref']}{mark}"} if "$ref" in kept else kept


def _rooted(schema: Schema, parts: Mapping[str, Schema]) -> Schema:
    definitions: Schema = {}
    for mark, part in parts.items():
        found = part.get("$defs")
        for name, value in found.items() if isinstance(found, dict) else ():
            definitions[f"{name}{mark}"] = value
    return {**schema, "$defs": definitions} if definitions else schema


def _wrapping(rng: Random) -> Callable[[Schema], Schema]:
    """Something around a schema, the same around both of a pair."""
    other, text = rng.choice(SMALL), rng.choice(["a", "tone", "x-y"])
    has_more = rng.random() < 0.5
    shapes: tuple[Callable[[Value], Schema], ...] = (
        lambda s: {"allOf": [s]},
        lambda s: {"type": "object", "properties": {text: s, "o": other}, "required": [text]},
        lambda s: {"type": "object", "properties": {text: s}, "additionalProperties": has_more},
        lambda s: {"type": "array", "items": s, "minItems": int(has_more)},
        lambda s: {"type": "array", "prefixItems": [other, s]},
        lambda s: {"type": "object", "additionalProperties": s},
        lambda s: {"anyOf": [s, {"const": "never made by a maker"}]},
    )
    if rng.random() < 0.4:
        return lambda schema: schema
    shape = rng.choice(shapes)
    return lambda schema: _rooted(shape(_without_definitions(schema, "w")), {"w": schema})


def word_pairs(keyword: str, seed: str, count: int) -> Iterator[Pair]:
    """Pairs in which only a keyword for readers differs."""
    rng, values = Random(f"{seed} {keyword}"), WORDS[keyword]
    for _ in range(count):
        schema, *_ = MAKERS[rng.choice(sorted(MAKERS))](rng)
        one, other = rng.choice([({keyword: values[0]}, {keyword: values[1]}), ({}, {keyword: values[0]})])
        wrap = _wrapping(rng)
        yield Pair(keyword=keyword, aim=SAME, old=wrap({**schema, **one}), new=wrap({**schema, **other}))
