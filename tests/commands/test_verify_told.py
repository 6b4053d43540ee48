"""What `verify` says where there is nothing to verify, and what to do about it."""

from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.registry import NoRegistry
from tests.commands.builder import released_shop, shop, verified
from tests.commands.ground import folder_at


def test_a_registry_without_a_lock_says_what_makes_one(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    with pytest.raises(PlmctlError) as refused:
        verified(folder)
    assert (refused.value.message, refused.value.hint) == (
        "there is no lock here",
        "run 'plmctl release', or 'plmctl lock ENV APP'",
    )


def test_a_folder_without_a_registry_is_told_as_that(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({"README.md": "x\n", "poetry.lock": "# not ours\n"}, "begin")
    with pytest.raises(NoRegistry):
        verified(folder)
    (problem,) = verified(folder, "v1.0.0").problems
    assert (problem.message, problem.hint) == (
        "no lock v1.0.0 here",
        "name a lock's path; tags are those of a registry",
    )


def test_the_report_is_of_verify(tmp_path: Path) -> None:
    report = verified(released_shop(tmp_path / "registry"), "v1.0.0")
    assert report.command == "verify"
