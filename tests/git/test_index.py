import shutil
from pathlib import Path

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.ports import EntryKind, TooLarge, Unreadable
from tests.git.builder import Folder, Opener

LIMIT = 1 << 20


@pytest.fixture
def staged(committed: Folder) -> Folder:
    """A repository where what is staged is neither what is committed nor what is on disk."""
    committed.write("a.yaml", "a: staged\n")
    (committed.path / "link").symlink_to("prompts")
    committed.git("update-index", "--add", "--cacheinfo", f"160000,{'ab' * 20},sub")
    committed.git("add", "a.yaml", "link")
    committed.write("a.yaml", "a: on disk\n")
    return committed


@pytest.fixture
def conflicted(committed: Folder) -> Folder:
    """A repository in the middle of a merge."""
    committed.git("switch", "-q", "-c", "side")
    committed.commit({"a.yaml": "a: side\n"})
    committed.git("switch", "-q", "main")
    committed.commit({"a.yaml": "a: main\n"})
    committed.git("merge", "-q", "side", code=1)
    return committed


def test_what_is_staged_is_read(staged: Folder, opened: Opener) -> None:
    index = opened(staged).index()
    index.prefetch(["a.yaml", "link", "none"])
    assert list(index.paths()) == ["a.yaml", "link", "prompts/b.yaml", "sub"]
    assert index.read("a.yaml", limit=10) == b"a: staged\n"
    with pytest.raises(TooLarge):
        index.read("a.yaml", limit=9)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", EntryKind.FOLDER),
        (".", EntryKind.FOLDER),
        ("a.yaml", EntryKind.FILE),
        ("a.yaml/x", None),
        ("prompts", EntryKind.FOLDER),
        ("prompts/b.yaml", EntryKind.FILE),
        ("link/b.yaml", EntryKind.LINK),
        ("sub", EntryKind.SUBMODULE),
        ("sub/x", EntryKind.SUBMODULE),
        ("none", None),
    ],
)
def test_kind_says_what_is_staged_there_or_on_the_way(
    path: str, kind: EntryKind | None, staged: Folder, opened: Opener
) -> None:
    assert opened(staged).index().kind(path) is kind


@pytest.mark.parametrize(
    ("path", "why"), [("none", "no such file"), ("link/b.yaml", "not a file but a symbolic link")]
)
def test_what_is_no_staged_file_cannot_be_read(path: str, why: str, staged: Folder, opened: Opener) -> None:
    with pytest.raises(Unreadable, match=f"^{why}$"):
        opened(staged).index().read(path, limit=LIMIT)


def test_an_unresolved_merge_names_its_files(conflicted: Folder, opened: Opener) -> None:
    index = opened(conflicted).index()
    with pytest.raises(PlmctlError) as caught:
        index.paths()
    assert caught.value.exit_code == 3
    assert caught.value.message == "unresolved merge conflicts: a.yaml"
    assert caught.value.hint == "resolve them, then run 'git add'"


def test_the_work_tree_of_an_unresolved_merge_is_what_is_on_disk(conflicted: Folder, opened: Opener) -> None:
    tree = opened(conflicted).work_tree()
    assert list(tree.paths()) == ["a.yaml", "prompts/b.yaml"]
    assert tree.read("a.yaml", limit=LIMIT).startswith(b"<<<<<<< HEAD\n")


def test_the_index_that_git_names_to_a_hook_is_used(committed: Folder, opened: Opener) -> None:
    shutil.copy(committed.path / ".git" / "index", committed.path / ".git" / "next-index")
    oid = committed.git("hash-object", "-w", "--stdin", stdin=b"a: hook\n")
    hook = committed.at(committed.path)
    other = {**hook.environment, "GIT_INDEX_FILE": ".git/next-index"}
    Folder(path=committed.path, environment=other).git("update-index", "--cacheinfo", f"100644,{oid},a.yaml")
    for name in (".git/next-index", str(committed.path / ".git" / "next-index")):
        assert opened(committed, GIT_INDEX_FILE=name).index().read("a.yaml", limit=LIMIT) == b"a: hook\n"
    assert opened(committed).index().read("a.yaml", limit=LIMIT) == b"a: 1\n"


def test_an_index_outside_the_git_directory_is_not_used(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    (tmp_path / "index").write_bytes(b"garbage")
    (committed.path / ".git" / "link").symlink_to(tmp_path / "index")
    for name in (str(tmp_path / "index"), ".git/../../index", ".git/link", "index", ".git", ".gitx/index"):
        assert opened(committed, GIT_INDEX_FILE=name).index().kind("a.yaml") is EntryKind.FILE


def test_a_name_in_the_index_that_no_checkout_may_have_is_refused(committed: Folder, opened: Opener) -> None:
    path = committed.path / ".git" / "index"
    crafted = path.read_bytes()[:-20].replace(b"prompts/b.yaml", b"../../x/b.yaml")
    # Twenty zeros instead of a checksum: not checked (index.skipHash).
    path.write_bytes(crafted + bytes(20))
    with pytest.raises(IntegrityError) as caught:
        opened(committed).index().paths()
    assert caught.value.message == "the index has a forbidden name: '../../x/b.yaml'"
