"""Repositories in states that nobody expects (hostile.md G04 to G07, G10 to G12): the real command there."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.builder import LOCK, copied, released_shop
from tests.git.builder import Folder
from tests.hostile.stranger import (
    FILES,
    FOUND_IN_WRONG,
    GOOD,
    Answer,
    Found,
    plmctl,
    state_of,
    strange_registry,
)

BAD = GOOD.replace("name: good", "name: other").replace("content", "contend")
FOUND_IN_BAD: frozenset[Found] = frozenset({("SCH002", "partials/other.yaml", 5, 3)})


def judged(folder: Folder, *arguments: str) -> Answer:
    """What validate says of a place, in which it changes nothing."""
    before = state_of(folder.path)
    answer = plmctl(folder.path, "validate", "--format", "json", *arguments)
    assert state_of(folder.path) == before
    return answer


def detached(folder: Folder, beside: Path) -> Folder:
    """HEAD is a commit and no branch."""
    folder.commit({}, "more")
    folder.git("checkout", "-q", "--detach", "HEAD~1")
    return folder


def unborn(folder: Folder, beside: Path) -> Folder:
    """A branch without a commit."""
    folder.git("checkout", "-q", "--orphan", "new")
    folder.git("rm", "-q", "-r", "--cached", ".")
    return folder


def diverged(folder: Folder) -> None:
    """Two branches that change one line each in its own way."""
    folder.git("checkout", "-q", "-b", "side")
    folder.commit({"partials/good.yaml": GOOD.replace("kind.", "brief.")}, "side")
    folder.git("checkout", "-q", "main")
    folder.commit({"partials/good.yaml": GOOD.replace("kind.", "fair.")}, "main")


def rebasing(folder: Folder, beside: Path) -> Folder:
    """In the middle of a rebase that stopped at an edit."""
    diverged(folder)
    folder.commit({"partials/extra.yaml": GOOD.replace("name: good", "name: extra")}, "extra")
    editor = "sed -i 1s/pick/edit/"
    folder.git("-c", f"sequence.editor={editor}", "rebase", "-q", "-i", "HEAD~1")
    assert (folder.path / ".git/rebase-merge").is_dir()
    return folder


def worktree(folder: Folder, beside: Path) -> Folder:
    """A linked work tree beside the repository."""
    folder.git("worktree", "add", "-q", "-b", "linked", str(beside / "linked"))
    return folder.at(beside / "linked")


def submodule(folder: Folder, beside: Path) -> Folder:
    """A registry that is a submodule of another repository."""
    outer = folder.at(beside / "outer")
    outer.path.mkdir()
    outer.git("init", "-q")
    allowed = ("-c", "protocol.file.allow=always")
    outer.git(*allowed, "submodule", "--quiet", "add", str(folder.path), "registry")
    return folder.at(outer.path / "registry")


State = Callable[[Folder, Path], Folder]
STATES = (detached, unborn, rebasing, worktree, submodule)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_g10_in_every_state_of_a_repository_the_same_is_told(state: State, tmp_path: Path) -> None:
    folder = state(strange_registry(tmp_path / "registry"), tmp_path)
    folder.write("partials/other.yaml", BAD)
    for arguments in ((), ("partials/other.yaml", "partials/wrong.yaml")):
        answer = judged(folder, *arguments)
        assert (answer.code, answer.err, frozenset(answer.found)) == (1, "", FOUND_IN_WRONG | FOUND_IN_BAD)
    folder.git("add", "partials/other.yaml", "partials/wrong.yaml", "partials/good.yaml", "plmctl.yaml")
    staged = judged(folder, "--staged")
    assert (staged.code, frozenset(staged.found)) == (1, FOUND_IN_WRONG | FOUND_IN_BAD)
    changes = plmctl(folder.path, "diff", "--staged", "--format", "json")
    assert (changes.code, changes.err) == (0, "")
    assert "partial/other" in {each["artifact"] for each in json.loads(changes.out)["changes"]}


def test_g10_in_the_middle_of_a_rebase_that_conflicts_the_place_of_the_conflict_is_told(
    tmp_path: Path,
) -> None:
    folder = strange_registry(tmp_path / "registry")
    diverged(folder)
    with pytest.raises(AssertionError, match="could not apply"):
        folder.git("rebase", "side")
    assert (folder.path / ".git/rebase-merge").is_dir()
    answer = judged(folder)
    assert (answer.code, answer.err) == (1, "")
    assert {path for _, path, *_ in frozenset(answer.found) - FOUND_IN_WRONG} == {"partials/good.yaml"}
    assert {(code, line) for code, path, line, _ in answer.found if "good" in path} == {("YML007", 5)}
    refused = plmctl(folder.path, "release", "--yes")
    assert (refused.code, refused.out) == (3, "")
    assert folder.git("tag") == ""


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A small registry with releases. Read it, or copy it."""
    return released_shop(tmp_path_factory.mktemp("released") / "registry")


