"""What is wrong with the tags of a clone, before anything is made of them: the exit code, and what to do."""

from pathlib import Path

import pytest

from plmctl.commands.moment import current
from plmctl.commands.trust import RELEASED_VERSION_CHANGED, tag_problems
from plmctl.core.finding import Level
from plmctl.core.tag import history
from tests.commands.builder import cloned, copied, opened
from tests.git.builder import Folder

GREET_1 = "prompt/greet@v1.1.0"


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A copy of the registry with three releases, to be tampered with."""
    return copied(released, tmp_path / "registry")


def trouble(folder: Folder) -> list[tuple[int, str, str | None]]:
    """The problems of a clone's tags."""
    with opened(folder) as repo:
        past = history(repo.tags(), current(repo.work_tree()).settings)
        return [(problem.exit_code, problem.message, problem.hint) for problem in tag_problems(repo, past)]


def test_tags_as_they_were_made_are_no_trouble(folder: Folder) -> None:
    assert trouble(folder) == []


def test_of_a_history_that_was_cut_off_nothing_else_is_told(folder: Folder, tmp_path: Path) -> None:
    clone = cloned(folder, tmp_path / "clone", "--depth=1")
    shallow = "this clone is shallow: earlier releases are not in it"
    assert trouble(clone) == [(3, shallow, "run 'git fetch --unshallow --tags'")]


def test_a_tag_that_is_not_here_may_be_fetched(folder: Folder) -> None:
    folder.git("tag", "-d", GREET_1)
    missing = f"REG017 tag-missing: v1.1.0 released '{GREET_1}', and that tag is not here"
    assert trouble(folder) == [(3, missing, "run 'git fetch --tags'")]


def test_a_tag_that_is_another_is_a_breach(folder: Folder) -> None:
    folder.git("tag", "-f", GREET_1, f"{GREET_1}^{{commit}}")
    another = f"REG012 tag-not-annotated: '{GREET_1}' is not an annotated tag on a commit"
    mending = "compare with 'git ls-remote --tags'; 'git fetch --tags --force' takes the remote's"
    assert trouble(folder) == [(4, another, mending)]


def test_a_version_that_is_not_what_was_released_is_an_error_and_the_rule_says_what_is_wrong_first() -> None:
    rule = RELEASED_VERSION_CHANGED
    assert (rule.code, rule.name, rule.level) == ("REG005", "released-version-changed", Level.ERROR)
    assert rule.meaning.partition(": ")[0] == "A version is not what was released as it"
