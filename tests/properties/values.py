"""Values that fit a field of a schema: a first one, and another one for a change."""

import re
from collections.abc import Mapping

from plmctl.core.value import Value
from tests.properties.fields import Node, Path, mapping, merged, nodes_of

TEXTS = (
    "one",
    "another",
    "2026-10-01",
    "2026-11-02",
    "1.0.0",
    "1.1.0",
    "a" * 64,
    "b" * 64,
    "a" * 40,
    "b" * 40,
    "USD",
    "EUR",
    "#/$defs/one",
    "#/$defs/another",
    "https://git.example.com/one.git",
    "https://git.example.com/another.git",
)
"""Texts of every form that a pattern asks for, two of each."""

FILES = {"x-plm-file": ("one.txt", "another.txt"), "x-plm-pointer": ("one.dvc", "another.dvc")}

SCHEMA: Value = {"type": "object", "properties": {"ticket": {"type": "string"}}, "required": ["ticket"]}
TEXT: Value = {"type": "string"}
NUMBER: Value = {"type": "number"}

KEYWORDS: Mapping[str, tuple[Value, Value]] = {
    "type": ("object", ["object", "null"]),
    "enum": (["one", "two"], ["one", "two", "three"]),
    "const": ("one", "two"),
    "title": ("One", "Two"),
    "description": ("The first words.", "The second words."),
    "default": ("one", "two"),
    "examples": (["one", "two"], ["one"]),
    "deprecated": (True, False),
    "format": ("date", "email"),
    "properties": ({"one": TEXT}, {"one": NUMBER, "two": TEXT}),
    "required": (["one", "two"], ["one", "three"]),
    "additionalProperties": (False, TEXT),
    "items": (TEXT, NUMBER),
    "prefixItems": ([TEXT, NUMBER], [TEXT]),
    "uniqueItems": (True, False),
    "anyOf": ([TEXT, NUMBER], [TEXT]),
    "oneOf": ([TEXT, NUMBER], [TEXT]),
    "allOf": ([TEXT, {"maxLength": 9}], [TEXT]),
    "$defs": ({"one": TEXT}, {"one": NUMBER}),
}
"""Two values of each keyword of a JSON Schema; of those that are not here, what its type takes."""


def made_at(kind: str, path: Path) -> Value:
    """A value that fits the field at a path."""
    if is_keyword(kind, path):
        return KEYWORDS[path[-1]][0]
    return made(kind, nodes_of(kind)[path])


def changed_at(kind: str, path: Path, value: Value) -> Value:
    """Another value for the field at a path; the same where there is no other."""
    if is_keyword(kind, path):
        first, second = KEYWORDS[path[-1]]
        return second if value == first else first
    return changed(kind, nodes_of(kind)[path], value)


def is_keyword(kind: str, path: Path) -> bool:
    """Whether a path is one of the keywords of a JSON Schema that `KEYWORDS` has values for."""
    above = nodes_of(kind).get(path[:-1], {})
    return above.get("x-plm-schema") is True and path[-1] in KEYWORDS


def made(kind: str, written: Node) -> Value:
    """A value that fits a node."""
    node = merged(kind, written)
    if "const" in node:
        return node["const"]
    if node.get("x-plm-schema") is True:
        return SCHEMA
    if isinstance(node.get("enum"), list):
        return _first(node["enum"])
    for annotation, (file, _) in FILES.items():
        if node.get(annotation) is True:
            return file
    return reference(node) or _of_type(kind, node)


def reference(node: Node, name: str = "other") -> str | None:
    """The full id of an artifact that the node may name, None where it names none."""
    kinds = node.get("x-plm-ref")
    return f"{str(_first(kinds)).lower()}/{name}" if isinstance(kinds, list) else None


def _of_type(kind: str, node: Node) -> Value:
    match _type(node):
        case "integer" | "number":
            return max(1, _number(node.get("minimum"), 1))
        case "boolean":
            return True
        case "array":
            return [made(kind, mapping(node, "items"))]
        case "object":
            return _object(kind, node)
        case "null":
            return None
    return next(text for text in TEXTS if _fits(text, node))


def _object(kind: str, node: Node) -> Value:
    required = node.get("required")
    names = [str(name) for name in required] if isinstance(required, list) else []
    if isinstance(node.get("additionalProperties"), dict):
        names = names or ["application/other" if "propertyNames" in node else "one"]
    below = {name: mapping(mapping(node, "properties"), name) for name in names}
    open_ = mapping(node, "additionalProperties")
    return {name: made(kind, below[name] or open_) for name in names}


def changed(kind: str, written: Node, value: Value) -> Value:
    """Another value for a field that has this one; the same where there is no other."""
    node = merged(kind, written)
    if node.get("x-plm-schema") is True or isinstance(value, dict):
        return _changed_mapping(kind, node, value)
    if isinstance(node.get("enum"), list) or "const" in node:
        choices = node.get("enum")
        return next((v for v in choices if v != value), value) if isinstance(choices, list) else value
    if "x-plm-ref" in node:
        return reference(node) if value != reference(node) else reference(node, "third")
    match value:
        case bool():
            return not value
        case int() | float():
            return next(v for v in (value + 1, value - 1, value / 2) if _within(v, node))
        case list():
            return _changed_list(kind, node, value)
    texts = (f"{value} more", f"{value}-more", *TEXTS)
    return next(text for text in texts if text != value and _fits(text, node))


def _changed_mapping(kind: str, node: Node, value: Value) -> Value:
    found = value if isinstance(value, dict) else {}
    if node.get("x-plm-schema") is True:
        return {**found, "title": f"{found.get('title')} more"}
    described = mapping(node, "properties")
    for name, old in found.items():
        new = changed(kind, mapping(described, name), old) if name in described else old
        if new != old:
            return {**found, name: new}
    return {**found, "x-more" if described else "more": 1 + len(found)}


def _changed_list(kind: str, node: Node, value: list[Value]) -> list[Value]:
    items = mapping(node, "items")
    if not value:
        return [made(kind, items)]
    return [changed(kind, items, value[0]), *value[1:]]


def _type(node: Node) -> str:
    stated = node.get("type")
    return str(_first(stated) if isinstance(stated, list) else stated)


def _first(values: Value) -> Value:
    return values[0] if isinstance(values, list) else None


def _number(value: Value, otherwise: int) -> int:
    return int(value) if isinstance(value, int | float) else otherwise


def _within(number: float, node: Node) -> bool:
    low, high = node.get("minimum"), node.get("maximum")
    whole = float(number).is_integer() or _type(node) == "number"
    is_high = not isinstance(low, int | float) or number >= low
    return whole and is_high and (not isinstance(high, int | float) or number <= high)


def _fits(text: str, node: Node) -> bool:
    branches = node.get("anyOf")
    pattern = node.get("pattern")
    if isinstance(branches, list) and pattern is None:
        return any(_fits(text, branch) for branch in branches if isinstance(branch, dict))
    return not isinstance(pattern, str) or re.search(pattern, text) is not None
