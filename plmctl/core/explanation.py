"""The findings of a document that its schema refuses: one for each mistake, where it was made."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

from plmctl.core.advice import advice
from plmctl.core.consequence import OUTSIDE, causes
from plmctl.core.document import Document, Spot
from plmctl.core.fault import WIRE_WORDS, Fault, Refusal, faults
from plmctl.core.finding import Edit, Finding, Location
from plmctl.core.kinds import Shape
from plmctl.core.phrase import path_of, shown
from plmctl.core.sch import MISSING_FIELD, NOT_IN_SUBSET, UNKNOWN_FIELD, VIOLATED, WRONG_TYPE
from plmctl.core.secrecy import hidden
from plmctl.core.shape import Node, Schema, is_in_schema_place
from plmctl.core.splice import as_edit, key_splices, value_splices
from plmctl.core.subset import matches
from plmctl.core.value import Pointer, Value, value_at

if TYPE_CHECKING:
    import jsonschema_rs

# What is refused for its number alone, which costs nothing to tell.
COUNTED = frozenset({"maxItems", "maxProperties"})
# So many for each mistake that may be told are looked at first: not every item is wrong.
_ITEMS = 4
# Where a field is looked for that stands in the wrong place.
HOMES: tuple[tuple[str, ...], ...] = (("metadata",), ("spec",), ("spec", "parameters"))


def explained(document: Document, shape: Shape, limit: int) -> Iterator[Finding]:
    """What is wrong with a document that the schema of its kind refuses."""
    refusals = (refusal_of(error, document.spots) for error in _explainer(shape).iter_errors(document.value))
    found = (fault for refusal in refusals for fault in faults(refusal))
    kept = list(dict.fromkeys(islice(found, limit)))
    if not kept:
        # The two libraries do not agree on every number: what the first refuses stays refused.
        yield from told(document, shape, limit)
    for fault in causes(kept, document, shape.schema):
        placed = _placed(fault, shape.schema)
        cure = advice(document, placed, shape.schema)
        finding = document.finding(placed.rule, placed.message, _location(document, fault), cure)
        yield replace(finding, fix=_fix(document, placed))


def told(document: Document, shape: Shape, limit: int) -> Iterator[Finding]:
    """What the compiled schema refuses, in fewer words: which keyword of it, and where."""
    for error in _refused(document.value, shape, limit):
        pointer = tuple(error.instance_path)
        location = document.location(pointer)
        if error.kind.name in COUNTED:
            counted = _counted(error, document.value)
            yield from (document.finding(f.rule, f.message, location) for f in faults(counted))
            continue
        message = f"{path_of(pointer)} is not what '{error.schema_path[-1]}' of its schema asks for"
        yield document.finding(VIOLATED, message, location)


def _refused(value: Value, shape: Shape, limit: int) -> Sequence["jsonschema_rs.ValidationError"]:
    """The first mistakes: those of the first items of lists, where they are as many as are told.

    The library makes an error for each mistake before it gives the first, which takes 10 microseconds.
    """
    lists: list[Pointer] = []
    short = _shortened(value, _ITEMS * limit, (), lists)
    found = list(islice(shape.validator.iter_errors(short), limit))
    # What is said of a list itself speaks of all of its items.
    told = (tuple(error.instance_path) for error in found if error.kind.name not in COUNTED)
    is_enough = len(found) == limit and not any(pointer in lists for pointer in told)
    return found if is_enough or not lists else list(islice(shape.validator.iter_errors(value), limit))


def _shortened(value: Value, most: int, at: Pointer, lists: list[Pointer]) -> Value:
    """The value with the first items of its lists; those that had more are added to `lists`."""
    if isinstance(value, dict):
        return {key: _shortened(child, most, (*at, key), lists) for key, child in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) > most:
        lists.append(at)
    return [_shortened(item, most, (*at, index), lists) for index, item in enumerate(value[:most])]


def _counted(error: "jsonschema_rs.ValidationError", value: Value) -> Refusal:
    pointer = tuple(error.instance_path)
    return Refusal(
        keyword=error.kind.name,
        limit=error.kind.value,
        node={},
        given=value_at(value, pointer),
        pointer=pointer,
        schema_path=(),
        message=error.message,
    )


def refusal_of(error: ValidationError, spots: Mapping[Pointer, Spot]) -> Refusal:
    """The library's error as a value."""
    spot = spots.get(tuple(error.absolute_path))
    context = groupby(error.context or (), key=lambda inner: inner.relative_schema_path[0])
    return Refusal(
        keyword=str(error.validator),
        limit=cast(Value, error.validator_value),
        node=cast(Node, error.schema),
        raw=spot.raw if spot is not None else None,
        given=hidden(cast(Value, error.instance), tuple(error.absolute_path)),
        pointer=tuple(error.absolute_path),
        schema_path=tuple(str(step) for step in error.absolute_schema_path),
        message=error.message,
        branches=tuple(tuple(refusal_of(inner, spots) for inner in branch) for _, branch in context),
    )


