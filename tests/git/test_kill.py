import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plmctl.core.ports import TagObject
from plmctl.git.repository import Repository
from tests.git.builder import WHEN, Folder
from tests.programs import REPOSITORY

# Ends whoever called it with SIGKILL at the call whose number stands in the file `at`.
GIT = """#!/bin/sh
count=$(($(cat FOLDER/count) + 1))
echo $count > FOLDER/count
if [ $count = $(cat FOLDER/at) ]; then kill -9 $PPID; exit 1; fi
exec REAL "$@"
"""
PROGRAM = """
import os, sys
from pathlib import Path
from tests.git.builder import Folder
from tests.git.test_kill import release
release(Folder(path=Path(sys.argv[1]), environment=os.environ))
"""
NAMES = ["prompt/support/triage@v1.0.0", "v1.0.0"]


def release(folder: Folder) -> None:
    """What `plmctl release` does: finish what was begun, else begin."""
    with Repository.discover(str(folder.path), folder.environment) as repository:
        pending = repository.pending()
        if not pending:
            transaction = repository.transaction(WHEN)
            commit = transaction.commit({"plm.lock": b"{}\n"}, "Release v1.0.0\n")
            artifact, registry = (transaction.tag(TagObject(name=n, message="x"), commit) for n in NAMES)
            pending = (
                transaction.record(
                    commit=commit, files=["plm.lock"], tags=[artifact], registry_tag=registry, notes={}
                ),
            )
        repository.publish(pending[0])


def state(folder: Folder) -> tuple[str, str, str]:
    return folder.git("for-each-ref"), folder.git("ls-files", "-s"), folder.git("status", "--short")


def killing_git(folder: Path) -> str:
    """A folder for PATH with a git that kills."""
    folder.mkdir()
    git = folder / "git"
    git.write_text(
        GIT.replace("FOLDER", str(folder)).replace("REAL", str(shutil.which("git"))), encoding="utf-8"
    )
    git.chmod(git.stat().st_mode | stat.S_IXUSR)
    return str(folder)


def release_killed(folder: Folder, killer: Path, at: int) -> bool:
    """Whether the release was killed at that call of Git; after it, no Git runs any more."""
    (killer / "count").write_text("0", encoding="utf-8")
    (killer / "at").write_text(str(at), encoding="utf-8")
    environment = {**folder.environment, "PATH": f"{killer}:{folder.environment['PATH']}"}
    command = [sys.executable, "-c", PROGRAM, str(folder.path)]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=False, capture_output=True)
    for _ in range(100):
        if not list((folder.path / ".git").rglob("*.lock")):
            break
        time.sleep(0.05)
    assert done.returncode in (0, -9), done.stderr.decode()
    return done.returncode == -9


@pytest.mark.slow
def test_a_release_killed_at_any_call_of_git_is_whole_or_not_there_and_can_be_finished(
    committed: Folder, tmp_path: Path
) -> None:
    killer = tmp_path / "killer"
    killing_git(killer)
    clean = tmp_path / "clean"
    shutil.copytree(committed.path, clean)
    release(committed)
    outcome = state(committed)
    calls = 0
    while True:
        calls += 1
        folder = committed.at(tmp_path / f"killed-{calls}")
        shutil.copytree(clean, folder.path)
        is_killed = release_killed(folder, killer, calls)
        tags = folder.git("tag", "--list").split("\n")
        if "v1.0.0" in tags:
            assert tags == NAMES
            assert folder.git("rev-parse", "v1.0.0^{commit}") == folder.git("rev-parse", "main")
        if not is_killed:
            break
        if "v1.0.0" not in tags or folder.git("for-each-ref", "refs/plmctl"):
            release(folder)
        assert state(folder) == outcome
    assert calls > 15
