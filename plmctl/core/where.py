"""Conditions on a field of a manifest: `spec.model=gpt-4o`, `metadata.labels.tier!=free`, `spec.context`."""

from collections.abc import Collection, Iterator, Sequence

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.registry import Registry
from plmctl.core.scalar import NotRepresentable, Scalar, resolved
from plmctl.core.schema import Schema
from plmctl.core.slip import nearest
from plmctl.core.value import Pointer, Value

_PARTS = ("apiVersion", "kind", "metadata", "spec")
# No list is longer, and Python reads no number of thousands of digits.
_INDEX = deferred(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A dotted path, and what some value there is (`=`), what none there is (`!=`), or that it is written."""

    path: tuple[str, ...]
    operator: str = ""
    text: str = ""

    @property
    def field(self) -> str:
        """The path as it is written."""
        return ".".join(self.path)

    def holds(self, manifest: Manifest, registry: Registry) -> bool:
        """Whether it is true of an artifact; a field that is not written has its schema's default."""
        value = manifest.document.value
        if not self.operator:
            return any(True for _ in _values(value, None, self.path))
        references = {r.pointer: r for r in manifest.references if not r.is_partial and not r.is_key}
        found = [
            self._fits(value, references.get(pointer), registry)
            for pointer, value in _values(value, manifest.schema, self.path)
        ]
        return any(found) if self.operator == "=" else bool(found) and not any(found)

    def _fits(self, value: Value, reference: Reference | None, registry: Registry) -> bool:
        if isinstance(value, str):
            return value in self._texts or (reference is not None and self._is_target(reference, registry))
        plain = _plain(self.text)
        # True is 1 to Python, and no number to YAML.
        return isinstance(value, bool) is isinstance(plain, bool) and value == plain

    @property
    def _texts(self) -> tuple[str, ...]:
        quotes = self.text[:1] + self.text[-1:]
        is_quoted = len(self.text) > 1 and quotes in ("''", '""')
        return (self.text, self.text[1:-1]) if is_quoted else (self.text,)

    def _is_target(self, reference: Reference, registry: Registry) -> bool:
        target = registry.target(reference)
        return target is not None and target in registry.candidates_of(self.text, reference.kinds)


def parsed_condition(text: str) -> Condition | None:
    """The condition that a text is, None when it names no field."""
    field, equals, value = text.partition("=")
    operator = "!=" if equals and field.endswith("!") else equals
    path = tuple(field.removesuffix("!" if operator == "!=" else "").strip().split("."))
    return Condition(path=path, operator=operator, text=value.strip()) if all(path) else None


def _plain(text: str) -> Scalar:
    try:
        return resolved(text)
    except NotRepresentable:
        return text


def _values(
    value: Value, schema: Schema | None, path: Sequence[str], pointer: Pointer = ()
) -> Iterator[tuple[Pointer, Value]]:
    """What stands at a path: of a list without a position in the path, each item."""
    if isinstance(value, list):
        yield from _items(value, schema, path, pointer)
    elif not path:
        yield pointer, value
    elif isinstance(value, dict):
        for key, rest in _keys(path, value):
            below = schema.property(key) if schema is not None else None
            yield from _values(value[key], below, rest, (*pointer, key))
        below = schema.property(path[0]) if schema is not None else None
        if path[0] not in value and below is not None and below.has_default:
            yield from _values(below.default, None, path[1:], (*pointer, path[0]))


def _items(
    items: list[Value], schema: Schema | None, path: Sequence[str], pointer: Pointer
) -> Iterator[tuple[Pointer, Value]]:
    below = schema.item() if schema is not None else None
    index = int(path[0]) if path and _INDEX.fullmatch(path[0]) else None
    for at, item in enumerate(items):
        if index is None:
            yield from _values(item, below, path, (*pointer, at))
        elif at == index:
            yield from _values(item, below, path[1:], (*pointer, at))


def _keys(path: Sequence[str], value: dict[str, Value]) -> Iterator[tuple[str, Sequence[str]]]:
    """The keys with which a path can begin: a label's own key may have dots."""
    for end in range(1, len(path) + 1):
        key = ".".join(path[:end])
        if key in value:
            yield key, path[end:]


def is_field(schema: Schema | None, path: Sequence[str]) -> bool:
    """Whether a manifest can have a field there; what no schema describes may hold anything."""
    if not path or schema is None or schema.is_json_schema:
        return True
    item = schema.item()
    if item is not None:
        return is_field(item, path[1:] if path[0].isdigit() else path)
    below = schema.property(path[0])
    if below is not None:
        return is_field(below, path[1:])
    return path[0].startswith("x-") or not schema.is_described


def likely_field(schemas: Collection[Schema], path: Sequence[str]) -> str | None:
    """The field that was probably meant where a path is none of any schema, None when nothing is near."""
    for schema in schemas:
        for part in ("spec", "metadata"):
            if path[0] not in _PARTS and is_field(schema, (part, *path)):
                return ".".join((part, *path))
    for schema in schemas:
        mended = _mended(schema, path)
        if mended and is_field(schema, mended):
            return ".".join(mended)
    return None


def _mended(schema: Schema, path: Sequence[str]) -> tuple[str, ...]:
    """A path that is no field with the step replaced that no schema knows; empty when nothing is near."""
    item, below = schema.item(), schema.property(path[0])
    if item is not None:
        known = tuple(path[:1]) if path[0].isdigit() else ()
        rest = _mended(item, path[len(known) :])
    elif below is not None:
        known, rest = tuple(path[:1]), _mended(below, path[1:])
    else:
        near = nearest(path[0], schema.properties())
        return (near, *path[1:]) if near is not None else ()
    return (*known, *rest) if rest else ()
