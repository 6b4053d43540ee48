"""Keys of hardware, certificates and revoked keys: what ssh-keygen says of each is the oracle."""

import base64
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, utils
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from plmctl.core.bundle import Release
from tests.core.bundles import RELEASE
from tests.git.signatory import SshKey
from tests.programs import require
from tests.runtime.releases import key_of, signed, tagged
from tests.runtime.test_trust import is_trusted, is_trusted_by_ssh_keygen, refused

APPLICATION = b"ssh:"
ED25519, ECDSA = b"sk-ssh-ed25519@openssh.com", b"sk-ecdsa-sha2-nistp256@openssh.com"
TOUCHED, COUNTER = b"\1", b"\0\0\0\x2a"
WHO = "ada@example.com"


def text(*parts: bytes) -> bytes:
    """Strings as SSH encodes them (RFC 4251, 5)."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def integer(value: int) -> bytes:
    """An mpint of RFC 4251."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


# What a key signs of the release's tag (PROTOCOL.sshsig).
SIGNED = b"SSHSIG" + text(b"git", b"", b"sha512", hashlib.sha512(RELEASE.tag).digest())


def sealed(blob: bytes, proof: bytes) -> Release:
    """The release with a signature of a key."""
    body = b"SSHSIG\0\0\0\1" + text(blob, b"git", b"", b"sha512", proof)
    armor = b"-----BEGIN SSH SIGNATURE-----\n%b\n-----END SSH SIGNATURE-----\n"
    return tagged(RELEASE.tag + armor % base64.b64encode(body)).release


def allowed(blob: bytes) -> bytes:
    kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")]
    return b"%b %b %b\n" % (WHO.encode(), kind, base64.b64encode(blob))


class Hardware:
    """A key as a security key has it, and what it makes (PROTOCOL.u2f)."""

    def __init__(self, kind: bytes) -> None:
        self.kind = kind
        if kind == ED25519:
            own = ed25519.Ed25519PrivateKey.generate()
            self.sign: Callable[[bytes], bytes] = own.sign
            self.blob = text(kind, own.public_key().public_bytes_raw(), APPLICATION)
        else:
            private = ec.generate_private_key(ec.SECP256R1())
            point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            self.sign = lambda seen: text(
                *map(integer, utils.decode_dss_signature(private.sign(seen, ec.ECDSA(SHA256()))))
            )
            self.blob = text(kind, b"nistp256", point, APPLICATION)

    @property
    def allowed(self) -> bytes:
        return allowed(self.blob)

    def release(self, flags: bytes = TOUCHED, added: bytes = COUNTER, kind: bytes | None = None) -> Release:
        """A release that it signed; it signs `flags` and the counter, and says `added` after them."""
        application = hashlib.sha256(APPLICATION).digest()
        made = self.sign(application + flags + COUNTER + hashlib.sha256(SIGNED).digest())
        return sealed(self.blob, text(kind or self.kind, made) + flags + added)


@pytest.mark.parametrize("kind", [ED25519, ECDSA])
def test_a_key_of_hardware_signs(kind: bytes) -> None:
    key = Hardware(kind)
    # Whether somebody touched the key is not asked, as ssh-keygen does not ask.
    for flags in (TOUCHED, b"\0", b"\5"):
        assert is_trusted(key.release(flags), key.allowed)
        assert is_trusted_by_ssh_keygen(key.release(flags), key.allowed)
    assert not is_trusted(key.release(), Hardware(kind).allowed)


@pytest.mark.parametrize("kind", [ED25519, ECDSA])
def test_what_a_key_of_hardware_did_not_make_is_refused(kind: bytes) -> None:
    key = Hardware(kind)
    for release in (
        key.release(added=b"\0\0\0\x2b"),
        key.release(added=COUNTER + b"\0"),
        key.release(added=b""),
        key.release(kind=kind.removeprefix(b"sk-").removesuffix(b"@openssh.com")),
    ):
        assert refused(release, key.allowed).message == "the signature of v1.0.0 does not belong to it"
        assert not is_trusted_by_ssh_keygen(release, key.allowed)


def test_what_a_key_of_hardware_signed_for_another_application_is_refused() -> None:
    key = Hardware(ED25519)
    key.blob = key.blob.replace(text(APPLICATION), text(b"ssh:other"))
    assert not is_trusted(key.release(), key.allowed)
    assert not is_trusted_by_ssh_keygen(key.release(), key.allowed)


def test_a_signature_with_sha1_does_not_count() -> None:
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    blob = text(b"ssh-rsa", integer(numbers.e), integer(numbers.n))
    for kind, hash_, is_good in ((b"rsa-sha2-256", SHA256(), True), (b"ssh-rsa", SHA1(), False)):
        release = sealed(blob, text(kind, key.sign(SIGNED, PKCS1v15(), hash_)))
        assert is_trusted(release, allowed(blob)) is is_good
        assert is_trusted_by_ssh_keygen(release, allowed(blob)) is is_good


