"""What moves data: fetched, written, pushed and added by the real DVC, and refused before it is called."""

import json
import os
import shutil
from hashlib import md5
from pathlib import Path

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.inventory import BrokenListing
from plmctl.core.pointer import Pointer
from plmctl.store.objects import Objects
from plmctl.store.writing import Part, written
from tests.store.dvc import (
    HELLO,
    ONE,
    RECORD,
    Project,
    cached,
    file,
    folder,
    in_remote,
    pointer,
    rewritten,
    store,
)


def part(project: Project) -> Part:
    """The folder of data, as the cache has it."""
    cache = Objects(folder=str(project.path / ".dvc/cache"))
    return Part(cache=cache, pointer=folder(project), below="data/faq")


def with_listing(project: Project, listing: bytes) -> Pointer:
    """A pointer to a folder of such a listing, as somebody who may write cache and pointer makes it."""
    name = md5(listing).hexdigest() + ".dir"
    place = cached(project, name)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(listing)
    text = f"outs:\n- md5: {name}\n  size: 6\n  nfiles: 1\n  hash: md5\n  path: bad\n"
    project.write("data/bad.dvc", text)
    return pointer(project, "data/bad.dvc")


def test_data_that_the_cache_lost_is_pulled_from_the_remote(project: Project) -> None:
    shutil.rmtree(project.path / ".dvc/cache")
    shutil.rmtree(project.path / "data/faq")
    here = store(project)
    assert here.not_in_cache([folder(project), file(project)]) == (folder(project), file(project))
    here.pull([folder(project)])
    assert here.not_in_cache([folder(project), file(project)]) == (file(project),)
    assert (project.path / "data/faq/sub/é😀.txt").read_bytes() == b"1"
    assert here.measured("data/faq") == store(project).measured("data/faq")


def test_what_the_remote_lost_is_told_and_pushed_again(project: Project) -> None:
    in_remote(project, HELLO.md5).unlink()
    here = store(project)
    # DVC itself, asked without --granular, says that nothing is missing, and pushes nothing.
    assert here.not_in_remote([file(project), folder(project)]) == (folder(project),)
    listing = in_remote(project, folder(project).md5)
    with pytest.raises(PlmctlError) as caught:
        here.push([file(project), folder(project)])
    assert caught.value.message == (
        "the DVC remote 'store' has lost files of 'data/faq.dvc', which DVC does not see"
    )
    assert caught.value.hint == f"delete {listing} there, then push it again"
    listing.unlink()
    here.push([file(project), folder(project)])
    assert here.not_in_remote([file(project), folder(project)]) == ()
    assert in_remote(project, HELLO.md5).read_bytes() == b"hello\n"


def test_a_folder_asked_by_dvc_has_the_same_answer(project: Project) -> None:
    in_remote(project, HELLO.md5).unlink()
    both = [file(project), folder(project)]
    direct = store(project).not_in_remote(both)
    # With any other setting of the remote plmctl asks DVC.
    config = project.path / ".dvc/config"
    config.write_text(config.read_text() + "    jobs = 1\n")
    assert store(project).not_in_remote(both) == direct == (folder(project),)


def test_data_that_is_nowhere_is_not_pulled(project: Project) -> None:
    cached(project, ONE.md5).unlink()
    in_remote(project, ONE.md5).unlink()
    with pytest.raises(PlmctlError) as caught:
        store(project).pull([folder(project), file(project)])
    where = project.path.parent / "remote"
    assert (caught.value.message, caught.value.hint, caught.value.exit_code) == (
        "the DVC remote 'store' has not the whole data of 'data/faq.dvc'",
        f"it is looked for at {where}: whoever added it runs 'plmctl data push'",
        3,
    )
    where.rename(project.path.parent / "unmounted")
    with pytest.raises(PlmctlError) as caught:
        store(project).pull([folder(project)])
    assert caught.value.message == f"the DVC remote 'store' is not there: {where} is no folder"


def test_what_a_remote_elsewhere_lacks_only_dvc_knows(project: Project) -> None:
    cached(project, ONE.md5).unlink()
    in_remote(project, ONE.md5).unlink()
    # With any other setting of the remote plmctl leaves it to DVC.
    config = project.path / ".dvc/config"
    config.write_text(config.read_text() + "    jobs = 1\n")
    with pytest.raises(PlmctlError) as caught:
        store(project).pull([folder(project)])
    assert caught.value.message.startswith(
        "cannot fetch the data of 'data/faq.dvc' at the DVC remote 'store': "
    )
    assert caught.value.message.endswith("files failed to download")


def test_data_that_is_damaged_in_the_cache_is_not_said_to_lack_in_the_remote(project: Project) -> None:
    rewritten(cached(project, RECORD.md5), b"cut")
    with pytest.raises(IntegrityError) as caught:
        store(project).pull([file(project)])
    assert caught.value.message.startswith("'data/one.jsonl.dvc': 'data/one.jsonl' is damaged: the cache ")
    cached(project, RECORD.md5).unlink()
    store(project).pull([file(project)])


