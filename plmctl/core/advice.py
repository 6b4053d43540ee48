"""What to do about a value of the wrong type, or in the wrong form: the value as it should be written."""

import re
from collections.abc import Iterable
from decimal import Decimal

from plmctl.core.culprit import spaced
from plmctl.core.deferred import deferred
from plmctl.core.document import Document
from plmctl.core.fault import Fault
from plmctl.core.phrase import TYPES
from plmctl.core.shape import Schema, is_in_schema_place
from plmctl.core.subset import matches
from plmctl.core.value import Value, as_items, as_mapping, as_text, as_texts, value_at

_NUMBER = deferred(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_VERSION = deferred(r"[0-9]+(\.[0-9]+)?")
_SHORT = deferred(r"([0-9]+(?:\.[0-9]+)?) ?([kKmM])")
_GROUPS = deferred(r"[0-9]{1,3}([,_ ][0-9]{3})+")
_COMMA = deferred(r"-?[0-9]+,[0-9]+")
_MULTIPLES = {"k": 1000, "m": 1_000_000}
# YAML 1.1 had more words for it.
_TRUTHS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_INPUTS_SHOWN = 3


def advice(document: Document, fault: Fault, schema: Schema) -> str | None:
    """What to do about a fault."""
    is_shape = fault.types and ("array" in fault.types or "object" in fault.types)
    told = _shape_advice(document, fault, schema) if is_shape else None
    return told or _scalar_advice(document, fault)


def schema_advice(value: Value) -> str:
    """How to write as a JSON Schema what was written as names and their types."""
    named = dict.fromkeys(as_texts(value), "string")
    named |= {name: "string" for item in as_items(value) if (name := as_text(as_mapping(item).get("name")))}
    for name, given in as_mapping(value).items():
        wanted = as_mapping(given).get("type", given)
        named[name] = str(wanted) if wanted in list(TYPES) else "string"
    fields = ", ".join(f"{name}: {{type: {named[name]}}}" for name in list(named)[:_INPUTS_SHOWN])
    return f"write type: object, then properties: {{{fields or 'NAME: {type: string}'}}}"


def _shape_advice(document: Document, fault: Fault, schema: Schema) -> str | None:
    """What to do about a list, a mapping and a text that stand in for each other."""
    given, spot = value_at(document.value, fault.pointer), document.spots[fault.pointer]
    if isinstance(given, list) and is_in_schema_place(fault.pointer, schema):
        return schema_advice(given)
    is_block = not document.source_line(spot.line).startswith(("[", "{"), spot.column - 1)
    if isinstance(given, list):
        return "write its fields without the '- '" if "object" in fault.types and is_block else None
    if "array" not in fault.types:
        return _item_advice(document, fault)
    below: Schema | None = schema
    for step in fault.pointer:
        below = (below.item() if isinstance(step, int) else below.property(step)) if below else None
    item = below.item() if below is not None else None
    first = next(iter(item.properties()), None) if item is not None else None
    if isinstance(given, dict):
        return _list_advice(given) if is_block else None
    return f"write a list, each item of which begins with '- {first}: '" if first is not None else None


def _list_advice(given: Iterable[str]) -> str:
    if next(iter(given), "").startswith("-"):
        return "put a space after '-'"
    return "write '- ' before its first field, as of each item of a list"


def _item_advice(document: Document, fault: Fault) -> str | None:
    """What to do about a text that stands where a mapping is wanted."""
    meant = spaced(fault.text) if fault.text is not None else None
    if meant is not None:
        return f"write '{meant}', with a space after ':'"
    required = as_texts(fault.node.get("required"))
    if fault.text is None or len(required) != 1 or not isinstance(fault.pointer[-1], int):
        return None
    spot = document.spots[fault.pointer]
    field = f"{required[0]}: {document.source_of(spot)}"
    is_block = document.source_line(spot.line)[: spot.column - 1].rstrip().endswith("-")
    return f"write '- {field}'" if is_block else f"write {{{field}}}"


def _scalar_advice(document: Document, fault: Fault) -> str | None:
    spot = document.spots.get(fault.pointer)
    raw = spot.raw if spot is not None and fault.types else None
    if raw == "":
        return "give it a value, or leave it out"
    if raw is not None and "string" in fault.types and fault.text is None:
        return _quoted_advice(fault, raw)
    if raw is not None and "array" in fault.types:
        return f"write it as a list: [{raw}]"
    if raw in _TRUTHS and "boolean" in fault.types:
        return f"write {_TRUTHS[raw]}"
    is_number_wanted = "number" in fault.types or "integer" in fault.types
    number = _number(fault.text, fault.types) if is_number_wanted and fault.text is not None else None
    return number or fault.help


def _quoted_advice(fault: Fault, raw: str) -> str:
    """To quote it, where quotes make it what is wanted."""
    words, pattern = as_text(fault.node.get("x-plm-words")), as_text(fault.node.get("pattern"))
    if words is None or pattern is None or matches(pattern, raw):
        return f'quote it: "{raw}"'
    if "a whole version" not in words or not _VERSION.fullmatch(raw):
        return f"write {words}"
    whole = f'write a whole version such as "{raw}{".0" if "." in raw else ".0.0"}"'
    return f"{whole}, or a range such as ^{raw}" if "a range" in words else whole


def _number(text: str, types: Iterable[str]) -> str | None:
    """How to write the number that a text tells."""
    if _NUMBER.fullmatch(text):
        return f"write it without quotes: {text}"
    short = _SHORT.fullmatch(text)
    if short is not None:
        return f"write {(Decimal(short[1]) * _MULTIPLES[short[2].lower()]).normalize():f}"
    if _GROUPS.fullmatch(text):
        return f"write {re.sub('[,_ ]', '', text)}"
    is_decimal = "number" in types and _COMMA.fullmatch(text) is not None
    return f"write {text.replace(',', '.')}" if is_decimal else None
