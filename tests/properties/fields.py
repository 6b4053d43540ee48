"""Every field of every kind, as the published schemas list them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from plmctl.core.kinds import BUILT_IN
from plmctl.core.schema import KINDS
from plmctl.core.value import Value

ITEM = "[]"
"""Any item of a list, in a path."""
KEY = "{}"
"""Any key of a mapping that is not described, in a path."""

Path = tuple[str, ...]
Node = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A place where a manifest of a kind may have a value, and what the schema says of it."""

    kind: str
    path: Path
    node: Node = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The kind and the path, for people."""
        return f"{self.kind}:{'.'.join(self.path)}"

    def says(self, annotation: str) -> bool:
        """Whether an annotation of the schema is true here."""
        return self.node.get(annotation) is True

    @property
    def is_list(self) -> bool:
        """Whether a list may stand here."""
        return "items" in self.node or self.node.get("type") == "array"


@cache
def nodes_of(kind: str) -> Mapping[Path, Node]:
    """What the schema of a kind says of each path."""
    root = BUILT_IN.bundled(kind)
    parts = ("metadata", "spec")
    return {
        path: node
        for part in parts
        for path, node in _walked(kind, mapping(mapping(root, "properties"), part), (part,))
    }


def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind below `metadata` and `spec`; a JSON Schema's keywords are fields too."""
    nodes = nodes_of(kind)
    return tuple(Field(kind=kind, path=path, node=nodes[path]) for path in nodes if len(path) > 1)


def all_fields() -> tuple[Field, ...]:
    """The fields of every kind."""
    return tuple(one for kind in KINDS for one in fields_of(kind))


def merged(kind: str, node: Node) -> Node:
    """A node with what it refers to."""
    target = node.get("$ref")
    if not isinstance(target, str):
        return node
    definition = mapping(mapping(BUILT_IN.bundled(kind), "$defs"), target.rpartition("/")[2])
    below = merged(kind, definition)
    own = {word: value for word, value in node.items() if word != "$ref"}
    together = {**mapping(below, "properties"), **mapping(node, "properties")}
    return {**below, **own, "properties": together} if together else {**below, **own}


def mapping(node: Node, key: str) -> Node:
    """What is below a key, empty when that is no mapping."""
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def _walked(kind: str, written: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    node = merged(kind, written)
    yield path, node
    if node.get("x-plm-schema") is True:
        yield from _keywords(kind, path)
        yield (*path, "properties", KEY), {"x-plm-schema": True}
        yield from _keywords(kind, (*path, "properties", KEY))
        return
    for name in mapping(node, "properties"):
        yield from _walked(kind, mapping(mapping(node, "properties"), name), (*path, name))
    for keyword, step in (("items", ITEM), ("additionalProperties", KEY)):
        if isinstance(node.get(keyword), dict):
            yield from _walked(kind, mapping(node, keyword), (*path, step))


def _keywords(kind: str, path: Path) -> Iterator[tuple[Path, Node]]:
    keywords = mapping(mapping(mapping(BUILT_IN.bundled(kind), "$defs"), "jsonSchemaKeywords"), "properties")
    for name in keywords:
        yield (*path, name), merged(kind, mapping(keywords, name))
