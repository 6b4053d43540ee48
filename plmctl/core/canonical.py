"""Canonical JSON (RFC 8785) and the sha256 that names it."""

import hashlib
from typing import cast

import rfc8785

from plmctl.core.value import Value


def canonical_json(value: Value) -> bytes:
    """The one spelling of a JSON value (RFC 8785); raises ValueError for what has none (NaN, 2^53)."""
    return rfc8785.dumps(cast("rfc8785._impl._Value", value))


def sha256_of(data: bytes) -> str:
    """`sha256:` and the hex digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def digest_of(value: Value) -> str:
    """The sha256 of a value's canonical JSON."""
    return sha256_of(canonical_json(value))


def closure_of(digests: dict[str, str]) -> str:
    """The sha256 over the sorted pairs of artifact id and digest."""
    pairs: list[Value] = [[artifact, digest] for artifact, digest in sorted(digests.items())]
    return digest_of(pairs)
