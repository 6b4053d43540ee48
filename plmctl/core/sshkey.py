"""Public keys and certificates as SSH encodes them.

RFC 4253 (6.6), RFC 5656, RFC 8709; OpenSSH's PROTOCOL.u2f for keys of hardware, and PROTOCOL.certkeys.
"""

import base64
import hashlib

from plmctl.core.dataclass import dataclass

# How many strings follow the type in the encoding of a key.
_FIELDS = {
    "ssh-ed25519": 1,
    "ssh-rsa": 2,
    "ecdsa-sha2-nistp256": 2,
    "ecdsa-sha2-nistp384": 2,
    "ecdsa-sha2-nistp521": 2,
    "sk-ssh-ed25519@openssh.com": 2,
    "sk-ecdsa-sha2-nistp256@openssh.com": 3,
}
_CERTIFIED = {f"{kind.removesuffix('@openssh.com')}-cert-v01@openssh.com": kind for kind in _FIELDS}
_USER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key: its type, and what that type is made of."""

    type: str
    fields: tuple[bytes, ...]

    @property
    def blob(self) -> bytes:
        """It as SSH encodes it."""
        return encoded(self.type.encode(), *self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a key made of a content, and by which algorithm; `rest` is what a key of hardware adds."""

    algorithm: str
    signature: bytes
    rest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What an authority says of a key: for whom, and from when until before when, in seconds since 1970.

    `authority` is the key of the authority, which made `proof` of `signed`.
    """

    serial: int
    is_of_user: bool
    name: bytes
    principals: tuple[str, ...]
    after: int
    before: int
    authority: bytes
    signed: bytes
    proof: Proof

    def allows(self, principal: str, time: int) -> bool:
        """Whether the key may sign for a principal at a time."""
        is_meant = self.is_of_user and principal in self.principals
        return is_meant and self.after <= time < self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signs: a key, and the certificate that it comes with, None where it comes alone."""

    key: PublicKey
    certificate: Certificate | None = None


def type_of(blob: bytes) -> str:
    """The type that a key says. Raises ValueError."""
    return string(blob)[0].decode("ascii")


def is_known(blob: bytes) -> bool:
    """Whether keys of this type are read. Raises ValueError."""
    kind = type_of(blob)
    return kind in _FIELDS or kind in _CERTIFIED


def identity_of(blob: bytes) -> Identity:
    """The key, or the certificate, in an encoding. Raises ValueError for any other and for unknown types."""
    if not is_known(blob):
        raise ValueError(f"{type_of(blob)} is no type of a key that is read")
    first, rest = string(blob)
    kind = first.decode("ascii")
    plain = _CERTIFIED.get(kind, kind)
    if kind != plain:
        _, rest = string(rest)
    fields: list[bytes] = []
    for _ in range(_FIELDS[plain]):
        field, rest = string(rest)
        fields.append(field)
    key = PublicKey(type=plain, fields=tuple(fields))
    if kind != plain:
        return Identity(key=key, certificate=_certificate(blob, rest))
    if rest:
        raise ValueError("more follows the key")
    return Identity(key=key)


def certified(blob: bytes) -> tuple[str, ...]:
    """The principals of a certificate; none where it is a key, or malformed."""
    try:
        certificate = identity_of(blob).certificate
    except ValueError:
        return ()
    return () if certificate is None else certificate.principals


def fingerprint(blob: bytes) -> str:
    """A key, or that of a certificate, as `ssh-keygen -l` names it."""
    try:
        plain = identity_of(blob).key.blob
    except ValueError:
        plain = blob
    return f"SHA256:{base64.b64encode(hashlib.sha256(plain).digest()).decode().rstrip('=')}"


def _certificate(blob: bytes, rest: bytes) -> Certificate:
    serial, kind, rest = rest[:8], rest[8:12], rest[12:]
    name, rest = string(rest)
    principals, rest = string(rest)
    after, before, rest = rest[:8], rest[8:16], rest[16:]
    for _ in ("critical options", "extensions", "reserved"):
        _, rest = string(rest)
    authority, rest = string(rest)
    made, after_all = string(rest)
    if after_all or identity_of(authority).certificate is not None:
        raise ValueError("it is no certificate of a key")
    return Certificate(
        serial=int.from_bytes(serial, "big"),
        is_of_user=int.from_bytes(kind, "big") == _USER,
        name=name,
        principals=tuple(one.decode("utf-8", "replace") for one in strings(principals)),
        after=int.from_bytes(after, "big"),
        before=int.from_bytes(before, "big"),
        authority=authority,
        signed=blob[: len(blob) - len(rest)],
        proof=proof_of(made),
    )


def proof_of(blob: bytes) -> Proof:
    """What a key made, out of the encoding of a signature. Raises ValueError."""
    algorithm, rest = string(blob)
    signature, rest = string(rest)
    return Proof(algorithm=algorithm.decode("ascii", "replace"), signature=signature, rest=rest)


def encoded(*parts: bytes) -> bytes:
    """Strings as SSH encodes them (RFC 4251, 5)."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def string(blob: bytes) -> tuple[bytes, bytes]:
    """The first string of an encoding, and what follows it. Raises ValueError where it is cut off."""
    size = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 or len(blob) - 4 < size:
        raise ValueError("it is cut off")
    return blob[4 : 4 + size], blob[4 + size :]


def strings(blob: bytes) -> tuple[bytes, ...]:
    """The strings that an encoding is made of. Raises ValueError."""
    found: list[bytes] = []
    while blob:
        one, blob = string(blob)
        found.append(one)
    return tuple(found)
