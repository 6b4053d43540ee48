"""JSON Schemas as APIs take them that hold a model to a schema while it answers: less than JSON Schema."""

from collections.abc import Iterator, Mapping

from plmctl.core.value import Value, as_items, as_mapping, as_texts

_STRUCTURE = frozenset({"$defs", "$ref", "additionalProperties", "anyOf", "items", "properties", "required"})
_SHARED = _STRUCTURE | {"const", "description", "enum", "format", "minItems", "pattern", "title", "type"}
_BOUNDS = frozenset({"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"})
_STRICT = _SHARED | _BOUNDS | {"maxItems"}
_CLAUDE = _SHARED | {"allOf", "default"}
_FORMATS = frozenset(
    {"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"}
)


def is_strict(schema: Mapping[str, Value]) -> bool:
    """Whether OpenAI holds a model to it: its objects are closed, with every field required.

    https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """
    return schema.get("type") == "object" and "anyOf" not in schema and all(map(_is_strict, _parts(schema)))


def _is_strict(part: Mapping[str, Value]) -> bool:
    fields = as_mapping(part.get("properties"))
    is_closed = part.get("additionalProperties") is False and set(as_texts(part.get("required"))) == {*fields}
    return part.keys() <= _STRICT and (is_closed or not _is_object(part))


def closed(schema: Mapping[str, Value]) -> dict[str, Value]:
    """The schema where no object has fields beside those it names, as Anthropic asks it."""
    shut = {key: _within(key, value) for key, value in schema.items()}
    return {**shut, "additionalProperties": False} if _is_object(schema) else shut


def _within(key: str, value: Value) -> Value:
    if key in ("properties", "$defs"):
        return {name: closed(as_mapping(part)) for name, part in as_mapping(value).items()}
    if key in ("anyOf", "allOf"):
        return [closed(as_mapping(part)) for part in as_items(value)]
    return closed(value) if key == "items" and isinstance(value, dict) else value


def unheld(schema: Mapping[str, Value]) -> Iterator[str]:
    """What in a schema Anthropic does not hold a model to.

    https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
    """
    for part in _parts(schema):
        yield from (f"'{key}'" for key in part if key not in _CLAUDE)
        if part.get("additionalProperties") not in (None, False):
            yield "'additionalProperties' that are not false"
        if part.get("format") not in (None, *_FORMATS):
            yield f"'format: {part['format']}'"
        if part.get("minItems") not in (None, 0, 1):
            yield "'minItems' over 1"


def _is_object(part: Mapping[str, Value]) -> bool:
    kind = part.get("type")
    return "properties" in part or kind == "object" or (isinstance(kind, list) and "object" in kind)


def _parts(schema: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    """A schema and all that are inside it."""
    yield schema
    below = [
        as_mapping(part) for key in ("properties", "$defs") for part in as_mapping(schema.get(key)).values()
    ]
    below += [as_mapping(part) for key in ("anyOf", "allOf") for part in as_items(schema.get(key))]
    below += [as_mapping(schema["items"])] if "items" in schema else []
    for part in below:
        yield from _parts(part)
