"""The names that a place in a template can see, by JSON Schemas."""

from collections.abc import Mapping
from dataclasses import replace

from plmctl.core import value as json_value
from plmctl.core.dataclass import dataclass
from plmctl.core.template.program import ITEM, ITERATOR, Name

Json = json_value.Value
Schema = Mapping[str, Json]
Fields = Mapping[str, Json | Schema]

OPEN: Schema = {}
_MAX_HOPS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A part of a name that nothing declares: the object it should be of (None: the scope)."""

    owner: str | None
    part: str
    among: tuple[Fields, ...]

    @property
    def candidates(self) -> tuple[str, ...]:
        """The names that are declared there, sorted."""
        return tuple(sorted({name for fields in self.among for name in fields}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A stack of contexts, outermost first; `item` is what `{{.}}` stands for, None outside every section."""

    root: Schema
    layers: tuple[Fields, ...]
    is_open: bool = False
    item: Schema | None = None

    def layer_of(self, head: str) -> int | None:
        """The innermost layer that declares a name."""
        return next((i for i in reversed(range(len(self.layers))) if head in self.layers[i]), None)

    def lookup(self, name: Name) -> Schema | Missing:
        """The schema of a name; OPEN where schemas do not say."""
        if name == ITERATOR:
            return Missing(owner=None, part=".", among=()) if self.item is None else self.item
        layer = self.layer_of(name[0])
        if layer is None:
            return OPEN if self.is_open else Missing(owner=None, part=name[0], among=self.layers)
        schema = resolved(self.layers[layer][name[0]], self.root)
        for depth, part in enumerate(name[1:], start=1):
            if part == ITEM:
                schema = resolved(schema.get("items", OPEN), self.root)
                continue
            fields = fields_of(schema)
            if fields is None:
                return OPEN
            if part not in fields:
                return Missing(owner=".".join(name[:depth]), part=part, among=(fields,))
            schema = resolved(fields[part], self.root)
        return schema

    def inside(self, name: Name) -> "Scope":
        """The scope inside a section over a name; an unknown name lets every name in, to be reported once."""
        found = self.lookup(name)
        schema = OPEN if isinstance(found, Missing) else found
        item = resolved(schema.get("items", OPEN), self.root) if _is_list(schema) else schema
        fields = fields_of(item)
        if fields is None:
            return replace(self, is_open=True, item=item)
        return replace(self, layers=(*self.layers, fields), item=item)


def outermost(inputs: Schema, extra: Mapping[str, Schema]) -> Scope:
    """The scope of a template's text outside every section: its inputs, then what else fills it."""
    return Scope(root=inputs, layers=(extra, fields_of(resolved(inputs, inputs)) or {}))


def fields_of(schema: Schema) -> Fields | None:
    """The fields of the objects that a schema describes; none for text, None when it does not say."""
    fields = schema.get("properties")
    if isinstance(fields, dict):
        return fields
    types = _types(schema)
    return None if not types or "object" in types else {}


def resolved(schema: Json | Schema, root: Schema) -> Schema:
    """The schema behind local references; OPEN for what is no object or leads nowhere."""
    target = schema
    for _ in range(_MAX_HOPS):
        if not isinstance(target, Mapping):
            return OPEN
        reference = target.get("$ref")
        if not isinstance(reference, str):
            return target
        target = _referenced(reference, root)
    return OPEN


def _referenced(reference: str, root: Schema) -> Json | Schema:
    target: Json | Schema = root
    if not reference.startswith("#/"):
        return None
    for step in reference[2:].split("/"):
        if not isinstance(target, Mapping):
            return None
        target = target.get(step.replace("~1", "/").replace("~0", "~"))
    return target


def _types(schema: Schema) -> tuple[Json, ...]:
    types = schema.get("type", [])
    return tuple(types) if isinstance(types, list) else (types,)


def _is_list(schema: Schema) -> bool:
    return "items" in schema or "array" in _types(schema)
