"""Four clones that push a release at the same time: one wins, the others are as before (hostile.md C)."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from plmctl.commands.release import prepared, release
from tests.commands.ground import folder_at
from tests.commands.remotes import clone_of, with_remote
from tests.faults.commands import opened, options, packed
from tests.faults.ground import CLONE, surroundings, workshop
from tests.faults.state import faults_of, releases_of, state_of
from tests.git.builder import Folder
from tests.programs import OUTSIDE, REPOSITORY

ROUNDS = int(OUTSIDE.get("PLMCTL_RACES", "3"))
RACERS = 4
# Rounds in one registry: each leaves four releases, and what a round costs grows with them.
SPELL = 20


@dataclass(slots=True, kw_only=True)
class Racer:
    """A process that releases from a clone."""

    process: subprocess.Popen[str]
    folder: Folder

    def told(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, object]:
        assert self.process.stdout is not None
        answer: object = json.loads(self.process.stdout.readline())
        assert isinstance(answer, dict)
        return answer


@contextmanager
def processes(folder: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """A process for each who races."""
    with ExitStack() as stack:
        made = []
        for _ in range(RACERS):
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.racer"],
                cwd=REPOSITORY,
                env=surroundings(folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.callback(process.communicate)
            made.append(process)
        yield made


def remote_in(folder: Path) -> Folder:
    """A new registry, and its bare repository."""
    packed(folder / "first")
    return with_remote(folder_at(folder / "first" / CLONE), folder / "remote.git")


def racers(folder: Path, bare: Folder, running: list[subprocess.Popen[str]]) -> list[Racer]:
    """A clone of a remote for each process."""
    return [
        Racer(process=process, folder=clone_of(bare, folder / f"{CLONE}{number}"))
        for number, process in enumerate(running)
    ]


def raced(running: list[Racer], number: int) -> list[dict[str, object]]:
    """What came of a release of each, all held until each is about to push."""
    for place, racer in enumerate(running):
        racer.folder.git("pull", "-q", "--rebase", "--tags", "origin", "main")
        text = f"Greet {{{{name}}}} in round {number} of {place}.\n"
        racer.folder.commit({"prompts/greet.md": text}, f"round {number} of {place}")
    before = [state_of(racer.folder.path) for racer in running]
    for place, racer in enumerate(running):
        racer.told(json.dumps([str(racer.folder.path), number * 100 + place]))
    assert [racer.answer()["is_ready"] for racer in running] == [True] * RACERS
    for racer in running:
        racer.told("go")
    answers = [racer.answer() for racer in running]
    for racer, state, answer in zip(running, before, answers, strict=True):
        if answer["code"]:
            assert state_of(racer.folder.path) == state
    return answers


def is_overlapping(answers: list[dict[str, object]]) -> bool:
    """Whether two pushes were under way at once."""
    spans = []
    for answer in answers:
        times = answer["pushes"]
        assert isinstance(times, list)
        spans.append((times[0], times[1]))
    return any(one != other and one[0] < other[1] and other[0] < one[1] for one in spans for other in spans)


@pytest.mark.slow
def test_one_of_four_wins_and_the_others_on_their_retry(
    record_property: Callable[[str, object], None],
) -> None:
    overlapping = 0
    with ExitStack() as stack:
        folder = stack.enter_context(workshop())
        started = stack.enter_context(processes(folder))
        for first in range(1, ROUNDS + 1, SPELL):
            spell = folder / f"from{first}"
            bare = remote_in(spell)
            running = racers(spell, bare, started)
            for number in range(first, min(first + SPELL, ROUNDS + 1)):
                overlapping += is_overlapping(won_and_retried(bare, running, number))
            shutil.rmtree(spell)
    record_property(
        "faults", f"races: {ROUNDS} rounds of {RACERS}, {overlapping} overlapping, one winner each"
    )
    assert overlapping * 4 >= ROUNDS * 3


def won_and_retried(bare: Folder, running: list[Racer], number: int) -> list[dict[str, object]]:
    """The answers of a round that one won, and all others on their retry."""
    made = set(releases_of(bare.path))
    answers = raced(running, number)
    assert sorted(str(answer["code"]) for answer in answers) == ["0", "3", "3", "3"], answers
    assert len(set(releases_of(bare.path)) - made) == 1
    for place, (racer, answer) in enumerate(zip(running, answers, strict=True)):
        if answer["code"]:
            assert "git pull --rebase --autostash --tags" in str(answer["hint"])
            retried(racer.folder, number * 100 + 50 + place)
    assert len(set(releases_of(bare.path)) - made) == RACERS
    assert faults_of(bare.path) == ()
    return answers


def retried(folder: Folder, attempt: int) -> None:
    """The loser does as it was told, takes its own text, and wins."""
    text = (folder.path / "prompts/greet.md").read_bytes()
    folder.git("pull", "-q", "--rebase", "-X", "theirs", "--tags", "origin", "main")
    assert (folder.path / "prompts/greet.md").read_bytes() == text
    with opened(folder.path) as repo:
        report = release(repo, prepared(repo, replace(options(attempt), is_pushed=True)))
    assert (report.problems, len(report.done)) == ((), 1)
