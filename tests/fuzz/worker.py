"""A process that fuzzes: it is told what by its parent, and forks for each job, so that it outlives it.

Before each input is run its number is written down, so that it is known which one killed. One that takes
CPU_LIMIT seconds is ended by a signal that C libraries cannot hold back.
"""

import faulthandler
import gc
import json
import mmap
import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from tests.fuzz.tally import Find, Tally
from tests.fuzz.target import Target

SLOW = 1.0
"""Seconds of CPU that an input may take."""
CPU_LIMIT = 3.0
MEMORY = 200
"""MiB that an input may take."""
NUMBER = 8
"""Bytes of a number where it is written down: first that of the input, then the id of the process."""
_WARMING = 40
_PAGE, _MIB = resource.getpagesize(), 1 << 20
# So much over what is used already may be mapped: what libraries reserve is not what they use.
_SPACE = 768 * _MIB


def main() -> None:
    """Answer jobs until there are no more: a tally, or how the process that was to make it ended."""
    from tests.fuzz.planted import real, target_named

    ready = set[str]()
    with Path(sys.argv[1]).open("r+b") as file, mmap.mmap(file.fileno(), 2 * NUMBER) as at:
        for line in sys.stdin:
            job = json.loads(line)
            target = target_named(job["target"])
            if target.name not in ready:
                _warm(real(target))
                ready.add(target.name)
            child = os.fork()
            if child == 0:
                _answer(target, job["seed"], job["start"], job["count"], at)
            at[NUMBER:] = child.to_bytes(NUMBER, sys.byteorder)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            if code != 0:
                _say(json.dumps({"died": code}))


def _warm(target: Target) -> None:
    """Read and compile what all inputs need, once for all children."""
    for number in range(_WARMING * max(1, len(target.parts))):
        target.run(target.input(0, number))
    gc.collect()
    gc.freeze()
    # As often as Python does it by itself it takes a twentieth of the time.
    gc.set_threshold(5_000, 10, 10)


def _answer(target: Target, seed: int, start: int, count: int, at: mmap.mmap) -> NoReturn:
    faulthandler.enable()
    # The stack is printed, and then the signal does what it does: the process ends.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    faulthandler.register(signal.SIGPROF, all_threads=False, chain=True)
    _say(fuzzed(target, seed, start, count, at).written())
    os._exit(0)


def _say(line: str) -> None:
    # All of it: a pipe takes 64 KiB at once, and finds may be more.
    rest = f"{line}\n".encode()
    while rest:
        rest = rest[os.write(sys.stdout.fileno(), rest) :]


def fuzzed(target: Target, seed: int, start: int, count: int, at: mmap.mmap | None = None) -> Tally:
    """What came of some inputs of a target, in this process."""
    tally = Tally()
    before = _size(1)
    resource.setrlimit(resource.RLIMIT_AS, (_size(0) * _MIB + _SPACE, resource.RLIM_INFINITY))
    for number in range(start, start + count):
        if at is not None:
            at[:NUMBER] = number.to_bytes(NUMBER, sys.byteorder)
            # For the making: what the input before has left of its time is no measure of that.
            signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT)
        given = target.input(seed, number)
        if at is not None:
            signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT)
        # With a timer for the time of the process, the clock of that stands still between ticks.
        began = time.thread_time()
        with _Caught(tally, number):
            came = target.run(given)
            tally.decoded += came.is_decoded
            tally.parsed += came.is_parsed
            tally.valid += came.is_valid
        took = time.thread_time() - began
        tally.inputs += 1
        tally.took(took, number)
        if took > SLOW:
            tally.finds.append(Find(number=number, what=f"slow: {took:.1f} s"))
        # The highest so far: it says of one input only that it is below the limit.
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 - before
        if grown > MEMORY > tally.memory:
            tally.finds.append(Find(number=number, what=f"large: {grown} MiB"))
        tally.memory = max(tally.memory, grown)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return tally


@dataclass(frozen=True, slots=True)
class _Caught:
    """A place where whatever is raised is a find."""

    tally: Tally
    number: int

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self.tally.finds.append(_raised(self.number, error))
        return isinstance(error, Exception)


def _raised(number: int, error: Exception) -> Find:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/plmctl/" in frame.filename] or frames
    where = f"{ours[-1].filename.rpartition('/plmctl/')[2]}:{ours[-1].name}"
    lines = traceback.format_exception(error, limit=-6)
    return Find(
        number=number, what=f"{type(error).__name__}: {str(error)[:200]}", where=where, told="".join(lines)
    )


def _size(column: int) -> int:
    """MiB that are mapped (0), or used (1)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[column]) * _PAGE // _MIB


if __name__ == "__main__":
    main()
