import os
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.git.files import create_file, put_file
from plmctl.git.initial import Ground, make_repository
from tests.git.builder import Folder


def test_a_new_repository_is_on_main_and_has_no_hooks(tmp_path: Path, environment: dict[str, str]) -> None:
    path = tmp_path / "new" / "registry"
    make_repository(str(path), environment)
    folder = Folder(path=path, environment=environment)
    assert folder.git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert not (path / ".git" / "hooks").exists()


def test_the_settings_of_the_user_do_not_choose_the_branch(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "home" / ".gitconfig").write_text("[init]\n\tdefaultBranch = other\n", encoding="utf-8")
    make_repository(str(tmp_path / "new"), {**environment, "GIT_DIR": str(tmp_path / "elsewhere")})
    assert Folder(path=tmp_path / "new", environment=environment).git("symbolic-ref", "HEAD") == (
        "refs/heads/main"
    )
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(PlmctlError) as error:
        make_repository(str(tmp_path / "file" / "new"), environment)
    assert error.value.message == f"cannot make the folder {tmp_path / 'file' / 'new'}: Not a directory"


def test_a_repository_that_git_refuses_to_make_is_an_error(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / ".git").write_text("not a gitdir line\n", encoding="utf-8")
    with pytest.raises(PlmctlError, match="git init failed"):
        make_repository(str(tmp_path / "new"), environment)


def test_ground_in_no_repository_has_none_until_it_is_made(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with Ground(str(tmp_path / "a" / "b"), environment) as ground:
        assert ground.repository() is None
        assert ground.make_repository().top == str((tmp_path / "a" / "b").resolve())


def test_ground_that_was_only_asked_closes_nothing(tmp_path: Path, environment: dict[str, str]) -> None:
    with Ground(str(tmp_path), environment) as ground:
        assert ground.repository() is None


def test_ground_is_in_the_repository_around_a_folder_that_is_not_there_yet(
    empty: Folder, environment: dict[str, str]
) -> None:
    with Ground(str(empty.path / "not" / "there"), environment) as ground:
        repository = ground.repository()
        assert repository is not None
        assert repository.top == str(empty.path.resolve())


def test_ground_finds_a_file_below(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.yaml").write_text("", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("", encoding="utf-8")
    with Ground(str(tmp_path), environment) as ground:
        assert (ground.file_named("x.yaml"), ground.file_named("y.yaml")) == ("b/x.yaml", None)


def test_a_file_is_created_with_its_folders_and_never_twice(tmp_path: Path) -> None:
    assert create_file(str(tmp_path), "a/b/c.txt", b"one")
    assert not create_file(str(tmp_path), "a/b/c.txt", b"two")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"one"


def test_a_dangling_link_is_something_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "c.txt").symlink_to(tmp_path / "nowhere")
    assert not create_file(str(tmp_path), "c.txt", b"one")
    assert not (tmp_path / "nowhere").exists()


def test_a_file_is_put_over_another(tmp_path: Path) -> None:
    put_file(str(tmp_path), "a/c.txt", b"one")
    put_file(str(tmp_path), "a/c.txt", b"two")
    assert {p.name: p.read_bytes() for p in (tmp_path / "a").iterdir()} == {"c.txt": b"two"}


def test_a_link_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "top").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "top" / "a").symlink_to(tmp_path / "outside")
    for write in (create_file, put_file):
        with pytest.raises(PlmctlError) as error:
            write(str(tmp_path / "top"), "a/c.txt", b"one")
        assert error.value.message == "cannot write a/c.txt: a file or a symbolic link is on the way"
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(PlmctlError) as error:
        put_file(str(tmp_path), "a", b"one")
    assert error.value.message == f"cannot write a: {os.strerror(21)}"
