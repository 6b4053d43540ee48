import os
import shutil
import time
from pathlib import Path

import pytest

from plmctl.core.cache import MARGIN_NS, MemoryCache
from plmctl.core.known_files import KnownFiles
from plmctl.core.ports import EntryKind, TooLarge, Unreadable
from plmctl.git.disk import file_bytes, read_file, replacing, spare_name
from tests.commands.counting import counted
from tests.git.builder import Folder, Opener

LIMIT = 1 << 20


def read(folder: Folder, opened: Opener, path: str) -> bytes:
    return opened(folder).work_tree().read(path, limit=LIMIT)


def test_paths_are_tracked_and_new_ones_but_not_ignored_or_deleted(committed: Folder, opened: Opener) -> None:
    committed.commit({".gitignore": "*.log\n", "gone.yaml": "x", "into-folder": "x", "tracked.log": "x"})
    committed.git("add", "-f", "tracked.log")
    (committed.path / "gone.yaml").unlink()
    (committed.path / "into-folder").unlink()
    committed.write("into-folder/new.yaml", "n")
    committed.write("ignored.log", "i")
    committed.write("räksmörgås.yaml", "n")
    (committed.path / os.fsdecode(b"\xff.yaml")).write_bytes(b"n")
    nested = committed.path / "nested"
    nested.mkdir()
    committed.at(nested).git("init", "-q")
    committed.write("nested/inner.yaml", "x")
    tree = opened(committed).work_tree()
    assert list(tree.paths()) == [
        ".gitignore",
        "a.yaml",
        "into-folder/new.yaml",
        "prompts/b.yaml",
        "räksmörgås.yaml",
        "tracked.log",
        "\udcff.yaml",
    ]
    assert tree.read("\udcff.yaml", limit=LIMIT) == b"n"
    assert [tree.kind(p) for p in ("ignored.log", "gone.yaml", "nested/inner.yaml")] == [None, None, None]
    assert tree.kind("into-folder") is EntryKind.FOLDER


@pytest.mark.parametrize(
    "path",
    [".git/config", "../outside", "/etc/passwd", "prompts/../a.yaml", "a.yaml/x", "x\0y", "\ud800", "none/x"],
)
def test_nothing_else_on_the_disk_is_part_of_it(path: str, committed: Folder, opened: Opener) -> None:
    committed.write("../outside", "secret")
    tree = opened(committed).work_tree()
    assert tree.kind(path) is None
    with pytest.raises(Unreadable, match=r"^no such file$"):
        tree.read(path, limit=LIMIT)


def test_the_top_is_a_folder(committed: Folder, opened: Opener) -> None:
    tree = opened(committed).work_tree()
    assert [tree.kind(""), tree.kind("."), tree.kind("prompts")] == [EntryKind.FOLDER] * 3


def test_a_file_is_read_up_to_the_limit(committed: Folder, opened: Opener) -> None:
    tree = opened(committed).work_tree()
    assert tree.read("a.yaml", limit=5) == b"a: 1\n"
    with pytest.raises(TooLarge) as caught:
        tree.read("a.yaml", limit=4)
    assert (caught.value.size, caught.value.limit) == (5, 4)


def test_a_file_that_has_no_size_has_a_limit_too() -> None:
    with pytest.raises(TooLarge):
        file_bytes("/proc", "cpuinfo", 10)


