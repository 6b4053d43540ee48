"""Whole processes, ours and a peer in turn: time, memory, and the medians of both and of their ratios."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

RUNS = 7
PATIENCE = 300.0
"""How many seconds the runs of a row may take together: what is slow is measured less often."""


def nothing() -> None:
    """What most commands need done before each run."""


def accepted(output: bytes) -> None:
    """What most commands have to print: it is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A process to be measured; `shown` is how it is told, without a machine's paths.

    `reports` says that the process prints the seconds to be compared, of work inside it. `before` is done
    before each run and `after` after it, outside the time; `check` raises for an output that is wrong.
    """

    shown: str
    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    exits: int = 0
    reports: bool = False
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    check: Callable[[bytes], None] = accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a run took: CPU and wall time in seconds, with all its processes', and peak memory in bytes."""

    cpu: float
    wall: float
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The medians of the runs of a command, and of the pair-by-pair ratios to its peer where it has one."""

    runs: int
    ours: Taken
    peer: Taken | None = None
    ratio_cpu: float | None = None
    ratio_wall: float | None = None


class Failed(Exception):
    """A command that did something else than it was measured for."""


def run(command: Command) -> Taken:
    """One run. Raises Failed for another exit code, or an output that is wrong."""
    command.before()
    with TemporaryFile() as out, TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        output = out.read()
        if process.returncode != command.exits:
            err.seek(0)
            said = err.read().decode(errors="replace")[-2000:]
            raise Failed(f"{shlex.join(command.arguments)} exited with {process.returncode}\n{said}")
    command.after()
    command.check(output)
    # Linux counts in KiB.
    memory = used.ru_maxrss * 1024
    if command.reports:
        seconds = float(output)
        return Taken(cpu=seconds, wall=seconds, memory=memory)
    return Taken(cpu=used.ru_utime + used.ru_stime, wall=wall, memory=memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """How often a pair is measured at most, how many seconds that may take, and who does it."""

    runs: int = RUNS
    patience: float = PATIENCE
    take: Callable[[Command], Taken] = field(default=run)
    clock: Callable[[], float] = field(default=time.perf_counter)

    def measured(self, ours: Command, peer: Command | None) -> Measured:
        """Both in turn, after one run each that warms up, and counts where there is no time for more.

        Our first run of all never counts: what it finds out, the next ones know.
        """
        self.take(ours)
        start = self.clock()
        first = self._turn(ours, peer)
        number = min(int(self.patience / (self.clock() - start)), self.runs)
        return medians([self._turn(ours, peer) for _ in range(number)] or [first])

    def _turn(self, ours: Command, peer: Command | None) -> tuple[Taken, Taken | None]:
        return self.take(ours), self.take(peer) if peer is not None else None


def medians(pairs: Sequence[tuple[Taken, Taken | None]]) -> Measured:
    """The medians of pairs, and of the ratio in each pair."""
    peers = [peer for _, peer in pairs if peer is not None]
    both = [(ours, peer) for ours, peer in pairs if peer is not None]
    return Measured(
        runs=len(pairs),
        ours=_middle([ours for ours, _ in pairs]),
        peer=_middle(peers) if peers else None,
        ratio_cpu=median(ours.cpu / peer.cpu for ours, peer in both) if both else None,
        ratio_wall=median(ours.wall / peer.wall for ours, peer in both) if both else None,
    )


def _middle(taken: Sequence[Taken]) -> Taken:
    return Taken(
        cpu=median(each.cpu for each in taken),
        wall=median(each.wall for each in taken),
        memory=max(each.memory for each in taken),
    )
