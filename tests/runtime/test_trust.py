"""Who signed a release: by keys and signatures of ssh-keygen, whose own verdict is the oracle."""

import base64
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.bundle import Release
from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
from plmctl.core.signature import Trust
from plmctl.core.signed import split_signed
from plmctl.core.signers import signers_of
from plmctl.core.sshsig import seal
from plmctl.git.process import Git
from plmctl.git.signature import checked_signature
from plmctl.git.signer import Programs
from plmctl.runtime.trust import Listed, refuse_untrusted
from tests.core.bundles import RELEASE
from tests.git.signatory import SshKey, ssh_key
from tests.programs import REPOSITORY
from tests.runtime.releases import key_of, signature, signed, tagged

ASK = "ask who released it: 'plmctl release' signs as Git is configured, by 'gpg.format ssh' too"

VERIFY = (
    "run 'plmctl verify --signatures' before it is deployed, and load it with digest= instead of signers=; or"
    " sign releases with a key of SSH: git config gpg.format ssh"
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """Ada's key."""
    return ssh_key(tmp_path_factory.mktemp("ada"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """Somebody else's."""
    return ssh_key(tmp_path_factory.mktemp("eve"))


def revocations(revoked: bytes | None) -> Listed | None:
    return None if revoked is None else Listed(name="revoked", data=revoked)


def refused(release: Release, signers: bytes, revoked: bytes | None = None) -> PlmctlError:
    with pytest.raises(PlmctlError) as caught:
        refuse_untrusted(release, Listed(name="signers", data=signers), revocations(revoked))
    return caught.value


def is_trusted(release: Release, signers: bytes, revoked: bytes | None = None) -> bool:
    try:
        refuse_untrusted(release, Listed(name="signers", data=signers), revocations(revoked))
    except IntegrityError:
        return False
    return True


def is_trusted_by_ssh_keygen(release: Release, signers: bytes, revoked: bytes | None = None) -> bool:
    environment = dict(os.environ)
    programs = Programs.of(Git.installed("/", environment), {}, {**environment, "TZ": "UTC"})
    given = replace(signers_of(signers), revoked=revoked or b"")
    found = checked_signature(release.tag, release.name, given, programs)
    return found.trust is Trust.TRUSTED


@pytest.mark.parametrize(
    "words",
    [
        ("-t", "ed25519"),
        ("-t", "ecdsa", "-b", "256"),
        ("-t", "ecdsa", "-b", "521"),
        ("-t", "rsa", "-b", "2048"),
    ],
    ids=" ".join,
)
def test_a_key_of_each_type_signs(words: tuple[str, ...], tmp_path: Path) -> None:
    key = key_of(tmp_path, *words)
    for more in ((), ("-O", "hashalg=sha256")):
        release = signed(key, *more).release
        refuse_untrusted(release, Listed(name="signers", data=key.allowed()))
        spoilt = Release(name=release.name, lock=release.lock, tag=release.tag.replace(b"A <", b"B <"))
        assert refused(spoilt, key.allowed()).message == "the signature of v1.0.0 does not belong to it"


# The tag was made at the first second of 1970, in UTC.
@pytest.mark.parametrize(
    ("options", "is_good"),
    [
        ("", True),
        ('namespaces="git"', True),
        ('namespaces="file,git"', True),
        ('namespaces="file"', False),
        ('namespaces="g?t"', True),
        ('namespaces="*"', True),
        ('namespaces="*,!git"', False),
        ('namespaces="!git"', False),
        ('NAMESPACES="git"', True),
        ('valid-before="20000101"', True),
        ('valid-after="20000101"', False),
        ('valid-after="19700101000001Z"', True),
        ('valid-after="19700101000002Z"', False),
        ('valid-before="19700101000001Z"', True),
        ('valid-after="19700101000001Z",valid-before="200001010000Z"', True),
        ('namespaces="git",valid-after="20000101"', False),
        ("cert-authority", False),
        ('valid-before="19700101000001UTC"', True),
        ('valid-before="20000101z"', True),
    ],
)
def test_the_options_of_a_signer_mean_what_ssh_keygen_means(options: str, is_good: bool, key: SshKey) -> None:
    release, signers = signed(key).release, key.allowed(options=options)
    assert is_trusted(release, signers) is is_good
    assert is_trusted_by_ssh_keygen(release, signers) is is_good


def test_comments_other_keys_and_quoted_principals_are_passed_over(key: SshKey, stranger: SshKey) -> None:
    lines = (
        b"# who may sign\n\n",
        b"bob@example.com openpgp 0123456789abcdef0123456789abcdef01234567\n",
        stranger.allowed("eve@example.com", 'namespaces="file"'),
        key.allowed('"ada@example.com,ada@example.org"').replace(b"\n", b" a comment\n"),
    )
    assert is_trusted(signed(key).release, b"".join(lines))


def test_a_stranger_and_a_key_for_something_else_are_named(key: SshKey, stranger: SshKey) -> None:
    name = seal(split_signed(signed(key).release.tag)[1])
    assert name is not None
    by_stranger = refused(signed(key).release, stranger.allowed())
    assert (by_stranger.exit_code, by_stranger.message, by_stranger.hint) == (
        4,
        f"v1.0.0 was signed with {name.fingerprint}, which signers does not allow",
        ASK,
    )
    late = refused(signed(key).release, key.allowed(options='valid-after="20200101"'))
    assert late.message == (
        f"v1.0.0 was signed with {name.fingerprint}, which signers does not allow for 'git' at the time of"
        " the tag"
    )
    other = refused(signed(key, namespace="file").release, key.allowed())
    assert other.message == "v1.0.0 was signed for 'file', not for 'git'"


def test_a_tag_that_does_not_say_when_it_was_made_is_refused(key: SshKey) -> None:
    timeless = signed(key, tag=RELEASE.tag.replace(b"tagger ", b"made-by ")).release
    for options in ("", 'valid-before="20000101"'):
        error = refused(timeless, key.allowed(options=options))
        assert (error.exit_code, error.message) == (4, "v1.0.0 does not say when it was signed")


def test_what_is_not_signed_is_refused_and_what_openpgp_signed_is_not_judged(key: SshKey) -> None:
    unsigned = refused(RELEASE, key.allowed())
    assert (unsigned.exit_code, unsigned.message) == (
        4,
        "v1.0.0 is not signed, and signers says who must have",
    )
    openpgp = tagged(RELEASE.tag + b"-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n").release
    unknown = refused(openpgp, key.allowed())
    assert (unknown.exit_code, unknown.message, unknown.hint) == (
        3,
        "v1.0.0 has a signature of openpgp, and only those of ssh are checked here",
        VERIFY,
    )


def test_a_signature_that_is_none_is_refused(key: SshKey) -> None:
    whole = signature(key, RELEASE.tag)
    lines = whole.splitlines(keepends=True)
    for broken in (
        whole.replace(b"U1NI", b"U1NJ", 1),
        b"".join((lines[0], lines[-1])),
        b"".join((*lines[:2], lines[-1])),
        whole.replace(lines[1][:8], b"=AAAAAAA"),
    ):
        release = tagged(RELEASE.tag + broken).release
        assert refused(release, key.allowed()).message == "the signature of v1.0.0 does not belong to it"


MISSING = """
import sys
sys.modules["cryptography"] = None
from plmctl.core.finding import UsageError
from plmctl.runtime.trust import Listed, refuse_untrusted
from tests.core.bundles import BUNDLE
from plmctl.core.bundle import Release
tag = BUNDLE.release.tag + sys.stdin.buffer.read()
try:
    refuse_untrusted(Release(name="v1.0.0", tag=tag, lock=b""), Listed(name="signers", data=b""))
except UsageError as error:
    print(error.message, error.hint, sep="; ")
"""


def test_without_cryptography_it_is_said_what_to_install(key: SshKey) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MISSING],
        cwd=REPOSITORY,
        input=signature(key, RELEASE.tag),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == (
        "signatures are checked with cryptography, which is missing; run: pip install 'plmctl[signatures]'\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "why"),
    [
        (b"ssh-ed25519", b"sk-ed25519x", 3, "keys of the type sk-ed25519x cannot be checked here"),
        (b"sha512", b"sha999", 4, "the signature of v1.0.0 does not belong to it"),
    ],
)
def test_what_is_not_read_here_is_no_signature(
    old: bytes, new: bytes, code: int, why: str, key: SshKey
) -> None:
    body = base64.b64decode(b"".join(signature(key, RELEASE.tag).splitlines()[1:-1])).replace(old, new)
    begin, end = (b"-----%b SSH SIGNATURE-----\n" % word for word in (b"BEGIN", b"END"))
    found = refused(tagged(RELEASE.tag + begin + base64.b64encode(body) + b"\n" + end).release, key.allowed())
    assert (found.exit_code, found.message) == (code, why)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("ada@example.com", "it has no key"),
        ("ada@example.com ssh-ed25519", "it has no key"),
        ('ada@example.com namespaces="git" ssh-ed25519', "it has no key"),
        ("ada@example.com verified ssh-ed25519 AAAA", "'verified' is no option of it"),
        (
            'ada@example.com valid-after="2020" ssh-ed25519 AAAA',
            "'2020' is no time: write YYYYMMDD, or YYYYMMDDHHMM[SS]",
        ),
    ],
)
def test_a_line_that_allows_nobody_is_refused(line: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        refuse_untrusted(RELEASE, Listed(name="signers", data=f"{line}\n".encode()))
    assert caught.value.message == f"signers: {line[:60]!r} allows nobody: {why}"
    assert caught.value.hint == "write it as ssh-keygen(1) has it: PRINCIPAL [OPTIONS] KEY-TYPE KEY"