def test_data_that_is_nowhere_is_not_pushed(project: Project) -> None:
    for row in (ONE, RECORD):
        cached(project, row.md5).unlink()
        in_remote(project, row.md5).unlink()
    with pytest.raises(PlmctlError) as caught:
        store(project).push([folder(project), file(project)])
    assert caught.value.message == (
        "the data of 'data/faq.dvc', 'data/one.jsonl.dvc' is neither in the cache here nor in 'store'"
    )


def test_what_is_in_the_remote_alone_needs_no_push(project: Project) -> None:
    shutil.rmtree(project.path / ".dvc/cache")
    store(project).push([folder(project), file(project)])
    assert not (project.path / ".dvc/cache/files").exists()


def test_a_local_change_is_not_overwritten_by_a_pull(project: Project) -> None:
    shutil.rmtree(project.path / ".dvc/cache")
    place = project.path / "data/one.jsonl"
    place.unlink()
    place.write_text("mine")
    with pytest.raises(PlmctlError) as caught:
        store(project).pull([file(project)])
    assert caught.value.message == (
        "the data of 'data/one.jsonl.dvc' was fetched, but not put into the work tree: "
        "'data/one.jsonl' changed there"
    )
    assert caught.value.hint == (
        "to keep it, move data/one.jsonl away and run 'plmctl data pull' again; "
        "'dvc checkout --force data/one.jsonl' discards it"
    )
    assert place.read_text() == "mine"
    place.rename(project.path / "mine")
    store(project).pull([file(project)])
    assert place.read_text() == '{"q": 1}\n'
    (project.path / "data/faq/a.txt").unlink()
    (project.path / "data/faq/a.txt").write_text("mine")
    with pytest.raises(PlmctlError, match=r"the work tree: 'data/faq/a\.txt' changed there"):
        store(project).pull([folder(project)])


def test_data_is_added(project: Project) -> None:
    project.write("new/x.csv", "a,b\n1,2\n")
    here = store(project)
    assert here.add("new/x.csv") == "new/x.csv.dvc"
    added, measured = pointer(project, "new/x.csv.dvc"), here.measured("new/x.csv")
    assert measured is not None
    assert (added.md5, added.size) == (measured.md5, 8)
    assert here.not_in_cache([added]) == ()


def test_nothing_is_not_added(project: Project) -> None:
    with pytest.raises(PlmctlError) as caught:
        store(project).add("nothing")
    assert caught.value.message == "there is no data at 'nothing'"


@pytest.mark.parametrize("path", ["../outside", "/etc/x", "a/../../b"])
def test_a_listing_that_leaves_its_folder_writes_nothing(project: Project, tmp_path: Path, path: str) -> None:
    bad = with_listing(project, json.dumps([{"md5": HELLO.md5, "relpath": path}]).encode())
    here = store(project)
    assert isinstance(here.listing(bad), BrokenListing)
    before = sorted(str(each) for each in tmp_path.rglob("*"))
    said = "^'data/bad.dvc': the listing of the folder is refused: row 1"
    with pytest.raises(IntegrityError, match=said):
        here.pull([bad])
    with pytest.raises(IntegrityError, match=said):
        here.restore([bad], str(tmp_path / "out"))
    assert sorted(str(each) for each in tmp_path.rglob("*")) == before


