"""The changelog that a release keeps as a file."""

from pathlib import Path

import pytest

from tests.commands.builder import (
    SETTINGS,
    attempted_release,
    copied,
    make_release,
    planned_release,
    problems,
    shop,
    verified,
)
from tests.git.builder import Folder

KEEPS = f"{SETTINGS}spec:\n  release:\n    changelog: CHANGELOG.md\n"
OURS = "# Ours\n\nBy hand.\n\n## [Unreleased]\n\n- soon\n\n## 0.9\n\n- before plmctl\n"
FIRST = """\
## v1.0.0 - 2026-03-04

### `application/desk` 1.0.0

First release.

### `model/small` 1.0.0

First release.

### `prompt/bye` 1.0.0

First release.

### `prompt/greet` 1.0.0

First release.
"""
SECOND = """\
## v1.1.0 - 2026-03-04

### `application/desk` 1.1.0

#### Behavioural

- REG006 dependency-changed: `prompt/greet` PRM040 text-changed
  - To do: The change itself is told, and accepted, where it happened. Run the evaluations of the Application.

### `prompt/greet` 1.1.0

#### Behavioural

- PRM040 text-changed: the text of message 1 changed
  - To do: The contract with callers and consumers holds. Run the evaluations before it is released.
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry that keeps a changelog, and was released once."""
    folder = shop(tmp_path_factory.mktemp("kept") / "shop")
    folder.commit({"plmctl.yaml": KEEPS}, "keep a changelog")
    make_release(folder)
    return folder


@pytest.fixture
def folder(kept: Folder, tmp_path: Path) -> Folder:
    """A copy of it."""
    return copied(kept, tmp_path / "shop")


def test_release_commits_the_changelog_with_the_lock(kept: Folder) -> None:
    assert (kept.path / "CHANGELOG.md").read_text() == f"# Changelog\n\n{FIRST}"
    assert kept.git("show", "--format=", "--name-only", "HEAD").split() == ["CHANGELOG.md", "plm.lock"]
    assert kept.git("status", "--porcelain") == ""


def test_notes_of_a_release_stand_above_older_ones_and_what_is_ours_stays(folder: Folder) -> None:
    folder.commit({"CHANGELOG.md": OURS, "prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")

    make_release(folder)

    assert (folder.path / "CHANGELOG.md").read_text() == OURS.replace("## 0.9", f"{SECOND}\n## 0.9")
    assert verified(folder, "plm.lock").problems == ()


def test_changelog_that_is_not_committed_stops_a_release(folder: Folder) -> None:
    folder.commit({"prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")
    folder.write("CHANGELOG.md", OURS)

    assert problems(attempted_release(folder)) == ["1: files of the registry are not committed: CHANGELOG.md"]
    assert (folder.path / "CHANGELOG.md").read_text() == OURS


def test_changelog_that_is_no_text_stops_a_release(folder: Folder) -> None:
    folder.commit({"CHANGELOG.md": b"\xff\n", "prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")

    assert problems(planned_release(folder).report) == [
        "1: CHANGELOG.md is no changelog that could be added to: it is not UTF-8"
    ]


def test_changelog_behind_a_link_stops_a_release(folder: Folder) -> None:
    (folder.path / "CHANGELOG.md").unlink()
    (folder.path / "CHANGELOG.md").symlink_to("../elsewhere.md")
    folder.commit({"prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")

    assert [line.partition(":")[0] for line in problems(planned_release(folder).report)] == ["1"]


@pytest.mark.parametrize(
    "path",
    ["plm.lock", "./plmctl.yaml", "../x.md", "/x.md", "prompts/x.yaml", ".git/x", ".plmctl/accepted/x.yaml"],
)
def test_changelog_has_a_file_of_its_own(folder: Folder, path: str) -> None:
    folder.commit({"plmctl.yaml": KEEPS.replace("CHANGELOG.md", path)}, "elsewhere")

    assert problems(planned_release(folder).report) == [
        f"2: release.changelog of plmctl.yaml can be no file of its own: '{path}'"
    ]
