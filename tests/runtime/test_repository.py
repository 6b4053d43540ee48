"""What a service loads from a repository: its objects, never its work tree."""

from pathlib import Path

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.value import as_items, as_mapping
from plmctl.runtime import load
from tests.commands.builder import LOCK, copied, released_shop
from tests.git.builder import Folder
from tests.git.signatory import ssh_key


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with three releases. Read it, or copy it."""
    return released_shop(tmp_path_factory.mktemp("registry") / "shop")


def text(lock: Path, source: Path) -> str:
    """What the prompt of a lock says."""
    (message,) = as_items(load(lock, source=source).artifact("prompt/greet").spec["messages"])
    return str(as_mapping(message)["content"])


def test_a_repository_gives_what_was_locked_whatever_its_work_tree_has(shop: Folder, tmp_path: Path) -> None:
    folder = copied(shop, tmp_path / "shop")
    folder.write("prompts/greet.md", "Be rude.\n")
    bare = tmp_path / "bare.git"
    folder.git("clone", "-q", "--bare", ".", str(bare))
    for source in (folder.path, folder.path / "prompts", bare):
        assert text(folder.path / LOCK, source) == "Greet {{name}} warmly."
        assert text(folder.path / "plm.lock", source) == "Greet {{name}} very warmly."


def test_a_lock_whose_release_is_not_there_is_refused(shop: Folder, tmp_path: Path) -> None:
    folder = copied(shop, tmp_path / "shop")
    folder.git("tag", "-d", "v1.2.0")
    with pytest.raises(PlmctlError) as caught:
        load(folder.path / "plm.lock", source=folder.path)
    assert caught.value.message == f"the registry tag v1.2.0 is not in {folder.path}"
    assert caught.value.hint == "run 'git fetch --tags' there; 'plmctl verify' says more"


def test_a_lock_of_another_commit_than_its_tag_is_refused(shop: Folder, tmp_path: Path) -> None:
    lock = tmp_path / "desk.lock"
    was, other = (shop.git("rev-parse", f"{tag}^{{commit}}") for tag in ("v1.1.0", "v1.0.0"))
    lock.write_text((shop.path / LOCK).read_text(encoding="utf-8").replace(was, other), encoding="utf-8")
    with pytest.raises(IntegrityError) as caught:
        load(lock, source=shop.path)
    assert caught.value.message == "v1.1.0 is not of the commit that was locked"


def test_signers_are_asked_of_a_repository_too(shop: Folder, tmp_path: Path) -> None:
    folder, key, signers = copied(shop, tmp_path / "shop"), ssh_key(tmp_path), tmp_path / "signers"
    signers.write_bytes(key.allowed())
    lock = folder.path / "plm.lock"
    with pytest.raises(IntegrityError, match=r"v1\.2\.0 is not signed"):
        load(lock, source=folder.path, signers=signers)
    message = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    settings = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key.path}")
    folder.git(*settings, "tag", "-f", "-s", "-m", message, "v1.2.0", "v1.2.0^{commit}")
    revoked = tmp_path / "revoked"
    revoked.write_bytes(b"")
    registry = load(lock, source=folder.path, signers=signers, revoked=revoked)
    assert registry.lock.source.release == "v1.2.0"
    assert (registry.refresh(), registry.stale) == (False, None)
    # The lock is the same, and who signed its release counts no more.
    revoked.write_text(f"{key.public}\n", encoding="utf-8")
    assert registry.refresh() is False
    assert registry.stale is not None
    assert registry.stale.endswith(f"which {revoked} revokes")


def test_the_lock_of_the_release_is_read_for_signers_alone(shop: Folder, tmp_path: Path) -> None:
    folder, signers = copied(shop, tmp_path / "shop"), tmp_path / "signers"
    signers.write_bytes(ssh_key(tmp_path).allowed())
    lock = tmp_path / "plm.lock"
    lock.write_bytes((folder.path / "plm.lock").read_bytes())
    state = folder.git("rev-parse", "v1.2.0:plm.lock")
    (folder.path / ".git/objects" / state[:2] / state[2:]).unlink()
    assert text(lock, folder.path) == "Greet {{name}} very warmly."
    with pytest.raises(PlmctlError) as caught:
        load(lock, source=folder.path, signers=signers)
    assert caught.value.message == f"object {state} is not in this repository"


def test_a_lock_that_is_the_same_is_not_looked_up_again(shop: Folder, tmp_path: Path) -> None:
    folder, lock = copied(shop, tmp_path / "shop"), tmp_path / "desk.lock"
    lock.write_bytes((shop.path / LOCK).read_bytes())
    registry = load(lock, source=folder.path)
    (folder.path / ".git").rename(tmp_path / "gone")
    assert (registry.refresh(), registry.stale) == (False, None)
    lock.write_bytes(lock.read_bytes() + b" ")
    assert registry.refresh() is False
    assert registry.stale is not None
    # As long as it is stale it looks again, and says what is wrong now.
    lock.write_bytes((shop.path / LOCK).read_bytes())
    assert registry.refresh() is False
    assert registry.stale is not None
    (tmp_path / "gone").rename(folder.path / ".git")
    assert [registry.refresh(), registry.stale] == [False, None]
