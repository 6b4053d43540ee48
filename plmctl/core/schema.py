"""The schemas of the kinds, and what they find wrong with a document.

shape (a kind's schema, walked) <- subset (schemas inside manifests)
                                <- fault <- explanation (words for what is invalid)
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from plmctl.core.finding import Finding, sorted_findings
from plmctl.core.sch import API_VERSION_UNKNOWN, SCH_RULES, UNKNOWN_KIND
from plmctl.core.shape import (
    API_VERSION,
    KINDS,
    VERSIONED_KINDS,
    Node,
    Schema,
    bundled,
    kind_prefix,
    nearest,
    schema_of,
    schema_places,
    validator_of,
)
from plmctl.core.subset import subset_findings

if TYPE_CHECKING:
    from plmctl.core.document import Document

__all__ = [
    "KINDS",
    "SCH_RULES",
    "VERSIONED_KINDS",
    "Node",
    "Schema",
    "bundled",
    "findings_of",
    "kind_prefix",
    "nearest",
    "schema_of",
    "schema_places",
    "subset_findings",
    "validator_of",
]

FINDINGS_LIMIT = 100


def findings_of(document: "Document", kind: str) -> tuple[Finding, ...]:
    """What the schema of a kind finds wrong, at most 100; a wrong kind or apiVersion stands alone."""
    if kind not in (*KINDS, "Registry"):
        return (_unknown_kind(document, kind),)
    value = document.value
    stated = value.get("apiVersion", API_VERSION) if isinstance(value, dict) else API_VERSION
    if isinstance(stated, str) and stated != API_VERSION:
        return (_other_api_version(document, stated),)
    found = (
        _schema_findings(document, kind) if validator_of(kind).is_valid(value) else _explained(document, kind)
    )
    return sorted_findings(islice(found, FINDINGS_LIMIT))


def _explained(document: "Document", kind: str) -> Iterator[Finding]:
    # jsonschema takes 65 ms to import: only for a document that is invalid.
    from plmctl.core.explanation import explained

    return explained(document, kind, FINDINGS_LIMIT)


def _schema_findings(document: "Document", kind: str) -> Iterator[Finding]:
    for pointer, schema in schema_places(document.value, schema_of(kind)):
        yield from subset_findings(document, pointer, schema)


def _unknown_kind(document: "Document", kind: str) -> Finding:
    meant = nearest(kind, KINDS)
    return document.finding(
        UNKNOWN_KIND,
        f"'{kind}' is not a kind" if kind else "'kind' is missing from the manifest",
        document.location(("kind",)),
        f"did you mean '{meant}'?" if meant else f"the kinds are {', '.join(KINDS)}",
    )


def _other_api_version(document: "Document", stated: str) -> Finding:
    return document.finding(
        API_VERSION_UNKNOWN,
        f"this plmctl does not read apiVersion '{stated}'",
        document.location(("apiVersion",)),
        f"it reads {API_VERSION}; a newer plmctl may read this one",
    )
