"""The tests of some modules, run once as they are, then for each mutant in a child of this process.

What the tests of a session share, such as a registry with releases, is made by the program as it is.
"""

import ast
import importlib
import os
import resource
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, NoReturn

import coverage
import pytest

from tests.mutation.fresh import killed_afresh, path_of
from tests.mutation.operators import Mutant, mutants
from tests.mutation.patch import NotInPlace, become

# Seconds of processor that a test may take with a mutant: more than that is a loop without end, and found.
_LEAST, _TIMES, _WAITED = 4.0, 10, 120
_MEMORY = 4 << 30
# What killed mutants of the same function counts as much as so many elsewhere in the module.
_NEAR = 4
_SURVIVED, _KILLED, _NOT_IN_PLACE = range(3)
_TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a mutant: killed by the test of this name, or None for one that survived."""

    module: str
    mutant: Mutant
    killer: str | None
    tests: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    mutant: Mutant
    folder: Path
    tests: int
    began: float


class Mutating:
    """A plugin of pytest, which runs the tests that were collected in its own way."""

    def __init__(
        self,
        modules: Sequence[str],
        files: Sequence[str],
        jobs: int,
        most: float,
        known: Mapping[str, Mapping[str, str | None]],
        note: Callable[[Result], None],
    ):
        self.trouble = ""
        self._modules = modules
        self._files = files
        self._jobs = jobs
        self._most = most
        self._known = known
        self._note_down = note
        self._failed: list[pytest.TestReport] = []
        self._seconds: dict[str, float] = {}
        self._entry: dict[str, float] = {}
        self._tests: dict[str, dict[int, list[str]]] = {}
        self._killers: Counter[tuple[str, str]] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run them as they are, then against every mutant."""
        self._measure(session.items)
        if not self.trouble:
            for module in self._modules:
                self._mutate(session, module)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what failed."""
        if report.failed:
            self._failed.append(report)

    def _ran(self, item: pytest.Item, following: pytest.Item) -> bool:
        """Whether a test passes; what it shares with the one that follows stays."""
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return not self._failed

    def _measure(self, items: Sequence[pytest.Item]) -> None:
        """How long each test takes, and which lines it runs."""
        files = {module: str(path_of(module)) for module in self._modules}
        measuring = coverage.Coverage(data_file=None, config_file=False, include=list(files.values()))
        measuring.start()
        for number, item in enumerate(items):
            measuring.switch_context(item.nodeid)
            began = _cpu_seconds()
            # What a session shares stays: the tests of the mutants find it made.
            self._ran(item, items[min(number + 1, len(items) - 1)])
            self._seconds[item.nodeid] = _cpu_seconds() - began
            if self._failed:
                self.trouble = f"{item.nodeid} fails without any mutant: {self._failed[0].longreprtext}"
                break
        measuring.stop()
        self._tests = {
            module: measuring.get_data().contexts_by_lineno(file) for module, file in files.items()
        }
        # What a module of tests shares is made again in each child, by then of what was made before.
        firsts = [*{item.location[0]: item for item in reversed(items)}.values()]
        _left(items[0].session, firsts[0])
        for item, following in zip_longest(firsts, firsts[1:], fillvalue=firsts[-1]):
            began = _cpu_seconds()
            self._ran(item, following)
            self._entry[item.location[0]] = _cpu_seconds() - began

    def _mutate(self, session: pytest.Session, name: str) -> None:
        module = importlib.import_module(name)
        tree = ast.parse(path_of(name).read_text(encoding="utf-8"))
        known, found = self._known.get(name, {}), mutants(tree)
        for mutant in found:
            self._remember(name, mutant, known.get(mutant.name))
        waiting = [mutant for mutant in found if mutant.name not in known]
        running: dict[int, _Running] = {}
        while waiting or running:
            while waiting and len(running) < self._jobs:
                mutant = waiting.pop(0)
                folder = Path(tempfile.mkdtemp(prefix="plmctl-mutant-"))
                items = self._chosen(session.items, name, mutant)
                pid = os.fork()
                if pid == 0:
                    self._run(session, items, folder, partial(become, module, tree, mutant))
                running[pid] = _Running(
                    mutant=mutant, folder=folder, tests=len(items), began=time.monotonic()
                )
            for pid in list(running):
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    self._note(name, os.waitstatus_to_exitcode(status), running.pop(pid))
            time.sleep(0.002)

    def _note(self, name: str, code: int, ran: _Running) -> None:
        said = ran.folder / _TEST
        killer: str | None = said.read_text(encoding="utf-8") if said.exists() else "its import"
        shutil.rmtree(ran.folder, ignore_errors=True)
        if code == _SURVIVED:
            killer = None
        elif code == _NOT_IN_PLACE:
            killer = killed_afresh(name, ran.mutant, self._files)
        elif code < 0:
            killer = f"{killer} (signal {-code})"
        self._remember(name, ran.mutant, killer)
        seconds = time.monotonic() - ran.began
        self._note_down(
            Result(module=name, mutant=ran.mutant, killer=killer, tests=ran.tests, seconds=seconds)
        )

    def _remember(self, name: str, mutant: Mutant, killer: str | None) -> None:
        """What killed a mutant is likely to kill the next."""
        if killer is not None:
            self._killers[name, killer] += 1
            self._killers[mutant.place, killer] += _NEAR

    def _chosen(self, items: Sequence[pytest.Item], name: str, mutant: Mutant) -> list[pytest.Item]:
        """The tests that run the lines of a mutant: what killed others, its module's own, the quickest.

        A table may be looked at by tests that run no line of its module: they are the last.
        """
        by_line = self._tests[name]
        names = {test for line in mutant.lines for test in by_line.get(line, ())}
        chosen = [item for item in items if item.nodeid in names or not mutant.is_body]
        own = f"_{name.rpartition('.')[2]}"
        at_all = {test for tests in by_line.values() for test in tests}

        def order(item: pytest.Item) -> tuple[int, bool, bool, float, str, float]:
            file, test = item.location[0], item.nodeid
            is_far = test not in at_all
            killed = self._killers[mutant.place, test] + self._killers[name, test]
            return -killed, is_far, own not in file, self._entry[file], file, self._seconds[test]

        return sorted(chosen, key=order)

    def _run(
        self, session: pytest.Session, items: Sequence[pytest.Item], folder: Path, change: Callable[[], None]
    ) -> NoReturn:
        """The tests of a mutant in a child, up to the first that fails."""
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        shared: Any = session
        shared.config.pluginmanager.unregister(name="terminalreporter")
        # What tests write goes where it is deleted, and where no other child writes.
        shared.config._tmp_path_factory._basetemp = folder
        code = _KILLED
        try:
            change()
            if items:
                _left(session, items[0])
            for number, item in enumerate(items):
                if _cpu_seconds() > self._most:
                    code = _SURVIVED
                    break
                (folder / _TEST).write_text(item.nodeid, encoding="utf-8")
                signal.setitimer(signal.ITIMER_PROF, _LEAST + _TIMES * self._seconds[item.nodeid])
                signal.setitimer(signal.ITIMER_REAL, _WAITED)
                if not self._ran(item, items[min(number + 1, len(items) - 1)]):
                    break
            else:
                code = _SURVIVED
        except NotInPlace:
            code = _NOT_IN_PLACE
        finally:
            # Whatever was raised killed it; nothing of what this process began is to end here.
            os._exit(code)


def _left(session: Any, item: pytest.Item) -> None:
    """Take down what tests before shared and this one does not; it itself, if it was run last."""
    session._setupstate.teardown_exact(item.parent)


def _cpu_seconds() -> float:
    """Seconds of processor that this process took, and the programs that it started."""
    return sum(os.times()[:4])
