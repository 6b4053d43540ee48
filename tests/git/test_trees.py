import zlib

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.ports import EntryKind, TooLarge, Tree, Unreadable
from plmctl.git.entries import TreeEntry, kind_of_mode, tree_entries
from plmctl.git.objects import ObjectReader, object_id
from plmctl.git.process import Git
from plmctl.git.trees import MOST_PATHS, CommitTree
from tests.git.builder import Folder, Opener

LIMIT = 1 << 20
ID = "ab" * 20


def raw_tree(*entries: tuple[str, bytes, str]) -> bytes:
    return b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)


def store_tree(folder: Folder, *entries: tuple[str, bytes, str]) -> str:
    """The id of a tree that Git would refuse to make, written as a loose object."""
    return folder.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw_tree(*entries))


def commit_of(folder: Folder, tree: str) -> str:
    return folder.git("commit-tree", "-m", "crafted", tree)


@pytest.fixture
def mixed(empty: Folder) -> Tree:
    """A commit with a file, a folder, links and a submodule."""
    empty.write("folder/deep/file.txt", "deep")
    (empty.path / "link").symlink_to("folder")
    empty.git("update-index", "--add", "--cacheinfo", f"160000,{ID},sub")
    empty.write("name\nline", "n")
    empty.git("add", "folder", "link", "name\nline")
    empty.git("commit", "-q", "-m", "mixed")
    return CommitTree(opened_reader(empty), empty.git("rev-parse", "HEAD^{tree}"))


def opened_reader(folder: Folder) -> ObjectReader:
    return ObjectReader(Git.installed(str(folder.path), folder.environment), "sha1")


def test_paths_are_those_of_the_commit(mixed: Tree) -> None:
    expected = ["folder/deep/file.txt", "link", "name\nline", "sub"]
    assert list(mixed.paths()) == expected
    assert list(mixed.paths()) == expected


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", EntryKind.FOLDER),
        (".", EntryKind.FOLDER),
        ("folder", EntryKind.FOLDER),
        ("folder/deep/file.txt", EntryKind.FILE),
        ("folder/deep/file.txt/x", None),
        ("folder/none/file.txt", None),
        ("none", None),
        ("../none", None),
        ("/folder", None),
        ("link", EntryKind.LINK),
        ("link/deep/file.txt", EntryKind.LINK),
        ("sub", EntryKind.SUBMODULE),
        ("sub/x", EntryKind.SUBMODULE),
    ],
)
def test_kind_says_what_stands_there_or_on_the_way(path: str, kind: EntryKind | None, mixed: Tree) -> None:
    assert mixed.kind(path) is kind


def test_a_file_is_read_as_it_is_stored(mixed: Tree) -> None:
    mixed.prefetch(["folder/deep/file.txt", "link", "none"])
    assert mixed.read("folder/deep/file.txt", limit=4) == b"deep"
    with pytest.raises(TooLarge):
        mixed.read("folder/deep/file.txt", limit=3)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("none", "no such file"),
        ("none/none", "no such file"),
        ("link", "not a file but a symbolic link"),
        ("link/deep/file.txt", "not a file but a symbolic link"),
        ("folder", "not a file but a folder"),
        ("sub", "not a file but a submodule"),
    ],
)
def test_what_is_no_file_cannot_be_read(path: str, why: str, mixed: Tree) -> None:
    with pytest.raises(Unreadable, match=f"^{why}$"):
        mixed.read(path, limit=LIMIT)


@pytest.mark.parametrize("name", [b"..", b".", b".git", b".GIT", b"a/b", b""])
def test_a_name_that_no_checkout_may_have_is_refused(name: bytes, empty: Folder, opened: Opener) -> None:
    blob = empty.git("hash-object", "-w", "--stdin")
    tree = store_tree(empty, ("100644", name, blob))
    with pytest.raises(IntegrityError) as caught:
        list(opened(empty).commit_tree(commit_of(empty, tree)).paths())
    assert caught.value.message == f"tree {tree} has a forbidden name: {name.decode()!r}"


