"""Every field of every kind, as the published schemas list them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from plmctl.core.document import Value
from plmctl.core.schema import KINDS, bundled

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


def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind below `metadata` and `spec`; a JSON Schema's keywords are fields too."""
    root = bundled(kind)
    found = (
        Field(kind=kind, path=path, node=node)
        for part in ("metadata", "spec")
        for path, node in _walked(kind, mapping(mapping(root, "properties"), part), (part,))
    )
    return tuple(one for one in found if len(one.path) > 1)


def all_fields() -> tuple[Field, ...]:
    """The fields of every kind."""
    return tuple(one for kind in KINDS for one in fields_of(kind))


def merged(kind: str, node: Node) -> Node:
    """A node with what it refers to."""
    target = node.get("$ref")
    if not isinstance(target, str):
        return node
    definition = mapping(mapping(bundled(kind), "$defs"), target.rpartition("/")[2])
    return {**merged(kind, definition), **{word: value for word, value in node.items() if word != "$ref"}}


def mapping(node: Node, key: str) -> Node:
    """What is below a key, empty when that is no mapping."""
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def _walked(kind: str, written: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    node = merged(kind, written)
    yield path, node
    if node.get("x-plm-schema") is True:
        keywords = mapping(mapping(bundled(kind), "$defs"), "jsonSchemaKeywords")
        for name, below in mapping(keywords, "properties").items():
            yield (*path, name), merged(kind, below if isinstance(below, dict) else {})
        return
    for name in mapping(node, "properties"):
        yield from _walked(kind, mapping(mapping(node, "properties"), name), (*path, name))
    for keyword, step in (("items", ITEM), ("additionalProperties", KEY)):
        if isinstance(node.get(keyword), dict):
            yield from _walked(kind, mapping(node, keyword), (*path, step))
