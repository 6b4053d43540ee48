import os
import re
import stat
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import EntryKind
from plmctl.git.repository import Repository
from tests.git.builder import Folder, Opener

LIMIT = 1 << 20


def test_a_repository_is_found_from_any_folder_of_it(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(committed.path)
    for start in (committed.path, committed.path / "prompts", tmp_path / "link" / "prompts"):
        found = opened(start)
        assert (found.top, found.git_dir) == (str(committed.path), str(committed.path / ".git"))
        assert (found.object_format, found.is_bare, found.is_shallow) == ("sha1", False, False)


def test_no_repository_is_an_error_with_the_next_command(tmp_path: Path, opened: Opener) -> None:
    with pytest.raises(PlmctlError) as caught:
        opened(tmp_path)
    assert (caught.value.exit_code, caught.value.message) == (3, f"not a Git repository: {tmp_path}")
    assert caught.value.hint == "run 'plmctl init' to make a registry here"


def test_no_folder_is_an_error(tmp_path: Path, opened: Opener) -> None:
    with pytest.raises(PlmctlError, match=r"no such folder: .*/none"):
        opened(tmp_path / "none")


def test_the_environment_of_a_hook_names_no_other_repository(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    other = committed.at(tmp_path / "other")
    committed.git("init", "-q", str(other.path))
    found = opened(
        committed,
        GIT_DIR=str(other.path / ".git"),
        GIT_WORK_TREE=str(other.path),
        GIT_OBJECT_DIRECTORY=str(other.path / ".git" / "objects"),
        GIT_CONFIG_PARAMETERS="'core.bare'='true'",
        GIT_CONFIG_GLOBAL=str(tmp_path / "none"),
    )
    assert found.top == str(committed.path)
    assert found.commit_tree(found.resolve("HEAD")).read("a.yaml", limit=LIMIT) == b"a: 1\n"


def test_a_repository_with_sha256_is_read_and_checked(tmp_path: Path, empty: Folder, opened: Opener) -> None:
    folder = empty.at(tmp_path / "sha256")
    empty.git("init", "-q", "--object-format=sha256", str(folder.path))
    commit = folder.commit({"a.yaml": "a: 1\n", "b/c.yaml": b"c\r\n"})
    folder.git("tag", "-a", "-m", "one", "v1")
    repository = opened(folder)
    assert repository.object_format == "sha256"
    assert repository.resolve("v1") == commit
    assert list(repository.commit_tree(commit).paths()) == ["a.yaml", "b/c.yaml"]
    assert repository.work_tree().read("b/c.yaml", limit=LIMIT) == b"c\r\n"
    assert [tag.commit for tag in repository.tags()] == [commit]


def test_a_shallow_clone_says_so(committed: Folder, opened: Opener, tmp_path: Path) -> None:
    committed.commit({"a.yaml": "a: 2\n"})
    committed.git("clone", "-q", "--depth=1", f"file://{committed.path}", str(tmp_path / "shallow"))
    assert opened(tmp_path / "shallow").is_shallow


def test_a_linked_worktree_is_one(committed: Folder, opened: Opener, tmp_path: Path) -> None:
    committed.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    committed.at(tmp_path / "side").write("new.yaml", "n")
    found = opened(tmp_path / "side")
    assert (found.top, found.head().branch) == (str(tmp_path / "side"), "side")
    assert found.git_dir == str(committed.path / ".git" / "worktrees" / "side")
    assert list(found.work_tree().paths()) == ["a.yaml", "new.yaml", "prompts/b.yaml"]


@pytest.fixture
def bare(committed: Folder, tmp_path: Path) -> Folder:
    """A bare repository."""
    committed.git("clone", "-q", "--bare", str(committed.path), str(tmp_path / "bare.git"))
    return committed.at(tmp_path / "bare.git")


def test_a_bare_repository_is_read_at_its_top(bare: Folder, opened: Opener) -> None:
    found = opened(bare)
    assert (found.top, found.is_bare) == (str(bare.path), True)
    assert list(found.commit_tree(found.resolve("main")).paths()) == ["a.yaml", "prompts/b.yaml"]
    for what, tree in (("work tree", found.work_tree), ("index", found.index)):
        with pytest.raises(PlmctlError) as caught:
            tree()
        assert caught.value.message == f"a bare repository has no {what}"
        assert caught.value.hint == "name a revision, as in '--rev main', or run it in a clone"


def test_below_its_top_a_bare_repository_is_refused(bare: Folder, opened: Opener) -> None:
    with pytest.raises(PlmctlError, match=r"not the top of a bare repository: .*/bare.git/refs"):
        opened(bare.path / "refs")


def test_a_bare_repository_inside_a_work_tree_is_refused(
    committed: Folder, bare: Folder, opened: Opener
) -> None:
    inside = committed.path / "prompts" / "trap"
    bare.path.rename(inside)
    with pytest.raises(PlmctlError) as caught:
        opened(inside)
    assert caught.value.message == f"a bare repository inside the work tree {committed.path}"
    assert caught.value.hint == f"run 'plmctl -C {committed.path} ...'"
    with pytest.raises(PlmctlError, match="a bare repository inside the work tree"):
        opened(committed.path / ".git")


def test_a_work_tree_declared_bare_has_no_work_tree(committed: Folder, opened: Opener) -> None:
    committed.git("config", "core.bare", "true")
    found = opened(committed)
    assert (found.top, found.is_bare) == (str(committed.path / ".git"), True)
    assert found.resolve("main") == committed.git("rev-parse", "main")


def test_a_work_tree_somewhere_else_is_refused(committed: Folder, opened: Opener, tmp_path: Path) -> None:
    for elsewhere in (tmp_path, tmp_path / "home", committed.path / "prompts"):
        committed.git("config", "core.worktree", str(elsewhere))
        with pytest.raises(PlmctlError) as caught:
            opened(committed)
        assert (
            caught.value.message
            == f"the repository's configuration puts the work tree elsewhere: {elsewhere}"
        )


def test_a_work_tree_of_another_repository_is_refused(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    committed.git("init", "-q", str(tmp_path))
    (tmp_path / "file").mkdir()
    committed.git("init", "-q", "--separate-git-dir", str(tmp_path / "its-git"), str(tmp_path / "file"))
    committed.path.rename(tmp_path / "file" / "repo")
    folder = committed.at(tmp_path / "file" / "repo")
    for elsewhere in (tmp_path, tmp_path / "file"):
        folder.git("config", "core.worktree", str(elsewhere))
        with pytest.raises(PlmctlError, match="puts the work tree elsewhere"):
            opened(folder)
    assert opened(tmp_path / "file").git_dir == str(tmp_path / "its-git")


def test_a_folder_with_a_newline_in_its_name_is_refused(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    committed.path.rename(tmp_path / "a\nb")
    with pytest.raises(PlmctlError, match=r"a folder's name has a newline: .*"):
        opened(tmp_path / "a\nb")


def test_a_repository_that_git_cannot_read_says_why(committed: Folder, opened: Opener) -> None:
    committed.write(".git/config", "[broken\n")
    with pytest.raises(PlmctlError, match=r"git rev-parse failed: bad config line 1 in file \.git/config"):
        opened(committed)


@pytest.fixture
def strange(committed: Folder, environment: dict[str, str], tmp_path: Path) -> Folder:
    """A repository that Git takes for another user's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    git = folder / "git"
    real = committed.at(Path("/")).environment["PATH"]
    git.write_text(
        f"#!/bin/sh\nPATH='{real}' GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec git \"$@\"\n", encoding="utf-8"
    )
    git.chmod(git.stat().st_mode | stat.S_IXUSR)
    environment["PATH"] = f"{folder}{os.pathsep}{real}"
    return committed


def test_a_repository_of_another_user_is_refused(strange: Folder, opened: Opener) -> None:
    with pytest.raises(PlmctlError) as caught:
        opened(strange)
    assert caught.value.message == f"the repository belongs to another user: {strange.path}"
    assert caught.value.hint is not None
    assert re.fullmatch(
        r"if you trust it, run 'git config --global --add safe.directory \S+'", caught.value.hint
    )


def test_a_repository_that_the_user_trusts_is_not(strange: Folder, opened: Opener, tmp_path: Path) -> None:
    (tmp_path / "home" / ".gitconfig").write_text(f"[safe]\n\tdirectory = {strange.path}\n", encoding="utf-8")
    assert opened(strange).work_tree().kind("a.yaml") is EntryKind.FILE


def test_a_repository_that_trusts_itself_is_refused(strange: Folder, opened: Opener) -> None:
    strange.write(".git/config", "[safe]\n\tdirectory = *\n")
    with pytest.raises(PlmctlError, match="the repository belongs to another user"):
        opened(strange)


def test_the_environment_is_the_process_own_by_default(committed: Folder) -> None:
    with Repository.discover(str(committed.path)) as repository:
        assert repository.top == str(committed.path)
