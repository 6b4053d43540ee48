"""Data of any revision in a folder of its own, fetched by the real DVC without touching the repository."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.store.configuration import configuration, configuration_apart
from tests.store.dvc import HELLO, Project, file, folder, store


def files(top: Path) -> dict[str, bytes]:
    return {str(p.relative_to(top)): p.read_bytes() for p in sorted(top.rglob("*")) if p.is_file()}


def test_data_of_an_older_revision_comes_from_the_remote_and_touches_nothing(
    project: Project, tmp_path: Path
) -> None:
    both = [folder(project), file(project)]
    shutil.rmtree(project.path / ".dvc/cache")
    shutil.rmtree(project.path / "data")
    project.write("data/faq.dvc", "something else\n")
    before = files(project.path)
    store(project).restore(both, str(tmp_path / "old"))
    assert files(tmp_path / "old") == {
        "data/faq/a.txt": b"hello\n",
        "data/faq/sub/none": b"",
        "data/faq/sub/é😀.txt": b"1",
        "data/one.jsonl": b'{"q": 1}\n',
    }
    kept = {path: data for path, data in files(project.path).items() if not path.startswith(".dvc/cache")}
    assert kept == before
    # What was made for the fetch is gone, and the next time the cache has it.
    shutil.rmtree(project.path.parent / "remote")
    store(project).restore(both, str(tmp_path / "again"))
    assert files(tmp_path / "again") == files(tmp_path / "old")
    assert [name for name in os.listdir(project.path.parent / "outside") if name != "site"] == []


def test_what_no_remote_has_is_not_restored_in_part(project: Project, tmp_path: Path) -> None:
    absent = replace(file(project), md5="0" * 32)
    with pytest.raises(PlmctlError) as caught:
        store(project).restore([folder(project), absent], str(tmp_path / "out"))
    assert "data/one.jsonl.dvc" in caught.value.message
    assert "'store'" in caught.value.message
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_filled_is_refused_before_anything_is_fetched(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine").write_text("mine")
    absent = replace(file(project), md5="0" * 32)
    with pytest.raises(PlmctlError, match="out is there, and not an empty folder"):
        store(project).restore([absent], str(tmp_path / "out"))
    assert files(tmp_path / "out") == {"mine": b"mine"}


def test_data_goes_through_no_link_of_the_folder(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    store(project).restore([file(project)], str(tmp_path / "out"))
    assert files(tmp_path / "elsewhere") == {"data/one.jsonl": b'{"q": 1}\n'}
    place = project.path / ".dvc/cache/files/md5" / HELLO.md5[:2] / HELLO.md5[2:]
    place.chmod(0o644)
    place.write_bytes(b"hellO\n")
    with pytest.raises(PlmctlError, match="the cache holds other bytes"):
        store(project).restore([folder(project)], str(tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_the_configuration_elsewhere_says_the_same_with_absolute_paths(tmp_path: Path) -> None:
    top = tmp_path / "repo"
    (top / ".dvc").mkdir(parents=True)
    (top / ".dvc/config").write_text(
        "[core]\n    remote = store\n    autostage = true\n"
        "['remote \"store\"']\n    url = ../../remote\n"
        "['remote \"cloud\"']\n    url = s3://bucket/x\n    credentialpath = ../keys\n"
        "    profile = 'a \"b\"'\n"
    )
    (top / ".dvc/config.local").write_text("['remote \"store\"']\n    jobs = 2\n")
    environment = {"HOME": str(tmp_path / "home")}
    text = configuration_apart(str(top), environment)
    assert text == (
        "[core]\nno_scm = true\n[cache]\n"
        f'dir = "{top}/.dvc/cache"\n'
        "['remote \"cloud\"']\n"
        f'credentialpath = "{top}/keys"\n'
        "profile = 'a \"b\"'\n"
        'url = "s3://bucket/x"\n'
        "['remote \"store\"']\n"
        'jobs = "2"\n'
        f'url = "{tmp_path}/remote"\n'
    )
    other = tmp_path / "other"
    (other / ".dvc").mkdir(parents=True)
    (other / ".dvc/config").write_text(text)
    here, there = configuration(str(top), environment), configuration(str(other), environment)
    assert (there.cache, there.remotes) == (here.cache, here.remotes)