def test_a_checkout_with_crlf_reads_as_git_stores_it(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    committed.commit({"crlf.txt": b"stored\r\nwith crlf\r\n", "lf.txt": b"one\ntwo\n"})
    clone = committed.at(tmp_path / "clone")
    committed.git("-c", "core.autocrlf=true", "clone", "-q", str(committed.path), str(clone.path))
    clone.git("config", "core.autocrlf", "true")
    shutil.rmtree(clone.path / "prompts")
    clone.git("-c", "core.autocrlf=true", "checkout", "-q", "-f", "HEAD", "--", ".")
    assert (clone.path / "lf.txt").read_bytes() == b"one\r\ntwo\r\n"
    tree = opened(clone).work_tree()
    commit = opened(committed).commit_tree(committed.git("rev-parse", "HEAD"))
    read_both = [(tree.read(p, limit=LIMIT), commit.read(p, limit=LIMIT)) for p in commit.paths()]
    assert [on_disk == stored for on_disk, stored in read_both] == [True] * 4


def test_the_limit_is_one_of_what_git_stores(committed: Folder, opened: Opener) -> None:
    """So that a file over it in one tree is over it in all."""
    committed.commit({"lf.yaml": b"a\nb\nc\n"})
    committed.write("lf.yaml", b"a\r\nb\r\nc\r\n")
    tree = opened(committed).work_tree()
    assert tree.read("lf.yaml", limit=6) == b"a\nb\nc\n"
    for limit, size in ((5, 6), (4, 9)):
        with pytest.raises(TooLarge) as caught:
            tree.read("lf.yaml", limit=limit)
        assert (caught.value.size, caught.value.limit) == (size, limit)


def test_a_changed_file_with_crlf_is_read_as_it_is(committed: Folder, opened: Opener) -> None:
    committed.write("a.yaml", b"a: 2\r\n")
    committed.write("new.yaml", b"n: 2\r\n")
    assert read(committed, opened, "a.yaml") == b"a: 2\r\n"
    assert read(committed, opened, "new.yaml") == b"n: 2\r\n"


def test_what_a_sparse_checkout_leaves_out_comes_from_the_index(committed: Folder, opened: Opener) -> None:
    committed.commit({"other/c.yaml": "c: 3\n"})
    committed.git("sparse-checkout", "set", "other")
    assert not (committed.path / "prompts").exists()
    tree = opened(committed).work_tree()
    tree.prefetch(["prompts/b.yaml", "a.yaml", "none"])
    assert list(tree.paths()) == ["a.yaml", "other/c.yaml", "prompts/b.yaml"]
    assert tree.read("prompts/b.yaml", limit=LIMIT) == b"b: 2\n"
    assert [tree.kind("prompts"), tree.kind("prompts/b.yaml")] == [EntryKind.FOLDER, EntryKind.FILE]


def test_what_is_marked_as_left_out_but_stands_on_the_disk_is_read_there(
    committed: Folder, opened: Opener
) -> None:
    committed.commit({"c.yaml": "c: 3\n", "d/e.yaml": "e: 4\n"})
    paths = ("a.yaml", "c.yaml", "d/e.yaml", "prompts/b.yaml")
    committed.git("update-index", "--skip-worktree", *paths)
    committed.write("a.yaml", "a: changed\n")
    (committed.path / "c.yaml").unlink()
    shutil.rmtree(committed.path / "d")
    shutil.rmtree(committed.path / "prompts")
    (committed.path / "prompts").symlink_to("..")
    tree = opened(committed).work_tree()
    tree.prefetch(paths)
    assert [tree.read(path, limit=LIMIT) for path in paths[:3]] == [b"a: changed\n", b"c: 3\n", b"e: 4\n"]
    assert [tree.kind(path) for path in ("d", "prompts/b.yaml")] == [EntryKind.FOLDER, EntryKind.LINK]


def test_a_link_is_never_followed(committed: Folder, opened: Opener) -> None:
    committed.write("../outside/secret.yaml", "secret")
    (committed.path / "file-link").symlink_to("a.yaml")
    (committed.path / "folder-link").symlink_to("../outside")
    shutil.rmtree(committed.path / "prompts")
    (committed.path / "prompts").symlink_to("../outside")
    committed.write("../outside/b.yaml", "not ours")
    tree = opened(committed).work_tree()
    assert list(tree.paths()) == ["a.yaml", "file-link", "folder-link", "prompts", "prompts/b.yaml"]
    for path in ("file-link", "folder-link", "folder-link/secret.yaml", "prompts", "prompts/b.yaml"):
        assert tree.kind(path) is EntryKind.LINK
        with pytest.raises(Unreadable, match=r"^not a file but a symbolic link$"):
            tree.read(path, limit=LIMIT)


def test_a_file_that_becomes_a_link_while_it_is_read_is_not_followed(
    committed: Folder, opened: Opener
) -> None:
    tree = opened(committed).work_tree()
    assert tree.kind("a.yaml") is EntryKind.FILE
    assert tree.kind("prompts/b.yaml") is EntryKind.FILE
    committed.write("../outside/b.yaml", "secret")
    (committed.path / "a.yaml").unlink()
    (committed.path / "a.yaml").symlink_to("../outside/b.yaml")
    shutil.rmtree(committed.path / "prompts")
    (committed.path / "prompts").symlink_to("../outside")
    with pytest.raises(Unreadable, match=r"^too many levels of symbolic links$"):
        tree.read("a.yaml", limit=LIMIT)
    with pytest.raises(Unreadable, match=r"^not a directory$"):
        tree.read("prompts/b.yaml", limit=LIMIT)


def test_a_fifo_does_not_hang(committed: Folder, opened: Opener) -> None:
    (committed.path / "a.yaml").unlink()
    os.mkfifo(committed.path / "a.yaml")
    os.mkfifo(committed.path / "new.yaml")
    tree = opened(committed).work_tree()
    assert list(tree.paths()) == ["a.yaml", "prompts/b.yaml"]
    assert [tree.kind("a.yaml"), tree.kind("new.yaml")] == [EntryKind.OTHER, EntryKind.OTHER]
    with pytest.raises(Unreadable, match=r"^not a file but a special file$"):
        tree.read("a.yaml", limit=LIMIT)
    with pytest.raises(Unreadable, match=r"^not a file but a special file$"):
        file_bytes(str(committed.path), "a.yaml", LIMIT)


def test_a_link_checked_out_as_a_file_is_still_a_link(committed: Folder, opened: Opener) -> None:
    (committed.path / "link").symlink_to("a.yaml")
    (committed.path / "other").symlink_to("a.yaml")
    (committed.path / "large").symlink_to("a.yaml")
    committed.commit({})
    for name, content in (("link", "a.yaml"), ("other", "now a file"), ("large", "x" * 5000)):
        (committed.path / name).unlink()
        committed.write(name, content)
    tree = opened(committed).work_tree()
    assert [tree.kind(n) for n in ("link", "other", "large")] == [
        EntryKind.LINK,
        EntryKind.FILE,
        EntryKind.FILE,
    ]


def test_a_submodule_is_no_folder(committed: Folder, opened: Opener, tmp_path: Path) -> None:
    source = committed.at(tmp_path / "source")
    committed.git("clone", "-q", str(committed.path), str(source.path))
    committed.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(source.path), "sub")
    tree = opened(committed).work_tree()
    assert list(tree.paths()) == [".gitmodules", "a.yaml", "prompts/b.yaml", "sub"]
    assert [tree.kind("sub"), tree.kind("sub/a.yaml")] == [EntryKind.SUBMODULE] * 2
    inside = opened(committed.path / "sub")
    assert inside.top == str(committed.path / "sub")
    assert list(inside.work_tree().paths()) == ["a.yaml", "prompts/b.yaml"]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("old", encoding="utf-8")
    (tmp_path / "f.plmctl-new").write_text("left by a killed run", encoding="utf-8")

    def fail() -> None:
        with replacing(str(tmp_path), "f", b"new"):
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} == {"f": "old"}
    with replacing(str(tmp_path), "f", b"new"):
        assert (tmp_path / "f").read_text(encoding="utf-8") == "old"
    assert {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} == {"f": "new"}


