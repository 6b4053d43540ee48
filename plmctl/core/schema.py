"""The schemas of the kinds, and what they find wrong with a document.

shape (a kind's schema, walked) <- kinds (all that a registry knows)
                                <- subset (schemas inside manifests)
                                <- fault <- explanation (words for what is invalid)
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from plmctl.core.finding import Finding, sorted_findings
from plmctl.core.kinds import Kinds, Shape
from plmctl.core.limits import LIMITS
from plmctl.core.sch import API_VERSION_UNKNOWN, SCH_RULES, UNKNOWN_KIND
from plmctl.core.shape import (
    API_VERSION,
    KINDS,
    VERSIONED_KINDS,
    Node,
    Schema,
    kind_prefix,
    schema_places,
)
from plmctl.core.slip import certain, nearest
from plmctl.core.splice import as_edit, key_splices, value_splices
from plmctl.core.subset import subset_findings
from plmctl.core.value import Value, as_mapping

if TYPE_CHECKING:
    from plmctl.core.document import Document

__all__ = [
    "KINDS",
    "SCH_RULES",
    "VERSIONED_KINDS",
    "Node",
    "Schema",
    "findings_of",
    "kind_prefix",
    "schema_places",
    "shape_findings",
    "subset_findings",
]

# Values, times the schemas that each is held to: jsonschema takes 30 microseconds for one by one.
EXPLAINED_LIMIT = 100_000


def findings_of(
    document: "Document", kind: str, kinds: Kinds, limit: int = LIMITS.findings
) -> tuple[Finding, ...]:
    """What the schema of a kind finds wrong, at most so much; a wrong kind or apiVersion stands alone."""
    if kind not in kinds.names and kind != "Registry":
        return (_unknown_kind(document, kind, kinds.names),)
    value = document.value
    stated = value.get("apiVersion", API_VERSION) if isinstance(value, dict) else API_VERSION
    if isinstance(stated, str) and stated != API_VERSION:
        return (_other_api_version(document, stated),)
    return shape_findings(document, kinds.shape_of(kind), limit)


def shape_findings(document: "Document", shape: Shape, limit: int = LIMITS.findings) -> tuple[Finding, ...]:
    """What a schema finds wrong with a document, at most so much."""
    is_valid = shape.validator.is_valid(document.value)
    found = _schema_findings(document, shape) if is_valid else _explained(document, shape, limit)
    return sorted_findings(islice(found, limit))


def _explained(document: "Document", shape: Shape, limit: int) -> Iterator[Finding]:
    # jsonschema takes 65 ms to import: only for a document that is invalid.
    from plmctl.core.explanation import explained, told

    if len(document.spots) * shape.weight > EXPLAINED_LIMIT:
        return told(document, shape, limit)
    return explained(document, shape, limit)


def _schema_findings(document: "Document", shape: Shape) -> Iterator[Finding]:
    for pointer, schema in schema_places(document.value, shape.schema):
        yield from subset_findings(document, pointer, schema)


def _unknown_kind(document: "Document", kind: str, known: tuple[str, ...]) -> Finding:
    if not kind and (key := _other_case(document.value, "kind")) is not None:
        place, message = (
            document.key_location((key,)),
            f"'kind' is missing from the manifest, which has '{key}'",
        )
        missing = document.finding(UNKNOWN_KIND, message, place, "did you mean 'kind'?")
        return replace(missing, fix=as_edit(document, key_splices(document, (key,), "kind")))
    meant, mends = nearest(kind, known), certain(kind, known)
    finding = document.finding(
        UNKNOWN_KIND,
        f"'{kind}' is not a kind" if kind else "'kind' is missing from the manifest",
        document.location(("kind",)),
        f"did you mean '{meant}'?" if meant else f"the kinds are {', '.join(known)}",
    )
    edits = as_edit(document, value_splices(document, ("kind",), mends)) if mends else ()
    return replace(finding, fix=edits)


def _other_case(value: Value, wanted: str) -> str | None:
    keys = (key for key in as_mapping(value) if key != wanted and key.lower() == wanted.lower())
    return next(keys, None)


def _other_api_version(document: "Document", stated: str) -> Finding:
    return document.finding(
        API_VERSION_UNKNOWN,
        f"this plmctl does not read apiVersion '{stated}'",
        document.location(("apiVersion",)),
        f"it reads {API_VERSION}; a newer plmctl may read this one",
    )
