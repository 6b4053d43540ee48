"""A diff where manifests are broken on one of its sides: their findings, and the diff of the rest."""

from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions
from plmctl.core.report import Report, exit_code
from tests.commands.builder import BYE, FILES, GREET, changes_of, make_release, plmctl, shop, told
from tests.git.builder import Folder

BROKEN = BYE.replace("metadata:", "metadata: [")
UNNAMED = BYE.replace("name: bye", "title: bye")
WARMER = {"prompts/greet.md": "Greet {{name}} warmly.\n"}
CHANGED = ["PRM040 prompt/greet: the text of message 1 changed"]


def compared(folder: Folder, *words: str) -> tuple[Report, list[str]]:
    report = changes_of(folder, DiffOptions(revisions=words))
    return report, [f"{j.code} {j.change.artifact}: {j.message}" for j in report.judgements]


@pytest.fixture
def broken(tmp_path: Path) -> Folder:
    """A registry whose newest commit breaks one prompt and changes another."""
    folder = shop(tmp_path / "registry")
    folder.commit({"prompts/bye.yaml": BROKEN, **WARMER}, "broken")
    return folder


def test_what_is_broken_now_is_a_finding_and_the_rest_is_compared(broken: Folder) -> None:
    report, changes = compared(broken, "HEAD~1", "HEAD")
    assert changes == CHANGED
    assert [line.partition(": ")[0] for line in told(report)] == ["YML007 prompts/bye.yaml:4:1"]
    (problem,) = report.problems
    assert (problem.message, problem.hint, problem.exit_code) == (
        "prompts/bye.yaml cannot be read and was not compared",
        "mend it; 'plmctl validate --rev HEAD' shows all that is wrong",
        1,
    )
    assert exit_code(report) == 1


def test_what_was_broken_is_told_with_its_revision_and_fails_nothing(broken: Folder) -> None:
    broken.commit({"prompts/bye.yaml": BYE, "prompts/greet.md": FILES["prompts/greet.md"]}, "mended")
    report, changes = compared(broken, "HEAD~1", "HEAD")
    assert (changes, report.findings, exit_code(report)) == (CHANGED, (), 0)
    (problem,) = report.problems
    assert problem.message.startswith(
        "prompts/bye.yaml cannot be read at HEAD~1 and was not compared: YML007 "
    )
    assert problem.message.endswith(" (prompts/bye.yaml:4:1)")
    assert problem.hint == "'plmctl validate --rev HEAD~1' shows all that was wrong"


def test_what_is_broken_on_both_sides_is_told_once(broken: Folder) -> None:
    broken.commit({"prompts/greet.md": "Greet {{name}} coldly.\n"}, "coldly")
    report, changes = compared(broken, "HEAD~1")
    assert changes == CHANGED
    assert [problem.exit_code for problem in report.problems] == [1]
    assert report.problems[0].hint == "mend it; 'plmctl validate' shows all that is wrong"
    assert report.summary == {"artifacts": 1, "major": 0, "minor": 1, "patch": 0, "unread": 1}


def test_a_manifest_without_a_name_is_broken_too(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.write("prompts/bye.yaml", UNNAMED)
    report, changes = compared(folder)
    assert changes == []
    assert {finding.code for finding in report.findings} >= {"SCH003"}
    assert exit_code(report) == 1


def test_what_a_release_holds_that_is_broken_is_told_with_its_tag(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.commit({"partials/half.yaml": "kind: [Partial\n"}, "half")
    folder.git("mv", "partials/half.yaml", "half.txt")
    folder.commit({}, "not a manifest")
    make_release(folder)
    folder.commit({"prompts/greet.yaml": GREET.replace("kind: Prompt", "kind: [Prompt")}, "broken")
    report = changes_of(folder, DiffOptions(is_since_release=True))
    assert [problem.message for problem in report.problems] == [
        "prompts/greet.yaml cannot be read and was not compared"
    ]
    folder.git("revert", "--no-edit", "HEAD")
    mended = changes_of(folder, DiffOptions(is_since_release=True))
    assert (mended.problems, (mended.summary or {}).get("unread")) == ((), None)


def test_the_command_warns_of_the_past_and_fails_for_what_is_now(broken: Folder) -> None:
    now = plmctl(broken, "diff", "HEAD~1", code=1)
    assert "error[YML007]" in now.stdout
    assert now.stdout.endswith("\n1 artifact changed: 1 minor; 1 manifest was not compared\n")
    assert "\nerror: prompts/bye.yaml cannot be read and was not compared\nhint: " in now.stderr
    broken.commit({"prompts/bye.yaml": BYE}, "mended")
    past = plmctl(broken, "diff", "HEAD~1", "--format", "github", code=0)
    assert past.stdout.startswith("::warning title=plmctl::prompts/bye.yaml cannot be read at HEAD~1 and ")
    assert "warning: prompts/bye.yaml cannot be read at HEAD~1 and was not compared" in past.stderr
    told = plmctl(broken, "diff", "HEAD~1", code=0)
    assert told.stdout == "1 manifest was not compared\n"
