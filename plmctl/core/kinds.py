"""The kinds of a registry: those of plmctl and its own, each with its schema, bundled and compiled once."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import cache, cached_property, partial
from pkgutil import get_data
from typing import TYPE_CHECKING

from plmctl.core.dataclass import dataclass
from plmctl.core.shape import (
    KINDS,
    LISTED,
    NAMED,
    SINGLE,
    VERSIONED_KINDS,
    Node,
    Schema,
    kind_prefix,
    places,
    subschemas,
    walked,
)
from plmctl.core.value import Value, as_mapping

if TYPE_CHECKING:
    import jsonschema_rs

FOLDERS: tuple[str, ...] = (
    "prompts",
    "partials",
    "tools",
    "providers",
    "models",
    "datasets",
    "retrievers",
    "contexts",
    "guardrails",
    "routes",
    "evals",
    "applications",
    "environments",
)
"""The folders of the kinds that plmctl ships, in their order."""
_FOLDER_OF = dict(zip(KINDS, FOLDERS, strict=True))
# Shapes of files that are no artifacts.
_OTHER_SHAPES = ("Registry", "Lock", "Kind", "Acceptance")
_SHARED = "defs.json"


def words_pattern(prefixes: tuple[str, ...]) -> str:
    """The pattern of texts that begin with a kind's word and a slash, as the schemas write it."""
    return f"^({'|'.join(prefixes)})/"


_SHIPPED_WORDS = words_pattern(tuple(kind_prefix(kind) for kind in (*KINDS, "Registry")))


@dataclass(frozen=True, kw_only=True, eq=False)
class Shape:
    """What a document of one kind may hold: its JSON Schema, self-contained, compiled and walked once."""

    kind: str
    made: Callable[[], Node]

    @cached_property
    def bundle(self) -> Node:
        """The schema with all that it refers to; shared, not to be changed."""
        return self.made()

    @cached_property
    def validator(self) -> "jsonschema_rs.Draft202012Validator":
        """The compiled schema, which fetches nothing."""
        import jsonschema_rs

        return jsonschema_rs.Draft202012Validator(
            self.bundle, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )

    @cached_property
    def schema(self) -> Schema:
        """The schema, to be walked."""
        return walked(self.bundle)

    @cached_property
    def weight(self) -> int:
        """The most schemas that have a say in one value."""
        return max(schema.layers for _, schema in places(self.schema))


@dataclass(frozen=True, kw_only=True, eq=False)
class Kinds:
    """The kinds that a registry knows; `own` has the schema of each that it adds, by the kind's name."""

    own: Mapping[str, Node] = field(default_factory=dict)
    _shapes: dict[str, Shape] = field(init=False, repr=False, default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every kind: those of plmctl first."""
        return (*KINDS, *self.own)

    @cached_property
    def versioned(self) -> tuple[str, ...]:
        """Those whose artifacts have versions."""
        return (*VERSIONED_KINDS, *self.own)

    @cached_property
    def shapes(self) -> tuple[str, ...]:
        """The names of all that has a schema: the kinds, plmctl.yaml, the lock, and so on."""
        return (*self.names, *_OTHER_SHAPES)

    @cached_property
    def by_prefix(self) -> Mapping[str, str]:
        """The kinds by the first segment of their artifacts' ids."""
        return {kind_prefix(kind): kind for kind in self.names}

    @cached_property
    def folders(self) -> Mapping[str, str]:
        """The folder that a kind's manifests are in where plmctl.yaml says nothing else, by kind."""
        return _FOLDER_OF | {kind: f"{kind_prefix(kind)}s" for kind in self.own}

    def shape_of(self, kind: str) -> Shape:
        """What a document may hold: of a kind, a Registry (plmctl.yaml), a Lock, a Kind (a schema)."""
        if kind not in self._shapes:
            # Of most kinds a run that knows their manifests asks for no schema.
            self._shapes[kind] = Shape(kind=kind, made=partial(self._bundled, kind))
        return self._shapes[kind]

    def schema_of(self, kind: str) -> Schema:
        """The schema of a kind, to be walked."""
        return self.shape_of(kind).schema

    def bundled(self, kind: str) -> Node:
        """One self-contained JSON Schema of a kind; shared, not to be changed."""
        return self.shape_of(kind).bundle

    def _bundled(self, kind: str) -> Node:
        schema = _unnamed(self.own[kind]) if kind in self.own else _shipped(kind)
        definitions = {**shared_definitions(), **as_mapping(schema.get("$defs"))}
        body: Node = {keyword: value for keyword, value in schema.items() if keyword != "$defs"}
        wanted, kept = list(_defs_used(body)), dict[str, Value]()
        while wanted:
            name = wanted.pop()
            if name not in kept:
                kept[name] = self._localised(definitions[name])
                wanted.extend(_defs_used(kept[name]))
        bundle = {keyword: self._keyword(keyword, value) for keyword, value in schema.items()}
        return {**bundle, "$defs": {name: kept[name] for name in sorted(kept)}}

    def _localised(self, schema: Value) -> Value:
        return {keyword: self._keyword(keyword, value) for keyword, value in as_mapping(schema).items()}

    def _keyword(self, keyword: str, value: Value) -> Value:
        match keyword, value:
            case _, dict() if keyword in NAMED:
                return {name: self._localised(child) for name, child in value.items()}
            case _, list() if keyword in LISTED:
                return [self._localised(item) for item in value]
            case _, dict() if keyword in SINGLE:
                return self._localised(value)
            case "$ref", str():
                return value.removeprefix(_SHARED)
            case "pattern", str() if value == _SHIPPED_WORDS:
                # A kind of the registry's own takes its word from the names too.
                return words_pattern((*self.by_prefix, "registry")) if self.own else value
            case "x-plm-ref", list() if set(VERSIONED_KINDS) <= {str(kind) for kind in value}:
                # What may name any artifact with versions may name those of the registry's own kinds.
                return list(dict.fromkeys((*value, *self.own)))
            case _:
                return value


def _unnamed(schema: Node) -> Node:
    # A bundle is not what its author publishes, and validators read "$id" as the base of every reference.
    return {keyword: value for keyword, value in schema.items() if keyword != "$id"}


@cache
def _shipped(kind: str) -> Node:
    loaded: Node = json.loads(_text_of(f"{kind.lower()}.json"))
    return loaded


def _text_of(name: str) -> bytes:
    """A file of the schemas, read as Python reads the package itself: importlib.resources takes 3 ms."""
    # The wheel carries the schemas inside the package; an editable install has them beside it.
    try:
        found = get_data("plmctl", f"schemas/{name}")
    except OSError:
        found = get_data("plmctl", f"../schemas/{name}")
    assert found is not None
    return found


def shared_definitions() -> Mapping[str, Value]:
    """What the schemas of the kinds share, by name."""
    return as_mapping(_shipped("defs").get("$defs"))


def report_schema() -> Node:
    """The schema of what every command prints as JSON."""
    return _shipped("output/report")


def _defs_used(schema: Value) -> Iterator[str]:
    target = as_mapping(schema).get("$ref")
    if isinstance(target, str):
        yield target.rpartition("/")[2]
    for _, child in subschemas(as_mapping(schema)):
        yield from _defs_used(child)


BUILT_IN = Kinds()
"""The kinds that plmctl ships."""
