"""SSH signatures as Git keeps them in tags (OpenSSH, PROTOCOL.sshsig)."""

import base64
import binascii
import hashlib
import re

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.sshkey import Proof, encoded, fingerprint, proof_of, string

NAMESPACE = "git"
"""What Git's signatures are made for."""

_ARMOR = deferred(
    rb"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n*", re.ASCII
)
_MAGIC = b"SSHSIG"
_HASHES = ("sha256", "sha512")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What an SSH signature says of itself: the public key as SSH encodes it, and what it was made for.

    `hash_name` is how the content was hashed, and `proof` what the key made of that.
    """

    blob: bytes
    namespace: str
    reserved: bytes
    hash_name: str
    proof: Proof

    @property
    def key(self) -> str:
        """The public key in base64, as files of keys have it."""
        return base64.b64encode(self.blob).decode()

    @property
    def fingerprint(self) -> str:
        """The key as `ssh-keygen -l` names it."""
        return fingerprint(self.blob)

    def signed(self, payload: bytes) -> bytes | None:
        """What the key signed of a content; None where the content was hashed in an unknown way."""
        if self.hash_name not in _HASHES:
            return None
        parts = (
            self.namespace.encode(),
            self.reserved,
            self.hash_name.encode(),
            hashlib.new(self.hash_name, payload).digest(),
        )
        return _MAGIC + encoded(*parts)


def seal(signature: bytes) -> Seal | None:
    """What an SSH signature says of itself; None when it is malformed."""
    body = _ARMOR.fullmatch(signature)
    if body is None:
        return None
    try:
        blob = base64.b64decode(body[1].replace(b"\n", b""), validate=True)
    except binascii.Error:
        return None
    if blob[:10] != _MAGIC + b"\x00\x00\x00\x01":
        return None
    try:
        return _seal(blob[10:])
    except ValueError:
        return None


def _seal(blob: bytes) -> Seal:
    key, rest = string(blob)
    namespace, rest = string(rest)
    reserved, rest = string(rest)
    hash_name, rest = string(rest)
    made, rest = string(rest)
    if rest:
        raise ValueError("more follows the signature")
    return Seal(
        blob=key,
        namespace=namespace.decode("utf-8", "replace"),
        reserved=reserved,
        hash_name=hash_name.decode("ascii", "replace"),
        proof=proof_of(made),
    )
