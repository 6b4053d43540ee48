"""A manifest to fill in, written from the schema of its kind."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from plmctl.core.dataclass import dataclass
from plmctl.core.kinds import Shape
from plmctl.core.lines import entry, indented
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.sample import field_samples
from plmctl.core.schema import VERSIONED_KINDS, Node, Schema
from plmctl.core.value import Value, as_texts

# What a kind takes data for: others would be valid, and hardly ever meant.
_PURPOSES = {"Retriever": "rag", "EvalSuite": "evaluation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """The artifacts of a registry, of which a new one may name some; of datasets those of a purpose first."""

    registry: Registry
    purpose: str | None

    def reference(self, written: str, schema: Schema | None) -> str:
        """The name of an artifact of the kinds that may stand there, else what was written."""
        kinds = schema.refs if schema is not None else ()
        if len(self.registry.candidates_of(written, kinds)) == 1:
            return written
        found = next(filter(None, map(self.registry.of_kind, kinds)), ())
        return min(found, key=self._is_unsuited).id if found else written

    def _is_unsuited(self, manifest: Manifest) -> bool:
        return self.purpose not in (None, *as_texts(manifest.spec.get("purpose")))


def outline(
    kind: str,
    name: str,
    registry: Registry,
    modeline: str | None = None,
    known: Mapping[str, Value] = MappingProxyType({}),
) -> str:
    """A manifest of a kind: what is required, or known of its spec, is written out, the rest in comments.

    The values are those of the schema's examples, or ones of the right type; references name
    artifacts of the registry where it has any.
    """
    shape, offer = registry.kinds.shape_of(kind), _Offer(registry=registry, purpose=_PURPOSES.get(kind))
    schema = shape.schema
    lines = [
        *((modeline,) if modeline else ()),
        f"# {_sentence(schema)}",
        "# To use a field that is commented out, delete the '#' before it.",
        "apiVersion: plmctl/v1",
        f"kind: {kind}",
        "metadata:",
        *indented(_fields(schema.property("metadata"), {"name": name}, _metadata_examples(registry), offer)),
        *_spec(shape, offer, known),
    ]
    return "".join(f"{line}\n" for line in lines)


def _spec(shape: Shape, offer: _Offer, known: Mapping[str, Value]) -> Iterator[str]:
    spec, examples = shape.schema.property("spec"), _examples(shape.bundle)
    fields = tuple(_fields(spec, _required(shape.bundle, examples), examples, offer, known))
    # A kind of the registry's own may describe none.
    yield "spec:" if fields else "spec: {}"
    yield from indented(fields)


def _fields(
    schema: Schema | None,
    written: Mapping[str, Value],
    examples: Mapping[str, Value],
    offer: _Offer,
    known: Mapping[str, Value] = MappingProxyType({}),
) -> Iterator[str]:
    """Every field, with its description above it; those that are not written are comments."""
    for key, below in schema.properties().items() if schema is not None else ():
        example = below.default if below.has_default else examples.get(key)
        sample = _existing(_shortened(written.get(key, example), below), below, offer)
        said = f"{_sentence(below)}{_kinds(below)}".strip()
        yield from (f"# {said}",) if said else ()
        lines = entry(key, known.get(key, sample))
        yield from lines if key in written or key in known else (f"#{line}" for line in lines)


def _sentence(schema: Schema) -> str:
    return re.split(r"(?<=\.) ", schema.description or "")[0]


def _kinds(schema: Schema) -> str:
    item = schema.item()
    kinds = schema.refs or (item.refs if item is not None else ())
    return f" ({', '.join(kinds)})" if 0 < len(kinds) < len(VERSIONED_KINDS) else ""


def _examples(bundle: Node) -> Mapping[str, Value]:
    """A value of each field: what an example has, else one that its schema takes."""
    spec = _node(_node(bundle, "properties"), "spec")
    return {**field_samples(dict(spec), _node(bundle, "$defs")), **_merged(bundle, "spec")}


def _required(bundle: Node, examples: Mapping[str, Value]) -> Mapping[str, Value]:
    """The fields without which a spec is not valid, with their values."""
    spec = _node(_node(bundle, "properties"), "spec")
    alternatives = spec.get("oneOf")
    first = alternatives[0] if isinstance(alternatives, list) else None
    names = [*_names(spec), *_names(first)]
    # A kind that requires nothing shows its first field, for a spec is a mapping.
    return {key: examples.get(key) for key in names or list(_node(spec, "properties"))[:1]}


def _names(node: Value | Mapping[str, Value]) -> Iterable[str]:
    required = node.get("required") if isinstance(node, Mapping) else None
    return (name for name in required if isinstance(name, str)) if isinstance(required, list) else ()


def _metadata_examples(registry: Registry) -> Mapping[str, Value]:
    # The examples of prompts have each field of the metadata that all kinds share.
    return _merged(registry.kinds.bundled("Prompt"), "metadata")


def _merged(bundle: Node, part: str) -> Mapping[str, Value]:
    """Each field as the first example that has it states it."""
    examples = bundle.get("examples")
    merged: dict[str, Value] = {}
    for example in examples if isinstance(examples, list) else []:
        merged = {**_node(example, part), **merged}
    return merged


def _node(value: Value | Mapping[str, Value], key: str) -> Mapping[str, Value]:
    below = value.get(key) if isinstance(value, Mapping) else None
    return below if isinstance(below, dict) else {}


def _shortened(value: Value, schema: Schema | None) -> Value:
    """The value with one item of each list and of each mapping by artifact: enough to show what it is."""
    if schema is None or schema.is_json_schema:
        return value
    if isinstance(value, list):
        return [_shortened(item, schema.item()) for item in value[:1]]
    if isinstance(value, dict):
        keys = schema.keys()
        kept = list(value)[:1] if keys is not None and keys.refs else list(value)
        return {key: _shortened(value[key], schema.property(key)) for key in kept}
    return value


def _existing(value: Value, schema: Schema | None, offer: _Offer) -> Value:
    """The value with references that name artifacts of the registry, where it has one of their kinds."""
    if schema is None or schema.is_json_schema:
        return value
    if isinstance(value, list):
        return [_existing(item, schema.item(), offer) for item in value]
    if isinstance(value, dict):
        keys = schema.keys()
        return {
            offer.reference(key, keys): _existing(child, schema.property(key), offer)
            for key, child in value.items()
        }
    return offer.reference(value, schema) if isinstance(value, str) else value
