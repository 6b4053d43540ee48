"""Which program found something out: one that was edited, or has other libraries, is another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plmctl.cache.program import state
from tests.programs import REPOSITORY

ASKED = "from plmctl.cache.program import state; print(state())"


def stated(*folders: Path) -> str:
    """What a Python says that finds plmctl and its libraries in these folders first."""
    path = os.pathsep.join(map(str, folders))
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=folders[0], env=environment, capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A folder with the part of plmctl that is asked, and a schema beside it, as in a clone."""
    for name in ("__init__.py", "cache/__init__.py", "cache/program.py", "core/__init__.py", "core/cache.py"):
        place = tmp_path / "clone/plmctl" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((REPOSITORY / "plmctl" / name).read_bytes())
    (tmp_path / "clone/schemas").mkdir()
    (tmp_path / "clone/schemas/prompt.json").write_text("{}", encoding="utf-8")
    return tmp_path / "clone"


def test_the_same_program_is_the_same() -> None:
    assert state() == state()
    assert len(state()) == 64


@pytest.mark.parametrize("name", ["plmctl/cache/new.py", "schemas/prompt.json", "plmctl/__init__.py"])
def test_whoever_edits_a_clone_has_another_program(edited: Path, name: str) -> None:
    before = stated(edited)
    assert stated(edited) == before
    with (edited / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert stated(edited) != before


def test_of_an_installed_program_the_folder_of_the_libraries_tells(edited: Path, tmp_path: Path) -> None:
    libraries = tmp_path / "site-packages"
    libraries.mkdir()
    (edited / "plmctl/schemas").mkdir()
    before = stated(edited, libraries)
    (edited / "plmctl/cache/new.py").write_text("", encoding="utf-8")
    assert stated(edited, libraries) == before
    (libraries / "new-1.0.dist-info").mkdir()
    assert stated(edited, libraries) != before


def test_an_edit_with_the_time_and_size_of_before_is_another_program(edited: Path) -> None:
    place, before = edited / "schemas/prompt.json", stated(edited)
    status = place.stat()
    place.write_text("[]", encoding="utf-8")
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert stated(edited) != before


def test_libraries_whose_folder_has_its_old_time_are_others(edited: Path, tmp_path: Path) -> None:
    libraries = tmp_path / "site-packages"
    libraries.mkdir()
    before, status = stated(edited, libraries), libraries.stat()
    (libraries / "new.py").write_text("", encoding="utf-8")
    os.utime(libraries, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert stated(edited, libraries) != before


def test_libraries_and_files_that_are_not_there_are_no_obstacle(edited: Path, tmp_path: Path) -> None:
    # What Emacs leaves beside a file that somebody edits.
    (edited / "plmctl/.#new.py").symlink_to("ada@example.com.4711")
    nowhere = tmp_path / "site-packages"
    assert stated(edited, nowhere) == stated(edited, nowhere)
