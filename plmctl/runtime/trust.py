"""Whether somebody who may signed the release of a lock: SSH signatures, without ssh-keygen or Git."""

import re
from collections.abc import Callable

from plmctl.core.bundle import Release
from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
from plmctl.core.signed import SSH, signed_with, split_signed
from plmctl.core.signers import Allowance, allowances
from plmctl.core.sshsig import NAMESPACE, Seal, seal, string

_TIME = re.compile(rb"^tagger [^\n]* ([0-9]{1,12}) [-+][0-9]{4}$", re.MULTILINE)
_INSTALL = "run: pip install 'plmctl[signatures]'"
_ASK = "ask who released it: 'plmctl release' signs as Git is configured, by 'gpg.format ssh' too"
_VERIFY = "run 'plmctl verify --signatures' before it is deployed, or sign with 'gpg.format ssh'"
# RFC 8332 and RFC 5656: what a key of each type signs with, and the hash of it. SHA-1 is not among them.
_RSA = {"rsa-sha2-256": "SHA256", "rsa-sha2-512": "SHA512"}
_CURVES = {"nistp256": "SHA256", "nistp384": "SHA384", "nistp521": "SHA512"}
_TYPES = frozenset({"ssh-ed25519", "ssh-rsa", *(f"ecdsa-sha2-{curve}" for curve in _CURVES)})


def refuse_untrusted(release: Release, name: str, data: bytes) -> None:
    """Raises IntegrityError unless a signer that a file allows signed the tag of a release.

    Raises UsageError for a file that cannot be read and where cryptography is not installed, PlmctlError for
    a signature that is none of SSH.
    """
    allowed = allowances(name, data)
    form = signed_with(release.tag)
    if form is None:
        raise IntegrityError(f"{release.name} is not signed, and {name} says who must have", hint=_ASK)
    if form != SSH:
        raise PlmctlError(
            f"{release.name} has a signature of {form}, and only those of ssh are checked here",
            hint=_VERIFY,
        )
    payload, signature = split_signed(release.tag)
    found = seal(signature)
    if found is None or not _is_of(found, payload):
        raise IntegrityError(f"the signature of {release.name} does not belong to it", hint=_ASK)
    made = _TIME.search(payload.partition(b"\n\n")[0])
    if made is None:
        # A key counts from a time, until a time: a tag of no time would never be too late.
        raise IntegrityError(f"{release.name} does not say when it was signed", hint=_ASK)
    _refuse_stranger(release.name, name, found, allowed, int(made[1]))


def _refuse_stranger(release: str, name: str, found: Seal, allowed: tuple[Allowance, ...], made: int) -> None:
    if found.namespace != NAMESPACE:
        raise IntegrityError(f"{release} was signed for '{found.namespace}', not for 'git'", hint=_ASK)
    known = [line for line in allowed if line.key == found.key]
    if not known:
        raise IntegrityError(
            f"{release} was signed with {found.fingerprint}, which {name} does not allow", hint=_ASK
        )
    if not any(line.allows(NAMESPACE, made) for line in known):
        raise IntegrityError(
            f"{release} was signed with {found.fingerprint}, which {name} does not allow for 'git' at the"
            " time of the tag",
            hint=_ASK,
        )


def _is_of(found: Seal, payload: bytes) -> bool:
    """Whether the key in a signature made it of a content. Raises UsageError, PlmctlError."""
    signed = found.signed(payload)
    if signed is None:
        return False
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_ssh_public_key
    except ImportError as error:
        raise UsageError(
            "signatures are checked with cryptography, which is missing", hint=_INSTALL
        ) from error
    try:
        if found.key_type not in _TYPES:
            raise PlmctlError(f"keys of the type {found.key_type} cannot be checked here", hint=_VERIFY)
        key = load_ssh_public_key(f"{found.key_type} {found.key}".encode())
        _verification(key, found)(signed)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _verification(key: object, found: Seal) -> Callable[[bytes], None]:
    """What raises InvalidSignature for content that a key did not sign. Raises ValueError for none."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

    match key:
        case ed25519.Ed25519PublicKey() if found.algorithm == "ssh-ed25519":
            return lambda content: key.verify(found.signature, content)
        case rsa.RSAPublicKey() if found.algorithm in _RSA:
            hash_ = getattr(hashes, _RSA[found.algorithm])()
            return lambda content: key.verify(found.signature, content, padding.PKCS1v15(), hash_)
        case ec.EllipticCurvePublicKey() if found.algorithm == found.key_type:
            hash_ = getattr(hashes, _CURVES[found.key_type.rpartition("-")[2]])()
            first, rest = string(found.signature)
            both = (int.from_bytes(first, "big"), int.from_bytes(string(rest)[0], "big"))
            return lambda content: key.verify(utils.encode_dss_signature(*both), content, ec.ECDSA(hash_))
    raise ValueError(f"no signature of a key of the type {found.key_type}")
