"""Many faults, one after the other: which points are chosen, what was found, and the counts of it."""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.commands import Case
from tests.faults.fault import Fault, Kind, Mode, Point, Trace, steps
from tests.faults.ground import Outcome, restored, surroundings, workshop
from tests.faults.state import footprint
from tests.faults.tracer import Job, Warm
from tests.faults.verdict import Reference, broken, reference, untrue

# Faults in one run of a case: chosen from the points of an undisturbed run.
Choice = Callable[[Sequence[Point]], Sequence[int]]


def sample(size: int, seed: int) -> Choice:
    """One point of each step first, then others by chance."""

    def chosen(points: Sequence[Point]) -> Sequence[int]:
        chance = random.Random(seed)
        firsts = [chance.choice(numbers) for numbers in steps(tuple(points)).values()]
        chance.shuffle(firsts)
        rest = sorted({point.number for point in points} - set(firsts))
        chance.shuffle(rest)
        return sorted([*firsts, *rest][:size])

    return chosen


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a campaign counted."""

    name: str
    runs: int = 0
    killed: int = 0
    states: int = 0
    by_step: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[str]:
        """The counts as they are printed."""
        for step, count in sorted(self.by_step.items()):
            yield f"{count:6} {step}"
        yield (
            f"{self.name}: {self.runs} runs, {self.killed} faults at {len(self.by_step)} distinct points, "
            f"{self.states} new states, {len(self.broken)} broken"
        )


@dataclass(slots=True, kw_only=True)
class Campaign:
    """Faults in one case in one registry."""

    folder: Path
    name: str
    case: Case
    warm: Warm
    known: Reference
    points: tuple[Point, ...]
    judged: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def run(self) -> Path:
        """Where each run happens: the same place for all, so that equal states are equal bytes."""
        return self.folder / "run"

    def traced(self, fault: Fault, *names: str) -> tuple[Trace, object]:
        """A run from the template with a fault, in these folders of it or in all."""
        restored(self.known.template, self.run)
        roots = tuple(self.run / name for name in names or sorted(os.listdir(self.known.template)))
        return self.warm.run(Job(name=self.name, run=self.run, roots=roots, fault=fault))

    def tally(self, mode: Mode, choice: Choice, *, error: int = 0, kinds: Kind = Kind.CHANGES) -> Tally:
        """What a fault at each chosen point did."""
        tally = Tally(name=f"{self.name} {mode.name.lower().replace('_', ' ')}")
        by_number = {point.number: point for point in self.points}
        for number in choice(self.points):
            fault = Fault(mode=mode, point=number, error=error, kinds=kinds)
            trace, outcome = self.traced(fault)
            tally.runs += 1
            # Where two processes run side by side, their calls are not numbered as in the first run.
            point = next((p for p in trace.points if p.number == number), by_number[number])
            if trace.signal or trace.is_refused or len(trace.points) >= number:
                tally.killed += 1
                tally.by_step[point.step] += 1
            ended = (*_ended(trace, outcome), *self._untrue(outcome))
            for line in (*ended, *self._judged(tally)):
                tally.broken.append(f"{mode.name} at {number}, {point.step}: {line}")
        return tally

    def _untrue(self, outcome: object) -> tuple[str, ...]:
        if not isinstance(outcome, dict):
            return ()
        return tuple(untrue(self.case, self.run, self.known, Outcome(**outcome)))

    def _judged(self, tally: Tally) -> tuple[str, ...]:
        """What is wrong with what the run left; the same state is judged once."""
        key = footprint(self.run)
        if key not in self.judged:
            tally.states += 1
            self.judged[key] = tuple(broken(self.case, self.run, self.known))
        return self.judged[key]


def _ended(trace: Trace, outcome: object) -> Iterator[str]:
    """What is wrong with how the command itself ended."""
    if trace.is_late:
        yield "it hung"
    elif outcome is None and not trace.signal:
        yield "it ended with a traceback"


@contextmanager
def warmed(module: str = "tests.faults.warm") -> Iterator[Warm]:
    """A warm process and its folder, for campaigns one after the other."""
    with workshop() as folder, Warm(folder, module, surroundings(folder)) as warm:
        yield warm


def campaign(warm: Warm, name: str, case: Case, registry: str) -> Campaign:
    """A campaign that is ready: the template, and what an undisturbed run does."""
    folder = Path(tempfile.mkdtemp(dir=warm.folder))
    run, template = folder / "run", folder / "template"
    run.mkdir()
    case.registries[registry](run)
    run.rename(template)
    known = reference(case, template, run)
    made = Campaign(folder=folder, name=name, case=case, warm=warm, known=known, points=())
    restored(template, run)
    warm.run(Job(name=name, run=run, roots=(run,), is_warming=True))
    trace, outcome = made.traced(Fault())
    assert isinstance(outcome, dict), outcome
    assert outcome["code"] == 0, outcome
    made.points = trace.points
    return made
