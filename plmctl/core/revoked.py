"""Keys that count no more: a list of public keys, or a key revocation list (OpenSSH's PROTOCOL.krl)."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import field

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.sshkey import Certificate, Identity, identity_of, is_known, string, strings, type_of

_MAGIC = b"SSHKRL\n\0"
# The kinds of its sections, and of what stands in one about certificates.
_CERTIFICATES, _KEYS, _SHA1, _SHA256 = 1, 2, 3, 5
_SERIALS, _RANGE, _BITMAP, _NAMES = 0x20, 0x21, 0x22, 0x23
_HINT = "write a public key a line, or make a list with 'ssh-keygen -k'"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedCertificates:
    """Certificates of an authority (of any, where it is empty) by their serials and names.

    Each of `serials` is the first and the last of a row of them.
    """

    authority: bytes
    serials: tuple[tuple[int, int], ...]
    names: frozenset[bytes]

    def have(self, certificate: Certificate) -> bool:
        """Whether a certificate is one of them; a serial of 0 is none."""
        if self.authority not in (b"", certificate.authority):
            return False
        is_numbered = certificate.serial != 0 and any(
            first <= certificate.serial <= last for first, last in self.serials
        )
        return is_numbered or certificate.name in self.names


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """What is revoked: keys as SSH encodes them, digests of such, and certificates."""

    keys: frozenset[bytes] = field(default_factory=frozenset)
    digests: frozenset[bytes] = field(default_factory=frozenset)
    certificates: tuple[RevokedCertificates, ...] = ()

    def has(self, identity: Identity) -> bool:
        """Whether a key is revoked, or its certificate, or the authority that made that."""
        certificate = identity.certificate
        if self._has_key(identity.key.blob):
            return True
        if certificate is None:
            return False
        return self._has_key(certificate.authority) or any(
            some.have(certificate) for some in self.certificates
        )

    def _has_key(self, blob: bytes) -> bool:
        sha1 = hashlib.sha1(blob, usedforsecurity=False).digest()
        return blob in self.keys or not self.digests.isdisjoint({sha1, hashlib.sha256(blob).digest()})


def revoked_of(name: str, data: bytes) -> Revoked:
    """The keys that a file revokes, as `gpg.ssh.revocationFile` names one. Raises UsageError."""
    try:
        if data.startswith(_MAGIC):
            return _list(data[len(_MAGIC) :])
        return Revoked(keys=frozenset(_lines(data)))
    except ValueError as error:
        raise UsageError(f"{name} is no list of revoked keys: {error}", hint=_HINT) from error


def _lines(data: bytes) -> Iterator[bytes]:
    for number, line in enumerate(data.splitlines(), 1):
        words = line.split(maxsplit=2)
        if not words or words[0].startswith(b"#"):
            continue
        try:
            blob = base64.b64decode(words[1] if len(words) > 1 else b"", validate=True)
            if type_of(blob).encode() != words[0]:
                raise ValueError(f"the key is one of {type_of(blob)}")
            # A certificate revokes the key that it is of.
            yield identity_of(blob).key.blob if is_known(blob) else blob
        except ValueError as error:
            raise ValueError(f"line {number} has no public key: {error}") from error


def _list(data: bytes) -> Revoked:
    if int.from_bytes(data[:4], "big") != 1:
        raise ValueError("its version is not 1")
    _reserved, rest = string(data[28:])
    _comment, rest = string(rest)
    keys: set[bytes] = set()
    digests: set[bytes] = set()
    certificates: list[RevokedCertificates] = []
    for kind, content in _sections(rest):
        if kind == _CERTIFICATES:
            certificates.append(_certificates(content))
        elif kind == _KEYS:
            keys.update(strings(content))
        elif kind in (_SHA1, _SHA256):
            digests.update(strings(content))
        else:
            # What is not understood could revoke the very key that is asked about.
            raise ValueError(f"sections of the kind {kind} are not read here")
    return Revoked(keys=frozenset(keys), digests=frozenset(digests), certificates=tuple(certificates))


def _sections(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        kind = data[0]
        content, data = string(data[1:])
        yield kind, content


def _certificates(data: bytes) -> RevokedCertificates:
    authority, rest = string(data)
    _reserved, rest = string(rest)
    serials: list[tuple[int, int]] = []
    names: set[bytes] = set()
    for kind, content in _sections(rest):
        if kind == _NAMES:
            names.update(strings(content))
        else:
            serials.extend(_serials(kind, content))
    return RevokedCertificates(authority=authority, serials=tuple(serials), names=frozenset(names))


def _serials(kind: int, content: bytes) -> Iterator[tuple[int, int]]:
    if kind == _SERIALS:
        yield from ((_number(content[at : at + 8]),) * 2 for at in range(0, len(content), 8))
    elif kind == _RANGE:
        yield _number(content[:8]), _number(content[8:])
    elif kind == _BITMAP:
        first = _number(content[:8])
        bits = int.from_bytes(string(content[8:])[0], "big")
        # The lowest bit is the first: written backwards, and so read in one go however many there are.
        for at, bit in enumerate(f"{bits:b}"[::-1]):
            if bit == "1":
                yield first + at, first + at
    else:
        raise ValueError(f"certificates by the kind {kind} are not read here")


def _number(content: bytes) -> int:
    if len(content) != 8:
        raise ValueError("it is cut off")
    return int.from_bytes(content, "big")