def test_more_behind_a_signature_is_refused() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    blob = text(b"ssh-ed25519", key.public_key().public_bytes_raw())
    for more, is_good in ((b"", True), (b"\1\0\0\0\x2a", False)):
        release = sealed(blob, text(b"ssh-ed25519", key.sign(SIGNED)) + more)
        assert is_trusted(release, allowed(blob)) is is_good
        assert is_trusted_by_ssh_keygen(release, allowed(blob)) is is_good


def test_a_key_of_another_curve_than_its_type_does_not_count() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    both = utils.decode_dss_signature(key.sign(SIGNED, ec.ECDSA(SHA256())))
    for curve, is_good in ((b"nistp256", True), (b"nistp384", False), (b"nistp", False)):
        blob = text(b"ecdsa-sha2-nistp256", curve, point)
        release = sealed(blob, text(b"ecdsa-sha2-nistp256", text(*map(integer, both))))
        assert is_trusted(release, allowed(blob)) is is_good
        assert is_trusted_by_ssh_keygen(release, allowed(blob)) is is_good


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    return key_of(tmp_path_factory.mktemp("authority"), "-t", "ed25519")


def certified(folder: Path, authority: SshKey, *words: str, kind: str = "ed25519") -> SshKey:
    """A new key with a certificate, which is its public part."""
    key = key_of(folder, "-t", kind)
    keygen = require("ssh-keygen", "openssh-client")
    public = key.path.with_suffix(".pub")
    made = [keygen, "-q", "-s", str(authority.path), "-I", "ada's key", "-z", "7", *words, str(public)]
    subprocess.run(made, check=True, capture_output=True)
    # `ssh-keygen -Y sign` takes the certificate where it is named, and asks an agent or the file beside it.
    certificate = public.with_name(f"{key.path.name}-cert.pub")
    return SshKey(path=certificate, public=" ".join(certificate.read_text(encoding="utf-8").split()[:2]))


NOW = ("-V", "19700101000000Z:20000101000000Z")


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_certificate_of_an_authority_signs(kind: str, authority: SshKey, tmp_path: Path) -> None:
    key = certified(tmp_path, authority, "-n", WHO, *NOW, kind=kind)
    release, signers = signed(key).release, authority.allowed(options="cert-authority")
    assert is_trusted(release, signers)
    assert is_trusted_by_ssh_keygen(release, signers)


@pytest.mark.parametrize(
    ("words", "who", "options", "is_good"),
    [
        (("-n", WHO, *NOW), WHO, "", False),
        (("-n", WHO, *NOW), "*@example.com", "cert-authority", True),
        (("-n", f"ada,{WHO}", *NOW), "*@example.com", "cert-authority", True),
        (("-n", WHO, *NOW), "*@example.org", "cert-authority", False),
        (("-n", WHO, *NOW), f"*@example.com,!{WHO}", "cert-authority", False),
        (("-n", WHO, *NOW), WHO, 'cert-authority,namespaces="file"', False),
        (("-n", WHO, *NOW), WHO, 'cert-authority,valid-after="20000101"', False),
        (("-n", WHO, "-V", "20000101000000Z:20010101000000Z"), WHO, "cert-authority", False),
        (("-n", WHO, "-V", "19700101000000Z:19700101000001Z"), WHO, "cert-authority", False),
        (("-n", WHO, "-V", "19700101000001Z:19700101000002Z"), WHO, "cert-authority", True),
        (NOW, WHO, "cert-authority", False),
        (("-h", "-n", WHO, *NOW), WHO, "cert-authority", False),
    ],
)
def test_a_certificate_counts_as_ssh_keygen_counts_it(
    words: tuple[str, ...], who: str, options: str, is_good: bool, authority: SshKey, tmp_path: Path
) -> None:
    release = signed(certified(tmp_path, authority, *words)).release
    signers = authority.allowed(who, options)
    assert is_trusted(release, signers) is is_good
    assert is_trusted_by_ssh_keygen(release, signers) is is_good


def test_a_certificate_of_another_authority_or_of_none_does_not_count(
    authority: SshKey, tmp_path: Path
) -> None:
    key = certified(tmp_path, authority, "-n", WHO, *NOW)
    other = key_of(tmp_path, "-t", "ecdsa")
    assert not is_trusted(signed(key).release, other.allowed(options="cert-authority"))
    # The key of the authority itself signs certificates, and no release.
    assert not is_trusted(signed(authority).release, authority.allowed(options="cert-authority"))
    assert not is_trusted_by_ssh_keygen(
        signed(authority).release, authority.allowed(options="cert-authority")
    )
    # A certificate may stand in the file itself, as a key does.
    assert is_trusted(signed(key).release, key.allowed())
    assert is_trusted_by_ssh_keygen(signed(key).release, key.allowed())


