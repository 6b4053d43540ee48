"""A value that a schema takes, for a manifest that is to be filled in."""

from collections.abc import Iterator, Mapping

from plmctl.core.shape import kind_prefix
from plmctl.core.subset import matches
from plmctl.core.value import Value, as_items, as_mapping, as_text, as_texts

# The first that a pattern takes is shown; each is what one of the shared definitions asks for.
_TEXTS = ("...", "name", "A", "0", "1.0.0", "2027-01-01", "https://example.com", "0" * 64)
# A schema may ask for a text that no memory holds.
_LONGEST = 256


def field_samples(value: Value, defs: Mapping[str, Value]) -> dict[str, Value]:
    """A sample of each field that a schema describes, by the field's name."""
    fields = _fields(tuple(_layers(value, defs)))
    return {name: sample(below, defs) for name, below in fields.items()}


def sample(value: Value, defs: Mapping[str, Value]) -> Value:
    """The value that the schema states itself, else one of its type; no pattern or length is tried hard."""
    layers = tuple(_layers(value, defs))
    for stated in _stated(layers):
        return stated
    # The nearest says most, as in a field that refers to a definition.
    said: dict[str, Value] = {}
    for layer in layers:
        said = {**layer, **said}
    match _type(said):
        case "integer" | "number":
            return _number(said)
        case "boolean":
            return False
        case "array":
            return [sample(said.get("items"), defs)] if said.get("minItems") else []
        case "object":
            return _required(layers, defs)
        case _:
            return _text(layers, said)


def _layers(value: Value, defs: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    """A schema, what it refers to, and the first of its alternatives."""
    node = as_mapping(value)
    yield node
    target = as_text(node.get("$ref"))
    if target is not None:
        yield from _layers(defs[target.rpartition("/")[2]], defs)
    for part in (
        *as_items(node.get("allOf")),
        *as_items(node.get("anyOf"))[:1],
        *as_items(node.get("oneOf"))[:1],
    ):
        yield from _layers(part, defs)


def _stated(layers: tuple[Mapping[str, Value], ...]) -> Iterator[Value]:
    for layer in layers:
        yield from (layer[keyword] for keyword in ("const", "default") if keyword in layer)
        yield from (*as_items(layer.get("examples"))[:1], *as_items(layer.get("enum"))[:1])


def _type(said: Mapping[str, Value]) -> str | None:
    stated = said.get("type")
    types = [kind for kind in as_items(stated) if kind != "null"]
    return as_text(types[0] if types else stated)


def _number(said: Mapping[str, Value]) -> Value:
    least, above, most = (said.get(bound) for bound in ("minimum", "exclusiveMinimum", "maximum"))
    lower = [least] if isinstance(least, int | float) else []
    lower += [above + 1] if isinstance(above, int | float) else []
    found = max((0, *lower))
    return min(found, most) if isinstance(most, int | float) else found


def _text(layers: tuple[Mapping[str, Value], ...], said: Mapping[str, Value]) -> str:
    kinds, length = as_items(said.get("x-plm-ref")), said.get("minLength")
    if kinds:
        return f"{kind_prefix(str(kinds[0]))}/name"
    patterns = [pattern for layer in layers if (pattern := as_text(layer.get("pattern"))) is not None]
    fitting = (text for text in _TEXTS if all(matches(pattern, text) for pattern in patterns))
    return next(fitting, _TEXTS[0]).ljust(min(length, _LONGEST) if isinstance(length, int) else 0, ".")


def _required(layers: tuple[Mapping[str, Value], ...], defs: Mapping[str, Value]) -> dict[str, Value]:
    required = {name for layer in layers for name in as_texts(layer.get("required"))}
    return {name: sample(below, defs) for name, below in _fields(layers).items() if name in required}


def _fields(layers: tuple[Mapping[str, Value], ...]) -> Mapping[str, Value]:
    fields: Mapping[str, Value] = {}
    for layer in layers:
        fields = {**as_mapping(layer.get("properties")), **fields}
    return fields
