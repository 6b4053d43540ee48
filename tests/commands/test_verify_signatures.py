"""`verify --signatures`: who signed a release, and who may (hostile.md L04, L06, L07)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.signatures import Allowed
from plmctl.commands.verify import VerifyOptions
from plmctl.core.report import Report, exit_code
from plmctl.core.signers import signers_of
from tests.commands.builder import SETTINGS, answers, copied, failures, plmctl, verified
from tests.git.builder import Folder
from tests.git.signatory import ADA, Keyring, SshKey, keyring, ssh_key

TAG = "v1.2.0"
SIGNING = SETTINGS + "spec: {release: {sign: registry}}\n"
ALL_SIGNING = SETTINGS + "spec: {release: {sign: all}}\n"
FILE = ".plmctl/allowed_signers"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """Ada's key of SSH."""
    return ssh_key(tmp_path_factory.mktemp("ssh"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """Somebody else's."""
    return ssh_key(tmp_path_factory.mktemp("stranger"))


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A registry whose releases nobody signed."""
    return copied(released, tmp_path / "registry")


def message(folder: Folder, tag: str) -> str:
    return folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")


def sign(folder: Folder, key: SshKey, tag: str = TAG) -> None:
    """The tag made again where it is, with a signature."""
    settings = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key.path}")
    folder.git(*settings, "tag", "-f", "-s", "-m", message(folder, tag), tag, f"{tag}^{{commit}}")


def asked(folder: Folder, allowed: bytes | None = None, *names: str) -> Report:
    """What is verified where a caller gives an allowed signers file, or none."""
    given = Allowed(said="signers", signers=signers_of(allowed)) if allowed is not None else None
    return verified(folder, *(names or (TAG,)), asked=VerifyOptions(asks_signatures=True, allowed=given))


def signature(report: Report) -> tuple[list[str], int]:
    return answers(report, "signature"), exit_code(report)


def fingerprint(key: SshKey, folder: Folder) -> str:
    """A key as `ssh-keygen -l` names it."""
    done = folder.git("-c", f"alias.keygen=!ssh-keygen -lf {key.path}", "keygen")
    return done.split()[1]


def test_a_release_that_an_allowed_signer_signed_is_ok(folder: Folder, key: SshKey) -> None:
    sign(folder, key)
    told = f"{TAG} is signed by {ADA} with {fingerprint(key, folder)} (by signers)"
    assert signature(asked(folder, key.allowed())) == ([f"{TAG}: ok: {told}"], 0)
    assert signature(asked(folder, key.allowed(), "plm.lock")) == ([f"plm.lock: ok: {told}"], 0)


def test_a_signer_that_nobody_allowed_fails(folder: Folder, key: SshKey, stranger: SshKey) -> None:
    sign(folder, stranger)
    why = f"its key {fingerprint(stranger, folder)} is not among the allowed signers"
    assert signature(asked(folder, key.allowed())) == ([f"{TAG}: FAILED: {TAG}: {why} (by signers)"], 4)
    assert signature(asked(folder, b"# nobody\n"))[1] == 4


def test_a_signer_whose_time_is_over_fails(folder: Folder, key: SshKey) -> None:
    sign(folder, key)
    (told,), code = signature(asked(folder, key.allowed(options='valid-before="20251231"')))
    assert f"its key {fingerprint(key, folder)} was not allowed for 'git' when the tag was made" in told
    assert code == 4


def test_a_key_that_the_branch_of_releases_revoked_fails(folder: Folder, key: SshKey) -> None:
    sign(folder, key)
    folder.commit({".plmctl/revoked_signers": f"{key.public}\n"}, "revoke")
    (told,), code = signature(asked(folder, key.allowed()))
    assert told == f"{TAG}: FAILED: {TAG}: its key {fingerprint(key, folder)} is revoked (by signers)"
    assert code == 4


def test_a_release_that_nobody_signed_is_not_checked_where_none_has_to_be(folder: Folder) -> None:
    assert signature(asked(folder, b"")) == (
        [f"{TAG}: not checked: {TAG} is not signed, and release.sign asks for no signature"],
        3,
    )


def test_a_release_that_nobody_signed_fails_where_the_branch_of_releases_asks(folder: Folder) -> None:
    """The release is older than the rule: the stricter one holds."""
    folder.commit({"plmctl.yaml": SIGNING}, "sign from now on")
    assert signature(asked(folder, b"")) == (
        [f"{TAG}: FAILED: {TAG} is not signed, and release.sign is 'registry' on main"],
        4,
    )


def test_a_release_that_nobody_signed_fails_where_its_commit_asks(folder: Folder) -> None:
    """The rule was taken back: no downgrade (hostile.md L06)."""
    signed = folder.commit({"plmctl.yaml": SIGNING}, "sign")
    folder.git("tag", "-f", "-a", "-m", message(folder, TAG), TAG, signed)
    folder.commit({"plmctl.yaml": SETTINGS}, "sign no more")
    assert signature(asked(folder, b""))[0] == [
        f"{TAG}: FAILED: {TAG} is not signed, and release.sign is 'registry' at {TAG}"
    ]


def test_where_all_are_to_be_signed_every_version_is(folder: Folder, key: SshKey) -> None:
    folder.commit({"plmctl.yaml": ALL_SIGNING}, "sign all from now on")
    sign(folder, key)
    rule = "is not signed, and release.sign is 'all' on main"
    assert [line for line in failures(asked(folder, key.allowed())) if "signature" in line] == [
        f"{TAG} signature: application/desk@v1.2.0 {rule}",
        f"{TAG} signature: model/small@v1.0.0 {rule}",
        f"{TAG} signature: prompt/bye@v1.0.0 {rule}",
        f"{TAG} signature: prompt/greet@v1.2.0 {rule}",
    ]


def test_the_branch_of_releases_says_who_may_sign(folder: Folder, key: SshKey, stranger: SshKey) -> None:
    folder.commit({FILE: key.allowed()}, "ada releases")
    sign(folder, key)
    told = f"{TAG} is signed by {ADA} with {fingerprint(key, folder)} (by {FILE} on main)"
    assert signature(asked(folder)) == ([f"{TAG}: ok: {told}"], 0)
    sign(folder, stranger)
    assert signature(asked(folder))[1] == 4


def test_what_is_verified_never_says_who_may_sign(folder: Folder, key: SshKey, stranger: SshKey) -> None:
    """A stranger's tree lets the stranger sign, in a file, and names its branch as one of releases."""
    folder.commit({FILE: key.allowed()}, "ada releases")
    folder.git("update-ref", "refs/remotes/origin/main", "HEAD")
    folder.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    folder.git("switch", "-q", "-c", "evil")
    mine = SETTINGS + "spec: {release: {branches: [evil]}}\n"
    folder.commit({FILE: stranger.allowed(), "plmctl.yaml": mine}, "let me in")
    sign(folder, stranger)
    (told,), code = signature(asked(folder))
    assert told.endswith(f"is not among the allowed signers (by {FILE} on origin/main)")
    assert code == 4


def test_a_remote_s_branch_of_releases_wins_over_the_one_of_this_clone(
    folder: Folder, key: SshKey, stranger: SshKey
) -> None:
    folder.commit({FILE: key.allowed()}, "ada releases")
    folder.git("update-ref", "refs/remotes/origin/main", "HEAD")
    folder.commit({FILE: stranger.allowed()}, "not pushed")
    sign(folder, stranger)
    assert signature(asked(folder))[0][0].endswith(f"(by {FILE} on origin/main)")


def test_without_a_word_on_who_may_sign_nothing_is_checked(folder: Folder, key: SshKey) -> None:
    sign(folder, key)
    assert signature(asked(folder)) == (
        [f"{TAG}: not checked: {TAG}: nobody named the signers that are allowed"],
        3,
    )


def test_a_damaged_list_of_signers_fails(folder: Folder, key: SshKey) -> None:
    folder.commit({FILE: key.allowed()}, "ada releases")
    sign(folder, key)
    blob = folder.git("rev-parse", f"main:{FILE}")
    loose = folder.loose(blob)
    loose.write_bytes(loose.read_bytes()[:-3])
    report = asked(folder)
    assert [line for line in failures(report) if blob in line] == failures(report) != []
    assert exit_code(report) == 4


def own(folder: Folder, home: Path, settings: str) -> Folder:
    """The folder of somebody with a configuration of their own."""
    home.mkdir()
    (home / ".gitconfig").write_text(f"[user]\n\tname = A\n\temail = a@example.com\n{settings}")
    return replace(folder, environment={**folder.environment, "HOME": str(home)})


def test_the_user_s_own_configuration_says_who_may_sign(
    folder: Folder, key: SshKey, tmp_path: Path, stranger: SshKey
) -> None:
    folder.commit({FILE: stranger.allowed()}, "eve releases")
    sign(folder, key)
    mine = own(folder, tmp_path / "home", '[gpg "ssh"]\n\tallowedSignersFile = ~/signers\n')
    assert signature(asked(mine)) == (
        [
            (
                f"{TAG}: not checked: gpg.ssh.allowedSignersFile cannot be read:"
                f" {tmp_path}/home/signers: No such file or directory"
            )
        ],
        3,
    )
    (tmp_path / "home" / "signers").write_bytes(key.allowed())
    assert signature(asked(mine))[0][0].endswith("(by gpg.ssh.allowedSignersFile)")
    folder.git("config", "gpg.ssh.allowedSignersFile", "/etc/passwd")
    assert signature(asked(mine))[1] == 0


def test_a_key_is_revoked_by_any_list_that_has_it(
    folder: Folder, key: SshKey, stranger: SshKey, tmp_path: Path
) -> None:
    """Each list alone would let the other's key pass."""
    mine = own(folder, tmp_path / "home", '[gpg "ssh"]\n\trevocationFile = ~/revoked\n')
    sign(folder, key)
    for first, second in ((key, stranger), (stranger, key)):
        (tmp_path / "home" / "revoked").write_text(f"{first.public}\n")
        folder.commit({".plmctl/revoked_signers": f"{second.public}\n"}, "revoke")
        (told,), code = signature(asked(mine, key.allowed()))
        assert told == f"{TAG}: FAILED: {TAG}: its key {fingerprint(key, folder)} is revoked (by signers)"
        assert code == 4


def test_a_good_signature_under_another_name_fails(folder: Folder, key: SshKey) -> None:
    """Git says that it is good: only the name in the tag object tells (hostile.md L04)."""
    sign(folder, key, "v1.1.0")
    folder.git("update-ref", f"refs/tags/{TAG}", folder.git("rev-parse", "refs/tags/v1.1.0"))
    report = asked(folder, key.allowed())
    assert failures(report) == [
        f"{TAG} tag: REG013 tag-misnamed: the tag object at '{TAG}' says it is 'v1.1.0'"
    ]


@pytest.fixture(scope="module")
def ring() -> Iterator[Keyring]:
    """A keyring in which Ada has a key that is trusted."""
    with keyring() as made:
        made.key(f"Ada <{ADA}>")
        yield made


def test_a_list_of_ssh_keys_is_not_widened_by_the_keyring(folder: Folder, key: SshKey, ring: Keyring) -> None:
    """An OpenPGP key counts by its fingerprint in the list, whatever the keyring thinks of it."""
    mine = replace(folder, environment={**folder.environment, "GNUPGHOME": str(ring.home)})
    mine.git("-c", f"user.signingKey={ADA}", "tag", "-f", "-s", "-m", message(mine, TAG), TAG, f"{TAG}^{{}}")
    rows = ring.run("--with-colons", "--list-keys", ADA).splitlines()
    number = next(row for row in rows if row.startswith("fpr:")).split(":")[9]
    assert signature(asked(mine)) == ([f"{TAG}: ok: {TAG} is signed by Ada <{ADA}> with {number}"], 0)
    assert signature(asked(mine, key.allowed())) == (
        [f"{TAG}: FAILED: {TAG}: its key {number} is not among the allowed ones (by signers)"],
        4,
    )
    assert signature(asked(mine, key.allowed() + f"ada openpgp {number}\n".encode()))[1] == 0


def test_an_openpgp_key_that_nobody_here_knows_is_not_checked(folder: Folder, ring: Keyring) -> None:
    mine = replace(folder, environment={**folder.environment, "GNUPGHOME": str(ring.home)})
    mine.git("-c", f"user.signingKey={ADA}", "tag", "-f", "-s", "-m", message(mine, TAG), TAG, f"{TAG}^{{}}")
    with keyring() as empty:
        theirs = replace(folder, environment={**folder.environment, "GNUPGHOME": str(empty.home)})
        (told,), code = signature(asked(theirs))
    reason, _, key = told.partition(";")[0].rpartition(": ")
    assert reason == f"{TAG}: not checked: {TAG}: its key is in no keyring here"
    assert set(key) <= set("0123456789ABCDEF")
    assert told.partition(";")[2] == " nothing says who may sign: give '--allowed-signers FILE'"
    assert code == 3


def test_the_command_reads_the_allowed_signers_that_are_named(
    folder: Folder, key: SshKey, stranger: SshKey, tmp_path: Path
) -> None:
    sign(folder, key)
    (tmp_path / "signers").write_bytes(key.allowed())
    (tmp_path / "others").write_bytes(stranger.allowed())
    words = ("verify", TAG, "--signatures", "--allowed-signers")
    assert f"signature: {TAG} is signed by {ADA} with SHA256:" in plmctl(folder, *words, "../signers").stdout
    assert "FAILED       signature: v1.2.0: its key" in plmctl(folder, *words, "../others", code=4).stdout
    plmctl(folder, *words, "../gone", code=2)
    told = plmctl(folder, "verify", "--allowed-signers", "../signers", code=2).stderr
    assert "--allowed-signers is for --signatures" in told
