"""Canonical JSON against the test data of RFC 8785's author, and the digests over it."""

import hashlib
import json
import math
from pathlib import Path

import pytest

from plmctl.core.canonical import canonical_json, closure_of, digest_of, sha256_of
from plmctl.core.value import Value

VENDORED = Path(__file__).parents[1] / "vendor" / "rfc8785"
NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")


@pytest.mark.parametrize("name", NAMES)
def test_canonical_form_is_that_of_the_rfc_author(name: str) -> None:
    given = json.loads((VENDORED / "input" / f"{name}.json").read_bytes())
    assert canonical_json(given) == (VENDORED / "output" / f"{name}.json").read_bytes()


def test_every_vendored_file_is_tested() -> None:
    assert sorted(path.stem for path in (VENDORED / "input").iterdir()) == sorted(NAMES)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        # RFC 8785, appendix B.
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740991, "9007199254740991"),
        (-9007199254740991, "-9007199254740991"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1.0000000000000001e23, "1.0000000000000001e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (999999999999999900000.0, "999999999999999900000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (333333333.33333325, "333333333.33333325"),
        (0.7, "0.7"),
        (1.0, "1"),
        # Where Python begins to write another way, and on both sides of it (ECMA-262, Number::toString).
        (0.0001, "0.0001"),
        (-0.00012345, "-0.00012345"),
        (0.00009999999999999999, "0.00009999999999999999"),
        (0.00001, "0.00001"),
        (2251799813685249.5, "2251799813685249.5"),
        (-9007199254740992.0, "-9007199254740992"),
        (1e16, "10000000000000000"),
        (12345678901234568.0, "12345678901234568"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(number: float, written: str) -> None:
    assert canonical_json(number) == written.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53])
def test_a_number_without_a_canonical_form_is_refused(value: Value) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_json({"n": value})


def test_true_is_not_one() -> None:
    assert canonical_json([True, False, None, 1, "é"]) == '[true,false,null,1,"é"]'.encode()


def test_digest_is_the_sha256_of_the_canonical_form() -> None:
    canonical = b'{"a":1,"b":[]}'
    expected = f"sha256:{hashlib.sha256(canonical).hexdigest()}"
    assert sha256_of(canonical) == expected
    assert digest_of({"b": [], "a": 1.0}) == expected


def test_closure_is_the_sha256_of_sorted_pairs() -> None:
    pairs = b'[["model/m","sha256:1"],["prompt/p","sha256:2"]]'
    assert closure_of({"prompt/p": "sha256:2", "model/m": "sha256:1"}) == sha256_of(pairs)


def test_what_holds_itself_has_no_spelling() -> None:
    listed: list[Value] = []
    listed.append(listed)
    named: dict[str, Value] = {"a": "b"}
    named["c"] = named
    for value in (listed, named):
        with pytest.raises(RecursionError):
            canonical_json(value)


@pytest.mark.no_cover
def test_a_value_of_a_million_parts_is_written_as_any_other() -> None:
    assert canonical_json([0, None] * 500_001) == b"[" + b"0,null," * 500_000 + b"0,null]"