def test_a_name_that_stands_twice_is_refused() -> None:
    data = raw_tree(("100644", b"a", ID), ("40000", b"a", ID))
    with pytest.raises(IntegrityError, match=f"tree {ID} has a forbidden name: 'a'"):
        tree_entries(ID, data)


@pytest.mark.parametrize(
    "data",
    [
        b"x",
        b"100644 a",
        b"100644 a\0abc",
        b" a\0" + b"x" * 20,
        b"1006x4 a\0" + b"x" * 20,
        b"181 a\0" + b"x" * 20,
    ],
)
def test_a_malformed_tree_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match=f"tree {ID} is malformed"):
        tree_entries(ID, data)


def test_a_tree_may_have_any_other_name() -> None:
    data = raw_tree(("100755", b"\xff .git", ID))
    name = "\udcff .git"
    assert dict(tree_entries(ID, data)) == {name: TreeEntry(mode=0o100755, name=name, object_id=ID)}


def test_a_mode_that_git_does_not_know_is_a_special_file() -> None:
    assert kind_of_mode(0o10644) is EntryKind.OTHER


def test_a_tree_of_more_paths_than_a_disk_could_hold_is_refused(empty: Folder, opened: Opener) -> None:
    oid, mode = empty.git("hash-object", "-w", "--stdin"), "100644"
    for _ in range(7):
        oid, mode = store_tree(empty, *((mode, b"%d" % n, oid) for n in range(10))), "40000"
    assert MOST_PATHS < 10**7
    with pytest.raises(PlmctlError) as caught:
        list(opened(empty).commit_tree(commit_of(empty, oid)).paths())
    assert caught.value.message == f"tree {oid} has too many or too long paths"


def test_a_tree_object_that_was_swapped_is_told(committed: Folder, opened: Opener) -> None:
    tree = committed.git("rev-parse", "HEAD:prompts")
    other = committed.git("rev-parse", "HEAD^{tree}")
    committed.loose(tree).write_bytes(committed.loose(other).read_bytes())
    with pytest.raises(IntegrityError, match=f"object {tree} is corrupt"):
        list(opened(committed).commit_tree(committed.git("rev-parse", "HEAD")).paths())


def test_the_tree_of_what_is_no_commit_is_an_error(committed: Folder, opened: Opener) -> None:
    blob = committed.git("rev-parse", "HEAD:a.yaml")
    with pytest.raises(PlmctlError, match=f"not a commit: {blob}"):
        opened(committed).commit_tree(blob)


def test_ids_are_those_of_git(empty: Folder) -> None:
    assert object_id("sha1", "blob", b"x") == empty.git("hash-object", "--stdin", stdin=b"x")


def test_a_tree_of_endless_depth_is_refused(empty: Folder, opened: Opener) -> None:
    oid = empty.git("hash-object", "-t", "tree", "-w", "--stdin")
    for _ in range(18):
        oid = store_tree(empty, ("40000", b"x" * 250, oid))
    with pytest.raises(PlmctlError) as caught:
        list(opened(empty).commit_tree(commit_of(empty, oid)).paths())
    assert caught.value.message == f"tree {oid} has too many or too long paths"


def test_a_deep_tree_is_walked_without_recursion(empty: Folder) -> None:
    oid, mode = empty.git("hash-object", "-w", "--stdin", stdin=b"deep"), "100644"
    for _ in range(1200):
        raw = raw_tree((mode, b"d", oid))
        path = empty.path / ".git" / "objects" / object_id("sha1", "tree", raw)[:2]
        path.mkdir(exist_ok=True)
        oid, mode = object_id("sha1", "tree", raw), "40000"
        (path / oid[2:]).write_bytes(zlib.compress(b"tree %d\0" % len(raw) + raw))
    tree = CommitTree(opened_reader(empty), oid)
    path_of_file = "/".join(["d"] * 1200)
    assert list(tree.paths()) == [path_of_file]
    assert tree.kind(path_of_file) is EntryKind.FILE
    assert tree.read(path_of_file, limit=LIMIT) == b"deep"
