from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions, diff
from plmctl.core.finding import Bump
from plmctl.core.reach import Cost, Reach, Running
from plmctl.core.report import Report
from plmctl.core.tokenizer import Tokenizer
from tests.commands.builder import APPLICATION, MODEL, make_release, opened, released_shop, shop
from tests.git.builder import Folder

WARMLY = "Greet {{name}} warmly and at once.\n"
RUNNING = Running(
    environment="environment/production", application="application/desk", pin="^1.0", locked="1.1.0"
)
SINCE = DiffOptions(is_since_release=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases, a lock of `desk` at the second, and another text in the work tree."""
    made = released_shop(tmp_path_factory.mktemp("impact") / "repo")
    made.write("prompts/greet.md", WARMLY)
    return made


def compared(folder: Folder, options: DiffOptions | None = None) -> Report:
    with opened(folder) as repo:
        return diff(repo, options or DiffOptions())


def told(reach: Iterable[Reach]) -> list[str]:
    return [f"{r.artifact} {r.bump.label} {r.version} {r.next_version}" for r in reach]


def test_a_text_is_followed_to_where_it_runs(folder: Folder) -> None:
    report = compared(folder)
    why = ("prompt/greet PRM040 text-changed",)
    desk = Reach(
        artifact="application/desk",
        bump=Bump.MINOR,
        why=why,
        chain=("prompt/greet", "application/desk"),
        running=(RUNNING,),
    )
    greet = Reach(artifact="prompt/greet", bump=Bump.MINOR, why=why, chain=("prompt/greet",))
    assert report.reach == (desk, greet)
    # 'Greet very warmly.' has 4 tokens, 'Greet warmly and at once.' 6.
    cost = Cost(
        artifact="prompt/greet", counter="estimate", tokens_before=4, tokens_after=6, model="model/small"
    )
    assert report.costs == (cost,)


def test_where_tags_are_read_the_next_version_is_told(folder: Folder) -> None:
    assert told(compared(folder).reach) == [
        "application/desk minor None None",
        "prompt/greet minor None None",
    ]
    assert told(compared(folder, SINCE).reach) == [
        "application/desk minor 1.2.0 1.3.0",
        "prompt/greet minor 1.2.0 1.3.0",
    ]


def test_a_model_has_the_tokenizer_that_is_given(folder: Folder) -> None:
    asked: list[str | None] = []

    class Words:
        name = "words"

        def count(self, text: str) -> int:
            return len(text.split())

    def words(model: str | None) -> Tokenizer:
        asked.append(model)
        return Words()

    (cost,) = compared(folder, DiffOptions(tokenizers=words)).costs
    assert (cost.counter, cost.tokens_before, cost.tokens_after) == ("words", 3, 5)
    assert asked == ["gpt-4o-mini-2024-07-18"]


def test_only_what_is_asked_for_reaches_something(folder: Folder) -> None:
    made = compared(folder, DiffOptions(revisions=("v1.0.0", "HEAD"), artifacts=("application/desk",)))
    assert [(r.artifact, r.chain) for r in made.reach] == [
        ("application/desk", ("prompt/greet", "application/desk"))
    ]
    assert made.costs == ()
    made = compared(folder, DiffOptions(revisions=("prompt/greet@1.0.0", "prompt/greet@1.1.0")))
    # The lock was made after that version: there it was not locked yet.
    assert [(r.artifact, r.running) for r in made.reach] == [
        ("application/desk", (replace(RUNNING, locked=None),)),
        ("prompt/greet", ()),
    ]


def test_nothing_changed_reaches_nothing(folder: Folder) -> None:
    report = compared(folder, DiffOptions(revisions=("HEAD", "HEAD")))
    assert (report.reach, report.costs, report.notes) == ((), (), ())


def test_an_application_that_is_gone_is_pinned_where_it_was(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "repo")
    folder.git("rm", "-q", "-r", "applications", "environments")
    report = compared(folder)
    assert [(r.artifact, r.bump.label, r.running) for r in report.reach] == [
        ("application/desk", "major", (RUNNING,))
    ]
    folder.commit({}, "no desk")
    assert compared(folder, SINCE).reach == report.reach


def test_with_a_file_unread_nobody_knows_what_is_reached(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    folder.write("models/small.yaml", "kind: [")
    report = compared(folder)
    assert (report.judgements, report.reach, report.notes) == ((), (), ())
    folder.write("prompts/greet.md", WARMLY)
    report = compared(folder)
    assert (report.reach, report.costs) == ((), ())
    assert report.notes == ("what depends on the changes is not known while a file cannot be read",)
    assert [problem.message for problem in report.problems] == [
        "models/small.yaml cannot be read and was not compared"
    ]


def test_what_a_release_left_out_is_reached_and_counted_from_its_own_version(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    make_release(folder)
    bye = folder.path / "prompts/bye.yaml"
    folder.commit(
        {
            "prompts/greet.md": "Greet {{name}} warmly.\n",
            "prompts/bye.yaml": bye.read_text(encoding="utf-8").replace("goodbye", "farewell"),
        },
        "both",
    )
    assert make_release(folder, "prompt/bye") == ("prompt/bye 1.1.0",)
    folder.write("models/small.yaml", MODEL + "  pricing: {currency: USD, inputPerMTok: 10}\n")
    report = compared(folder, SINCE)
    assert told(report.reach) == [
        "application/desk minor 1.0.0 1.1.0",
        "prompt/greet minor 1.0.0 1.1.0",
        "model/small patch 1.0.0 1.0.1",
        "prompt/bye none 1.1.0 None",
    ]
    assert [(c.artifact, c.tokens_before, c.tokens_after, c.cost_after) for c in report.costs] == [
        ("prompt/bye", 3, 3, 0.03),
        ("prompt/greet", 2, 3, 0.03),
    ]


def test_a_plain_diff_starts_as_many_programs_as_one_without_applications(tmp_path: Path) -> None:
    with_desk, without = shop(tmp_path / "with"), shop(tmp_path / "without")
    without.git("rm", "-q", "-r", "applications", "environments")
    without.commit({}, "no desk")
    counts = []
    for folder in (with_desk, without):
        folder.write("prompts/greet.md", WARMLY)
        counts.append(_programs(folder, tmp_path / f"bin-{folder.path.name}"))
    assert counts[0] == counts[1] > 0


def _programs(folder: Folder, programs: Path) -> int:
    """How often Git is started by a diff."""
    programs.mkdir()
    log = programs / "log"
    real = folder.environment["PATH"]
    shim = programs / "git"
    shim.write_text(f'#!/bin/sh\necho "$@" >> {log}\nPATH="{real}" exec git "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    environment = {**folder.environment, "PATH": f"{programs}:{real}"}
    report = compared(replace(folder, environment=environment))
    assert report.judgements
    return len(log.read_text(encoding="utf-8").splitlines())


def test_an_application_that_is_new_has_its_first_version(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    make_release(folder)
    folder.write("applications/new.yaml", APPLICATION.replace("desk", "new"))
    assert told(compared(folder, SINCE).reach) == ["application/new minor None 1.0.0"]
