"""The schema of a kind, walked field by field with its annotations."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import NamedTuple, TypeAlias

from plmctl.core.dataclass import dataclass
from plmctl.core.value import Pointer, Value, as_items

Node: TypeAlias = dict[str, Value]

VERSIONED_KINDS: tuple[str, ...] = (
    "Prompt",
    "Partial",
    "Tool",
    "Provider",
    "Model",
    "Dataset",
    "Retriever",
    "ContextPolicy",
    "Guardrail",
    "Route",
    "EvalSuite",
    "Application",
)
KINDS: tuple[str, ...] = (*VERSIONED_KINDS, "Environment")
"""The kinds that plmctl ships; a registry may know more (kinds.py)."""
API_VERSION = "plmctl/v1"
# Where a schema holds others: by name, in a list, or one.
NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs")
LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
SINGLE = ("items", "additionalProperties", "propertyNames", "not")
_HOLDING = frozenset({*NAMED, *LISTED, *SINGLE})
_LEADING = frozenset({"x-plm-ref", "x-plm-file", "x-plm-template", "x-plm-pointer"})


def kind_prefix(kind: str) -> str:
    """The kind as the first segment of an artifact's id."""
    return kind.lower()


class Reach(NamedTuple):
    """What a schema says of a value or of anything in it: most values of a manifest need no second look.

    `leads`: to artifacts, to files, or to templates. `has_schemas`: JSON Schemas may stand there. `is_whole`:
    all of it is in the digest.
    """

    leads: bool
    has_schemas: bool
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schema:
    """A place in a kind's schema: what may stand there, and what the annotations say of it.

    `refs` are the kinds that the string may name an artifact of; `change` is breaking, behavioural, safe, or
    None: as for what is around it. `is_text`: only a string may stand there.
    """

    refs: tuple[str, ...]
    is_about: bool
    is_template: bool
    is_file: bool
    is_pointer: bool
    is_json_schema: bool
    is_prose: bool
    is_text: bool
    list_key: str | None
    change: str | None
    in_digest: bool
    has_default: bool
    default: Value
    description: str | None
    is_described: bool
    _nodes: tuple[Node, ...] = field(repr=False)
    _defs: "_Definitions" = field(repr=False)
    # One Schema for each set of nodes: so a recursive schema is walked only as far as a manifest goes.
    _known: dict[tuple[int, ...], "Schema"] = field(repr=False)
    _fields: dict[str, "Schema"] = field(repr=False, default_factory=dict)
    # Of a list each item is asked, of a manifest each value.
    _inner: dict[str, "Schema | None"] = field(repr=False, default_factory=dict)
    _rest: "list[_Rest]" = field(repr=False, default_factory=list)
    _reach: list[Reach] = field(repr=False, default_factory=list)
    _leading: dict[str, "Schema | None"] = field(repr=False, default_factory=dict)
    _schemas: dict[str, "Schema | None"] = field(repr=False, default_factory=dict)

    @property
    def layers(self) -> int:
        """How many schemas say together what may stand there: references, and alternatives."""
        return len(self._nodes)

    @property
    def reach(self) -> Reach:
        """What is said of the value, and of all that is in it."""
        if not self._reach:
            self._reach.append(_reach(self._defs.written(self._nodes)))
        return self._reach[0]

    @property
    def is_of_objects(self) -> bool:
        """Whether the JSON Schema that stands here must be one of objects."""
        return any(_mapping(node, "properties").get("type") == {"const": "object"} for node in self._nodes)

    def property(self, name: str) -> "Schema | None":
        """What stands under a key; None where no schema says."""
        # Asked of every value of every manifest: most schemas know their fields by then.
        return self._fields.get(name) or self.properties().get(name) or self._unlisted(name)

    def properties(self) -> Mapping[str, "Schema"]:
        """The described fields, in the order of the schema."""
        if self.is_described and not self._fields:
            names = dict.fromkeys(name for node in self._nodes for name in _mapping(node, "properties"))
            found = ((name, self._below(name)) for name in names)
            self._fields.update((name, schema) for name, schema in found if schema is not None)
        return self._fields

    def leading(self, value: Mapping[str, Value]) -> "list[tuple[str, Schema]]":
        """The keys of a mapping whose values lead to something, and what may stand there."""
        return self._found(value, self._leading, _leads)

    def with_schemas(self, value: Mapping[str, Value]) -> "list[tuple[str, Schema]]":
        """The keys of a mapping whose values may hold JSON Schemas, and what may stand there."""
        return self._found(value, self._schemas, _has_schemas)

    def _found(
        self,
        value: Mapping[str, Value],
        known: "dict[str, Schema | None]",
        is_wanted: "Callable[[Schema], bool]",
    ) -> "list[tuple[str, Schema]]":
        found = []
        for key in value:
            # Asked of every key of every manifest: of those that the schema lists it is known by then.
            if key in known:
                below = known[key]
            else:
                below = self.property(key)
                below = below if below is not None and is_wanted(below) else None
                if key in self._fields:
                    known[key] = below
            if below is not None:
                found.append((key, below))
        return found

    def item(self) -> "Schema | None":
        """What each item of the list is."""
        return self._inside("items")

    def keys(self) -> "Schema | None":
        """What each key of the mapping is."""
        return self._inside("propertyNames")

    def _inside(self, keyword: str) -> "Schema | None":
        if keyword not in self._inner:
            self._inner[keyword] = self._at(node[keyword] for node in self._nodes if keyword in node)
        return self._inner[keyword]

    def _unlisted(self, name: str) -> "Schema | None":
        if not self._rest:
            self._rest.append(_Rest(self._nodes))
        rest = self._rest[0]
        if name in rest.listed:
            return self._below(name)
        # Keys that a schema does not list it tells apart by patterns alone: what one may be, all may.
        matched = tuple(pattern.search(name) is not None for pattern in rest.patterns)
        if matched not in rest.found:
            rest.found[matched] = self._below(name)
        return rest.found[matched]

    def _below(self, name: str) -> "Schema | None":
        return self._at(child for node in self._nodes for child in _under_key(node, name))

    def _at(self, found: Iterable[Value]) -> "Schema | None":
        nodes = tuple(node for value in found for node in layered(value, self._defs.each))
        key = tuple(id(node) for node in nodes)
        if nodes and key not in self._known:
            self._known[key] = _schema(nodes, self._defs, self._known)
        return self._known.get(key)


