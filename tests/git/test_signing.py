import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import DraftTag, TagObject
from plmctl.core.signature import Signing
from plmctl.git.repository import Repository
from tests.git.builder import WHEN, Folder, Opener
from tests.git.signatory import ADA, Keyring, SshKey, configure, keyring, ssh_key

TAG = TagObject(name="v1.0.0", message="one\n\nRegistry: acme")
HOW_TO = (
    "run 'git config --global user.signingKey KEY'; for an SSH key also 'git config --global gpg.format ssh'"
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """A key of SSH."""
    return ssh_key(tmp_path_factory.mktemp("ssh"))


@pytest.fixture(scope="module")
def ring() -> Iterator[Keyring]:
    """A keyring in which Ada has a key."""
    with keyring() as made:
        made.key(f"Ada <{ADA}>")
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the user's own configuration lies."""
    return tmp_path / "home"


def signed(folder: Folder, repository: Repository) -> DraftTag:
    """A signed tag, which a ref leads to."""
    transaction = repository.transaction(WHEN)
    tag = transaction.tag(TAG, transaction.parent, is_signed=True)
    folder.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=tag.raw)
    folder.git("update-ref", f"refs/tags/{tag.name}", tag.object_id)
    return tag


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_git_finds_an_ssh_signature_good(
    form: str, key: SshKey, empty: Folder, opened: Opener, home: Path, tmp_path: Path
) -> None:
    folder = empty.at(tmp_path / form)
    folder.path.mkdir()
    folder.git("init", "-q", "-b", "main", f"--object-format={form}")
    folder.commit({"a": "a"})
    (tmp_path / "allowed").write_bytes(key.allowed())
    configure(home, {"gpg.format": "ssh", "user.signingKey": str(key.path)})
    repository = opened(folder)
    assert repository.signing() == Signing(format="ssh", key=str(key.path))
    tag = signed(folder, repository)
    folder.git("-c", f"gpg.ssh.allowedSignersFile={tmp_path / 'allowed'}", "verify-tag", tag.name)
    # Git's own, made at the same time: of such a key each signature of the same bytes is the same.
    folder.git("tag", "-s", "-f", "-m", TAG.message, tag.name)
    assert folder.git("cat-file", "tag", tag.name) == tag.raw.decode().removesuffix("\n")


def test_the_message_of_a_signed_tag_is_without_its_signature(
    key: SshKey, committed: Folder, opened: Opener, home: Path
) -> None:
    configure(home, {"gpg.format": "ssh", "user.signingKey": str(key.path)})
    repository = opened(committed)
    signed(committed, repository)
    assert [tag.message for tag in repository.tags()] == [f"{TAG.message}\n"]


def test_git_finds_a_gpg_signature_good(ring: Keyring, committed: Folder, opened: Opener) -> None:
    repository = opened(committed, GNUPGHOME=str(ring.home))
    # Without a key that is named, GPG takes that of whoever commits.
    assert repository.signing() == Signing(format="openpgp", key=f"Ada <{ADA}>")
    tag = signed(committed, repository)
    with_ring = Folder(
        path=committed.path, environment={**committed.environment, "GNUPGHOME": str(ring.home)}
    )
    with_ring.git("verify-tag", tag.name)


def test_a_key_of_the_agent_is_named_by_its_public_line(
    key: SshKey, committed: Folder, opened: Opener, home: Path, tmp_path: Path
) -> None:
    # ssh-keygen that notes its arguments, as no agent runs in a test.
    noted = tmp_path / "keygen"
    noted.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat "$6" > {tmp_path}/public\n'
        f'for last; do :; done; exec ssh-keygen -Y sign -n git -f {key.path} "$last"\n',
        encoding="utf-8",
    )
    noted.chmod(noted.stat().st_mode | stat.S_IXUSR)
    named = {"gpg.format": "ssh", "gpg.ssh.program": str(noted)}
    configure(home, {**named, "user.signingKey": f"key::{key.public}"})
    assert opened(committed).signing() == Signing(format="ssh", key=f"key::{key.public}")
    words = (tmp_path / "arguments").read_text(encoding="utf-8").split()
    assert (words[:5], words[6]) == (["-Y", "sign", "-n", "git", "-f"], "-U")
    assert (tmp_path / "public").read_text(encoding="utf-8") == f"{key.public}\n"
    configure(home, {**named, "gpg.ssh.defaultKeyCommand": f"echo '{key.public}'"})
    assert opened(committed).signing() == Signing(format="ssh", key=key.public)


@pytest.mark.parametrize(
    ("settings", "problem", "hint"),
    [
        (
            {"gpg.format": "ssh"},
            "no key to sign with is configured: user.signingKey is not set",
            HOW_TO,
        ),
        (
            {"gpg.format": "ssh", "user.signingKey": "/none"},
            "cannot sign with the SSH key /none: Couldn't load public key /none: No such file or directory",
            HOW_TO,
        ),
        (
            {"gpg.format": "ssh", "gpg.ssh.defaultKeyCommand": "echo nothing"},
            "gpg.ssh.defaultKeyCommand gave no key: no message",
            HOW_TO,
        ),
        ({"gpg.format": "pkcs7"}, "gpg.format is pkcs7", "set it to openpgp, ssh or x509"),
        (
            {"gpg.program": "no-such-gpg"},
            "no-such-gpg is not installed",
            "install no-such-gpg",
        ),
        ({"gpg.program": "./gpg"}, "./gpg is not installed", "install ./gpg"),
    ],
)
def test_what_is_missing_is_a_problem(
    settings: dict[str, str], problem: str, hint: str, committed: Folder, opened: Opener, home: Path
) -> None:
    configure(home, settings)
    found = opened(committed).signing()
    assert (found.problem, found.hint) == (problem, hint)


def test_a_program_that_does_not_start_is_a_problem(
    committed: Folder, opened: Opener, home: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "gpg"
    broken.write_bytes(b"")
    broken.chmod(0o755)
    configure(home, {"gpg.program": "~/../gpg"})
    assert opened(committed).signing().problem == "~/../gpg does not start: Exec format error"


def test_a_keyring_without_the_key_is_a_problem(committed: Folder, opened: Opener) -> None:
    with keyring() as ring:
        found = opened(committed, GNUPGHOME=str(ring.home)).signing()
    assert found.problem is not None
    assert found.problem.startswith(f"cannot sign with the key Ada <{ADA}>: gpg: ")


def test_the_repository_asks_for_signing_and_names_no_program(
    key: SshKey, committed: Folder, opened: Opener, home: Path, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    canary.write_text(f'#!/bin/sh\ntouch "{tmp_path}/sung"\nexit 1\n', encoding="utf-8")
    canary.chmod(canary.stat().st_mode | stat.S_IXUSR)
    for name in ("gpg.program", "gpg.ssh.program", "gpg.openpgp.program", "gpg.ssh.defaultKeyCommand"):
        committed.git("config", name, str(canary))
    committed.git("config", "tag.gpgSign", "true")
    committed.git("config", "user.signingKey", str(key.path))
    configure(home, {"gpg.format": "ssh"})
    repository = opened(committed)
    assert repository.signing_configured()
    assert repository.signing().problem == (
        "no key to sign with is configured: user.signingKey is not set "
        "(not followed: user.signingkey, gpg.program of the repository's own configuration)"
    )
    with pytest.raises(PlmctlError, match="no key to sign with is configured"):
        signed(committed, repository)
    assert not (tmp_path / "sung").exists()
