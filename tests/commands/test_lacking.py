"""Clones that lack what a diff asks for: the line that it prints brings it."""

import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions
from plmctl.core.finding import PlmctlError
from tests.commands.builder import BYE, between, cloned, differences, opened, released_shop
from tests.git.builder import Folder

SINCE = DiffOptions(is_since_release=True, revisions=("HEAD",))
ONE_BRANCH = ("--depth=1", "--branch=topic")
ALL_BRANCHES = (*ONE_BRANCH, "--no-single-branch")
VERSIONS = DiffOptions(revisions=("prompt/greet@1.0.0", "prompt/greet@1.1.0"))


def words(*revisions: str) -> DiffOptions:
    return DiffOptions(revisions=revisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A way to clone, what is asked there, and the line that is printed; `MAIN` is an id."""

    clone: tuple[str, ...]
    asked: DiffOptions
    line: str


LACKS = {
    "the base is not fetched": Lack(
        clone=ONE_BRANCH,
        asked=words("origin/main...HEAD"),
        line="git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main",
    ),
    "the base is cut off": Lack(
        clone=ALL_BRANCHES, asked=words("origin/main...HEAD"), line="git fetch --unshallow origin"
    ),
    "a parent is cut off": Lack(
        clone=ONE_BRANCH, asked=words("HEAD~1"), line="git fetch --unshallow --tags origin"
    ),
    "a tag is not fetched": Lack(
        clone=ONE_BRANCH, asked=words("v1.0.0"), line="git fetch --unshallow --tags origin"
    ),
    "a commit is not fetched": Lack(
        clone=ONE_BRANCH, asked=words("MAIN"), line="git fetch --unshallow origin MAIN"
    ),
    "versions are not fetched": Lack(clone=ONE_BRANCH, asked=VERSIONS, line="git fetch --unshallow --tags"),
    "releases are not fetched": Lack(clone=ONE_BRANCH, asked=SINCE, line="git fetch --unshallow --tags"),
    "another branch is not fetched": Lack(
        clone=("--single-branch", "--branch=topic"),
        asked=words("origin/main~1"),
        line="git fetch origin +refs/heads/main:refs/remotes/origin/main",
    ),
    "tags are not fetched": Lack(clone=("--no-tags", "--branch=topic"), asked=SINCE, line="git fetch --tags"),
    "files are not fetched": Lack(
        clone=("--filter=blob:none", "--branch=topic", "--no-checkout"),
        asked=words("HEAD~1", "HEAD"),
        line="git fetch --refetch --no-filter origin",
    ),
    "folders are not fetched": Lack(
        clone=("--filter=tree:0", "--branch=topic", "--no-checkout"),
        asked=words("HEAD~1", "HEAD"),
        line="git fetch --refetch --no-filter origin",
    ),
}


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with three releases, and a topic from before the last that says goodbye in another way."""
    folder = released_shop(tmp_path_factory.mktemp("origin") / "registry")
    folder.git("config", "uploadpack.allowFilter", "true")
    folder.git("switch", "-q", "-c", "topic", "v1.1.0^{commit}")
    folder.commit({"prompts/bye.yaml": BYE.replace("goodbye", "farewell")}, "farewell")
    folder.git("switch", "-q", "main")
    return folder


@pytest.mark.parametrize("name", LACKS)
def test_the_line_that_is_printed_brings_what_is_missing(name: str, origin: Folder, tmp_path: Path) -> None:
    lack, main = LACKS[name], origin.git("rev-parse", "main")
    asked = replace(lack.asked, revisions=tuple(w.replace("MAIN", main) for w in lack.asked.revisions))
    clone = cloned(origin, tmp_path / "clone", *lack.clone)
    with pytest.raises(PlmctlError) as caught:
        differences(clone, asked)
    assert caught.value.exit_code == 3
    found = re.search(r"run '(git fetch [^']*)'", caught.value.hint or "")
    assert found is not None, caught.value.hint
    assert found[1] == lack.line.replace("MAIN", main)
    subprocess.run(["sh", "-c", found[1]], cwd=clone.path, env=clone.environment, check=True)
    expected = differences(cloned(origin, tmp_path / "whole", "--branch=topic"), asked)
    if asked.revisions != ("HEAD~1",) and asked != SINCE:
        assert expected
    assert differences(clone, asked) == expected


def test_a_branch_that_is_fetched_with_the_others_is_named_alone(origin: Folder, tmp_path: Path) -> None:
    clone = cloned(origin, tmp_path / "clone")
    clone.git("update-ref", "-d", "refs/remotes/origin/topic")
    with pytest.raises(PlmctlError) as caught:
        between(clone, "origin/topic", "HEAD")
    assert caught.value.hint == "run 'git fetch origin topic'"
    clone.git("fetch", "-q", "origin", "topic")
    assert len(between(clone, "origin/topic", "HEAD")) == 3


def test_a_shallow_clone_answers_as_long_as_nothing_is_missing(origin: Folder, tmp_path: Path) -> None:
    clone = cloned(
        origin, tmp_path / "clone", "--shallow-exclude=v1.0.0", "--branch=topic", "--no-single-branch"
    )
    with opened(clone) as repo:
        assert repo.is_shallow
    assert between(clone, "origin/main...HEAD") == ["PRM040 prompt/bye: the text of message 1 changed"]


def test_the_line_is_safe_to_paste_whatever_a_branch_is_called(origin: Folder, tmp_path: Path) -> None:
    clone = cloned(origin, tmp_path / "clone")
    with pytest.raises(PlmctlError) as caught:
        between(clone, "origin/$(touch${IFS}x);y...HEAD")
    assert caught.value.hint == "run 'git fetch origin '$(touch${IFS}x);y''"