def test_g04_an_object_that_is_cut_off_or_empty_is_told_by_its_id(released: Folder, tmp_path: Path) -> None:
    for number, length in enumerate((0, 5, -3)):
        folder = copied(released, tmp_path / str(number))
        blob = folder.git("rev-parse", "v1.0.0:prompts/greet.yaml")
        loose = folder.loose(blob)
        loose.write_bytes(loose.read_bytes()[:length])
        before = state_of(folder.path)
        answer = plmctl(folder.path, "verify", "v1.0.0")
        assert (answer.code, blob in answer.out + answer.err) == (4, True)
        assert "Traceback" not in answer.err
        assert state_of(folder.path) == before


def test_g05_an_object_in_the_place_of_another_is_told_by_its_id(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "swapped")
    first, second = (folder.git("rev-parse", f"{tag}:prompts/greet.md") for tag in ("v1.0.0", "v1.1.0"))
    folder.loose(first).write_bytes(folder.loose(second).read_bytes())
    # Git prints the other one, and is content.
    assert folder.git("cat-file", "blob", first) == folder.git("cat-file", "blob", second)
    answer = plmctl(folder.path, "verify", "v1.0.0")
    assert (answer.code, f"{first} is corrupt" in answer.out + answer.err) == (4, True)


@pytest.mark.parametrize("how", ["--depth=1", "--filter=blob:none"], ids=["shallow", "partial"])
def test_g06_what_was_not_fetched_is_named_with_the_command(
    how: str, released: Folder, tmp_path: Path
) -> None:
    released.git("config", "uploadpack.allowFilter", "true")
    released.git("clone", "-q", how, "--no-local", f"file://{released.path}", str(tmp_path / "clone"))
    folder = released.at(tmp_path / "clone")
    if how.startswith("--filter"):
        folder.git("remote", "set-url", "origin", str(tmp_path / "gone"))
    before = state_of(folder.path)
    answer = plmctl(folder.path, "diff", "v1.0.0", "HEAD")
    assert (answer.code, answer.out) == (3, "")
    assert "hint: run 'git fetch" in answer.err
    assert state_of(folder.path) == before


def test_g07_a_repository_of_another_user_is_refused_and_one_that_is_read_only_is_read(
    tmp_path: Path,
) -> None:
    folder = strange_registry(tmp_path / "registry")
    shutil.copytree(folder.path, tmp_path / "copy", symlinks=True)
    for at, below, names in os.walk(tmp_path / "copy"):
        for name in (*below, *names):
            Path(at, name).chmod(0o555 if name in below else 0o444)
    answer = plmctl(tmp_path / "copy", "validate", "--format", "json")
    assert (answer.code, frozenset(answer.found)) == (1, FOUND_IN_WRONG)
    if os.geteuid():
        pytest.skip("only root gives a folder to somebody else")
    for at, below, names in os.walk(folder.path):
        for name in (".", *below, *names):
            os.chown(Path(at, name), 12345, 12345)
    answer = plmctl(folder.path, "validate")
    assert (answer.code, answer.out) == (3, "")
    assert "another user" in answer.err
    assert "safe.directory" in answer.err


def test_g11_clocks_that_go_backwards_change_no_order(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "clocks")
    before = plmctl(folder.path, "list", "--versions", "--format", "json")
    early = {"GIT_COMMITTER_DATE": "@1000000000 +0000", "GIT_AUTHOR_DATE": "@1000000000 +0000"}
    past = Folder(path=folder.path, environment={**folder.environment, **early})
    past.commit({"docs/note.md": "late\n"}, "late")
    assert plmctl(folder.path, "list", "--versions", "--format", "json").out == before.out
    verified = plmctl(folder.path, "verify", LOCK)
    assert (verified.code, verified.err) == (0, "")
    status = plmctl(folder.path, "status", "--at", "2002-01-01")
    assert (status.code, "clocks went backwards" in status.out + status.err) == (0, True)


def test_g12_among_a_hundred_thousand_files_the_same_is_told(tmp_path: Path) -> None:
    folder = strange_registry(tmp_path / "registry")
    blob = folder.git("hash-object", "-w", "--stdin", stdin=b"nothing\n")
    entries = "".join(f"100644 blob {blob}\tf{number:03}.md\n" for number in range(500))
    docs = folder.git("mktree", stdin=entries.encode())
    folders = "".join(f"040000 tree {docs}\td{number:03}\n" for number in range(200))
    more = folder.git("mktree", stdin=folders.encode())
    folder.git("read-tree", "--prefix=docs/", more)
    folder.git("sparse-checkout", "set", "--no-cone", "/*", "!/docs/")
    folder.git("commit", "-q", "-m", "many")
    assert len(folder.git("ls-files").splitlines()) == 100_000 + len(FILES)
    for arguments in ((), ("--staged",), ("--rev", "HEAD")):
        answer = plmctl(folder.path, "validate", "--format", "json", *arguments)
        assert (answer.code, answer.err, frozenset(answer.found)) == (1, "", FOUND_IN_WRONG)
        assert json.loads(answer.out)["summary"]["manifests"] == 2
    changes = plmctl(folder.path, "diff", "HEAD~1", "HEAD", "--format", "json")
    assert (changes.code, json.loads(changes.out)["changes"]) == (0, [])