class _Rest:
    """What stands under the keys that nodes do not list, by the patterns that match one."""

    def __init__(self, nodes: tuple[Node, ...]):
        self.listed = frozenset(name for node in nodes for name in _mapping(node, "properties"))
        written = (pattern for node in nodes for pattern in _mapping(node, "patternProperties"))
        self.patterns = tuple(map(re.compile, written))
        self.found: dict[tuple[bool, ...], Schema | None] = {}


def _leads(schema: Schema) -> bool:
    return schema.reach.leads


def _has_schemas(schema: Schema) -> bool:
    return schema.reach.has_schemas


def walked(root: Node) -> Schema:
    """A self-contained schema of a kind, to be walked."""
    defs = _mapping(root, "$defs")
    return _schema(tuple(layered(root, defs)), _Definitions(defs), {})


def _schema(nodes: tuple[Node, ...], defs: "_Definitions", known: dict[tuple[int, ...], Schema]) -> Schema:
    # The nearest node that says something is right: a field says more than the definition it refers to.
    said: Node = {keyword: value for node in reversed(nodes) for keyword, value in node.items()}
    refs = said.get("x-plm-ref")
    return Schema(
        refs=tuple(str(kind) for kind in refs) if isinstance(refs, list) else (),
        is_about=said.get("x-plm-edge") == "about",
        is_template=said.get("x-plm-template") is True,
        is_file=said.get("x-plm-file") is True,
        is_pointer=said.get("x-plm-pointer") is True,
        is_json_schema=said.get("x-plm-schema") is True,
        is_prose=said.get("x-plm-prose") is True,
        is_text={str(node["type"]) for node in nodes if "type" in node} == {"string"},
        list_key=_text(said, "x-plm-list-key"),
        change=_text(said, "x-plm-change"),
        in_digest=said.get("x-plm-digest") is not False,
        has_default="default" in said,
        default=said.get("default"),
        description=_text(said, "description"),
        is_described="properties" in said,
        _nodes=nodes,
        _defs=defs,
        _known=known,
    )


class _Definitions:
    """What a schema defines, by name; each is looked through once for what is written in it."""

    def __init__(self, each: Mapping[str, Value]):
        self.each = each
        self._words: dict[str, tuple[set[str], list[str]]] = {}

    def written(self, nodes: Iterable[Value]) -> set[str]:
        """The keys that are written anywhere in some nodes, and in what they refer to."""
        words, waiting = _words(nodes)
        followed = set[str]()
        while waiting:
            name = waiting.pop()
            if name not in followed:
                followed.add(name)
                if name not in self._words:
                    self._words[name] = _words([self.each.get(name)])
                found, named = self._words[name]
                words |= found
                waiting += named
        return words


