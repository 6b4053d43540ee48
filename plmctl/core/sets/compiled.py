"""JSON Schemas of the published keyword subset, made into constraints."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from plmctl.core.sets.literal import (
    AnyOf,
    Fields,
    Items,
    Least,
    Literal,
    Most,
    Multiple,
    Node,
    OneOf,
    Pattern,
    Required,
    Types,
    Unique,
    choice,
    fraction,
)
from plmctl.core.subset import DEPTH_LIMIT, SUBSCHEMA_LIMIT, is_pattern
from plmctl.core.value import Value, as_items, as_mapping, as_text, as_texts

WORDS = frozenset({"title", "description", "default", "examples", "deprecated", "format"})
"""Keywords that accept anything: for readers, and `format`, which is not checked."""

_SIZES = {"Length": "string", "Items": "array", "Properties": "object"}
_SIZE_KEYWORDS = frozenset(f"{end}{what}" for end in ("min", "max") for what in _SIZES)
_OTHERS = (
    *("type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("pattern", "items", "prefixItems", "uniqueItems", "required", "properties", "additionalProperties"),
    *("allOf", "anyOf", "oneOf", "$ref", "$defs"),
)
_KNOWN = frozenset((*_OTHERS, *_SIZE_KEYWORDS, *WORDS))


class Incomparable(Exception):
    """A schema that is not of the subset, or is too large."""


class Compiler:
    """Makes schemas into nodes; what accepts the same by the same constraints is one node."""

    def __init__(self) -> None:
        self._nodes: dict[frozenset[Literal], Node] = {}
        self._visited = 0
        self.texts: dict[str, None] = {}
        """The texts that the schemas speak of, to be tried where a pattern is hard."""

    def node(self, schema: Value) -> Node:
        """A whole schema; raises Incomparable."""
        self._visited = 0
        return self._node(schema, as_mapping(as_mapping(schema).get("$defs")), 1)

    def _interned(self, literals: Iterator[Literal]) -> Node:
        found = tuple(dict.fromkeys(literals))
        return self._nodes.setdefault(frozenset(found), Node(found))

    def _node(self, schema: Value, defs: Mapping[str, Value], level: int) -> Node:
        self._visited += 1
        if self._visited > SUBSCHEMA_LIMIT or level > DEPTH_LIMIT:
            raise Incomparable
        if isinstance(schema, bool):
            return self._interned(iter(() if schema else (Types(frozenset()),)))
        if not isinstance(schema, dict):
            raise Incomparable
        return self._interned(self._literals(schema, defs, level))

    def _literals(self, schema: dict[str, Value], defs: Mapping[str, Value], level: int) -> Iterator[Literal]:
        unknown = schema.keys() - _KNOWN
        if any(not keyword.startswith("x-") for keyword in unknown):
            raise Incomparable
        for keyword in ("default", "const"):
            self._hear(schema.get(keyword))
        for keyword in ("examples", "enum"):
            for value in as_items(schema.get(keyword)):
                self._hear(value)
        yield from _of_any_type(schema)
        yield from _of_numbers(schema)
        yield from _of_sizes(schema)
        yield from self._of_items(schema, defs, level)
        yield from self._of_fields(schema, defs, level)
        yield from self._of_several(schema, defs, level)

    def _hear(self, value: Value) -> None:
        if isinstance(value, str):
            self.texts.setdefault(value)

    def _of_items(self, schema: dict[str, Value], defs: Mapping[str, Value], level: int) -> Iterator[Literal]:
        if schema.get("uniqueItems") is True:
            yield Unique()
        if "items" not in schema and "prefixItems" not in schema:
            return
        first = tuple(self._node(item, defs, level + 1) for item in as_items(schema.get("prefixItems")))
        rest = self._node(schema.get("items", True), defs, level + 1)
        while first and first[-1] is rest:
            first = first[:-1]
        if first or rest.literals:
            yield Items(first, rest)

    def _of_fields(
        self, schema: dict[str, Value], defs: Mapping[str, Value], level: int
    ) -> Iterator[Literal]:
        yield from (Required(name) for name in as_texts(schema.get("required")))
        if "properties" not in schema and "additionalProperties" not in schema:
            return
        rest = self._node(schema.get("additionalProperties", True), defs, level + 1)
        fields = sorted(as_mapping(schema.get("properties")).items())
        named = ((name, self._node(field, defs, level + 1)) for name, field in fields)
        others = tuple((name, node) for name, node in named if node is not rest)
        if others or rest.literals:
            yield Fields(others, rest)

    def _of_several(
        self, schema: dict[str, Value], defs: Mapping[str, Value], level: int
    ) -> Iterator[Literal]:
        name = as_text(schema.get("$ref"))
        if name is not None:
            yield from self._node(defs.get(name.removeprefix("#/$defs/")), defs, level + 1).literals
        for part in as_items(schema.get("allOf")):
            yield from self._node(part, defs, level + 1).literals
        for keyword, several in (("anyOf", AnyOf), ("oneOf", OneOf)):
            nodes = tuple(self._node(part, defs, level + 1) for part in as_items(schema.get(keyword)))
            if nodes:
                yield from nodes[0].literals if len(nodes) == 1 else (several(nodes),)


def _of_any_type(schema: dict[str, Value]) -> Iterator[Literal]:
    if "type" in schema:
        stated = schema["type"]
        names = frozenset(as_texts(stated) or [str(stated)])
        yield Types(names - {"integer"} if "number" in names else names)
    if "enum" in schema:
        yield choice(as_items(schema["enum"]))
    if "const" in schema:
        yield choice([schema["const"]])


def _of_numbers(schema: dict[str, Value]) -> Iterator[Literal]:
    for keyword, limit in (("minimum", Least), ("exclusiveMinimum", Least)):
        if keyword in schema:
            yield limit("number", _number(schema[keyword]), keyword == "exclusiveMinimum")
    for keyword, most in (("maximum", Most), ("exclusiveMaximum", Most)):
        if keyword in schema:
            yield most("number", _number(schema[keyword]), keyword == "exclusiveMaximum")
    if "multipleOf" in schema:
        yield Multiple(_number(schema["multipleOf"]))


def _of_sizes(schema: dict[str, Value]) -> Iterator[Literal]:
    for what, kind in _SIZES.items():
        # What every value has, or no value can have, is not worth a constraint of its own.
        if schema.get(f"min{what}") and (least := _number(schema[f"min{what}"])) > 0:
            yield Least(kind, least)
        if f"max{what}" in schema:
            yield Most(kind, _number(schema[f"max{what}"]))
    pattern = as_text(schema.get("pattern"))
    if pattern is not None:
        if not is_pattern(pattern):
            raise Incomparable
        yield Pattern(pattern)


def _number(value: Value) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Incomparable
    return fraction(value)
