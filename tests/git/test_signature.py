from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.signature import Signature, Signers, Trust
from plmctl.core.signed import split_signed
from plmctl.core.sshsig import seal
from plmctl.git.process import Git
from plmctl.git.signature import checked_signature
from plmctl.git.signer import Programs
from plmctl.git.signing import Signer
from tests.git.signatory import ADA, Keyring, SshKey, keyring, ssh_key

# Made on 2026-01-02.
PAYLOAD = b"object %b\ntype commit\ntag v1.0.0\ntagger Ada <ada@example.com> 1767323045 +0000\n\none\n" % (
    b"12" * 20
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """Ada's key of SSH."""
    return ssh_key(tmp_path_factory.mktemp("ssh"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """Somebody else's."""
    return ssh_key(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def ring() -> Iterator[Keyring]:
    """A keyring in which Ada has a key that is trusted."""
    with keyring() as made:
        made.key(f"Ada <{ADA}>")
        yield made


def programs(environment: dict[str, str], settings: dict[str, str] | None = None, **more: str) -> Programs:
    surroundings = {**environment, **more}
    return Programs.of(Git.installed("/", surroundings), settings or {}, surroundings)


def by_ssh(key: SshKey, environment: dict[str, str], payload: bytes = PAYLOAD) -> bytes:
    """The payload with a signature of a key."""
    settings = {"gpg.format": "ssh", "user.signingkey": str(key.path)}
    return payload + Signer(programs=programs(environment, settings), committer="").signature(payload)


def by_gpg(who: str, ring: Keyring, environment: dict[str, str]) -> bytes:
    """The payload with a signature of a key in a keyring."""
    with_ring = programs(environment, {"user.signingkey": who}, GNUPGHOME=str(ring.home))
    return PAYLOAD + Signer(programs=with_ring, committer="").signature(PAYLOAD)


def fingerprint(key: SshKey, raw: bytes) -> str:
    found = seal(split_signed(raw)[1])
    assert found is not None
    assert found.key == key.public.split()[1]
    return found.fingerprint


def test_a_key_of_the_allowed_signers_is_trusted(
    key: SshKey, stranger: SshKey, environment: dict[str, str]
) -> None:
    raw = by_ssh(key, environment)
    signers = Signers(ssh=stranger.allowed("eve@example.com") + key.allowed())
    found = checked_signature(raw, "v1.0.0", signers, programs(environment))
    assert found == Signature(trust=Trust.TRUSTED, signer=ADA, key=fingerprint(key, raw))


def test_any_other_key_is_not_trusted(key: SshKey, stranger: SshKey, environment: dict[str, str]) -> None:
    raw = by_ssh(stranger, environment)
    found = checked_signature(raw, "v1.0.0", Signers(ssh=key.allowed()), programs(environment))
    name = fingerprint(stranger, raw)
    reason = f"its key {name} is not among the allowed signers"
    assert found == Signature(trust=Trust.UNTRUSTED, reason=reason, key=name)


@pytest.mark.parametrize(
    "options", ['valid-before="20250101"', 'valid-after="20270101"', 'namespaces="file"']
)
def test_a_key_that_was_not_allowed_then_or_for_tags_is_not_trusted(
    options: str, key: SshKey, environment: dict[str, str]
) -> None:
    raw = by_ssh(key, environment)
    signers = Signers(ssh=key.allowed(options=options))
    found = checked_signature(raw, "v1.0.0", signers, programs(environment))
    name = fingerprint(key, raw)
    reason = f"its key {name} was not allowed for 'git' when the tag was made"
    assert found == Signature(trust=Trust.UNTRUSTED, reason=reason, key=name)


def test_a_key_that_was_allowed_when_the_tag_was_made_is_trusted(
    key: SshKey, environment: dict[str, str]
) -> None:
    signers = Signers(ssh=key.allowed(options='valid-after="20260101",valid-before="20260103"'))
    raw = by_ssh(key, environment)
    assert checked_signature(raw, "v1.0.0", signers, programs(environment)).trust is Trust.TRUSTED


def test_a_revoked_key_is_not_trusted(key: SshKey, environment: dict[str, str]) -> None:
    raw = by_ssh(key, environment)
    signers = Signers(ssh=key.allowed(), revoked=f"{key.public}\n".encode())
    found = checked_signature(raw, "v1.0.0", signers, programs(environment))
    assert (found.trust, found.reason) == (
        Trust.UNTRUSTED,
        f"its key {fingerprint(key, raw)} is revoked",
    )


def test_a_signature_for_something_else_is_not_trusted(
    key: SshKey, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "payload").write_bytes(PAYLOAD)
    words = ["-Y", "sign", "-n", "file", "-f", str(key.path), "payload"]
    programs(environment).run("ssh", words, b"", str(tmp_path))
    raw = PAYLOAD + (tmp_path / "payload.sig").read_bytes()
    found = checked_signature(raw, "v1.0.0", Signers(ssh=key.allowed()), programs(environment))
    assert (found.trust, found.reason) == (Trust.UNTRUSTED, "it was made for 'file', not for 'git'")


def test_a_changed_tag_is_bad(key: SshKey, environment: dict[str, str]) -> None:
    raw = by_ssh(key, environment).replace(b"\n\none\n", b"\n\ntwo\n")
    found = checked_signature(raw, "v1.0.0", Signers(ssh=key.allowed()), programs(environment))
    assert (found.trust, found.reason) == (Trust.BAD, "the signature does not belong to this tag object")


def test_a_tag_object_under_another_name_is_bad(key: SshKey, environment: dict[str, str]) -> None:
    raw = by_ssh(key, environment)
    found = checked_signature(raw, "v2.0.0", Signers(ssh=key.allowed()), programs(environment))
    assert found == Signature(trust=Trust.BAD, reason="the tag object is that of v1.0.0")


def test_a_tag_without_a_signature_is_unsigned(environment: dict[str, str]) -> None:
    found = checked_signature(PAYLOAD, "v1.0.0", Signers(), programs(environment))
    assert found == Signature(trust=Trust.UNSIGNED, reason="it is not signed")


@pytest.mark.parametrize(
    "signature",
    [
        b"-----BEGIN SSH SIGNATURE-----\nAAAA\n",
        b"-----BEGIN SSH SIGNATURE-----\nAAA\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
    ],
)
def test_a_malformed_signature_is_bad(signature: bytes, environment: dict[str, str]) -> None:
    found = checked_signature(PAYLOAD + signature, "v1.0.0", Signers(ssh=b"x"), programs(environment))
    assert found == Signature(trust=Trust.BAD, reason="the SSH signature is malformed")


def test_a_malformed_tag_is_bad(environment: dict[str, str]) -> None:
    found = checked_signature(b"tag v1.0.0\n", "v1.0.0", Signers(), programs(environment))
    assert found == Signature(trust=Trust.BAD, reason="the tag object is malformed")


def test_without_allowed_signers_or_ssh_keygen_nothing_can_be_said(
    key: SshKey, environment: dict[str, str]
) -> None:
    raw = by_ssh(key, environment)
    found = checked_signature(raw, "v1.0.0", Signers(), programs(environment))
    assert (found.trust, found.reason) == (Trust.UNCHECKED, "nobody named the signers that are allowed")
    lacking = programs(environment, {"gpg.ssh.program": "no-such-keygen"})
    found = checked_signature(raw, "v1.0.0", Signers(ssh=key.allowed()), lacking)
    assert found == Signature(trust=Trust.UNCHECKED, reason="no-such-keygen is not installed")


def test_a_listed_or_a_trusted_gpg_key_is_trusted(ring: Keyring, environment: dict[str, str]) -> None:
    raw = by_gpg(ADA, ring, environment)
    here = programs(environment, GNUPGHOME=str(ring.home))
    found = checked_signature(raw, "v1.0.0", Signers(), here)
    assert (found.trust, found.reason, found.signer) == (Trust.TRUSTED, "", f"Ada <{ADA}>")
    spaced = f"{found.key[:20].lower()} {found.key[20:]}"
    assert checked_signature(raw, "v1.0.0", Signers(fingerprints=(spaced,)), here) == found
    other = checked_signature(raw, "v1.0.0", Signers(fingerprints=("AB" * 20,)), here)
    reason = f"its key {found.key} is not among the allowed ones"
    assert other == replace(found, trust=Trust.UNTRUSTED, reason=reason)
    changed = checked_signature(raw.replace(b"\n\none\n", b"\n\ntwo\n"), "v1.0.0", Signers(), here)
    assert changed.trust is Trust.BAD


def test_a_gpg_key_that_nobody_trusts_is_not_trusted(ring: Keyring, environment: dict[str, str]) -> None:
    raw = by_gpg(ADA, ring, environment)
    public = ring.run("--armor", "--export", ADA)
    with keyring() as other:
        there = programs(environment, GNUPGHOME=str(other.home))
        unknown = checked_signature(raw, "v1.0.0", Signers(), there)
        assert unknown.trust is Trust.UNTRUSTED
        assert unknown.reason.startswith("its key is in no keyring here: ")
        other.run("--import", stdin=public)
        found = checked_signature(raw, "v1.0.0", Signers(), there)
        reason = f"its key {found.key} is trusted undefined in your keyring, not marginal"
        assert (found.trust, found.reason) == (Trust.UNTRUSTED, reason)
        for level, trust in (("undefined", Trust.TRUSTED), ("nonsense", Trust.UNTRUSTED)):
            lenient = programs(environment, {"gpg.mintrustlevel": level}, GNUPGHOME=str(other.home))
            assert checked_signature(raw, "v1.0.0", Signers(), lenient).trust is trust


def test_an_expired_or_revoked_gpg_key_is_not_trusted(environment: dict[str, str]) -> None:
    with keyring() as ring:
        here = programs(environment, GNUPGHOME=str(ring.home))
        then = ("--faked-system-time", "20250101T000000")
        old = ring.key("Old <old@example.com>", "1d", *then)
        signature = ring.run(*then, "-bsa", "-u", old, stdin=PAYLOAD.decode())
        found = checked_signature(PAYLOAD + signature.encode(), "v1.0.0", Signers(fingerprints=(old,)), here)
        assert (found.trust, found.reason) == (Trust.UNTRUSTED, f"its key has expired: {old}")
        eve = ring.key("Eve <eve@example.com>")
        raw = by_gpg("eve@example.com", ring, environment)
        revocation = (ring.home / "openpgp-revocs.d" / f"{eve}.rev").read_text(encoding="utf-8")
        ring.run("--import", stdin=revocation.replace(":-----BEGIN", "-----BEGIN"))
        found = checked_signature(raw, "v1.0.0", Signers(fingerprints=(eve,)), here)
        assert (found.trust, found.reason) == (Trust.UNTRUSTED, f"its key is revoked: {eve}")


@pytest.mark.parametrize(
    "script",
    [
        # Words for people, and neither status nor exit code that say so.
        'echo "gpg: Good signature from Ada" >&2',
        'echo "[GNUPG:] GOODSIG AB Ada"',
        'echo "[GNUPG:] GOODSIG AB Ada"; echo "[GNUPG:] VALIDSIG AB"; exit 1',
        'printf "[GNUPG:] GOODSIG AB Ada\\n[GNUPG:] GOODSIG CD Eve\\n[GNUPG:] VALIDSIG AB\\n"',
    ],
)
def test_only_status_and_exit_code_together_make_a_signature_good(
    script: str, environment: dict[str, str], tmp_path: Path
) -> None:
    program = tmp_path / "gpg"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    raw = PAYLOAD + b"-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n"
    named = programs(environment, {"gpg.program": str(program)})
    assert checked_signature(raw, "v1.0.0", Signers(fingerprints=("AB",)), named).trust is Trust.BAD


def test_two_signatures_are_not_one(ring: Keyring, environment: dict[str, str]) -> None:
    key = ring.key("Second <second@example.com>")
    words = ("--local-user", ADA, "--local-user", key, "--armor", "--detach-sign")
    raw = PAYLOAD + ring.run(*words, stdin=PAYLOAD.decode()).encode()
    found = checked_signature(raw, "v1.0.0", Signers(), programs(environment, GNUPGHOME=str(ring.home)))
    assert found == Signature(trust=Trust.BAD, reason="it is not one signature")
