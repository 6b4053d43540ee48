"""What a plain YAML scalar means: the core schema of YAML 1.2.2, section 10.3.2."""

import math
import re

from plmctl.core.canonical import LARGEST_INTEGER
from plmctl.core.deferred import deferred

Scalar = None | bool | int | float | str

WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NUMBER_STARTS = frozenset("+-.0123456789")
# Possessive: a long run of digits that ends in a letter must not be tried at every length.
_INTEGER = deferred(r"([-+]?)([0-9]++)|0o([0-7]++)|0x([0-9a-fA-F]++)")
_FLOAT = deferred(r"[-+]?(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?")
_NOT_FINITE = deferred(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# No integer up to 2^53-1 has more digits than this, in any of the three bases.
_MAX_DIGITS = 18


class NotRepresentable(ValueError):
    """A number that has no canonical form; the text says why."""


def resolved(plain: str) -> Scalar:
    """The value of a plain scalar. Raises NotRepresentable."""
    if plain[:1] not in NUMBER_STARTS:
        return WORDS.get(plain, plain)
    if match := _INTEGER.fullmatch(plain):
        return _integer(match)
    if _FLOAT.fullmatch(plain):
        return _finite(float(plain))
    if _NOT_FINITE.fullmatch(plain):
        raise NotRepresentable(f"{plain} is not a number that JSON can hold")
    return plain


def _integer(match: re.Match[str]) -> int:
    sign, decimal, octal, hexadecimal = match.groups()
    digits, base = next((d, b) for d, b in ((decimal, 10), (octal, 8), (hexadecimal, 16)) if d)
    digits = digits.lstrip("0") or "0"
    # Length first: int() is quadratic in it, and raises ValueError over 4,300 digits.
    number = int(digits, base) if len(digits) <= _MAX_DIGITS else LARGEST_INTEGER + 1
    if number > LARGEST_INTEGER:
        raise NotRepresentable("an integer beyond 2^53-1 loses digits in JSON")
    return -number if sign == "-" else number


def _finite(number: float) -> float:
    if math.isinf(number):
        raise NotRepresentable("the number is too large for a double")
    return number
