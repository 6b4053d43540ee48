"""Processes that fuzz side by side; one that dies is replaced, and what killed it is a find."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.fuzz.tally import Find, Tally, read_tally
from tests.fuzz.worker import CPU_LIMIT, NUMBER
from tests.programs import REPOSITORY

_LEAST, _BATCH, _MOST = 20, 500, 5_000
# Seconds without a new input after which a worker waits for something that does not come.
_STUCK = 60.0
_LOOK = 2.0
# What makes Python measure its coverage: it would take most of the time.
_MEASURING = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")


@dataclass(slots=True, kw_only=True)
class Campaign:
    """Inputs of one target: which are still to be done, and what came of the others."""

    target: str
    seed: int
    waiting: deque[tuple[int, int]]
    stops_at_a_find: bool = False
    tally: Tally = field(default_factory=Tally)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> tuple[int, int] | None:
        """Some inputs to do: the first number, and how many."""
        with self.lock:
            is_over = not self.waiting or (self.stops_at_a_find and self.tally.finds)
            return None if is_over else self.waiting.popleft()

    def done(self, tally: Tally) -> None:
        """Some were done."""
        with self.lock:
            self.tally.add(tally)

    def died(self, start: int, count: int, find: Find) -> None:
        """One of them killed its process: the others are to be done again."""
        with self.lock:
            self.tally.inputs += 1
            self.tally.finds.append(find)
            parts = ((start, find.number - start), (find.number + 1, start + count - find.number - 1))
            self.waiting.extendleft(part for part in parts if part[1] > 0)


class Pool:
    """The processes, which import and read what inputs are made of once for all targets."""

    def __init__(self, workers: int = 2):
        self._around = ExitStack()
        self._folder = Path(self._around.enter_context(tempfile.TemporaryDirectory(prefix="plmctl-fuzz-")))
        self._workers = [self._around.enter_context(_started(self._folder, n)) for n in range(workers)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._around.close()

    def campaign(
        self, target: str, seed: int, inputs: int, *, first: int = 0, stops_at_a_find: bool = False
    ) -> Tally:
        """What came of so many inputs of a target."""
        # What is found soon is not to wait for much else, and of a million each fork takes as long as 200.
        size, step = (_LEAST, _LEAST) if stops_at_a_find else (min(max(inputs // 200, _BATCH), _MOST), 0)
        batches = deque(_batches(first, first + inputs, size, step))
        made = Campaign(target=target, seed=seed, waiting=batches, stops_at_a_find=stops_at_a_find)
        threads = [threading.Thread(target=worker.works, args=(made,)) for worker in self._workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if made.waiting and not made.tally.finds:
            said = "".join(worker.said.read_text(encoding="utf-8") for worker in self._workers)
            raise RuntimeError(f"no process is left that fuzzes {target}: {said}")
        return made.tally


def _batches(start: int, end: int, size: int, step: int) -> Iterator[tuple[int, int]]:
    """Numbers from one to another in parts, each larger than the one before."""
    while start < end:
        yield start, min(size, end - start)
        start, size = start + size, min(size + step, max(size, _BATCH))


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A process that fuzzes, the file in which it says what it is at, and what it says before it dies."""

    process: subprocess.Popen[str]
    at: Path
    said: Path

    def works(self, made: Campaign) -> None:
        """Do what is to be done, until there is nothing more."""
        while (batch := made.next()) is not None:
            answer = self._answer(
                {"target": made.target, "seed": made.seed, "start": batch[0], "count": batch[1]}
            )
            if not answer:
                made.waiting.appendleft(batch)
                return
            if '"died"' in answer[:8]:
                made.died(*batch, self._death(json.loads(answer)["died"]))
            else:
                made.done(read_tally(answer))

    def _answer(self, job: Mapping[str, str | int]) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(job)}\n")
        self.process.stdin.flush()
        # Looks are counted, and not the clock: all of them may have been stopped together for a while.
        known, looks = b"", 0
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not selector.select(timeout=_LOOK):
                at = self.at.read_bytes()
                looks = looks + 1 if at == known else 0
                known = at
                if looks * _LOOK > _STUCK:
                    os.kill(int.from_bytes(at[NUMBER:], sys.byteorder), signal.SIGKILL)
        return self.process.stdout.readline()

    def _death(self, code: int) -> Find:
        told = self.said.read_text(encoding="utf-8", errors="replace")
        os.truncate(self.said, 0)
        number = int.from_bytes(self.at.read_bytes()[:NUMBER], sys.byteorder)
        if code == -signal.SIGPROF:
            what = f"endless: over {CPU_LIMIT:.0f} s"
        elif code == -signal.SIGKILL:
            what = f"stuck: nothing for {_STUCK:.0f} s, or killed from outside"
        else:
            what = f"died: {signal.Signals(-code).name if code < 0 else f'exit code {code}'}"
        return Find(number=number, what=what, where=_innermost(told), told=told)


def _innermost(told: str) -> str:
    """The innermost line of ours in a stack that faulthandler printed."""
    ours = [line for line in told.splitlines() if "/plmctl/" in line or "/tests/fuzz/" in line]
    return ours[0].strip().removeprefix("File ") if ours else ""


@contextmanager
def _started(folder: Path, number: int) -> Iterator[_Worker]:
    at, said = folder / f"{number}.at", folder / f"{number}.said"
    at.write_bytes(bytes(2 * NUMBER))
    kept = {key: value for key, value in os.environ.items() if key not in _MEASURING}
    with said.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.fuzz.worker", str(at)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=REPOSITORY,
            env={**kept, "PYTHONHASHSEED": "0", "TMPDIR": str(folder)},
        )
    try:
        yield _Worker(process=process, at=at, said=said)
    finally:
        # Without more jobs it ends.
        with suppress(BrokenPipeError):
            process.communicate()
