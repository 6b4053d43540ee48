"""Keys and certificates, encoded by hand as RFC 4253 and PROTOCOL.certkeys have them."""

import base64
from hashlib import sha256

import pytest

from plmctl.core.sshkey import (
    Certificate,
    Identity,
    Proof,
    PublicKey,
    certified,
    encoded,
    fingerprint,
    identity_of,
    is_known,
    proof_of,
    string,
    strings,
    type_of,
)


def text(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


KEY = text(b"ssh-ed25519", b"k" * 32)
HARDWARE = text(b"sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", b"point", b"ssh:")
AUTHORITY = text(b"ssh-rsa", b"\1\0\1", b"modulus")
MADE = text(b"rsa-sha2-512", b"made")
UNSIGNED = b"".join(
    (
        text(b"ssh-ed25519-cert-v01@openssh.com", b"nonce", b"k" * 32),
        (7).to_bytes(8, "big"),
        (1).to_bytes(4, "big"),
        text(b"ada's key", text(b"ada@example.com", b"ada")),
        (10).to_bytes(8, "big"),
        (20).to_bytes(8, "big"),
        text(b"", text(b"permit-pty", b""), b"", AUTHORITY),
    )
)
CERTIFICATE = UNSIGNED + text(MADE)


@pytest.mark.parametrize(
    ("blob", "kind", "fields"),
    [
        (KEY, "ssh-ed25519", (b"k" * 32,)),
        (AUTHORITY, "ssh-rsa", (b"\1\0\1", b"modulus")),
        (HARDWARE, "sk-ecdsa-sha2-nistp256@openssh.com", (b"nistp256", b"point", b"ssh:")),
    ],
)
def test_a_key_has_a_type_and_what_that_is_made_of(blob: bytes, kind: str, fields: tuple[bytes, ...]) -> None:
    key = PublicKey(type=kind, fields=fields)
    assert (identity_of(blob), key.blob, type_of(blob)) == (Identity(key=key), blob, kind)


def test_a_certificate_says_whose_key_it_is_and_who_says_so() -> None:
    assert identity_of(CERTIFICATE) == Identity(
        key=PublicKey(type="ssh-ed25519", fields=(b"k" * 32,)),
        certificate=Certificate(
            serial=7,
            is_of_user=True,
            name=b"ada's key",
            principals=("ada@example.com", "ada"),
            after=10,
            before=20,
            authority=AUTHORITY,
            signed=UNSIGNED,
            proof=Proof(algorithm="rsa-sha2-512", signature=b"made"),
        ),
    )
    assert certified(CERTIFICATE) == ("ada@example.com", "ada")


def test_a_certificate_is_called_as_its_key_is() -> None:
    name = f"SHA256:{base64.b64encode(sha256(KEY).digest()).decode().rstrip('=')}"
    assert (fingerprint(KEY), fingerprint(CERTIFICATE)) == (name, name)


def test_what_cannot_be_read_is_called_by_its_bytes_and_is_of_nobody() -> None:
    other = text(b"ssh-dss", b"p", b"q", b"g", b"y")
    name = f"SHA256:{base64.b64encode(sha256(other).digest()).decode().rstrip('=')}"
    assert (fingerprint(other), certified(other), certified(KEY)) == (name, (), ())
    assert (is_known(other), is_known(KEY), is_known(CERTIFICATE)) == (False, True, True)


@pytest.mark.parametrize(
    ("blob", "why"),
    [
        (b"", "it is cut off"),
        (KEY[:-1], "it is cut off"),
        (KEY + b"\0", "more follows the key"),
        (CERTIFICATE + b"\0", "it is no certificate of a key"),
        (UNSIGNED.replace(AUTHORITY, CERTIFICATE), "it is cut off"),
        (text(b"ssh-dss"), "ssh-dss is no type of a key that is read"),
    ],
)
def test_what_is_none_is_refused(blob: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        identity_of(blob)


def test_no_certificate_is_of_an_authority_with_a_certificate() -> None:
    nested = UNSIGNED[: -len(text(AUTHORITY))] + text(CERTIFICATE, MADE)
    with pytest.raises(ValueError, match=r"^it is no certificate of a key$"):
        identity_of(nested)


def test_what_a_key_made_says_how() -> None:
    assert proof_of(MADE + b"more") == Proof(algorithm="rsa-sha2-512", signature=b"made", rest=b"more")


def test_strings_are_read_as_they_are_written() -> None:
    assert encoded(b"a", b"") == b"\0\0\0\1a\0\0\0\0"
    assert string(b"\0\0\0\1ab") == (b"a", b"b")
    assert strings(b"\0\0\0\1a\0\0\0\0") == (b"a", b"")
    assert strings(b"") == ()
