"""The findings of a document that its schema refuses: one for each mistake, where it was made."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, islice
from typing import cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

from plmctl.core.document import Document
from plmctl.core.fault import WIRE_WORDS, Fault, Refusal, faults, path_of, shown
from plmctl.core.finding import Edit, Finding, Location
from plmctl.core.kinds import Shape
from plmctl.core.sch import MISSING_FIELD, NOT_ALLOWED, NOT_IN_SUBSET, UNKNOWN_FIELD, VIOLATED, WRONG_TYPE
from plmctl.core.secrecy import hidden
from plmctl.core.shape import Node, Schema, is_in_schema_place
from plmctl.core.splice import as_edit, key_splices, value_at, value_splices
from plmctl.core.subset import matches
from plmctl.core.value import Value

# Keywords of JSON Schema that the subset leaves out: no slips of the pen.
OUTSIDE = frozenset(
    {
        "$anchor",
        "$comment",
        "$dynamicAnchor",
        "$dynamicRef",
        "$id",
        "$schema",
        "$vocabulary",
        "contains",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "definitions",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "else",
        "if",
        "maxContains",
        "minContains",
        "not",
        "patternProperties",
        "propertyNames",
        "readOnly",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
        "writeOnly",
    }
)
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
# YAML 1.1 had more words for it.
TRUTHS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
# Where a field is looked for that stands in the wrong place.
HOMES: tuple[tuple[str, ...], ...] = (("metadata",), ("spec",), ("spec", "parameters"))


def explained(document: Document, shape: Shape, limit: int) -> Iterator[Finding]:
    """What is wrong with a document that the schema of its kind refuses."""
    refusals = (refusal_of(error) for error in _explainer(shape).iter_errors(document.value))
    found = (fault for refusal in refusals for fault in faults(refusal))
    kept = list(dict.fromkeys(islice(found, limit)))
    if not kept:
        # The two libraries do not agree on every number: what the first refuses stays refused.
        yield from told(document, shape, limit)
    for fault in _one_each(kept):
        placed = _placed(fault, shape.schema)
        advice = _help(document, placed, shape.schema)
        finding = document.finding(placed.rule, placed.message, _location(document, fault), advice)
        yield replace(finding, fix=_fix(document, placed))


def told(document: Document, shape: Shape, limit: int) -> Iterator[Finding]:
    """What the compiled schema refuses, in fewer words: which keyword of it, and where."""
    for error in islice(shape.validator.iter_errors(document.value), limit):
        pointer = tuple(error.instance_path)
        message = f"{path_of(pointer)} is not what '{error.schema_path[-1]}' of its schema asks for"
        yield document.finding(VIOLATED, message, document.location(pointer))


def refusal_of(error: ValidationError) -> Refusal:
    """The library's error as a value."""
    context = groupby(error.context or (), key=lambda inner: inner.relative_schema_path[0])
    return Refusal(
        keyword=str(error.validator),
        limit=cast(Value, error.validator_value),
        node=cast(Node, error.schema),
        given=hidden(cast(Value, error.instance), tuple(error.absolute_path)),
        pointer=tuple(error.absolute_path),
        schema_path=tuple(str(step) for step in error.absolute_schema_path),
        message=error.message,
        branches=tuple(tuple(refusal_of(inner) for inner in branch) for _, branch in context),
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


def _one_each(found: list[Fault]) -> Iterator[Fault]:
    """Without those that would be gone once another is mended."""
    mistyped = {fault.pointer for fault in found if fault.rule is WRONG_TYPE}
    advised = {fault.pointer for fault in found if fault.rule is NOT_ALLOWED and fault.help}
    wanted = {(fault.pointer, fault.wants) for fault in found}
    meant = {(fault.pointer, fault.suggests) for fault in found if fault.suggests}
    for fault in found:
        is_named = any((fault.pointer, name) in meant for name in fault.wants)
        is_part = any(at == fault.pointer and fault.wants < wants for at, wants in wanted) and fault.wants
        is_mistyped = fault.pointer in mistyped and fault.rule is not WRONG_TYPE
        is_repeated = fault.rule is NOT_ALLOWED and not fault.help and fault.pointer in advised
        if not (is_named or is_part or is_mistyped or is_repeated):
            yield fault


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
    advice = None if fault.key in OUTSIDE else fault.help if fault.suggests else below
    mends = None if fault.key in OUTSIDE else fault.mends
    return replace(fault, rule=NOT_IN_SUBSET, message=message, help=advice, mends=mends)


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


def _help(document: Document, fault: Fault, schema: Schema) -> str | None:
    is_shape = fault.types and ("array" in fault.types or "object" in fault.types)
    told = _shape_help(document, fault, schema) if is_shape else None
    return told or _scalar_help(document, fault)


def _shape_help(document: Document, fault: Fault, schema: Schema) -> str | None:
    """What to do about a list, a mapping and a text that stand in for each other."""
    given, spot = value_at(document.value, fault.pointer), document.spots[fault.pointer]
    is_block = not document.source_line(spot.line).startswith(("[", "{"), spot.column - 1)
    if isinstance(given, list):
        return "write its fields without the '- '" if "object" in fault.types and is_block else None
    if "array" not in fault.types:
        return None
    below: Schema | None = schema
    for step in fault.pointer:
        below = (below.item() if isinstance(step, int) else below.property(step)) if below else None
    item = below.item() if below is not None else None
    first = next(iter(item.properties()), None) if item is not None else None
    if isinstance(given, dict):
        return "write '- ' before its first field, as of each item of a list" if is_block else None
    return f"write a list, each item of which begins with '- {first}: '" if first is not None else None


def _scalar_help(document: Document, fault: Fault) -> str | None:
    spot = document.spots.get(fault.pointer)
    raw = spot.raw if spot is not None and fault.types else None
    if raw == "":
        return "give it a value, or leave it out"
    if raw is not None and "string" in fault.types and fault.text is None:
        return f'quote it: "{raw}"'
    if raw is not None and "array" in fault.types:
        return f"write it as a list: [{raw}]"
    if raw in TRUTHS and "boolean" in fault.types:
        return f"write {TRUTHS[raw]}"
    is_number_wanted = "number" in fault.types or "integer" in fault.types
    if is_number_wanted and fault.text is not None and NUMBER.fullmatch(fault.text):
        return f"write it without quotes: {fault.text}"
    return fault.help
