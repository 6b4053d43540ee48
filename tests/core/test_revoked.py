"""Lists of revoked keys, written by hand as PROTOCOL.krl has them; tests/runtime asks ssh-keygen, too."""

import base64
from dataclasses import replace
from hashlib import sha1, sha256

import pytest

from plmctl.core.finding import UsageError
from plmctl.core.revoked import Revoked, RevokedCertificates, revoked_of
from plmctl.core.sshkey import Identity, identity_of
from tests.core.test_sshkey import AUTHORITY, CERTIFICATE, HARDWARE, KEY, text

ADA, CERTIFIED, OTHER = identity_of(KEY), identity_of(CERTIFICATE), identity_of(HARDWARE)
HINT = "write a public key a line, or make a list with 'ssh-keygen -k'"


def number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def line(blob: bytes) -> bytes:
    kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")]
    return kind + b" " + base64.b64encode(blob)


def krl(*sections: tuple[int, bytes], version: int = 1) -> bytes:
    head = b"SSHKRL\n\0" + version.to_bytes(4, "big") + number(1) + number(2) + number(0)
    return head + text(b"", b"a comment") + b"".join(bytes((kind,)) + text(data) for kind, data in sections)


def has(data: bytes, identity: Identity) -> bool:
    return revoked_of("revoked", data).has(identity)


def numbered(serial: int) -> Identity:
    assert CERTIFIED.certificate is not None
    return replace(CERTIFIED, certificate=replace(CERTIFIED.certificate, serial=serial))


def test_a_list_has_a_key_a_line() -> None:
    data = b"# who left\n\n  " + line(KEY) + b" ada, of the desk\n" + line(text(b"ssh-dss", b"p")) + b"\n"
    assert revoked_of("revoked", data) == Revoked(keys=frozenset({KEY, text(b"ssh-dss", b"p")}))
    assert (has(data, ADA), has(data, CERTIFIED), has(data, OTHER)) == (True, True, False)


def test_a_certificate_in_a_list_revokes_its_key_and_an_authority_all_its_certificates() -> None:
    assert has(line(CERTIFICATE), ADA)
    assert (has(line(AUTHORITY), CERTIFIED), has(line(AUTHORITY), ADA)) == (True, False)


def test_an_empty_list_revokes_nothing() -> None:
    assert revoked_of("revoked", b"") == Revoked()
    assert not has(b"", ADA)
    assert not has(krl(), CERTIFIED)


@pytest.mark.parametrize(
    "section", [(2, text(HARDWARE, KEY)), (3, text(sha1(KEY).digest())), (5, text(sha256(KEY).digest()))]
)
def test_a_krl_has_keys_and_digests_of_keys(section: tuple[int, bytes]) -> None:
    assert (has(krl(section), ADA), has(krl(section), CERTIFIED)) == (True, True)
    assert has(krl(section), OTHER) is (section[0] == 2)


@pytest.mark.parametrize(
    ("kind", "content", "serials"),
    [
        (0x20, number(7) + number(9), [7, 9]),
        (0x21, number(7) + number(9), [7, 8, 9]),
        # Bits from the lowest on: 7 and two more.
        (0x22, number(7) + text(b"\5"), [7, 9]),
        (0x22, number(7) + text(b""), []),
        (0x21, number(0) + number(3), [1, 2, 3]),
    ],
)
def test_a_krl_has_certificates_by_their_numbers(kind: int, content: bytes, serials: list[int]) -> None:
    data = krl((1, text(AUTHORITY, b"") + bytes((kind,)) + text(content)))
    assert [serial for serial in range(12) if has(data, numbered(serial))] == serials
    assert not has(data, ADA)


def test_a_krl_has_certificates_by_their_names_and_of_one_authority_or_any() -> None:
    named = b"\x23" + text(text(b"bob", b"ada's key"))
    for authority, is_revoked in ((AUTHORITY, True), (b"", True), (HARDWARE, False)):
        assert has(krl((1, text(authority, b"") + named)), CERTIFIED) is is_revoked
    assert revoked_of("revoked", krl((1, text(AUTHORITY, b"") + named))).certificates == (
        RevokedCertificates(authority=AUTHORITY, serials=(), names=frozenset({b"bob", b"ada's key"})),
    )


def test_a_large_bitmap_is_read_in_time() -> None:
    data = krl((1, text(AUTHORITY, b"") + b"\x22" + text(number(7) + text(b"\1" + bytes(125_000)))))
    assert has(data, numbered(7 + 1_000_000))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"ada@example.com ssh-ed25519 AAAA\n", "line 1 has no public key: "),
        (b"\nssh-ed25519\n", "line 2 has no public key: it is cut off"),
        (line(KEY).replace(b"ssh-ed25519", b"ssh-rsa"), "line 1 has no public key: the key is one of ssh-"),
        (line(KEY[:-1]), "line 1 has no public key: it is cut off"),
        (krl(version=2), "its version is not 1"),
        (krl()[:20], "it is cut off"),
        (krl((4, b"")), "sections of the kind 4 are not read here"),
        (krl((2, text(KEY)))[:-1], "it is cut off"),
        (krl((1, text(AUTHORITY, b"") + b"\x39" + text(b""))), "certificates by the kind 57 are not read"),
        (krl((1, text(AUTHORITY, b"") + b"\x20" + text(b"\0"))), "it is cut off"),
        (krl((1, text(AUTHORITY, b"") + b"\x21" + text(number(1)))), "it is cut off"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        revoked_of("revoked", data)
    assert caught.value.message.startswith(f"revoked is no list of revoked keys: {why}")
    assert caught.value.hint == HINT
