"""A line of releases beside a newer one, in a real repository: hotfixes, and the way back to main."""

from pathlib import Path

import pytest

from tests.commands.builder import (
    BYE,
    SETTINGS,
    accept_all,
    copied,
    failures,
    make_release,
    opened,
    planned_release,
    problems,
    shop,
    told,
    validated,
    verified,
)
from tests.git.builder import Folder

LINES = f'{SETTINGS}spec:\n  release:\n    branches: [main, "v*.x"]\n'
FAREWELL = {"prompts/bye.yaml": BYE.replace("goodbye", "farewell")}
KINDLY = {"prompts/greet.md": "Greet {{name}} kindly.\n"}


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """v1.0.0, from which the branch v1.x parted, and v2.0.0 on main. v1.x is checked out."""
    folder = shop(tmp_path_factory.mktemp("parted") / "shop")
    folder.commit({"plmctl.yaml": LINES}, "lines of releases")
    make_release(folder)
    folder.git("branch", "v1.x")
    folder.commit({"prompts/greet.md": "Greet {{name}} of {{town}}.\n"}, "towns")
    accept_all(folder)
    folder.commit({}, "accept")
    folder.commit({"prompts/bye.yaml": BYE.replace("goodbye", "so long")}, "so long")
    assert make_release(folder) == ("application/desk 2.0.0", "prompt/bye 1.1.0", "prompt/greet 2.0.0")
    folder.git("switch", "-q", "v1.x")
    return folder


@pytest.fixture
def folder(parted: Folder, tmp_path: Path) -> Folder:
    """A copy of it."""
    return copied(parted, tmp_path / "shop")


def trailer(folder: Folder, tag: str) -> str:
    """Whether a tag says that it is a hotfix."""
    form = "--format=%(contents:trailers:key=Hotfix,valueonly)"
    return folder.git("for-each-ref", form, f"refs/tags/{tag}").strip()


def test_line_takes_its_own_numbers_and_a_patch_where_main_has_the_number(folder: Folder) -> None:
    folder.commit({**FAREWELL, **KINDLY}, "words")

    note = "a hotfix: another branch has released prompt/bye 1.1.0, so patches are made here"
    assert planned_release(folder).report.notes == (note,)
    assert make_release(folder) == ("application/desk 1.1.0", "prompt/bye 1.0.1", "prompt/greet 1.1.0")
    assert [trailer(folder, tag) for tag in ("prompt/bye@v1.0.1", "prompt/greet@v1.1.0", "v1.1.0")] == [
        "true",
        "",
        "",
    ]
    assert failures(verified(folder, "plm.lock", "v2.0.0")) == []


def test_hotfix_comes_back_to_main_and_nothing_is_lost(folder: Folder) -> None:
    folder.commit(KINDLY, "kindly")
    make_release(folder)
    folder.git("switch", "-q", "main")
    folder.git("merge", "-q", "--no-commit", "v1.x", code=1)
    folder.git("checkout", "-q", "--ours", "plm.lock", "prompts/greet.md")
    folder.commit({"prompts/greet.md": "Greet {{name}} of {{town}} kindly.\n"}, "merge v1.x")

    assert make_release(folder) == ("application/desk 2.1.0", "prompt/greet 2.1.0")
    assert told(validated(folder)) == []
    assert failures(verified(folder, "plm.lock", "v1.1.0", "v2.0.0", "v2.1.0")) == []
    with opened(folder) as repo:
        assert len(repo.tags()) == len({tag.name for tag in repo.tags()})


def test_what_breaks_on_the_line_is_refused_with_the_version_that_main_has(folder: Folder) -> None:
    folder.commit({"prompts/greet.md": "Greet {{who}}.\n"}, "who")

    found = problems(planned_release(folder).report)

    assert "1: prompt/greet needs 2.0.0, which another branch has released: nothing may break here" in found
    assert [line for line in found if "exists already" in line] == []


def test_branch_that_no_glob_names_is_not_released(folder: Folder) -> None:
    folder.git("switch", "-q", "-c", "feature")
    folder.commit(KINDLY, "kindly")

    (told,) = planned_release(folder).report.problems
    assert told.message == "releases are made on main, v*.x, this is feature"
    assert told.hint == "run 'git switch main', or name it in release.branches of plmctl.yaml"


def test_a_first_branch_of_another_name_is_renamed(folder: Folder) -> None:
    folder.git("branch", "-m", "main", "master")
    folder.git("switch", "-q", "master")
    folder.commit(KINDLY, "kindly")

    told, *_ = planned_release(folder).report.problems
    assert told.message == "releases are made on main, v*.x, this is master"
    assert told.hint == "run 'git branch -m main', or name it in release.branches of plmctl.yaml"
