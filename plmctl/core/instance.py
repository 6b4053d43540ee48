"""Values against the JSON Schemas that manifests hold: what does not fit, and why, in plain English."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, cast

from plmctl.core.dataclass import dataclass
from plmctl.core.phrase import TYPES, counted, kind_of, listed, named, path_of, shown
from plmctl.core.shape import subschemas
from plmctl.core.slip import nearest
from plmctl.core.value import Pointer, Value, as_items, as_mapping, as_text, as_texts

if TYPE_CHECKING:
    import jsonschema_rs

_MOST_CHOICES = 10
# The library makes every error before it gives the first, and each holds what it speaks of.
_MOST_ERRORS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A value that its schema refuses: `key` is a field too much, `lacks` one that is not there.

    `rule` is the keyword of the schema that refused it; None where the value is too large to say.
    """

    pointer: Pointer
    message: str
    help: str | None = None
    key: str | None = None
    lacks: str | None = None
    rule: str | None = None

    @property
    def is_absence(self) -> bool:
        """Whether a field is lacking."""
        return self.lacks is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A schema of a manifest that has no finding, ready to be asked; formats are not checked."""

    schema: Mapping[str, Value]
    _validator: "jsonschema_rs.Draft202012Validator"

    def accepts(self, value: Value) -> bool:
        """Whether the value fits."""
        return self._validator.is_valid(value)

    def misfits(self, value: Value, name: str, *, is_private: bool = False) -> Iterator[Misfit]:
        """All in the value that does not fit; messages call it by the name, and show nothing private."""
        if self._validator.is_valid(value):
            return
        if _is_too_large(value, self.schema):
            yield _too_large(name)
            return
        for error in self._validator.iter_errors(value):
            yield from _explained(_refusal_of(error, self.schema, is_private), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainContract:
    """A schema of types, properties, required and items alone, as those are that the text of a prompt tells.

    It is asked without the engine, which a service waits for longer than for all else, and says the same.
    """

    schema: Mapping[str, Value]

    def misfits(self, value: Value, name: str, *, is_private: bool = False) -> Iterator[Misfit]:
        """All in the value that does not fit; messages call it by the name, and show nothing private."""
        refusals = _refusals(value, self.schema, (), is_private)
        first = next(refusals, None)
        if first is None:
            return
        if _is_too_large(value, self.schema):
            yield _too_large(name)
            return
        for refusal in chain((first,), refusals):
            yield from _explained(refusal, name)


def contract(schema: Mapping[str, Value]) -> Contract:
    """The contract of a schema."""
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(
        dict(schema), validate_formats=False, pattern_options=jsonschema_rs.RegexOptions(), offline=True
    )
    return Contract(schema=schema, _validator=validator)


def between(inside: Value, outside: Value) -> Callable[[Value], bool]:
    """Whether one schema accepts a value and the other refuses it, as a function; never, of no schemas."""
    import jsonschema_rs

    try:
        accepting, refusing = (
            contract(schema if isinstance(schema, dict) else {"allOf": [schema]})
            for schema in (inside, outside)
        )
    except (jsonschema_rs.ValidationError, ValueError):
        return lambda _: False
    return lambda value: accepting.accepts(value) and not refusing.accepts(value)


def with_defaults(value: Value, schema: Mapping[str, Value]) -> Value:
    """The value as a render takes it: fields that are absent and have a default are there."""
    if not isinstance(value, dict):
        return value
    fields = {name: as_mapping(field) for name, field in as_mapping(schema.get("properties")).items()}
    stated = {key: with_defaults(child, fields.get(key, {})) for key, child in value.items()}
    absent = {n: f["default"] for n, f in fields.items() if "default" in f and n not in value}
    return {**stated, **absent}


def _is_too_large(value: Value, schema: Mapping[str, Value]) -> bool:
    """Whether too many errors could be in it."""
    return _weight_of(dict(schema), as_mapping(schema.get("$defs"))) * _size(value) > _MOST_ERRORS


def _too_large(name: str) -> Misfit:
    return Misfit(pointer=(), message=f"{name} does not fit its schema, and is too large to say where")


def _weight_of(schema: Value, definitions: Mapping[str, Value]) -> int:
    """How much the errors of one value can hold: subschemas, with those referred to, and their constants."""
    keywords = as_mapping(schema)
    below = [child for _, child in subschemas(keywords)]
    name = (as_text(keywords.get("$ref")) or "").removeprefix("#/$defs/")
    below += [definitions[name]] if name else []
    own = 1 + sum(
        _size(keywords[keyword]) for keyword in ("const", "enum", "required") if keyword in keywords
    )
    return own + sum(_weight_of(child, definitions) for child in below)


def _size(value: Value) -> int:
    """How many values it is made of."""
    children = value.values() if isinstance(value, dict) else as_items(value)
    return 1 + sum(_size(child) for child in children)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """The library's error as a value; `fields` are those that the schema describes at this place.

    What is private is not shown: messages go to logs.
    """

    keyword: str
    detail: Mapping[str, Value]
    given: Value
    pointer: Pointer
    fields: Mapping[str, Value]
    branches: tuple[tuple["_Refusal", ...], ...]
    is_private: bool

    def path(self, name: str) -> str:
        """The place as people write it."""
        return path_of((name, *self.pointer))

    @property
    def types(self) -> tuple[str, ...]:
        """The types that were wanted."""
        return as_texts(self.detail.get("types"))

    @property
    def must(self) -> str:
        """What is there, where it can be shown, up to what there must be."""
        return "must" if self.is_private else f"is {shown(self.given)}: it must"


def _refusal_of(
    error: "jsonschema_rs.ValidationError", root: Mapping[str, Value], is_private: bool
) -> _Refusal:
    detail = error.kind.as_dict()
    context: Sequence[Sequence[jsonschema_rs.ValidationError]] = detail.pop("context", ())
    return _Refusal(
        keyword=error.kind.name,
        detail=detail,
        given=cast(Value, error.instance),
        pointer=tuple(error.instance_path),
        fields=_fields(error.schema_path[:-1], root),
        branches=tuple(tuple(_refusal_of(inner, root, is_private) for inner in branch) for branch in context),
        is_private=is_private,
    )


def _refusals(
    value: Value, schema: Mapping[str, Value], pointer: Pointer, is_private: bool
) -> Iterator[_Refusal]:
    """What a plain contract refuses, in the order of the engine."""
    refusal = _Refusal(
        keyword="", detail={}, given=value, pointer=pointer, fields={}, branches=(), is_private=is_private
    )
    wanted = as_text(schema.get("type"))
    if wanted is not None and not isinstance(value, _PLAIN_TYPES[wanted]):
        yield replace(refusal, keyword="type", detail={"types": [wanted]})
    elif isinstance(value, dict):
        for name in as_texts(schema.get("required")):
            if name not in value:
                yield replace(refusal, keyword="required", detail={"property": name})
        properties = as_mapping(schema.get("properties"))
        for name in [known for known in value if known in properties]:
            yield from _refusals(value[name], as_mapping(properties[name]), (*pointer, name), is_private)
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _refusals(item, as_mapping(schema["items"]), (*pointer, index), is_private)


def _fields(path: Sequence[str | int], root: Mapping[str, Value]) -> Mapping[str, Value]:
    place: Value = dict(root)
    for step in path:
        place = place[step] if isinstance(place, list) and isinstance(step, int) else _under(place, step)
    return as_mapping(as_mapping(place).get("properties"))


def _under(value: Value, step: str | int) -> Value:
    return as_mapping(value).get(str(step))


def _explained(refusal: _Refusal, name: str) -> Iterator[Misfit]:
    for misfit in _WORDS.get(refusal.keyword, _out_of_bounds)(refusal, name):
        # Of alternatives, the one that was meant has said which rule.
        yield misfit if misfit.rule is not None else replace(misfit, rule=refusal.keyword)


def _wrong_type(refusal: _Refusal, name: str) -> Iterator[Misfit]:
    yield _mistyped(refusal, name, refusal.types)


def _mistyped(refusal: _Refusal, name: str, types: Sequence[str]) -> Misfit:
    wanted = listed([TYPES[t] for t in types])
    there = kind_of(refusal.given) if refusal.is_private else named(refusal.given)
    message = f"{refusal.path(name)} must be {wanted}, not {there}"
    return Misfit(pointer=refusal.pointer, message=message)


def _missing(refusal: _Refusal, name: str) -> Iterator[Misfit]:
    absent = str(refusal.detail["property"])
    description = as_mapping(refusal.fields.get(absent)).get("description")
    yield Misfit(
        pointer=refusal.pointer,
        message=f"'{absent}' is missing from {refusal.path(name)}",
        help=f"{absent}: {description}" if isinstance(description, str) else None,
        lacks=absent,
    )


def _too_much(refusal: _Refusal, name: str) -> Iterator[Misfit]:
    for key in as_texts(refusal.detail["unexpected"]):
        meant = nearest(key, refusal.fields)
        yield Misfit(
            pointer=refusal.pointer,
            message=f"{shown(key)} is not a field of {refusal.path(name)}",
            help=f"did you mean '{meant}'?" if meant else None,
            key=key,
        )


def _no_choice(refusal: _Refusal, name: str) -> Iterator[Misfit]:
    choices = as_items(refusal.detail.get("options")) or [refusal.detail.get("expected_value")]
    words = [shown(choice) for choice in choices[:_MOST_CHOICES]]
    rest = len(choices) - len(words)
    meant = nearest(refusal.given, as_texts(choices)) if isinstance(refusal.given, str) else None
    yield Misfit(
        pointer=refusal.pointer,
        message=f"{refusal.path(name)} {refusal.must} be "
        f"{listed([*words, f'one of {rest} more'] if rest else words)}",
        help=f"did you mean '{meant}'?" if meant else None,
    )


def _alternatives(refusal: _Refusal, name: str) -> Iterator[Misfit]:
    fitting = [branch for branch in refusal.branches if not any(_is_mistyped(r, refusal) for r in branch)]
    types = [t for branch in refusal.branches for r in branch if _is_mistyped(r, refusal) for t in r.types]
    if not fitting:
        yield _mistyped(refusal, name, list(dict.fromkeys(types)))
    elif len(fitting) == 1:
        for inner in fitting[0]:
            yield from _explained(inner, name)
    else:
        fits = sum(not branch for branch in fitting)
        told = f"{fits or 'none'} of the schemas of '{refusal.keyword}'{', not one' if fits else ''}"
        yield Misfit(pointer=refusal.pointer, message=f"{refusal.path(name)} fits {told}")


def _is_mistyped(inner: _Refusal, outer: _Refusal) -> bool:
    return inner.keyword == "type" and inner.pointer == outer.pointer


def _out_of_bounds(refusal: _Refusal, name: str) -> Iterator[Misfit]:
    given, unit = refusal.given, _UNITS.get(refusal.keyword)
    size = len(given) if unit is not None and isinstance(given, (str, list, dict)) else 0
    sentence = _SENTENCES.get(refusal.keyword, "does not fit its schema")
    told = sentence.format(
        must=refusal.must,
        given="" if unit is None else counted(size, unit),
        limit=shown(next(iter(refusal.detail.values()), None)),
    )
    yield Misfit(pointer=refusal.pointer, message=f"{refusal.path(name)} {told}")


_PLAIN_TYPES: Mapping[str, type] = {"object": dict, "array": list, "string": str}
_UNITS: Mapping[str, str] = {
    "minLength": "character",
    "maxLength": "character",
    "minItems": "item",
    "maxItems": "item",
    "minProperties": "field",
    "maxProperties": "field",
}
_SENTENCES: Mapping[str, str] = {
    "minLength": "has {given}: at least {limit} must be there",
    "maxLength": "has {given}: at most {limit} may be there",
    "minItems": "has {given}: at least {limit} must be there",
    "maxItems": "has {given}: at most {limit} may be there",
    "minProperties": "has {given}: at least {limit} must be there",
    "maxProperties": "has {given}: at most {limit} may be there",
    "minimum": "{must} be at least {limit}",
    "maximum": "{must} be at most {limit}",
    "exclusiveMinimum": "{must} be more than {limit}",
    "exclusiveMaximum": "{must} be less than {limit}",
    "multipleOf": "{must} be a multiple of {limit}",
    "pattern": "{must} match {limit}",
    "uniqueItems": "has an item twice",
    "falseSchema": "may not be there",
}
_WORDS: Mapping[str, Callable[[_Refusal, str], Iterator[Misfit]]] = {
    "type": _wrong_type,
    "required": _missing,
    "additionalProperties": _too_much,
    "enum": _no_choice,
    "const": _no_choice,
    "anyOf": _alternatives,
    "oneOf": _alternatives,
}
