"""A release that was killed between its steps: what it says, and what the next one does (release.md).

That the next run ends in the same bytes after a kill at any call is for tests/faults.
"""

from pathlib import Path

import pytest

from plmctl.commands.release import prepared
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import FILE_NAME
from plmctl.core.plan import artifact_tag, commit_message, registry_tag
from plmctl.core.ports import PendingRelease
from plmctl.core.report import exit_code
from tests.commands.builder import (
    attempted_release,
    copied,
    failures,
    make_release,
    opened,
    options,
    planned_release,
    plmctl,
    problems,
    verified,
)
from tests.git.builder import Folder

TEXT = "Greet {{name}} in a hurry.\n"


def refs(folder: Folder) -> dict[str, str]:
    """Every ref and its object."""
    lines = folder.git("for-each-ref", "--format=%(refname) %(objectname)").split("\n")
    return dict(line.split(" ", 1) for line in lines)


def begun(folder: Folder) -> PendingRelease:
    """A release of which only the pending ref exists, as it is when it is killed right after step (b)."""
    with opened(folder) as repo:
        ready = prepared(repo, options())
        made = ready.report.plan
        assert made is not None
        transaction = repo.transaction(ready.options.when)
        commit = transaction.commit({FILE_NAME: made.lock_bytes}, commit_message(made))
        tags = tuple(transaction.tag(artifact_tag(p, made.registry), commit) for p in made.planned)
        objects = {tag.name: tag.object_id for tag in tags}
        return transaction.record(
            commit=commit,
            files=(FILE_NAME,),
            tags=tags,
            registry_tag=transaction.tag(registry_tag(made, objects, ready.options.run), commit),
            notes={"run": ready.options.run},
        )


def _all_but_the_registry_tag(folder: Folder, release: PendingRelease) -> None:
    """Killed right before the ref that is the release."""
    folder.write("plm.lock", folder.git("show", f"{release.commit}:plm.lock") + "\n")
    folder.git("add", "plm.lock")
    folder.git("update-ref", release.branch, release.commit, release.parent)
    for tag in release.tags:
        folder.git("update-ref", f"refs/tags/{tag.name}", tag.object_id)


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A released registry with one unreleased change."""
    made = copied(released, tmp_path / "registry")
    made.commit({"prompts/greet.md": TEXT}, "hurry")
    return made


def test_second_release_finishes_with_the_same_ids(folder: Folder, tmp_path: Path) -> None:
    whole = copied(folder, tmp_path / "whole")
    make_release(whole)
    _all_but_the_registry_tag(folder, begun(folder))

    report = attempted_release(folder)

    assert report.done == ("released v1.3.0",)
    assert refs(folder) == refs(whole)
    assert folder.git("status", "--porcelain") == ""
    assert failures(verified(folder)) == []
    assert attempted_release(folder).notes == ("nothing changed since the last release",)


def test_half_a_release_is_no_version(folder: Folder) -> None:
    _all_but_the_registry_tag(folder, begun(folder))

    done = plmctl(folder, "list", "prompt", "--versions", "--format", "json")

    assert '"1.2.0"' in done.stdout
    assert '"1.3.0"' not in done.stdout


def test_plan_of_an_unfinished_release_says_so_and_changes_nothing(folder: Folder) -> None:
    release = begun(folder)
    before = refs(folder)

    report = planned_release(folder).report

    assert report.notes == (
        "the release v1.3.0 was begun and not finished: it is finished first, with the same objects",
    )
    assert (problems(report), exit_code(report)) == ([], 0)
    assert refs(folder) == before
    assert release.ref in before


def test_release_whose_record_cannot_be_taken_away_is_made(folder: Folder) -> None:
    held = folder.path / ".git" / "packed-refs.lock"
    held.touch()

    report = attempted_release(folder)

    assert report.done == ("released v1.3.0",)
    (problem,) = report.problems
    assert (problem.exit_code, problem.message, problem.hint) == (
        0,
        f"v1.3.0 is released, and its record is left: locked by another git process: {held}",
        "when that is mended, run 'plmctl release' again: it takes the record away",
    )
    held.unlink()
    assert "refs/plmctl/pending/v1.3.0" in refs(folder)
    assert attempted_release(folder).done == ("released v1.3.0",)
    assert "refs/plmctl/pending/v1.3.0" not in refs(folder)


def test_unfinished_release_of_a_branch_that_went_on_names_the_reason(folder: Folder) -> None:
    release = begun(folder)
    folder.commit({"prompts/bye.yaml": "# later\n"}, "went on")
    before = refs(folder)

    with pytest.raises(PlmctlError) as caught:
        attempted_release(folder)

    assert caught.value.exit_code == 3
    assert caught.value.message == (
        f"refs/heads/main moved after the plan was made: it was {release.parent}, "
        f"it is {folder.git('rev-parse', 'HEAD')}"
    )
    del before[release.ref]
    assert refs(folder) == before


def test_taken_tag_names_the_reason_and_the_plan_is_made_anew(folder: Folder) -> None:
    release = begun(folder)
    folder.git("tag", "v1.3.0")

    with pytest.raises(PlmctlError) as caught:
        attempted_release(folder)

    assert caught.value.message.startswith("tag v1.3.0 exists already: it is ")
    assert release.ref not in refs(folder)
    folder.git("tag", "-d", "v1.3.0")
    assert make_release(folder) == ("application/desk 1.3.0", "prompt/greet 1.3.0")
