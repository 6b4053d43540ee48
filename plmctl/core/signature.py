"""Signatures of tags: how they are made here, and what one of them is worth."""

from enum import Enum

from plmctl.core.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How tags are signed here: the format (`openpgp`, `ssh`, `x509`), the key, and what is wrong with it."""

    format: str
    key: str
    problem: str | None = None
    hint: str | None = None


class Trust(Enum):
    """What a signature is worth to whoever named the signers that are allowed."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    UNSIGNED = "unsigned"
    BAD = "bad"
    UNCHECKED = "cannot be checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signers:
    """Who may sign: an allowed signers file of SSH, its revoked keys, and fingerprints of OpenPGP keys."""

    ssh: bytes = b""
    revoked: bytes = b""
    fingerprints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The signature of a tag object: what it is worth and why, who made it, with which key."""

    trust: Trust
    reason: str = ""
    signer: str = ""
    key: str = ""
