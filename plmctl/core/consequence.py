"""Of all that is wrong with a document, what would not be gone once something else is mended."""

from collections.abc import Iterator
from dataclasses import replace

from plmctl.core.advice import schema_advice
from plmctl.core.document import Document
from plmctl.core.fault import Fault
from plmctl.core.phrase import TYPES, path_of, shown
from plmctl.core.sch import (
    BAD_PATTERN,
    NOT_ALLOWED,
    NOT_IN_SUBSET,
    UNKNOWN_FIELD,
    VIOLATED,
    WRONG_TYPE,
)
from plmctl.core.shape import Schema, is_in_schema_place
from plmctl.core.value import as_mapping, value_at

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


def causes(found: list[Fault], document: Document, schema: Schema) -> Iterator[Fault]:
    """The faults, one for each mistake."""
    return _one_each(_with_shorthands(_with_emptied(found, document, schema), document, schema))


def _with_emptied(found: list[Fault], document: Document, schema: Schema) -> list[Fault]:
    """One fault for a part of the manifest whose fields stand beside it instead of in it."""
    for fault in [f for f in found if f.rule is WRONG_TYPE and len(f.pointer) == 1]:
        (part,) = fault.pointer
        below = schema.property(str(part))
        fields = below.properties() if below is not None else {}
        beside = [f for f in found if f.rule is UNKNOWN_FIELD and not f.pointer and f.key in fields]
        if beside and value_at(document.value, fault.pointer) is None:
            told = replace(
                fault,
                message=f"{part} is empty, and its fields stand beside it",
                help=_to_indent(document, [str(f.key) for f in beside]),
                types=(),
            )
            found = [told if f is fault else f for f in found if f not in beside]
    return found


def _to_indent(document: Document, keys: list[str]) -> str:
    spots = [document.spots[key,] for key in keys]
    first, last = min(s.key_line or s.line for s in spots), max(s.end_line for s in spots)
    return f"indent {f'line {first}' if first == last else f'lines {first}-{last}'} by 2"


def _with_shorthands(found: list[Fault], document: Document, schema: Schema) -> list[Fault]:
    """One fault for names and their types where a JSON Schema belongs."""
    for pointer in dict.fromkeys(f.pointer for f in found):
        if not is_in_schema_place(pointer, schema) or is_in_schema_place(pointer[:-1], schema):
            continue
        given = as_mapping(value_at(document.value, pointer))
        unknown = [f for f in found if f.rule is UNKNOWN_FIELD and f.pointer == pointer]
        names = [f.key for f in unknown]
        others = [given[key] for key in given if key not in names]
        # An input may be called as a keyword is: `title: string`.
        is_type = "type" not in given and all(other in list(TYPES) for other in others)
        if not is_type or all(f.suggests for f in unknown) or not OUTSIDE.isdisjoint(given):
            continue
        told = Fault(
            rule=NOT_IN_SUBSET,
            pointer=pointer,
            key=names[0],
            message=f"{path_of(pointer)} is a JSON Schema, and {shown(names[0])} is no keyword of one",
            help=schema_advice(dict(given)),
        )
        found = [told, *(f for f in found if f.pointer[: len(pointer)] != pointer)]
    return found


def _one_each(found: list[Fault]) -> Iterator[Fault]:
    mistyped = {fault.pointer for fault in found if fault.rule is WRONG_TYPE}
    advised = {fault.pointer for fault in found if fault.rule is NOT_ALLOWED and fault.help}
    misshapen = {fault.pointer for fault in found if fault.rule is BAD_PATTERN and fault.key is None}
    wanted = {(fault.pointer, fault.wants) for fault in found}
    meant = {(fault.pointer, fault.suggests) for fault in found if fault.suggests}
    for fault in found:
        is_named = any((fault.pointer, name) in meant for name in fault.wants)
        is_part = any(at == fault.pointer and fault.wants < wants for at, wants in wanted) and fault.wants
        is_mistyped = fault.pointer in mistyped and fault.rule is not WRONG_TYPE
        is_repeated = fault.rule is NOT_ALLOWED and not fault.help and fault.pointer in advised
        is_no_date = fault.rule is VIOLATED and fault.key is None and fault.pointer in misshapen
        if not (is_named or is_part or is_mistyped or is_repeated or is_no_date):
            yield fault
