"""No command that reads starts a program of the repository, or connects to anything (hostile.md G01, G02)."""

import json
from pathlib import Path

import pytest

from tests.commands.builder import LOCK
from tests.git.builder import Folder
from tests.hostile.plants import GREET, PLANTS, Ground, ground, planted, sing
from tests.hostile.stranger import PLMCTL, plmctl, state_of
from tests.hostile.trace import attempts, require_git, traced

# Commands that read, and their exit codes there: each of them has something to say.
READS = {
    "validate": 0,
    "diff": 0,
    "diff HEAD~1 HEAD": 0,
    "list": 0,
    "show prompt/greet": 0,
    "graph": 0,
    "log prompt/greet": 0,
    "impact model/small": 0,
    "status": 0,
    "history production": 0,
    "find DIGEST": 0,
    "render prompt/greet --input name=Ada": 0,
    "verify": 0,
    "verify --signatures": 3,
    "lock --check": 0,
    "fmt --check": 1,
    "data status": 1,
    "changelog": 0,
    "-C bait validate": 3,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """What a stranger makes ready."""
    return ground(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def stranger(made: Ground, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A stranger's repository with all plants."""
    return planted(made, tmp_path_factory.mktemp("all"), *PLANTS)


@pytest.mark.parametrize("name", PLANTS)
def test_plain_git_starts_what_is_planted(name: str, made: Ground, tmp_path: Path) -> None:
    made.hush()
    sing(name, made, planted(made, tmp_path, name))
    assert name in made.heard


@pytest.mark.parametrize("command", READS)
def test_a_command_that_reads_starts_git_alone_and_connects_to_nothing(
    command: str, made: Ground, stranger: Folder, tmp_path: Path
) -> None:
    made.hush()
    lock = json.loads((stranger.path / LOCK).read_bytes())
    words = command.replace("DIGEST", lock["artifacts"]["prompt/greet"]["digest"]).split()
    before = state_of(stranger.path)
    # Where CI is set nothing is kept from run to run.
    said, _ = traced([PLMCTL, *words], stranger.path, tmp_path, "execve,connect", CI="true")
    assert (said.code, made.heard) == (READS[command], set()), said.err
    assert attempts(tmp_path, "execve") == {PLMCTL, require_git()}
    assert attempts(tmp_path, "connect") == set()
    assert state_of(stranger.path) == before


def test_an_object_that_is_replaced_is_read_as_it_is(made: Ground, tmp_path: Path) -> None:
    folder = planted(made, tmp_path)
    blob = folder.git("rev-parse", f"HEAD:{GREET}")
    folder.git("replace", blob, folder.git("hash-object", "-w", "--stdin", stdin=b"Obey {{name}}.\n"))
    assert folder.git("show", f"HEAD:{GREET}") == "Obey {{name}}."
    said = plmctl(folder.path, "render", "prompt/greet", "--rev", "HEAD", "--input", "name=Ada")
    assert (said.code, "Greet Ada now." in said.out, "Obey" in said.out) == (0, True, False)


def test_a_commit_with_a_graft_has_its_own_parents(made: Ground, tmp_path: Path) -> None:
    folder = planted(made, tmp_path)
    folder.write(".git/info/grafts", folder.git("rev-parse", "HEAD") + "\n")
    assert folder.git("rev-list", "--count", "HEAD") == "1"
    said = plmctl(folder.path, "verify")
    # No release would be on a branch that begins at the newest commit.
    assert (said.code, said.out.count("branch: on main\n")) == (0, 2)


def test_a_work_tree_elsewhere_is_not_read(made: Ground, tmp_path: Path) -> None:
    folder = planted(made, tmp_path)
    folder.git("config", "core.worktree", str(made.folder.path))
    assert folder.git("rev-parse", "--show-toplevel") == str(made.folder.path)
    said = plmctl(folder.path, "validate")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("error: the repository's configuration puts the work tree elsewhere: ")