def _words(nodes: Iterable[Value]) -> tuple[set[str], list[str]]:
    """The keys in some nodes, and the definitions that these name."""
    words, names, waiting = set[str](), list[str](), [*nodes]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            words.update(node)
            target = node.get("$ref")
            if isinstance(target, str):
                names.append(target.rpartition("/")[2])
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return words, names


def _reach(words: set[str]) -> Reach:
    # Whatever is written counts, be it data: too much does no harm.
    return Reach(
        leads=not words.isdisjoint(_LEADING),
        has_schemas="x-plm-schema" in words,
        is_whole="x-plm-digest" not in words,
    )


def _text(node: Node, keyword: str) -> str | None:
    value = node.get(keyword)
    return value if isinstance(value, str) else None


def _mapping(node: Mapping[str, Value], keyword: str) -> Mapping[str, Value]:
    value = node.get(keyword)
    return value if isinstance(value, dict) else {}


def _under_key(node: Node, name: str) -> Iterator[Value]:
    described = _mapping(node, "properties")
    if name in described:
        yield described[name]
        return
    matching = [
        value for pattern, value in _mapping(node, "patternProperties").items() if re.search(pattern, name)
    ]
    yield from matching or [node.get("additionalProperties")]


def layered(value: Value, defs: Mapping[str, Value]) -> Iterator[Node]:
    """The node, what it refers to, and its alternatives; true and false say nothing of fields."""
    if not isinstance(value, dict):
        return
    yield value
    target = value.get("$ref")
    if isinstance(target, str):
        yield from layered(defs[target.rpartition("/")[2]], defs)
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = value.get(keyword)
        for branch in branches if isinstance(branches, list) else []:
            yield from layered(branch, defs)


def subschemas(schema: Mapping[str, Value]) -> Iterator[tuple[Pointer, Value]]:
    """The schemas directly inside a schema, and where they stand; what its other keywords hold is data."""
    # Most hold none, and every schema of every manifest is asked.
    if _HOLDING.isdisjoint(schema):
        return
    for keyword in SINGLE:
        if keyword in schema:
            yield (keyword,), schema[keyword]
    for keyword in LISTED:
        yield from (((keyword, n), child) for n, child in enumerate(as_items(schema.get(keyword))))
    for keyword in NAMED:
        yield from (((keyword, name), child) for name, child in _mapping(schema, keyword).items())


def places(schema: Schema) -> Iterator[tuple[Pointer, Schema]]:
    """Every place that a schema describes, and its path; not those inside JSON Schemas.

    One that several paths lead to comes with each of them, what is below it with the first.
    """
    return _places(schema, (), set())


def _places(schema: Schema | None, path: Pointer, seen: set[int]) -> Iterator[tuple[Pointer, Schema]]:
    if schema is None or schema.is_json_schema:
        return
    yield path, schema
    if id(schema) in seen:
        return
    seen.add(id(schema))
    for name, below in schema.properties().items():
        yield from _places(below, (*path, name), seen)
    yield from _places(schema.item(), (*path, 0), seen)
    yield from _places(schema.keys(), path, seen)
    # A key that no schema can have named: what any other field may be.
    yield from _places(schema.property("\0"), (*path, "*"), seen)


def schema_places(value: Value, schema: Schema) -> list[tuple[Pointer, Value]]:
    """The JSON Schemas inside a value, and where they stand."""
    found: list[tuple[Pointer, Value]] = []
    _find_schemas(value, schema, (), found)
    return found


def _find_schemas(value: Value, schema: Schema, pointer: Pointer, found: list[tuple[Pointer, Value]]) -> None:
    if schema.is_json_schema:
        found.append((pointer, value))
    elif isinstance(value, dict):
        for key, below in schema.with_schemas(value):
            _find_schemas(value[key], below, (*pointer, key), found)
    elif isinstance(value, list) and (item := schema.item()) is not None and item.reach.has_schemas:
        for index, child in enumerate(value):
            _find_schemas(child, item, (*pointer, index), found)


def is_in_schema_place(pointer: Pointer, schema: Schema | None) -> bool:
    """Whether a pointer leads to a JSON Schema inside a value, or into one."""
    for step in pointer:
        if schema is None or schema.is_json_schema:
            break
        schema = schema.item() if isinstance(step, int) else schema.property(step)
    return schema is not None and schema.is_json_schema
