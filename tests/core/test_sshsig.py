import base64
from dataclasses import replace
from hashlib import sha256, sha512

from plmctl.core.sshkey import Proof
from plmctl.core.sshsig import Seal, seal


def text(*parts: bytes) -> bytes:
    """Strings as SSH encodes them (RFC 4251, 5)."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


KEY = text(b"ssh-ed25519", b"k" * 32)
MADE = Seal(
    blob=KEY,
    namespace="git",
    reserved=b"",
    hash_name="sha512",
    proof=Proof(algorithm="ssh-ed25519", signature=b"s" * 64),
)


def armored(blob: bytes) -> bytes:
    return b"-----BEGIN SSH SIGNATURE-----\n%b\n-----END SSH SIGNATURE-----\n" % base64.b64encode(blob)


def encoded(magic: bytes = b"SSHSIG\0\0\0\1") -> bytes:
    return magic + text(KEY, b"git", b"", b"sha512", text(b"ssh-ed25519", b"s" * 64))


def test_a_signature_says_its_key_what_for_and_how() -> None:
    found = seal(armored(encoded()))
    assert found == MADE
    assert MADE.key == base64.b64encode(KEY).decode()
    assert MADE.fingerprint == f"SHA256:{base64.b64encode(sha256(KEY).digest()).decode().rstrip('=')}"


def test_what_is_signed_names_the_purpose_and_the_hash() -> None:
    assert MADE.signed(b"content") == b"SSHSIG" + text(b"git", b"", b"sha512", sha512(b"content").digest())
    assert replace(MADE, hash_name="md5").signed(b"content") is None


def test_what_a_key_of_hardware_adds_follows_its_signature() -> None:
    made = text(b"sk-ssh-ed25519@openssh.com", b"s" * 64) + b"\1\0\0\0\7"
    found = seal(armored(b"SSHSIG\0\0\0\1" + text(KEY, b"git", b"", b"sha512", made)))
    assert found is not None
    assert found.proof == Proof(
        algorithm="sk-ssh-ed25519@openssh.com", signature=b"s" * 64, rest=b"\1\0\0\0\7"
    )


def test_what_is_malformed_is_no_signature() -> None:
    for wrong in (encoded()[:-1], encoded() + b"\0"):
        assert seal(armored(wrong)) is None
    assert seal(b"-----BEGIN SSH SIGNATURE-----\n") is None
    assert seal(armored(encoded(b"SSHSIG\0\0\0\2"))) is None
    assert seal(armored(encoded()).replace(b"\n-----END", b"A\n-----END")) is None
