"""Releases whose tags are signed: real keys, and the real Git finds the signatures good."""

from pathlib import Path

import pytest

from plmctl.core.signature import Signers, Trust
from tests.commands.builder import (
    SETTINGS,
    attempted_release,
    failures,
    footprint,
    make_release,
    opened,
    planned_release,
    problems,
    shop,
    verified,
)
from tests.git.builder import Folder
from tests.git.signatory import SshKey, configure, ssh_key

ALL = ["application/desk@v1.0.0", "model/small@v1.0.0", "prompt/bye@v1.0.0", "prompt/greet@v1.0.0", "v1.0.0"]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """A key of SSH."""
    return ssh_key(tmp_path_factory.mktemp("ssh"))


def signing(folder: Folder, key: SshKey, **more: str) -> Folder:
    """A folder of somebody whose Git signs with a key."""
    home = folder.path.parent / "home"
    home.mkdir(exist_ok=True)
    configure(home, {"gpg.format": "ssh", "user.signingKey": str(key.path), **more})
    return Folder(path=folder.path, environment={**folder.environment, "HOME": str(home)})


def trusted(folder: Folder, key: SshKey) -> list[str]:
    """The tags that carry a signature of the key, in plmctl's eyes and in Git's."""
    (folder.path.parent / "allowed").write_bytes(key.allowed())
    allowed = f"gpg.ssh.allowedSignersFile={folder.path.parent / 'allowed'}"
    found = []
    with opened(folder) as repo:
        for tag in repo.tags():
            signature = repo.signature(tag.object_id, tag.name, Signers(ssh=key.allowed()))
            is_good = signature.trust is Trust.TRUSTED
            folder.git("-c", allowed, "verify-tag", tag.name, code=0 if is_good else 1)
            found += [tag.name] if is_good else []
    return found


def test_the_registry_tag_is_signed_where_git_signs_tags(tmp_path: Path, key: SshKey) -> None:
    folder = signing(shop(tmp_path / "shop"), key, **{"tag.gpgSign": "true"})
    make_release(folder)
    assert trusted(folder, key) == ["v1.0.0"]
    # What a signed tag says is read as that of any other.
    folder.commit({"prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")
    assert make_release(folder) == ("application/desk 1.1.0", "prompt/greet 1.1.0")
    assert trusted(folder, key) == ["v1.0.0", "v1.1.0"]
    assert failures(verified(folder, "plm.lock")) == []


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_every_tag_is_signed_where_the_registry_says_so(form: str, tmp_path: Path, key: SshKey) -> None:
    folder = signing(shop(tmp_path / "shop", object_format=form), key)
    folder.commit({"plmctl.yaml": f"{SETTINGS}spec: {{release: {{sign: all}}}}\n"}, "sign all")
    make_release(folder)
    assert trusted(folder, key) == ALL


def test_no_tag_is_signed_where_the_registry_says_so(tmp_path: Path, key: SshKey) -> None:
    folder = signing(shop(tmp_path / "shop"), key, **{"tag.gpgSign": "true"})
    folder.commit({"plmctl.yaml": f"{SETTINGS}spec: {{release: {{sign: none}}}}\n"}, "sign none")
    make_release(folder)
    assert trusted(folder, key) == []


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_the_commit_is_signed_where_git_signs_commits(form: str, tmp_path: Path, key: SshKey) -> None:
    folder = signing(shop(tmp_path / "shop", object_format=form), key, **{"commit.gpgSign": "true"})
    make_release(folder)
    (tmp_path / "allowed").write_bytes(key.allowed())
    allowed = f"gpg.ssh.allowedSignersFile={tmp_path / 'allowed'}"
    folder.git("-c", allowed, "verify-commit", "HEAD")
    assert folder.git("log", "-1", "--format=%s") == "Release v1.0.0"
    # As Git would have made it: the same signature at the same place.
    ours = folder.git("cat-file", "commit", "HEAD")
    folder.git("commit", "-q", "--amend", "-S", "--no-edit", "--reset-author")
    assert folder.git("cat-file", "commit", "HEAD") == ours
    assert trusted(folder, key) == []
    assert failures(verified(folder, "plm.lock")) == []


@pytest.mark.parametrize("asked", ["Git", "registry"])
def test_a_missing_key_stops_plan_and_release_before_anything_is_written(
    asked: str, tmp_path: Path, key: SshKey
) -> None:
    more = {"tag.gpgSign": "true", "commit.gpgSign": "true"} if asked == "Git" else {}
    folder = signing(shop(tmp_path / "shop"), key, **{"user.signingKey": "/none"}, **more)
    if asked == "registry":
        folder.commit({"plmctl.yaml": f"{SETTINGS}spec: {{release: {{sign: registry}}}}\n"}, "sign")
    before = footprint(folder.path)
    said = "cannot sign with the SSH key /none: Couldn't load public key /none: No such file or directory"
    for report in (planned_release(folder).report, attempted_release(folder)):
        what = "commits and tags" if asked == "Git" else "tags"
        assert problems(report) == [f"3: {what} are to be signed here: {said}"]
    assert footprint(folder.path) == before
