"""A document within limits that are not the usual ones, and one whose value is known."""

from dataclasses import replace

import pytest

from plmctl.core.document import BrokenDocument, Document, known_document, read_document, too_large
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.value import Value

DEEP = b"a:" + b" [" * 69 + b"x" + b"]" * 69 + b"\n"
"""Seventy levels, which the usual limits refuse."""
ALLOWED = replace(LIMITS, depth=70)
INNERMOST = ("a", *(0,) * 69)


def codes(found: Document | BrokenDocument) -> list[str]:
    return [f"{finding.rule.name} {finding.location}" for finding in found.findings]


@pytest.mark.parametrize("text", [DEEP, DEEP + b"# a file that is not clean: \r\nb: 'x{{y}}'\r\n"])
def test_what_raised_limits_allow_has_places_too(text: bytes) -> None:
    found = read_document("f.yaml", text, ALLOWED)
    assert isinstance(found, Document)
    assert str(found.location(INNERMOST)) == "f.yaml:1:141"
    assert isinstance(read_document("f.yaml", text), BrokenDocument)


@pytest.mark.parametrize(
    ("limits", "text", "told"),
    [
        (replace(LIMITS, file_bytes=4), b"a: 1\n", ["too-large f.yaml:1:1"]),
        (replace(LIMITS, nodes=2), b"a: 1\n", ["too-many-nodes f.yaml:1:4"]),
        (replace(LIMITS, depth=1), b"a: [1]\n", ["too-deep f.yaml:1:4"]),
        (replace(LIMITS, text_bytes=3), b"a: abcd\n", ["scalar-too-long f.yaml:1:4"]),
        (replace(LIMITS, findings=1), b"a: &b 1\nc: &d 2\n", ["anchor f.yaml:1:4"]),
    ],
)
def test_what_lowered_limits_refuse_is_refused(limits: Limits, text: bytes, told: list[str]) -> None:
    assert codes(read_document("f.yaml", text, limits)) == told
    assert codes(read_document("f.yaml", text)) != told


def test_a_file_that_is_too_large_is_told_its_limit() -> None:
    (found,) = too_large("f.yaml", 12_345, replace(LIMITS, file_bytes=10_000)).findings
    assert found.message == "the file has 12,345 bytes, over the limit of 10,000"
    assert str(found.location) == "f.yaml:1:1"


def test_a_document_of_a_known_value_is_the_one_that_was_read() -> None:
    value: Value = {"a": "known"}
    found = known_document("f.yaml", DEEP, value, ALLOWED)
    read = read_document("f.yaml", DEEP, ALLOWED)
    assert isinstance(read, Document)
    assert (found.path, found.text, found.value) == ("f.yaml", DEEP.decode(), value)
    assert (found.spots, found.key_ends, found.findings) == (read.spots, read.key_ends, ())
    assert str(found.location(INNERMOST)) == "f.yaml:1:141"


def test_a_file_of_a_known_value_may_be_as_large_as_its_limits_say() -> None:
    large = b"a: 1\n" + b"#" * LIMITS.file_bytes + b"\n"
    limits = replace(LIMITS, file_bytes=2 * LIMITS.file_bytes)
    assert known_document("f.yaml", large, {"a": 1}, limits).text == large.decode()
