"""Instances for two JSON Schemas, made without what compares them: from their keywords, and blindly."""

from collections.abc import Iterator
from random import Random

from plmctl.core.value import Value, as_items, as_mapping, as_texts

BLIND: list[Value] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2.5,
    7,
    100,
    "",
    "a",
    "ab",
    "x",
    "2024-02",
    "é",
    "aaaaaaaaaaa",
]
BLIND += [[], ["a"], [1, 1], [["a"]], [None, True, "a", 4], {}, {"a": "x"}, {"a": 1, "b": 2, "c": 3, "d": 4}]
BLIND += [{"k": 1}, {"tone": None}, {"zzz": {}}]
"""Values that no schema was asked for."""
WORDS = ["", "a", "ab", "abc", "b", "x", "y", "z", "xyz", "abab", "g", "m", "9", "a9", "2024-13", "2024-02"]
WORDS += ["de", "fr", "AB", "ABC", "a b", "a,b", ".", "..", "aaaa", "bbbbbbb"]
DEPTH = 5


def instances(schemas: list[dict[str, Value]], rng: Random, count: int) -> Iterator[Value]:
    """So many values: some that one of the schemas is likely to accept, or nearly, and some at random."""
    for number in range(count):
        if number % 4 == 3:
            yield rng.choice(BLIND)
        else:
            schema = schemas[number % len(schemas)]
            yield _made(schema, as_mapping(schema.get("$defs")), rng, 0)


def _made(schema: Value, defs: "dict[str, Value] | object", rng: Random, depth: int) -> Value:
    known = as_mapping(schema)
    if depth > DEPTH or rng.random() < 0.06:
        return rng.choice(BLIND)
    if "$ref" in known and isinstance(defs, dict):
        return _made(defs.get(str(known["$ref"]).removeprefix("#/$defs/")), defs, rng, depth + 1)
    choices = as_items(known.get("enum")) or ([known["const"]] if "const" in known else [])
    if choices:
        return rng.choice(choices)
    for keyword in ("anyOf", "oneOf"):
        if keyword in known:
            return _made(rng.choice(as_items(known[keyword])), defs, rng, depth + 1)
    if "allOf" in known:
        parts = [as_mapping(part) for part in as_items(known["allOf"])]
        return _made(
            {key: value for part in (*parts, known) for key, value in part.items() if key != "allOf"},
            defs,
            rng,
            depth + 1,
        )
    stated = known.get("type")
    return _of_type(rng.choice(as_texts(stated) or [str(stated)]), known, defs, rng, depth)


def _of_type(kind: str, schema: object, defs: object, rng: Random, depth: int) -> Value:
    known = schema if isinstance(schema, dict) else {}
    match kind:
        case "integer" | "number":
            return _number(known, rng)
        case "string":
            return _text(known, rng)
        case "array":
            return _items(known, defs, rng, depth)
        case "object":
            return _fields(known, defs, rng, depth)
        case "boolean":
            return rng.random() < 0.5
        case "null":
            return None
        case _:
            return rng.choice(BLIND)


def _near(
    schema: dict[str, Value], keywords: tuple[str, ...], rng: Random, spread: tuple[float, ...]
) -> float:
    bounds = [v for k in keywords if isinstance(v := schema.get(k), int | float)]
    return (rng.choice(bounds) if bounds else 0) + rng.choice(spread)


def _number(schema: dict[str, Value], rng: Random) -> Value:
    bounds = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    found = _near(schema, bounds, rng, (-7, -1, -0.5, -0.25, 0, 0.25, 0.5, 1, 2, 6))
    return int(found) if found == int(found) else found


def _size(schema: dict[str, Value], what: str, rng: Random) -> int:
    return max(0, int(_near(schema, (f"min{what}", f"max{what}"), rng, (-1, 0, 0, 1, 2))))


def _text(schema: dict[str, Value], rng: Random) -> str:
    if "pattern" in schema or rng.random() < 0.3:
        return rng.choice(WORDS) + rng.choice(("", "", "", rng.choice(WORDS)))
    return "abcdefgh"[: _size(schema, "Length", rng)]


def _items(schema: dict[str, Value], defs: object, rng: Random, depth: int) -> Value:
    first = as_items(schema.get("prefixItems"))
    count = max(_size(schema, "Items", rng), rng.choice((0, len(first))))
    parts = [first[i] if i < len(first) else schema.get("items", {}) for i in range(count)]
    found = [_made(part, defs, rng, depth + 1) for part in parts]
    return found + found[:1] if rng.random() < 0.1 else found


def _fields(schema: dict[str, Value], defs: object, rng: Random, depth: int) -> Value:
    named, needed = as_mapping(schema.get("properties")), as_texts(schema.get("required"))
    names = [name for name in (*named, *needed) if rng.random() < (0.95 if name in needed else 0.6)]
    names += [f"more{i}" for i in range(max(0, _size(schema, "Properties", rng) - len(names)))]
    other = schema.get("additionalProperties", {})
    return {name: _made(named.get(name, other), defs, rng, depth + 1) for name in names}
