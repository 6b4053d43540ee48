"""A manifest to fill in, written from the schema of its kind."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from plmctl.core.registry import Registry
from plmctl.core.schema import VERSIONED_KINDS, Schema, bundled, schema_of
from plmctl.core.value import Value

# Longer ones are written over several lines.
FLOW_WIDTH = 40

_PLAIN = re.compile(r"[A-Za-z]([A-Za-z0-9 _./'-]*[A-Za-z0-9.])?")
_NOT_STRINGS = frozenset({"null", "true", "false"})


def outline(kind: str, name: str, registry: Registry) -> str:
    """A manifest of a kind: what is required is written out, the rest stands in comments.

    The values are those of the schema's examples; references name artifacts of the registry where it has any.
    """
    schema = schema_of(kind)
    lines = [
        f"# {_sentence(schema)}",
        "# To use a field that is commented out, delete the '#' before it.",
        "apiVersion: plmctl/v1",
        f"kind: {kind}",
        "metadata:",
        *_indented(_fields(schema.property("metadata"), {"name": name}, _metadata_examples(), registry)),
        "spec:",
        *_indented(_fields(schema.property("spec"), _required(kind), _spec_examples(kind), registry)),
    ]
    return "".join(f"{line}\n" for line in lines)


def _fields(
    schema: Schema | None, written: Mapping[str, Value], examples: Mapping[str, Value], registry: Registry
) -> Iterator[str]:
    """Every field, with its description above it; those that are not written are comments."""
    for key, below in schema.properties().items() if schema is not None else ():
        example = below.default if below.has_default else examples.get(key)
        value = _existing(_shortened(written.get(key, example), below), below, registry)
        yield f"# {_sentence(below)}{_kinds(below)}"
        entry = tuple(_entry(key, value))
        yield from entry if key in written else (f"#{line}" for line in entry)


def _sentence(schema: Schema) -> str:
    return re.split(r"(?<=\.) ", schema.description or "")[0]


def _kinds(schema: Schema) -> str:
    item = schema.item()
    kinds = schema.refs or (item.refs if item is not None else ())
    return f" ({', '.join(kinds)})" if 0 < len(kinds) < len(VERSIONED_KINDS) else ""


def _required(kind: str) -> Mapping[str, Value]:
    """The fields without which a spec is not valid, as the first example that has them states them."""
    examples = _spec_examples(kind)
    spec = _node(_node(bundled(kind), "properties"), "spec")
    alternatives = spec.get("oneOf")
    first = alternatives[0] if isinstance(alternatives, list) else None
    names = [*_names(spec), *_names(first)]
    # A kind that requires nothing shows its first field, for a spec is a mapping.
    return {key: examples[key] for key in names or list(_node(spec, "properties"))[:1]}


def _names(node: Value | Mapping[str, Value]) -> Iterable[str]:
    required = node.get("required") if isinstance(node, Mapping) else None
    return (name for name in required if isinstance(name, str)) if isinstance(required, list) else ()


def _spec_examples(kind: str) -> Mapping[str, Value]:
    return _merged(kind, "spec")


def _metadata_examples() -> Mapping[str, Value]:
    # The examples of prompts have each field of the metadata that all kinds share.
    return _merged("Prompt", "metadata")


def _merged(kind: str, part: str) -> Mapping[str, Value]:
    """Each field as the first example that has it states it."""
    examples = bundled(kind)["examples"]
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


def _existing(value: Value, schema: Schema | None, registry: Registry) -> Value:
    """The value with references that name artifacts of the registry, where it has one of their kinds."""
    if schema is None or schema.is_json_schema:
        return value
    if isinstance(value, list):
        return [_existing(item, schema.item(), registry) for item in value]
    if isinstance(value, dict):
        keys = schema.keys()
        return {
            _reference(key, keys, registry): _existing(child, schema.property(key), registry)
            for key, child in value.items()
        }
    return _reference(value, schema, registry) if isinstance(value, str) else value


def _reference(written: str, schema: Schema | None, registry: Registry) -> str:
    kinds = schema.refs if schema is not None else ()
    if len(registry.candidates_of(written, kinds)) == 1:
        return written
    return next((manifest.id for kind in kinds for manifest in registry.of_kind(kind)), written)


def _entry(key: str, value: Value) -> Iterator[str]:
    if isinstance(value, str) and ("\n" in value or "{{" in value):
        yield f"{key}: |"
        yield from _indented(value.splitlines())
    elif isinstance(value, dict | list) and len(_flow(value)) > FLOW_WIDTH:
        yield f"{key}:"
        yield from _indented(_block(value))
    else:
        yield f"{key}: {_flow(value)}"


def _block(value: Mapping[str, Value] | list[Value]) -> Iterator[str]:
    if not isinstance(value, list):
        for key, child in value.items():
            yield from _entry(key, child)
        return
    for item in value:
        lines = _block(item) if isinstance(item, dict | list) else iter((_flow(item),))
        yield f"- {next(lines)}"
        yield from _indented(lines)


def _flow(value: Value) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(child)}' for key, child in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(item) for item in value)}]"
    is_plain = isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_STRINGS
    return str(value) if is_plain else json.dumps(value, ensure_ascii=False)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
