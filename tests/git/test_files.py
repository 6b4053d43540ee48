import os
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import TooLarge, Unreadable
from plmctl.git.repository import Repository
from tests.git.builder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "r").mkdir()
    folder = Folder(path=tmp_path / "r", environment=dict(os.environ))
    folder.git("init", "-q", "-b", "main")
    folder.commit({"a/b/c.yaml": "c\n", "a/d.yaml": "d\r\n", "e.yaml": "e\n"})
    return folder


def names(folder: Folder) -> list[str]:
    return sorted(
        p.relative_to(folder.path).as_posix() for p in folder.path.rglob("*") if ".git" not in p.parts
    )


def test_a_file_is_deleted_with_the_folders_that_it_leaves_empty(folder: Folder) -> None:
    with Repository.discover(str(folder.path)) as repo:
        repo.remove("a/b/c.yaml")
        assert names(folder) == ["a", "a/d.yaml", "e.yaml"]
        repo.remove("a/d.yaml")
        repo.remove("e.yaml")
    assert names(folder) == []


def test_a_link_is_deleted_and_not_followed(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "f.yaml").write_text("f\n", encoding="utf-8")
    os.symlink(outside, folder.path / "linked")
    os.symlink(outside / "f.yaml", folder.path / "g.yaml")
    with Repository.discover(str(folder.path)) as repo:
        repo.remove("g.yaml")
        with pytest.raises(PlmctlError) as error:
            repo.remove("linked/f.yaml")
        with pytest.raises(Unreadable):
            repo.on_disk("linked/f.yaml", limit=9)
    assert error.value.message == "cannot delete linked/f.yaml: a file or a symbolic link is on the way"
    assert (outside / "f.yaml").read_text(encoding="utf-8") == "f\n"
    assert "g.yaml" not in names(folder)


def test_what_is_not_there_cannot_be_deleted(folder: Folder) -> None:
    with Repository.discover(str(folder.path)) as repo, pytest.raises(PlmctlError) as error:
        repo.remove("a/none.yaml")
    assert error.value.message == "cannot delete a/none.yaml: No such file or directory"


def test_line_ends_are_read_as_they_are_on_disk(folder: Folder) -> None:
    folder.git("config", "core.autocrlf", "true")
    folder.write("e.yaml", "e\r\n")
    with Repository.discover(str(folder.path)) as repo:
        assert (repo.work_tree().read("e.yaml", limit=9), repo.on_disk("e.yaml", limit=9)) == (
            b"e\n",
            b"e\r\n",
        )
        with pytest.raises(TooLarge):
            repo.on_disk("e.yaml", limit=1)