def test_data_is_not_pulled_through_a_link(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.rmtree(project.path / "data/faq/sub")
    (project.path / "data/faq/sub").symlink_to(elsewhere)
    with pytest.raises(PlmctlError) as caught:
        store(project).pull([folder(project)])
    assert caught.value.message == (
        "'data/faq/sub' is a symbolic link to a folder: data would be written elsewhere"
    )
    shutil.rmtree(project.path / "data/faq")
    (project.path / "data/faq").symlink_to(elsewhere)
    with pytest.raises(PlmctlError, match="'data/faq' is a symbolic link to a folder"):
        store(project).pull([folder(project)])
    assert os.listdir(elsewhere) == []


def test_a_listing_that_was_changed_is_broken(project: Project) -> None:
    place = cached(project, folder(project).md5)
    place.chmod(0o644)
    place.write_bytes(b"[]")
    found = store(project).listing(folder(project))
    assert found == BrokenListing(
        message=f"the listing of 'data/faq' in {place} is not the one that was added: its md5 is "
        "d751713988987e9331980363e24189ce.dir",
        help="find out who wrote there; delete that file, then fetch it again with 'dvc fetch'",
    )
    assert store(project).not_in_cache([folder(project)]) == (folder(project),)


def test_content_that_was_changed_is_told_at_its_end(project: Project) -> None:
    place = cached(project, HELLO.md5)
    place.chmod(0o644)
    place.write_bytes(b"hellO\n")
    pieces = store(project).content(folder(project), HELLO.md5)
    assert pieces is not None
    with pytest.raises(IntegrityError) as caught:
        list(pieces)
    assert caught.value.message == (
        "the cache holds other bytes than those of md5 b1946ac92492d2347c6235b4d2611184: theirs is "
        f"{md5(b'hellO' + bytes([10])).hexdigest()}"
    )


def test_what_the_cache_has_not_is_not_written_in_part(project: Project, tmp_path: Path) -> None:
    cached(project, ONE.md5).unlink()
    (tmp_path / "empty").mkdir()
    for out in ("new", "empty"):
        with pytest.raises(PlmctlError) as caught:
            written([part(project)], str(tmp_path / out), None)
        assert caught.value.message == (
            "the cache here has not the data of 'data/faq.dvc': 'sub/é😀.txt' is missing"
        )
    assert not (tmp_path / "new").exists()
    assert os.listdir(tmp_path / "empty") == []
    cached(project, folder(project).md5).unlink()
    with pytest.raises(PlmctlError, match="its listing is missing"):
        written([part(project)], str(tmp_path / "new"), None)


def test_a_remote_that_is_not_configured_is_named(project: Project) -> None:
    with pytest.raises(PlmctlError) as caught:
        store(project).push([file(project)], "other")
    assert caught.value.message == "there is no DVC remote 'other' for the data of 'data/one.jsonl.dvc'"
    (project.path / ".dvc/config").write_text("")
    with pytest.raises(PlmctlError) as caught:
        store(project).not_in_remote([file(project)])
    assert caught.value.message == "no DVC remote is configured for the data of 'data/one.jsonl.dvc'"
    assert store(project).remote_of(file(project)) is None


def test_dvc_that_is_missing_is_named_with_the_line_that_installs_it(project: Project) -> None:
    from plmctl.store.process import Dvc

    with pytest.raises(PlmctlError) as caught:
        Dvc.installed(str(project.path), {"PATH": str(project.path)}, str(project.path), "/nowhere/python")
    assert caught.value.hint == "run pip install 'plmctl[dvc]'"


def test_a_damaged_cache_reaches_neither_work_tree_nor_remote(project: Project) -> None:
    shutil.rmtree(project.path.parent / "remote")
    shutil.rmtree(project.path / "data/faq")
    place = cached(project, HELLO.md5)
    rewritten(place, b"hello!")
    here = store(project)
    for move in (here.pull, here.push):
        with pytest.raises(IntegrityError) as caught:
            move([folder(project)])
        assert caught.value.message == (
            f"'data/faq.dvc': 'data/faq/a.txt' is damaged: the cache holds other bytes than those of md5 "
            f"{HELLO.md5}: theirs is {md5(b'hello!').hexdigest()}"
        )
        assert caught.value.hint == (
            f"find out who wrote {place}; delete it, then run 'plmctl data pull' again, "
            "or 'dvc commit' where the work tree has what was added"
        )
    assert not (project.path / "data/faq").exists()
    assert not (project.path.parent / "remote/files").exists()


def test_what_is_damaged_in_the_cache_is_named_to_who_restores_it(project: Project, tmp_path: Path) -> None:
    place = rewritten(cached(project, HELLO.md5), b"hello!")
    with pytest.raises(IntegrityError) as caught:
        store(project).restore([folder(project)], str(tmp_path / "out"))
    assert caught.value.message.startswith("'data/faq.dvc': 'data/faq/a.txt' is damaged: the cache holds")
    assert caught.value.hint == f"find out who wrote {place}; delete it, then run 'plmctl data pull' again"
    assert not (tmp_path / "out").exists()


def test_a_damaged_remote_does_not_reach_the_work_tree(project: Project) -> None:
    shutil.rmtree(project.path / ".dvc/cache")
    (project.path / "data/one.jsonl").unlink()
    place = rewritten(in_remote(project, RECORD.md5), b'{"q": 2}\n')
    with pytest.raises(IntegrityError) as caught:
        store(project).pull([file(project)])
    assert caught.value.message == (
        "'data/one.jsonl.dvc': 'data/one.jsonl' is damaged: the DVC remote 'store' holds other bytes than "
        "those of md5 93624dd0bec7d88d0abcd14d7b296c73: theirs is 04d2768c7e8d176ffb436197afec0889"
    )
    assert caught.value.hint == (
        f"find out who wrote {place}; delete {place}, then run 'plmctl data push' where the data is whole"
    )
    assert not (project.path / "data/one.jsonl").exists()


def test_a_file_that_was_cut_in_the_remote_is_damage_and_no_loss(project: Project) -> None:
    place = rewritten(in_remote(project, HELLO.md5), b"he")
    here = store(project)
    assert here.not_in_remote([folder(project)]) == (folder(project),)
    said = "^'data/faq.dvc': 'data/faq/a.txt' is damaged: the DVC remote 'store' holds other bytes"
    with pytest.raises(IntegrityError, match=said):
        here.push([folder(project)])
    shutil.rmtree(project.path / ".dvc/cache")
    with pytest.raises(IntegrityError, match=said):
        here.pull([folder(project)])
    assert place.read_bytes() == b"he"
