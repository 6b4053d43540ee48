"""What would lead DVC out of the repository, or make it wait for ever: refused before DVC is called."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.store.premises import Premises
from tests.store.dvc import (
    FOLDER_MD5,
    HELLO,
    RECORD,
    Project,
    cached,
    file,
    folder,
    in_remote,
    pointer,
    store,
)

OBJECT = f".dvc/cache/files/md5/{HELLO.md5[:2]}/{HELLO.md5[2:]}"
PLACES = (
    ".dvc",
    ".dvc/cache",
    ".dvc/cache/files",
    ".dvc/cache/files/md5",
    ".dvc/cache/files/md5/b1",
    ".dvc/cache/aa",
    ".dvc/config",
    ".dvc/config.local",
    ".dvc/tmp",
    ".dvc/tmp/btime",
    OBJECT,
)
WHERE = "find out who put it there, and delete it"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Written by hand; a cache with all, and nothing of it in the work tree."""
    return Project.filled(tmp_path)


def files(top: Path) -> dict[str, bytes]:
    return {str(p.relative_to(top)): p.read_bytes() for p in sorted(top.rglob("*")) if p.is_file()}


def led_out(project: Project, path: str) -> Path:
    """A link in the place of a file or a folder, to the same outside of the repository."""
    place, elsewhere = project.path / path, project.path.parent / "elsewhere"
    elsewhere.mkdir()
    target = elsewhere / place.name
    if place.exists():
        place.rename(target)
    elif "." in place.name or place.parent.name == "tmp":
        target.touch()
    else:
        target.mkdir()
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(target)
    return elsewhere


@pytest.mark.parametrize("path", PLACES)
def test_a_link_below_the_folder_of_dvc_is_refused_and_nothing_is_written(
    path: str, project: Project, tmp_path: Path
) -> None:
    new = project.write("data/new.csv", "a\n1\n")
    both = [folder(project), file(project)]
    led_out(project, path)
    before = files(tmp_path)
    here = store(project)
    absent = replace(file(project), md5="0" * 32)
    for move in (
        lambda: here.pull(both),
        lambda: here.push(both),
        lambda: here.add("data/new.csv"),
        lambda: here.restore([absent], str(tmp_path / "out")),
    ):
        with pytest.raises(PlmctlError) as caught:
            move()
        assert (caught.value.message, caught.value.exit_code) == (
            f"'{path}' is a symbolic link: DVC would read and write where it leads",
            3,
        )
        assert caught.value.hint == (
            f"{WHERE}; to keep a cache elsewhere, run 'dvc config --local cache.dir DIR'"
        )
    assert files(tmp_path) == before
    assert new.exists()


def test_a_folder_of_dvc_that_leads_nowhere_is_refused(project: Project) -> None:
    project.write("data/new.csv", "a\n")
    shutil.rmtree(project.path / ".dvc")
    (project.path / ".dvc").symlink_to(project.path.parent / "not-yet")
    with pytest.raises(PlmctlError, match=r"^'\.dvc' is a symbolic link"):
        store(project).add("data/new.csv")


def test_a_dvc_repository_behind_a_link_is_refused(project: Project) -> None:
    other = Project.filled(project.path.parent / "other")
    (project.path / "sub").symlink_to(other.path)
    absent = replace(file(project), path="sub/one.jsonl.dvc", out_path="sub/one.jsonl", md5="0" * 32)
    with pytest.raises(PlmctlError, match=r"^'sub' is a symbolic link"):
        store(project).restore([absent], str(project.path.parent / "out"))


def test_a_cache_that_the_user_keeps_elsewhere_is_used_as_it_is(project: Project) -> None:
    elsewhere = project.path.parent / "mine"
    (project.path / ".dvc/cache").rename(elsewhere)
    (elsewhere / "files").rename(project.path.parent / "disk")
    (elsewhere / "files").symlink_to(project.path.parent / "disk")
    project.write(".dvc/config.local", f"[cache]\n    dir = {elsewhere}\n")
    premises = Premises(str(project.path), str(project.path), project.environment, None)
    premises.fence()
    assert premises.lacking([folder(project), file(project)]) == []


def test_a_cache_in_the_repository_that_is_a_link_is_refused_under_any_name(project: Project) -> None:
    project.write(".dvc/config.local", "[cache]\n    dir = ../kept/cache\n")
    (project.path / "kept").symlink_to(project.path.parent)
    with pytest.raises(PlmctlError, match=r"^'kept' is a symbolic link"):
        store(project).pull([file(project)])


def piped(place: Path) -> Path:
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(place)
    return place


@pytest.mark.parametrize("name", ["config", "config.local"])
def test_a_configuration_that_is_a_pipe_is_named_at_once(name: str, project: Project) -> None:
    place = piped(project.path / ".dvc" / name)
    with pytest.raises(PlmctlError) as caught:
        store(project).pull([file(project)])
    assert (caught.value.message, caught.value.hint) == (f"{place} is no file", WHERE)


