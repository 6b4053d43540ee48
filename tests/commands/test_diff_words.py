"""A word that can be a revision or an artifact, as `plmctl diff` reads it."""

from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions, diff
from plmctl.core.finding import PlmctlError
from tests.commands.builder import opened, released_shop, shop


def refusal(path: Path, word: str, *, branch: str | None = None) -> tuple[int, str, str | None]:
    """The exit code, message and hint of `plmctl diff WORD`."""
    folder = shop(path / "registry")
    if branch is not None:
        folder.git("branch", branch)
    with opened(folder) as repo, pytest.raises(PlmctlError) as caught:
        diff(repo, DiffOptions(revisions=(word,)))
    return caught.value.exit_code, caught.value.message, caught.value.hint


def test_what_is_both_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "prompt/greet", branch="prompt/greet") == (
        2,
        "'prompt/greet' is a revision and an artifact",
        "write 'plmctl diff prompt/greet --' or 'plmctl diff -- prompt/greet'",
    )


def test_an_artifact_in_the_place_of_a_revision_is_told_where_to_go(tmp_path: Path) -> None:
    assert refusal(tmp_path, "prompt/greet") == (
        3,
        "no such revision: prompt/greet",
        "if 'prompt/greet' is an artifact, write: plmctl diff -- prompt/greet",
    )


def test_a_branch_that_only_looks_like_an_artifact_is_a_revision(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.git("branch", "prompt/other")
    with opened(folder) as repo:
        assert diff(repo, DiffOptions(revisions=("prompt/other",))).judgements == ()


def test_versions_of_two_artifacts_are_not_compared(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    words = ("prompt/greet@1.0.0", "prompt/bye@1.0.0")
    with opened(folder) as repo, pytest.raises(PlmctlError) as caught:
        diff(repo, DiffOptions(revisions=words))
    assert (caught.value.exit_code, caught.value.message) == (
        2,
        "'prompt/greet@1.0.0' and 'prompt/bye@1.0.0' are versions of two artifacts",
    )


def test_an_unreadable_model_changes_no_prompt(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.write("models/small.yaml", "kind: [")
    with opened(folder) as repo:
        report = diff(repo, DiffOptions())
    assert report.judgements == ()
    assert [problem.message for problem in report.problems] == [
        "models/small.yaml cannot be read and was not compared"
    ]
