"""A repository that cannot be written: who reads it is served, who changes it is told, and nothing moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.builder import footprint
from tests.commands.ground import folder_at
from tests.faults.commands import followed, loose, promoted_in
from tests.faults.ground import CLONE
from tests.git.builder import Folder
from tests.warm import run

STAGING = """\
apiVersion: plmctl/v1
kind: Environment
metadata: {name: staging}
spec:
  pins: {desk: "^1.0"}
"""
UNTIDY = """\
kind: Prompt
apiVersion: plmctl/v1
metadata: {name: untidy, owners: [desk-team]}
spec: {model: small, messages: [{role: user, content: Hello.}]}
"""
READING = (
    "validate",
    "diff --since-release",
    "status",
    "history production",
    "verify",
    "lock --check production",
)
LEAVE = "look at the permissions there, and whether the file system is mounted read-only"
OBJECTS = (
    "error: git hash-object failed: "
    "insufficient permission for adding an object to repository database .git/objects\n"
    f"hint: {LEAVE}\n"
)


def _file(path: str, before: str = "") -> str:
    return f"error: cannot write {path}: Permission denied\nhint: {before}{LEAVE}\n"


# What is said at the end, word for word.
CHANGING = {
    "release --yes": OBJECTS,
    "release --push --yes": OBJECTS,
    "promote desk@1.1.0 --to staging --yes": OBJECTS,
    "promote desk@1.1.0 --to staging --push --yes": OBJECTS,
    "rollback production desk --yes": OBJECTS,
    "rollback production desk --push --yes": OBJECTS,
    "lock": "error: staging application/desk: "
    + _file("environments/staging/desk.lock").removeprefix("error: "),
    "fmt": _file("environments/production.yaml", "nothing was written; "),
    "new prompt fresh": _file("prompts/fresh.yaml"),
    "rename prompt/bye prompt/farewell": _file("prompts/farewell.yaml"),
    "codeowners": _file(".github/CODEOWNERS"),
    "git-setup": (
        "error: git config failed: could not lock config file .git/config: Permission denied\n"
        f"hint: {LEAVE}\n"
    ),
    "-C ../empty init": _file(".pre-commit-config.yaml"),
}


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """A registry, its remote and an empty repository, with something to do for each command."""
    top = tmp_path_factory.mktemp("frozen")

    def built(where: Path) -> None:
        promoted_in(loose)(where)
        files = {"environments/staging.yaml": STAGING, "prompts/untidy.yaml": UNTIDY}
        folder_at(where / CLONE).commit(files, "staging")

    followed(built)(top)
    folder_at(top).git("init", "-q", "empty")
    modes = {path: path.lstat().st_mode for path in (top, *top.rglob("*"))}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    yield folder_at(top / CLONE)
    for path, mode in modes.items():
        path.chmod(mode)


def held(folder: Folder, words: str) -> tuple[int, str]:
    """The exit code of a run for which permissions hold, and what it says on stderr."""
    done = run(words.split(), folder.path, folder.environment, is_held=True)
    return done.returncode, done.stderr.decode()


@pytest.mark.xdist_group("faults read-only")
@pytest.mark.parametrize("words", READING)
def test_who_reads_is_served(words: str, frozen: Folder) -> None:
    assert held(frozen, words)[0] == 0


@pytest.mark.xdist_group("faults read-only")
@pytest.mark.parametrize("words", CHANGING)
def test_who_changes_is_told_and_nothing_moves(words: str, frozen: Folder) -> None:
    before = footprint(frozen.path.parent)

    code, said = held(frozen, words)

    assert said.endswith(CHANGING[words]), said
    assert code == 3
    assert footprint(frozen.path.parent) == before
