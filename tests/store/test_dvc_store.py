"""A store over a project with real DVC, whose remote is a folder."""

from plmctl.core.inventory import Counted, Inventory, Measured
from plmctl.core.ports import Store
from tests.store.dvc import HELLO, RECORD, RECORD_SHA256, ROWS, SHA256, Project, file, folder, store


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
    assert one == Measured(md5=RECORD.md5, size=9, sha256=f"sha256:{RECORD_SHA256}")


def test_both_hashes_are_computed_when_asked(pushed: Project) -> None:
    measured = store(pushed).measured("data/faq", with_sha256=True)
    assert measured is not None
    assert measured.inventory is not None
    assert [row.sha256 for row in measured.inventory.rows] == list(SHA256)
    assert measured.sha256 == measured.inventory.sha256


def test_data_is_counted_without_reading(pushed: Project) -> None:
    assert store(pushed).counted("data/faq") == Counted(size=7, nfiles=3)
    assert store(pushed).counted("data/one.jsonl") == Counted(size=9)


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
