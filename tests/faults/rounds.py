"""Rounds of all commands in all registries, in two processes, until there are faults enough."""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path

from tests.conftest import GIT_CONFIGURATION, IDENTITY
from tests.faults.campaign import Tally, campaign, warmed
from tests.faults.commands import CASES
from tests.faults.sizes import FAULTY, SEED, tallies
from tests.programs import OUTSIDE

WANTED = int(OUTSIDE.get("PLMCTL_FAULTS", "10000"))
PROCESSES = 2
# Points of each mode before another case and registry has its turn.
SIZE = int(OUTSIDE.get("PLMCTL_FAULTS_SIZE", "15"))
Unit = tuple[str, str, int]


def told(*lines: str) -> None:
    """Print lines at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def units(names: Sequence[str]) -> Iterator[Unit]:
    """Case, registry and seed, without end: all of them in an order by chance, then all with another seed."""
    for seed in count(SEED * 1000):
        every = [(name, registry, seed) for name in names or CASES for registry in CASES[name].registries]
        random.Random(seed).shuffle(every)
        yield from every


def faults(unit: Unit) -> list[Tally]:
    """The tallies of a case in a registry."""
    name, registry, seed = unit
    with tempfile.TemporaryDirectory(prefix="plmctl-home-") as made:
        home = Path(made)
        (home / ".gitconfig").write_text(GIT_CONFIGURATION, encoding="utf-8")
        os.environ.update({**IDENTITY, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "TZ": "UTC"})
        with warmed() as warm:
            campaigned = campaign(warm, name, CASES[name], registry)
            return list(tallies(campaigned, dict.fromkeys(FAULTY, SIZE), seed))


def counted(names: Sequence[str]) -> list[Tally]:
    """Tallies until there are faults enough, printed as they are counted, with the time that is left."""
    done: list[Tally] = []
    begun, left = time.monotonic(), units(names)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        running: dict[Future[list[Tally]], Unit] = {}
        while sum(tally.killed for tally in done) < WANTED:
            running |= {pool.submit(faults, unit): unit for unit in islice(left, PROCESSES - len(running))}
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                _, registry, seed = running.pop(future)
                for tally in future.result():
                    told(f"{registry} {seed}: {[*tally.lines][-1]}", *tally.broken)
                    done.append(tally)
            killed = sum(tally.killed for tally in done)
            spent = time.monotonic() - begun
            minutes = spent / 60 * max(WANTED - killed, 0) / max(killed, 1)
            told(f"{killed} of {WANTED} faults in {spent / 60:.1f} min, about {minutes:.0f} min left")
        # What is begun is counted too.
        done.extend(tally for future in running for tally in future.result())
    return done


def summary(done: Sequence[Tally]) -> Iterator[str]:
    """The counts of each command and step, and of all."""
    by_step: dict[str, Counter[str]] = {}
    for tally in done:
        by_step.setdefault(tally.name, Counter()).update(tally.by_step)
    for name, steps in sorted(by_step.items()):
        yield f"== {name}: {steps.total()} faults at {len(steps)} distinct points"
        yield from (f"{number:6} {step}" for step, number in sorted(steps.items()))
    broken = [line for tally in done for line in tally.broken]
    yield from broken
    yield f"{sum(tally.killed for tally in done)} faults, {len(broken)} broken"
