import os
import subprocess
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import TooLarge, Unreadable
from plmctl.git.handed import Handed, handed_bytes

BASE, OURS, THEIRS = b"a\nb\nc\nd\ne\n", b"A\nb\nc\nd\ne\n", b"a\nb\nc\nd\nE\n"


@pytest.fixture
def handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handed:
    """Three files, named as Git names them: relative to where it stands."""
    monkeypatch.chdir(tmp_path)
    for name, data in (("O", BASE), ("A", OURS), ("B", THEIRS)):
        (tmp_path / name).write_bytes(data)
    return Handed(base="O", ours="A", theirs="B", marker_size=7, environment={"PATH": os.environ["PATH"]})


def test_files_are_read_wherever_git_has_put_them(tmp_path: Path, handed: Handed) -> None:
    assert handed_bytes("A", limit=99) == OURS
    assert handed_bytes(str(tmp_path / "B"), limit=99) == THEIRS
    assert handed_bytes("/dev/null", limit=99) == b""
    assert handed.read(10) == (BASE, OURS, THEIRS)
    assert handed.read(9) is None


def test_no_link_is_followed_and_nothing_waits(tmp_path: Path, handed: Handed) -> None:
    (tmp_path / "link").symlink_to("A")
    os.mkfifo(tmp_path / "fifo")
    for name in ("link", "fifo", "nothing", "/dev/zero"):
        with pytest.raises(Unreadable):
            handed_bytes(name, limit=99)
    with pytest.raises(TooLarge):
        handed_bytes("A", limit=1)


def test_a_merge_by_lines_is_that_of_git(handed: Handed) -> None:
    assert handed.merged_by_lines() == (b"A\nb\nc\nd\nE\n", True)


def test_a_conflict_by_lines_has_gits_markers_whatever_the_repository_says(
    tmp_path: Path, handed: Handed
) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "config", "merge.conflictStyle", "diff3"], check=True)
    (tmp_path / "B").write_bytes(b"X\nb\nc\nd\ne\n")
    assert handed.merged_by_lines() == (
        b"<<<<<<< ours\nA\n=======\nX\n>>>>>>> theirs\nb\nc\nd\ne\n",
        False,
    )


def test_what_git_cannot_merge_is_an_error(tmp_path: Path, handed: Handed) -> None:
    (tmp_path / "B").write_bytes(b"\0\n")
    with pytest.raises(PlmctlError, match="git merge-file failed: Cannot merge binary files"):
        handed.merged_by_lines()


def test_the_result_takes_the_place_of_ours_and_its_mode(tmp_path: Path, handed: Handed) -> None:
    (tmp_path / "A").chmod(0o755)
    handed.write(b"done\n")
    assert (tmp_path / "A").read_bytes() == b"done\n"
    assert (tmp_path / "A").stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A", "B", "O"]


def test_a_result_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    handed = Handed(base="", ours=str(tmp_path / "no" / "A"), theirs="", marker_size=7, environment={})
    with pytest.raises(PlmctlError, match=r"cannot write .*: No such file"):
        handed.write(b"done\n")
