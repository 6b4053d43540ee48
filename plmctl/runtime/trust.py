"""Whether somebody who may signed the release of a lock: SSH signatures, without ssh-keygen or Git."""

import hashlib
import re

from plmctl.core.bundle import Release
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
from plmctl.core.revoked import Revoked, revoked_of
from plmctl.core.signed import SSH, signed_with, split_signed
from plmctl.core.signers import allowances
from plmctl.core.sshkey import Identity, Proof, PublicKey, identity_of, is_known, strings, type_of
from plmctl.core.sshsig import NAMESPACE, Seal, seal

_TIME = re.compile(rb"^tagger [^\n]* ([0-9]{1,12}) [-+][0-9]{4}$", re.MULTILINE)
_INSTALL = "run: pip install 'plmctl[signatures]'"
_ASK = "ask who released it: 'plmctl release' signs as Git is configured, by 'gpg.format ssh' too"
_REVOKED = "load what was released since with another key, or have it released and signed anew"
_VERIFY = (
    "run 'plmctl verify --signatures' before it is deployed, and load it with digest= instead of signers=;"
    " or sign releases with a key of SSH: git config gpg.format ssh"
)
# RFC 8332 and RFC 5656: what a key of each type signs with, and the hash of it. SHA-1 is not among them.
_RSA = {"rsa-sha2-256": "SHA256", "rsa-sha2-512": "SHA512"}
_CURVES = {
    "nistp256": ("SECP256R1", "SHA256"),
    "nistp384": ("SECP384R1", "SHA384"),
    "nistp521": ("SECP521R1", "SHA512"),
}
_HARDWARE = "sk-"
# PROTOCOL.u2f: the flags, and the counter of the key.
_FLAGS_AND_COUNTER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a file of keys says, and what it is called."""

    name: str
    data: bytes


def refuse_untrusted(release: Release, signers: Listed, revoked: Listed | None = None) -> None:
    """Raises IntegrityError unless a key that is allowed signed the tag of a release, and is not revoked.

    Raises UsageError for a file that cannot be read and where cryptography is not installed, PlmctlError for
    a signature that is none of SSH.
    """
    allowed = allowances(signers.name, signers.data)
    gone = Revoked() if revoked is None else revoked_of(revoked.name, revoked.data)
    form = signed_with(release.tag)
    if form is None:
        why = f"{release.name} is not signed, and {signers.name} says who must have"
        raise IntegrityError(why, hint=_ASK)
    if form != SSH:
        why = f"{release.name} has a signature of {form}, and only those of ssh are checked here"
        raise PlmctlError(why, hint=_VERIFY)
    payload, signature = split_signed(release.tag)
    found = seal(signature)
    identity = None if found is None else _identity(found, payload)
    if found is None or identity is None:
        raise IntegrityError(f"the signature of {release.name} does not belong to it", hint=_ASK)
    made = _TIME.search(payload.partition(b"\n\n")[0])
    if made is None:
        # A key counts from a time, until a time: a tag of no time would never be too late.
        raise IntegrityError(f"{release.name} does not say when it was signed", hint=_ASK)
    if found.namespace != NAMESPACE:
        raise IntegrityError(f"{release.name} was signed for '{found.namespace}', not for 'git'", hint=_ASK)
    lines = [line for line in allowed if line.names(found.blob, identity.certificate, int(made[1]))]
    why = f"{release.name} was signed with {found.fingerprint}, which"
    if not lines:
        raise IntegrityError(f"{why} {signers.name} does not allow", hint=_ASK)
    if not any(line.allows(NAMESPACE, int(made[1])) for line in lines):
        late = f"{why} {signers.name} does not allow for 'git' at the time of the tag"
        raise IntegrityError(late, hint=_ASK)
    if revoked is not None and gone.has(identity):
        raise IntegrityError(f"{why} {revoked.name} revokes", hint=_REVOKED)


def _identity(found: Seal, payload: bytes) -> Identity | None:
    """Who made a signature of a content; None where nobody did. Raises UsageError, PlmctlError."""
    signed = found.signed(payload)
    try:
        if not is_known(found.blob):
            raise PlmctlError(f"keys of the type {type_of(found.blob)} cannot be checked here", hint=_VERIFY)
        identity = identity_of(found.blob)
        if signed is None or not _is_made(identity.key, found.proof, signed):
            return None
        certificate = identity.certificate
        if certificate is None:
            return identity
        authority = identity_of(certificate.authority).key
        return identity if _is_made(authority, certificate.proof, certificate.signed) else None
    except ImportError as error:
        raise UsageError(
            "signatures are checked with cryptography, which is missing", hint=_INSTALL
        ) from error
    except ValueError:
        return None


def _is_made(key: PublicKey, proof: Proof, content: bytes) -> bool:
    """Whether a key made this of a content. Raises ValueError for what no such key makes."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    content = _seen(key, proof, content)
    try:
        if key.type == "ssh-rsa":
            _verify_rsa(key, proof, content)
        elif proof.algorithm != key.type:
            raise ValueError(f"no key of the type {key.type} signs by {proof.algorithm}")
        elif "ed25519" in key.type:
            _verify_ed25519(key, proof, content)
        else:
            _verify_ecdsa(key, proof, content)
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _seen(key: PublicKey, proof: Proof, content: bytes) -> bytes:
    """What a key signs of a content: one in hardware sees its hash, and says how it was asked."""
    size = _FLAGS_AND_COUNTER if key.type.startswith(_HARDWARE) else 0
    if len(proof.rest) != size:
        raise ValueError("more follows the signature, or less")
    if size == 0:
        return content
    return hashlib.sha256(key.fields[-1]).digest() + proof.rest + hashlib.sha256(content).digest()


def _verify_rsa(key: PublicKey, proof: Proof, content: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    if proof.algorithm not in _RSA:
        raise ValueError(f"signatures by {proof.algorithm} do not count")
    exponent, modulus = (int.from_bytes(field, "big") for field in key.fields)
    hash_ = getattr(hashes, _RSA[proof.algorithm])()
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    public.verify(proof.signature, content, padding.PKCS1v15(), hash_)


def _verify_ed25519(key: PublicKey, proof: Proof, content: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ed25519

    ed25519.Ed25519PublicKey.from_public_bytes(key.fields[0]).verify(proof.signature, content)


def _verify_ecdsa(key: PublicKey, proof: Proof, content: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    name, point = key.type.removesuffix("@openssh.com").rpartition("-")[2], key.fields[1]
    curve, hash_ = _CURVES[name]
    first, second = strings(proof.signature)
    if key.fields[0] != name.encode():
        raise ValueError("its curve is not that of its type")
    public = ec.EllipticCurvePublicKey.from_encoded_point(getattr(ec, curve)(), point)
    made = utils.encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))
    public.verify(made, content, ec.ECDSA(getattr(hashes, hash_)()))