def test_a_file_is_written_in_the_git_directory_first_and_what_dead_runs_left_there_goes(
    tmp_path: Path,
) -> None:
    top, spare = tmp_path / "top", tmp_path / "spare"
    top.mkdir()
    spare.mkdir()
    (spare / spare_name("dead")).write_text("left by a killed run", encoding="utf-8")
    (spare / "other").write_text("not ours", encoding="utf-8")
    with replacing(str(top), "f", b"new", str(spare)):
        assert names(top) == []
        # A run that lives keeps what it writes.
        with replacing(str(top), "g", b"too", str(spare)):
            assert names(spare) == sorted(["other", spare_name("f"), spare_name("g")])
    assert (names(top), names(spare)) == (["f", "g"], ["other"])
    assert (top / "f").read_bytes() == b"new"


def test_from_another_file_system_a_file_is_written_beside_its_place(tmp_path: Path) -> None:
    # CI has what tests write in memory, others on a disk.
    places = [place for place in (Path("/dev/shm"), Path("/var/tmp")) if place.is_dir()]
    others = [place for place in places if place.stat().st_dev != tmp_path.stat().st_dev]
    if not others:
        pytest.skip("one file system is all there is")
    (elsewhere, *_) = others
    with replacing(str(tmp_path), "f", b"new", str(elsewhere)):
        assert names(tmp_path) == ["f.plmctl-new"]
    assert (names(tmp_path), (tmp_path / "f").read_bytes()) == (["f"], b"new")


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_content_has_one_identity_in_work_tree_index_and_commit(committed: Folder, opened: Opener) -> None:
    committed.write("a.yaml", "a: 1\r\n")
    (committed.path / "link").symlink_to("a.yaml")
    committed.git("add", "link")
    committed.commit({"crlf.yaml": "x\n"})
    committed.write("crlf.yaml", "x\r\n")
    repository = opened(committed)
    trees = (repository.work_tree(), repository.index(), repository.commit_tree(repository.resolve("HEAD")))
    # git hash-object, of "a: 1" and of "x" with a line feed each
    asked = ("a.yaml", "crlf.yaml", "link", "link/x", "prompts", "none")
    known = [
        "file a8c373d5a1e4f6ec5a0bb1b5c92fd8b45e29bd3c",
        "file 587be6b4c3f93f93c489c0111bba5596147a26cb",
        "symbolic link ",
        "symbolic link ",
        "folder ",
        "nothing ",
    ]
    found = [[tree.identity(path) for path in asked] for tree in trees]
    assert [one[1:] for one in found] == [known[1:]] * 3
    assert len({one[0] for one in found}) == 1


