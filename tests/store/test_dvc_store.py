"""A store over a project with real DVC, whose remote is a folder."""

import shutil
from pathlib import Path

import pytest

from plmctl.core.inventory import Counted, Inventory, Measured, Row
from plmctl.core.pointer import Pointer, read_pointer
from plmctl.core.ports import Store
from plmctl.store.dvc import DvcStore
from tests.store.dvc import Project

# md5 and sha256 as md5sum and sha256sum print them; the md5 of the folder as DVC 3.67.1 writes it.
HELLO = Row(relpath="a.txt", md5="b1946ac92492d2347c6235b4d2611184", size=6)
NONE = Row(relpath="sub/none", md5="d41d8cd98f00b204e9800998ecf8427e", size=0)
ONE = Row(relpath="sub/é😀.txt", md5="c4ca4238a0b923820dcc509a6f75849b", size=1)
ROWS = (HELLO, NONE, ONE)
SHA256 = (
    "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
)


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A folder and a file that were added, committed and pushed to the remote `store`, a folder."""
    project = Project.made(tmp_path_factory.mktemp("pushed"))
    (project.path / ".dvc" / "config").write_text(
        "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../remote\n"
    )
    for row, content in zip(ROWS, ("hello\n", "", "1"), strict=True):
        project.write(f"data/faq/{row.relpath}", content)
    project.write("data/one.jsonl", "1")
    project.dvc("add", "--quiet", "data/faq", "data/one.jsonl")
    project.dvc("push", "--quiet")
    return project


@pytest.fixture
def project(pushed: Project, tmp_path: Path) -> Project:
    """A copy of it for a test that changes something."""
    top = tmp_path.resolve() / "copy"
    shutil.copytree(pushed.path.parent, top, symlinks=True)
    return Project(path=top / "repo", environment=pushed.environment)


def store(project: Project) -> DvcStore:
    return DvcStore(str(project.path), project.environment)


def pointer(project: Project, path: str) -> Pointer:
    found = read_pointer(path, (project.path / path).read_bytes())
    assert isinstance(found, Pointer)
    return found


def folder(project: Project) -> Pointer:
    return pointer(project, "data/faq.dvc")


def file(project: Project) -> Pointer:
    return pointer(project, "data/one.jsonl.dvc")


def test_it_is_a_store(pushed: Project) -> None:
    port: Store = store(pushed)
    assert port.counted("nothing/here") is None
    assert port.measured("nothing/here") is None


def test_what_lies_in_the_work_tree_is_measured(pushed: Project) -> None:
    found = folder(pushed)
    measured = store(pushed).measured("data/faq")
    assert measured == Measured(md5=found.md5, size=7, inventory=Inventory(rows=ROWS))
    assert (found.size, found.nfiles) == (7, 3)
    one = store(pushed).measured("data/one.jsonl", with_sha256=True)
    assert one == Measured(md5=ONE.md5, size=1, sha256=f"sha256:{SHA256[2]}")


def test_both_hashes_are_computed_when_asked(pushed: Project) -> None:
    measured = store(pushed).measured("data/faq", with_sha256=True)
    assert measured is not None
    assert measured.inventory is not None
    assert [row.sha256 for row in measured.inventory.rows] == list(SHA256)
    assert measured.sha256 == measured.inventory.sha256


def test_data_is_counted_without_reading(pushed: Project) -> None:
    assert store(pushed).counted("data/faq") == Counted(size=7, nfiles=3)
    assert store(pushed).counted("data/one.jsonl") == Counted(size=1)


def test_the_listing_is_read_from_the_cache_with_sizes(pushed: Project) -> None:
    assert store(pushed).listing(folder(pushed)) == Inventory(rows=ROWS)
    assert store(pushed).listing(file(pushed)) is None


def test_the_content_is_read_from_the_cache(pushed: Project) -> None:
    pieces = store(pushed).content(folder(pushed), HELLO.md5)
    assert pieces is not None
    assert b"".join(pieces) == b"hello\n"
    assert store(pushed).content(folder(pushed), "0" * 32) is None


def test_all_that_was_pushed_is_in_cache_and_remote(pushed: Project) -> None:
    both = [folder(pushed), file(pushed)]
    assert store(pushed).not_in_cache(both) == ()
    assert store(pushed).not_in_remote(both) == ()
    assert store(pushed).remote_of(folder(pushed)) == "store"
