"""Bytes that are others than their md5 says: told as what they are, and where, before DVC deletes them."""

import shutil
from hashlib import md5
from pathlib import Path

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.pointer import Pointer
from tests.store.dvc import (
    HELLO,
    RECORD,
    Project,
    cached,
    file,
    folder,
    in_remote,
    rewritten,
    store,
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Written by hand: what is refused before DVC is called needs none."""
    return Project.filled(tmp_path)


def data_of(project: Project, name: str) -> tuple[Pointer, str]:
    """A pointer and the md5 of one of its objects."""
    one, many = file(project), folder(project)
    return {"file": (one, one.md5), "in a folder": (many, HELLO.md5), "listing": (many, many.md5)}[name]


@pytest.mark.parametrize("name", ["file", "in a folder", "listing"])
@pytest.mark.parametrize("mode", [0o644, 0o444])
def test_a_cache_that_was_cut_is_not_called_a_lack(name: str, mode: int, project: Project) -> None:
    wanted, of = data_of(project, name)
    place = rewritten(cached(project, of), b"[]", mode)
    shutil.rmtree(project.path.parent / "remote")
    here = store(project)
    for check in (here.push, here.check_cache):
        with pytest.raises(IntegrityError) as caught:
            check([wanted])
        assert str(place) in f"{caught.value.message} {caught.value.hint}"
        assert "remote" not in caught.value.message
    assert place.read_bytes() == b"[]"


@pytest.mark.parametrize("name", ["file", "in a folder", "listing"])
def test_a_damaged_remote_that_dvc_would_mend_by_deleting_is_told(name: str, project: Project) -> None:
    shutil.rmtree(project.path / ".dvc/cache")
    wanted, of = data_of(project, name)
    place = rewritten(in_remote(project, of), b"hello!", 0o644)
    here = store(project)
    with pytest.raises(IntegrityError) as caught:
        here.pull([wanted])
    found = md5(b"hello!").hexdigest()
    damage = {
        "file": f"'data/one.jsonl' is damaged: the DVC remote 'store' holds other bytes than those of md5 "
        f"{RECORD.md5}: theirs is {found}",
        "in a folder": f"'data/faq/a.txt' is damaged: the DVC remote 'store' holds other bytes than those of "
        f"md5 {HELLO.md5}: theirs is {found}",
        "listing": f"the listing of 'data/faq' in {place} is not the one that was added: its md5 is "
        f"{found}.dir",
    }
    assert caught.value.message == f"'{wanted.path}': {damage[name]}"
    listing = in_remote(project, folder(project).md5)
    places = f"{place} and {listing}" if name == "in a folder" else place
    assert caught.value.hint == (
        f"find out who wrote {place}; delete {places}, then run 'plmctl data push' where the data is whole"
    )
    assert place.read_bytes() == b"hello!"
    with pytest.raises(IntegrityError):
        here.check_remote(wanted)


def test_a_sound_remote_is_read_in_silence_and_so_is_what_is_not_there(project: Project) -> None:
    here = store(project)
    here.check_remote(folder(project))
    here.check_remote(file(project))
    in_remote(project, HELLO.md5).unlink()
    in_remote(project, folder(project).md5).unlink()
    here.check_remote(folder(project))
    # Of a remote elsewhere nothing is read.
    project.write(".dvc/config", "[core]\nremote = far\n['remote \"far\"']\nurl = s3://bucket/x\n")
    store(project).check_remote(file(project))


def test_of_a_remote_without_a_listing_the_files_are_read_all_the_same(project: Project) -> None:
    in_remote(project, folder(project).md5).unlink()
    rewritten(in_remote(project, HELLO.md5), b"hello!")
    with pytest.raises(IntegrityError, match=r"'data/faq/a\.txt' is damaged: the DVC remote"):
        store(project).check_remote(folder(project))


def test_what_cannot_be_read_in_a_remote_is_named(project: Project) -> None:
    place = in_remote(project, RECORD.md5)
    place.unlink()
    place.mkdir()
    with pytest.raises(PlmctlError) as caught:
        store(project).check_remote(file(project))
    assert (caught.value.message, caught.value.exit_code) == (
        f"'data/one.jsonl.dvc': {place} cannot be read: it is no file, or you may not read it",
        3,
    )


def test_a_remote_that_is_whole_is_so_whatever_the_cache_says(project: Project) -> None:
    rewritten(cached(project, folder(project).md5), b"[]")
    assert store(project).not_in_remote([folder(project)]) == ()