def test_what_is_known_of_a_file_is_its_identity_as_git_stores_it(committed: Folder, opened: Opener) -> None:
    committed.commit({"crlf.yaml": "x\n", "stored.yaml": "y\r\n"})
    committed.write("crlf.yaml", "x\r\n")
    asked = ("a.yaml", "crlf.yaml", "stored.yaml")
    cache = MemoryCache()

    def identities() -> tuple[list[str], int]:
        known = KnownFiles(cache, lambda: time.time_ns() + 2 * MARGIN_NS)
        tree = opened(committed).work_tree(known)
        with counted(read_file) as found:
            result = [tree.identity(path) for path in asked]
        known.keep()
        return result, found["read_file"]

    def plain() -> list[str]:
        tree = opened(committed).work_tree()
        return [tree.identity(path) for path in asked]

    assert identities() == (plain(), 3)
    assert identities() == (plain(), 0)
    # No file changes, and what Git has of it does: then its line ends are its own.
    committed.git("rm", "--quiet", "--cached", "crlf.yaml")
    # git hash-object --no-filters, of "x" with a carriage return and a line feed
    assert plain()[1] == "file db127bf6be70c2285b1d852d39387a37b01c3032"
    assert identities() == (plain(), 0)


def test_a_known_file_that_is_read_and_is_another_is_like_nothing_else(
    committed: Folder, opened: Opener
) -> None:
    cache = MemoryCache()
    first, second = (KnownFiles(cache, lambda: time.time_ns() + 2 * MARGIN_NS) for _ in range(2))
    opened(committed).work_tree(first).identity("a.yaml")
    first.keep()
    tree = opened(committed).work_tree(second)
    # git hash-object, of "a: 1" with a line feed
    assert tree.identity("a.yaml") == "file a8926a52d8dcba5c4386945476ab6a2ad008afd4"
    committed.write("a.yaml", "a: 2\n")
    assert tree.read("a.yaml", limit=LIMIT) == b"a: 2\n"
    assert tree.identity("a.yaml") == "file changed"


def test_what_changes_between_two_reads_is_like_nothing_else(committed: Folder, opened: Opener) -> None:
    tree = opened(committed).work_tree()
    tree.read("a.yaml", limit=LIMIT)
    before = tree.identity("a.yaml")
    committed.write("a.yaml", "a: 2\n")
    assert tree.identity("a.yaml") == before
    tree.read("a.yaml", limit=LIMIT)
    assert tree.identity("a.yaml") == "file changed"


def test_what_cannot_be_read_has_its_reason_for_an_identity(committed: Folder, opened: Opener) -> None:
    tree = opened(committed).work_tree()
    assert tree.kind("a.yaml") is EntryKind.FILE
    (committed.path / "a.yaml").unlink()
    assert tree.identity("a.yaml") == "unreadable no such file or directory"
