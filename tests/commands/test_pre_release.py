"""Pre-releases and releases of some artifacts, in a real repository."""

from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.cli.releasing import pre_release
from plmctl.commands.release import prepared, release
from plmctl.core.finding import UsageError
from tests.commands.builder import (
    BYE,
    GREET,
    LOCK,
    failures,
    made_locks,
    make_release,
    opened,
    options,
    planned_release,
    shop,
    verified,
)
from tests.git.builder import Folder

OWNED = GREET.replace("{name: greet}", "{name: greet, owners: [desk-team]}")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A registry that was released once, with changes of two prompts since."""
    made = shop(tmp_path / "shop")
    make_release(made)
    words = {"prompts/greet.yaml": OWNED, "prompts/greet.md": "Greet {{name}} kindly.\n"}
    made.commit({**words, "prompts/bye.yaml": BYE.replace("goodbye", "farewell")}, "words")
    return made


def early(folder: Folder) -> tuple[str, ...]:
    """What `release --pre rc` did."""
    with opened(folder) as repo:
        return release(repo, prepared(repo, replace(options(), pre="rc"))).done


def test_pre_release_is_verified_and_locked_by_nobody_who_does_not_ask(folder: Folder) -> None:
    assert early(folder) == ("released v1.1.0-rc.1",)

    assert failures(verified(folder, "plm.lock", "v1.1.0-rc.1", "prompt/greet@v1.1.0-rc.1")) == []
    made_locks(folder)
    assert '"version": "1.0.0"' in (folder.path / LOCK).read_text()
    assert early(folder) == ()


def test_final_release_follows_its_pre_release(folder: Folder) -> None:
    early(folder)

    assert make_release(folder) == ("application/desk 1.1.0", "prompt/bye 1.1.0", "prompt/greet 1.1.0")
    assert failures(verified(folder, "plm.lock", "v1.0.0", "v1.1.0-rc.1", "v1.1.0")) == []
    assert made_locks(folder).done == (f"wrote {LOCK}",)
    assert '"version": "1.1.0"' in (folder.path / LOCK).read_text()


def test_selected_release_says_what_comes_along_and_what_stays(folder: Folder) -> None:
    assert planned_release(folder, "application/desk").report.notes == (
        "changed dependencies come along: prompt/greet (of desk-team)",
        "these changes stay unreleased: prompt/bye",
    )
    assert planned_release(folder, "model/small").report.notes == (
        "nothing of these changed since the last release",
        "these changes stay unreleased: application/desk, prompt/bye, prompt/greet (of desk-team)",
    )


@pytest.mark.parametrize("word", ["RC", "rc.1", "01", ""])
def test_word_that_no_version_may_have_is_refused(word: str) -> None:
    with pytest.raises(UsageError) as refused:
        pre_release(word)

    assert refused.value.message == f"--pre {word}: not letters a to z and digits alone"


def test_word_is_taken_as_it_is() -> None:
    assert (pre_release("rc"), pre_release(None)) == ("rc", None)