def test_a_certificate_that_no_authority_signed_is_refused(authority: SshKey, tmp_path: Path) -> None:
    key = certified(tmp_path, authority, "-n", WHO, *NOW)
    release = signed(key).release
    blob = base64.b64decode(key.public.split()[1])
    head, _, tail = release.tag.partition(b"-----BEGIN SSH SIGNATURE-----\n")
    body = base64.b64decode(b"".join(tail.splitlines()[:-1]))
    forged = body.replace(blob, blob.replace(WHO.encode(), b"eve@example.com"))
    assert forged != body
    armor = b"-----BEGIN SSH SIGNATURE-----\n%b\n-----END SSH SIGNATURE-----\n" % base64.b64encode(forged)
    spoilt = tagged(head + armor).release
    signers = authority.allowed("*", "cert-authority")
    assert refused(spoilt, signers).message == "the signature of v1.0.0 does not belong to it"
    assert not is_trusted_by_ssh_keygen(spoilt, signers)


def krl(folder: Path, *words: str, authority: SshKey | None = None) -> bytes:
    """A key revocation list of ssh-keygen: of files of keys, or of what a specification says."""
    keygen = require("ssh-keygen", "openssh-client")
    by = () if authority is None else ("-s", str(authority.path.with_suffix(".pub")))
    path = folder / "krl"
    subprocess.run([keygen, "-q", "-k", "-f", str(path), *by, *words], check=True, capture_output=True)
    return path.read_bytes()


def specification(folder: Path, *lines: str) -> str:
    path = folder / "specification"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def test_a_revoked_key_is_refused_and_named(tmp_path: Path) -> None:
    key, other = key_of(tmp_path, "-t", "ed25519"), key_of(tmp_path, "-t", "ecdsa")
    release, signers = signed(key).release, key.allowed()
    name = key.public.encode() + b" ada\n"
    error = refused(release, signers, b"# who left\n" + name)
    fingerprint = subprocess.run(
        [require("ssh-keygen", "openssh-client"), "-l", "-f", f"{key.path}.pub"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()[1]
    assert (error.exit_code, error.message, error.hint) == (
        4,
        f"v1.0.0 was signed with {fingerprint}, which revoked revokes",
        "load what was released since with another key, or have it released and signed anew",
    )
    assert is_trusted(release, signers, other.public.encode() + b"\n")
    assert is_trusted(release, signers, b"# nobody\n")


@pytest.mark.parametrize("how", ["", "key: ", "sha1: ", "sha256: "])
def test_a_key_revocation_list_says_the_same(how: str, tmp_path: Path) -> None:
    key, other = key_of(tmp_path, "-t", "ed25519"), key_of(tmp_path, "-t", "ecdsa")
    for listed, is_good in ((key, False), (other, True)):
        words = specification(tmp_path, f"{how}{listed.public}") if how else f"{listed.path}.pub"
        data = krl(tmp_path, words)
        assert is_trusted(signed(key).release, key.allowed(), data) is is_good
        assert is_trusted_by_ssh_keygen(signed(key).release, key.allowed(), data) is is_good


@pytest.mark.parametrize(
    ("lines", "is_good"),
    [
        (("serial: 7",), False),
        (("serial: 3-9",), False),
        (("serial: 8-9",), True),
        (("serial: 1", "serial: 7", "serial: 9", "serial: 12"), False),
        (("serial: 1", "serial: 6", "serial: 9", "serial: 12"), True),
        (("id: ada's key",), False),
        (("id: ada",), True),
    ],
)
def test_a_key_revocation_list_revokes_certificates(
    lines: tuple[str, ...], is_good: bool, authority: SshKey, tmp_path: Path
) -> None:
    release = signed(certified(tmp_path, authority, "-n", WHO, *NOW)).release
    signers = authority.allowed(options="cert-authority")
    data = krl(tmp_path, specification(tmp_path, *lines), authority=authority)
    assert is_trusted(release, signers, data) is is_good
    assert is_trusted_by_ssh_keygen(release, signers, data) is is_good


def test_a_revoked_authority_and_a_revoked_key_of_a_certificate_count_no_more(
    authority: SshKey, tmp_path: Path
) -> None:
    key = certified(tmp_path, authority, "-n", WHO, *NOW)
    release, signers = signed(key).release, authority.allowed(options="cert-authority")
    plain = key.path.with_name(key.path.name.replace("-cert", "")).read_bytes()
    for revoked in (authority.public.encode() + b"\n", plain, key.public.encode() + b"\n"):
        assert not is_trusted(release, signers, revoked)
        assert not is_trusted_by_ssh_keygen(release, signers, revoked)