@lru_cache(maxsize=32)
def _explainer(shape: Shape) -> Validator:
    extended: Callable[..., type[Validator]] = extend
    explainer = extended(Draft202012Validator, {"pattern": _pattern, "uniqueItems": _unique})
    # An empty registry: nothing outside of the bundle is ever looked up.
    return explainer(shape.bundle, format_checker=FormatChecker(["date"]), registry=Registry())


def _pattern(_validator: Validator, pattern: str, value: Value, _node: Node) -> Iterator[ValidationError]:
    # Python's engine takes other patterns, and forever for some.
    if isinstance(value, str) and not matches(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _unique(_validator: Validator, is_asked: bool, value: Value, _node: Node) -> Iterator[ValidationError]:
    # jsonschema compares every item with every other.
    items = [json.dumps(item, sort_keys=True) for item in value] if isinstance(value, list) else []
    if is_asked and len(set(items)) < len(items):
        yield ValidationError("it has an item twice")


def _placed(fault: Fault, schema: Schema) -> Fault:
    """The fault as it reads where it stands: in a schema of the manifest, or in a manifest of the kind."""
    if is_in_schema_place(fault.pointer, schema):
        return _in_subset(fault, is_in_schema_place(fault.pointer[:-1], schema))
    if fault.rule is not UNKNOWN_FIELD or fault.key is None:
        return fault
    name = WIRE_WORDS.get(fault.key, fault.key)
    homes = [".".join(home) for home in HOMES if name in _fields(schema, home)]
    if name == fault.suggests or not homes:
        return fault
    return replace(fault, help=f"'{name}' belongs in {homes[0]}", mends=None)


def _in_subset(fault: Fault, is_inside: bool) -> Fault:
    if fault.rule is WRONG_TYPE and not is_inside:
        return fault
    if fault.rule is not UNKNOWN_FIELD or fault.key is None:
        return replace(fault, rule=NOT_IN_SUBSET)
    message = f"{shown(fault.key)} is not in the keyword subset of schemas inside manifests"
    below = "write the names of fields below 'properties'"
    cure = None if fault.key in OUTSIDE else fault.help if fault.suggests else below
    mends = None if fault.key in OUTSIDE else fault.mends
    return replace(fault, rule=NOT_IN_SUBSET, message=message, help=cure, mends=mends)


def _fields(schema: Schema, home: tuple[str, ...]) -> Mapping[str, Schema]:
    below: Schema | None = schema
    for step in home:
        below = below.properties().get(step) if below is not None else None
    return below.properties() if below is not None else {}


def _location(document: Document, fault: Fault) -> Location:
    if fault.key is not None:
        return document.key_location((*fault.pointer, fault.key))
    is_missing = fault.rule is MISSING_FIELD
    return document.key_location(fault.pointer) if is_missing else document.location(fault.pointer)


def _fix(document: Document, fault: Fault) -> tuple[Edit, ...]:
    if fault.mends is None:
        return ()
    if fault.key is not None:
        return as_edit(document, key_splices(document, (*fault.pointer, fault.key), fault.mends))
    return as_edit(document, value_splices(document, fault.pointer, fault.mends))
