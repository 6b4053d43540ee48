"""The YAML 1.2 core schema, scalar by scalar."""

import math
import time

import pytest

from plmctl.core.canonical import LARGEST_INTEGER
from plmctl.core.scalar import NotRepresentable, Scalar, resolved


@pytest.mark.parametrize("plain", ["", "~", "null", "Null", "NULL"])
def test_null_has_five_spellings(plain: str) -> None:
    assert resolved(plain) is None


@pytest.mark.parametrize(
    ("plain", "value"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_booleans_have_three_spellings_each(plain: str, value: bool) -> None:
    assert resolved(plain) is value


@pytest.mark.parametrize(
    "plain",
    [
        *("no", "on", "y", "yes", "Off", "nULL", "tRUE", "none", "nan", "inf", "x"),
        *("12:30:45", "2026-10-01", "1_000", "1,000", "0b11", "0o8", "0xg", "-0x1f", "+0o7", "0X1F"),
        *("-", "--", "+", ".", "-.", "..", "1.2.3", "1e", "e1", ".e1", "1e+", "- 1", "1 2", ".Nan", "+.nan"),
        *("0o", "0x", ".infinity", "-.info", ".nano", ".nf", ".If", ".In", ".an"),
        *("\u0661", "1\u0661", "\u00b2"),
    ],
)
def test_everything_else_is_a_string(plain: str) -> None:
    assert resolved(plain) == plain


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+1", 1),
        ("012", 12),
        ("-007", -7),
        ("000", 0),
        ("0o17", 15),
        ("0xfF", 255),
        ("0x0", 0),
        ("9007199254740991", LARGEST_INTEGER),
        ("-9007199254740991", -LARGEST_INTEGER),
        ("0x1fffffffffffff", LARGEST_INTEGER),
        ("0o377777777777777777", LARGEST_INTEGER),
        ("0" * 5000 + "1", 1),
    ],
)
def test_integers_have_three_bases(plain: str, value: int) -> None:
    number = resolved(plain)
    assert (number, type(number)) == (value, int)


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e1", -5.0),
        ("1e3", 1000.0),
        ("1e+3", 1000.0),
        ("+12.30E-1", 1.23),
        ("1e308", 1e308),
        ("1e-999", 0.0),
        ("1e20", 1e20),
    ],
)
def test_a_dot_or_an_exponent_makes_a_float(plain: str, value: float) -> None:
    number = resolved(plain)
    assert (number, type(number)) == (value, float)


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        ("9007199254740992", "an integer beyond 2^53-1 loses digits in JSON"),
        ("-9007199254740992", "an integer beyond 2^53-1 loses digits in JSON"),
        ("0x20000000000000", "an integer beyond 2^53-1 loses digits in JSON"),
        ("0o400000000000000000", "an integer beyond 2^53-1 loses digits in JSON"),
        ("9" * 5000, "an integer beyond 2^53-1 loses digits in JSON"),
        ("1e999", "the number is too large for a double"),
        ("-1e999", "the number is too large for a double"),
        (".nan", ".nan is not a number that JSON can hold"),
        (".NaN", ".NaN is not a number that JSON can hold"),
        (".NAN", ".NAN is not a number that JSON can hold"),
        (".Inf", ".Inf is not a number that JSON can hold"),
        ("-.inf", "-.inf is not a number that JSON can hold"),
        ("+.INF", "+.INF is not a number that JSON can hold"),
    ],
)
def test_a_number_without_a_canonical_form_is_refused(plain: str, reason: str) -> None:
    with pytest.raises(NotRepresentable) as refused:
        resolved(plain)
    assert str(refused.value) == reason


@pytest.mark.parametrize("plain", ["9" * 2**18, "0" * 2**18 + "x", "1" * 2**18 + "e", "." + "1" * 2**18])
def test_a_long_number_takes_linear_time(plain: str) -> None:
    start = time.process_time()
    value: Scalar = ""
    try:
        value = resolved(plain)
    except NotRepresentable:
        pass
    assert not isinstance(value, float) or math.isfinite(value)
    assert time.process_time() - start < 0.5