def test_a_configuration_that_leads_to_a_device_is_named_at_once(project: Project) -> None:
    place = project.path / ".dvc/config.local"
    place.symlink_to("/dev/zero")
    with pytest.raises(PlmctlError, match=r"config\.local is no file(?m:$)"):
        store(project).not_in_remote([file(project)])


@pytest.mark.parametrize("md5", [HELLO.md5, FOLDER_MD5])
def test_an_object_that_is_a_pipe_is_named_at_once(md5: str, project: Project) -> None:
    shown = os.path.relpath(piped(cached(project, md5)), project.path)
    here = store(project)
    for move in (here.pull, here.push):
        with pytest.raises(PlmctlError) as caught:
            move([folder(project)])
        assert (caught.value.message, caught.value.hint) == (
            f"'{shown}' is neither a file nor a folder: DVC would wait for it for ever",
            WHERE,
        )
    assert (here.listing(folder(project)) is None) == (md5 == FOLDER_MD5)


@pytest.mark.parametrize("md5", [HELLO.md5, RECORD.md5])
def test_so_is_one_of_a_cache_elsewhere_and_one_that_leads_to_a_device(md5: str, project: Project) -> None:
    elsewhere = project.path.parent / "mine"
    (project.path / ".dvc/cache").rename(elsewhere)
    project.write(".dvc/config.local", f"[cache]\n    dir = {elsewhere}\n")
    place = elsewhere / "files/md5" / md5[:2] / md5[2:]
    place.unlink()
    place.symlink_to("/dev/zero")
    wanted = folder(project) if md5 == HELLO.md5 else file(project)
    here = store(project)
    for move in (here.pull, here.push):
        with pytest.raises(PlmctlError) as caught:
            move([wanted])
        assert (caught.value.message, caught.value.hint) == (f"{place} is no file", WHERE)


@pytest.mark.parametrize("md5", [HELLO.md5, RECORD.md5])
def test_so_is_one_of_a_remote_that_is_a_folder(md5: str, project: Project) -> None:
    shutil.rmtree(project.path / ".dvc/cache")
    place = piped(in_remote(project, md5))
    with pytest.raises(PlmctlError) as caught:
        store(project).pull([folder(project) if md5 == HELLO.md5 else file(project)])
    assert (caught.value.message, caught.value.hint) == (f"{place} is no file", WHERE)


def test_data_that_is_a_pipe_is_named_at_once(project: Project) -> None:
    piped(project.path / "data/one.jsonl")
    with pytest.raises(PlmctlError, match=r"^'data/one\.jsonl' is a special file, not data"):
        store(project).pull([file(project)])


@pytest.mark.parametrize("is_link", [True, False])
def test_a_dvcignore_anywhere_that_never_ends_is_named_before_data_is_added(
    is_link: bool, project: Project
) -> None:
    project.write("data/new.csv", "a\n")
    place = project.path / "elsewhere/.dvcignore"
    place.parent.mkdir()
    if is_link:
        place.symlink_to("/dev/zero")
    else:
        os.mkfifo(place)
    with pytest.raises(PlmctlError) as caught:
        store(project).add("data/new.csv")
    assert (caught.value.message, caught.value.hint) == (
        "'elsewhere/.dvcignore' is no file: DVC would read it for ever",
        WHERE,
    )


@pytest.mark.parametrize("name", ["new.csv.dvc", ".gitignore"])
def test_what_dvc_writes_beside_data_is_no_link(name: str, project: Project) -> None:
    project.write("data/new.csv", "a\n")
    outside = project.write("../precious", "mine\n")
    (project.path / "data" / name).symlink_to(outside)
    with pytest.raises(PlmctlError) as caught:
        store(project).add("data/new.csv")
    assert caught.value.message == f"'data/{name}' is a symbolic link, and DVC writes there"
    assert outside.read_text() == "mine\n"


@pytest.mark.parametrize("name", [".git", ".GIT"])
def test_data_is_not_added_that_a_pull_would_refuse(name: str, project: Project) -> None:
    # DVC itself leaves out `.git`, in small letters and unless somebody says otherwise.
    project.write(".dvcignore", "!.git\n")
    project.write(f"data/new/sub/{name}/config", "[core]\n    sshCommand = evil\n")
    with pytest.raises(PlmctlError) as caught:
        store(project).add("data/new")
    said = f"the path leads into '{name}', from which programs take orders"
    assert caught.value.message == f"'data/new/sub/{name}/config' cannot be data: {said}"
    assert caught.value.hint == "take it out of the data, or name it in a .dvcignore"
    assert not (project.path / "data/new.dvc").exists()


def test_the_hand_writes_what_dvc_writes(project: Project) -> None:
    assert pointer(project, "data/faq.dvc").md5 == folder(project).md5
    assert store(project).not_in_cache([folder(project), file(project)]) == ()
    assert store(project).not_in_remote([folder(project), file(project)]) == ()
