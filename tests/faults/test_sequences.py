"""Any sequence of what people do and of what goes wrong: no release is lost or half (hostile.md)."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.commands.ground import folder_at
from tests.commands.remotes import clone_of
from tests.faults.campaign import Campaign
from tests.faults.commands import CASES
from tests.faults.fault import Fault, Mode
from tests.faults.ground import CLONE, REMOTE, Outcome, restored
from tests.faults.sizes import SEED, Campaigns
from tests.faults.state import faults_of, releases_of
from tests.faults.tracer import Job
from tests.faults.verdict import again, plain
from tests.programs import OUTSIDE

SEQUENCES = int(OUTSIDE.get("PLMCTL_SEQUENCES", "2"))
STEPS = 8
OTHER = "other"
GREET = "prompts/greet.md"
MOVED = "prompt/greet@v1.0.0"


class Sequences(RuleBasedStateMachine):
    """A clone, its remote, and a colleague's clone; releases that were seen stay as they were."""

    made: Campaign

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.seen: dict[str, tuple[str, ...]] = {}

    @property
    def run(self) -> Path:
        """The folder of the run."""
        return self.made.run

    @initialize()
    def begin(self) -> None:
        """All from the template; the remote has two releases."""
        restored(self.made.known.template, self.run)
        shutil.rmtree(self.run / OTHER, ignore_errors=True)
        clone_of(folder_at(self.run / REMOTE), self.run / OTHER)

    @rule()
    def edit(self) -> None:
        """The text of a prompt changes."""
        self.count += 1
        self._committed(self.run / CLONE, GREET, f"Greet {{{{name}}}} for the {self.count}. time.\n")

    @rule(name=st.sampled_from(["release", "push"]))
    def release(self, name: str) -> None:
        """A release, pushed or not."""
        outcome = self._ended(name)
        assert outcome.code == 0, outcome

    @rule(name=st.sampled_from(["promote --push", "rollback --push"]))
    def deliver(self, name: str) -> None:
        """A promotion or a rollback; where there is nothing to promote yet, the reason is named."""
        outcome = self._ended(name)
        assert outcome.code in (0, 1, 3), outcome
        assert not outcome.code or outcome.hint, outcome

    @rule(name=st.sampled_from(["release", "push", "promote --push"]), point=st.integers(1, 330))
    def kill(self, name: str, point: int) -> None:
        """A machine that dies at a point, if the command comes so far."""
        roots = (self.run / CLONE, self.run / REMOTE)
        fault = Fault(mode=Mode.MACHINE, point=point)
        trace, outcome = self.made.warm.run(Job(name=name, run=self.run, roots=roots, fault=fault))
        assert trace.signal or outcome is not None
        assert self._ended("push").code == 0

    @rule()
    def elsewhere(self) -> None:
        """A colleague pushes another prompt."""
        self.count += 1
        other = folder_at(self.run / OTHER)
        assert plain(other.path, "pull", "-q", "--rebase", "origin", "main") == ""
        name = f"note{self.count}.txt"
        self._committed(other.path, name, "A note.\n")
        assert plain(other.path, "push", "-q", "origin", "main") == ""

    @rule()
    def move(self) -> None:
        """A tag is moved here: nothing is released until it is back."""
        clone = folder_at(self.run / CLONE)
        was = clone.git("rev-parse", f"refs/tags/{MOVED}")
        clone.git("tag", "-f", "-a", "-m", "moved", MOVED, "HEAD")
        self._committed(clone.path, GREET, f"Greet {{{{name}}}}, moved {self.count}.\n")
        assert again(CASES["push"], self.run)[0].code != 0
        clone.git("update-ref", f"refs/tags/{MOVED}", was)

    @rule()
    def collect(self) -> None:
        """What nothing refers to is dropped."""
        assert plain(self.run / CLONE, "gc", "-q", "--prune=now") == ""

    @invariant()
    def no_release_is_lost_or_half(self) -> None:
        """What consumers saw at the remote is there, as it was; all objects are sound."""
        if not (self.run / OTHER).exists():
            return
        now = releases_of(self.run / REMOTE)
        assert {name: now.get(name) for name in self.seen} == self.seen
        self.seen = dict(now)
        assert (faults_of(self.run / REMOTE), faults_of(self.run / CLONE)) == ((), ())

    def _ended(self, name: str) -> Outcome:
        return again(CASES[name], self.run)[0]

    def _committed(self, path: Path, name: str, text: str) -> None:
        (path / name).write_text(text, encoding="utf-8")
        assert plain(path, "add", "--all") == ""
        assert plain(path, "commit", "-q", "--allow-empty", "-m", "change") == ""


@pytest.mark.slow
@pytest.mark.xdist_group("faults push")
def test_no_sequence_loses_a_release(campaigns: Campaigns) -> None:
    Sequences.made = campaigns("push", "packed")
    run_state_machine_as_test(
        seed(SEED)(Sequences),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
            # Not shrunk: a run takes seconds, and what it did is printed.
            phases=[Phase.generate],
            database=None,
            deadline=None,
        ),
    )
