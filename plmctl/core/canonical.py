"""Canonical JSON (RFC 8785) and the sha256 that names it."""

import hashlib
from collections.abc import Collection, Iterable
from json.encoder import JSONEncoder, encode_basestring

from plmctl.core.value import Value

LARGEST_INTEGER = 2**53 - 1
"""The largest integer that every language reads as it is written (RFC 7493, 2.2)."""

_INFINITY = float("inf")
# Between these Python writes a fraction with digits and a point alone, as RFC 8785 does.
_SHORTEST, _LONGEST = 1e-4, 1e16
_PLAIN = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
_MOST_PARTS = 1_000_000
_WORDS = {None: "null", True: "true", False: "false"}


def canonical_json(value: Value) -> bytes:
    """The one spelling of a JSON value (RFC 8785); raises ValueError for what has none (NaN, 2^53)."""
    # json writes most values as RFC 8785 does, and in a fraction of the time.
    return (_PLAIN.encode(value) if _is_plain(value) else _spelt(value)).encode()


def sha256_of(data: bytes) -> str:
    """`sha256:` and the hex digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def digest_of(value: Value) -> str:
    """The sha256 of a value's canonical JSON."""
    return sha256_of(canonical_json(value))


def closure_of(digests: dict[str, str]) -> str:
    """The sha256 over the sorted pairs of artifact id and digest."""
    # Nothing but texts in lists: as json writes them, in half of its time.
    rows = [f"[{encode_basestring(a)},{encode_basestring(digest)}]" for a, digest in sorted(digests.items())]
    return sha256_of(f"[{','.join(rows)}]".encode())


def _is_plain(value: Value) -> bool:
    """Whether Python writes numbers as RFC 8785 does, and all keys have the order of their UTF-16."""
    waiting, keys = [value], list[str]()
    # It grows while it is gone through: a call for each value takes three times as long.
    for each in waiting:
        if type(each) is str:
            continue
        if isinstance(each, dict):
            keys += each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
        elif not (each is None or isinstance(each, str) or _is_number(each)):
            return False
        # What holds itself has no end: to write it, Python goes down until it refuses.
        if len(waiting) > _MOST_PARTS:
            return False
    return _are_ascii(keys)


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return _SHORTEST <= abs(value) < _LONGEST and not value.is_integer()
    return isinstance(value, int) and -LARGEST_INTEGER <= value <= LARGEST_INTEGER


def _are_ascii(keys: Iterable[str]) -> bool:
    try:
        return "".join(keys).isascii()
    except TypeError:
        # A key is no text.
        return False


def _spelt(value: Value) -> str:
    match value:
        case str():
            return encode_basestring(value)
        case bool() | None:
            return _WORDS[value]
        case int():
            return _integer_text(value)
        case float():
            return _float_text(value)
        case list():
            return f"[{','.join(map(_spelt, value))}]"
        case dict():
            return f"{{{','.join(f'{_spelt(key)}:{_spelt(value[key])}' for key in _sorted(value))}}}"
    raise ValueError(f"a value of the type {type(value).__name__}, which JSON has not")


def _sorted(keys: Collection[object]) -> list[str]:
    """Keys by their UTF-16 (RFC 8785, 3.2.3)."""
    texts = [key for key in keys if isinstance(key, str)]
    if len(texts) != len(keys):
        raise ValueError("an object with a key that is no text")
    return sorted(texts, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _integer_text(number: int) -> str:
    if not -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
        raise ValueError("an integer beyond 2^53 - 1, which not every language reads alike")
    return str(number)


def _float_text(number: float) -> str:
    if not -_INFINITY < number < _INFINITY:
        raise ValueError(f"{number}, which JSON has not")
    if number == 0:
        return "0"
    # Python's repr has the same shortest digits; only where the point stands is different.
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(digits) - len(fraction) + int(exponent or 0)
    return ("-" if number < 0 else "") + _placed(digits.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    """Digits with the point behind so many of them (ECMA-262, Number::toString, steps 6 to 10)."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{digits.rjust(len(digits) - point, '0')}"
    mantissa = f"{digits[0]}.{digits[1:]}" if digits[1:] else digits
    return f"{mantissa}e{point - 1:+}"
