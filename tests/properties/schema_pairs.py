"""Pairs of JSON Schemas of which one keyword is another: for each keyword, and each thing that it can do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from plmctl.core.value import Value
from tests.properties.schema_makers import MAKERS, SMALL, WORDS, Schema, Three

NARROWED, WIDENED, SAME, BOTH = "narrowed", "widened", "same", "both"
AIMS = (NARROWED, WIDENED, SAME, BOTH)
BLIND = "blind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two schemas, the keyword that differs, and what the difference is meant to do."""

    keyword: str
    aim: str
    old: Schema
    new: Schema


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
