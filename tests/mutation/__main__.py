"""Which mutants the tests do not kill: `python -m tests.mutation [TARGET or MODULE ...]`, or `make mutants`.

Not mutmut, which changes bodies of functions alone, and none with a decorator, nor cosmic-ray, which changes
no texts and leaves out no statements: much is decided here by tables and patterns, outside of functions.
"""

import argparse
import ast
import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from tests.mutation.fresh import path_of
from tests.mutation.loop import Mutating, Result
from tests.mutation.operators import mutants
from tests.mutation.targets import TARGETS, survivors

LEAST_KILLED = 0.95

_Outcomes = dict[str, dict[str, str | None]]


def main(arguments: list[str]) -> int:
    """Run the tests against the mutants; 1 where one survived that is not listed, or too many did."""
    given, options = given_of(arguments)
    outcomes = _read(given.results)
    trouble = ""
    with given.results.open("a", encoding="utf-8") as notes:

        def note(result: Result) -> None:
            outcomes.setdefault(result.module, {})[result.mutant.name] = result.killer
            notes.write(f"{json.dumps([result.module, result.mutant.name, result.killer])}\n")
            notes.flush()

        for target in TARGETS:
            modules = [m for m in target.modules if not given.names or {m, target.name} & {*given.names}]
            if modules and not trouble:
                known = {m: _left_out(m, given.every) | _known(m, outcomes) for m in modules}
                mutating = Mutating(modules, target.tests, given.jobs, given.seconds, known, note)
                pytest.main(["-q", "-p", "no:cacheprovider", *options, *target.tests], plugins=[mutating])
                trouble = mutating.trouble
    for line in (trouble, *_told(outcomes)):
        sys.stdout.write(f"{line}\n")
    return 0 if _is_good(outcomes) and not trouble else 1


def given_of(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """What the arguments say, and those that are for pytest."""
    more = "Other options are those of pytest."
    reading = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__, epilog=more)
    reading.add_argument("names", nargs="*", help="targets or modules; none: all")
    # Else argparse takes `-kone or two`, which has a space, for a name.
    reading.add_argument("-k", dest="tests", metavar="EXPRESSION", help="the tests that count (all)")
    reading.add_argument("--jobs", type=int, default=2, help="how many mutants at once (2)")
    reading.add_argument("--every", type=int, default=1, help="one in so many mutants (1: all)")
    reading.add_argument("--seconds", type=float, default=600, help="of tests for each mutant, at most (600)")
    about = "what is known already, and is added to; what survived and is not listed runs again"
    reading.add_argument("--results", type=Path, default=Path(".mutants.jsonl"), help=about)
    given, options = reading.parse_known_args(arguments)
    for name in sorted({*given.names} - {name for t in TARGETS for name in (t.name, *t.modules)}):
        reading.error(f"no target and no module of one: {name}")
    return given, options if given.tests is None else [*options, "-k", given.tests]


def _read(results: Path) -> _Outcomes:
    """What is known of the mutants that there are; those of code that is gone are nothing any more."""
    outcomes: _Outcomes = {}
    modules = {module for target in TARGETS for module in target.modules}
    for line in results.read_text(encoding="utf-8").splitlines() if results.exists() else ():
        module, mutant, killer = json.loads(line)
        if module in modules and mutant in _names(module):
            outcomes.setdefault(module, {})[mutant] = killer
    return outcomes


@cache
def _names(module: str) -> frozenset[str]:
    tree = ast.parse(path_of(module).read_text(encoding="utf-8"))
    return frozenset(each.name for each in mutants(tree))


def _known(module: str, outcomes: _Outcomes) -> dict[str, str | None]:
    """The mutants that were killed and what killed them, and those that survived and may."""
    listed = survivors().get(module, {})
    return {n: k for n, k in outcomes.get(module, {}).items() if k is not None or n in listed}


def _left_out(module: str, every: int) -> dict[str, str | None]:
    """The mutants that a run of one in so many leaves out, the same each time."""
    return {name: None for name in _names(module) if crc32(name.encode()) % every}


def _told(outcomes: _Outcomes) -> Iterator[str]:
    for module, found in outcomes.items():
        yield _counted(module, found)
        reasons = survivors().get(module, {})
        lived = (name for name, killer in found.items() if killer is None)
        yield from (f"  {name}\n    {reasons.get(name, 'NOT LISTED')}" for name in lived)
    if outcomes:
        yield _counted("all", {(m, name): killer for m, f in outcomes.items() for name, killer in f.items()})


def _counted(name: str, found: Mapping[Any, str | None]) -> str:
    killed = len(found) - [*found.values()].count(None)
    return f"{name}: {killed} of {len(found)} killed, {killed / len(found):.1%}"


def _is_good(outcomes: Mapping[str, Mapping[str, str | None]]) -> bool:
    for module, found in outcomes.items():
        lived = {name for name, killer in found.items() if killer is None}
        if not lived <= survivors().get(module, {}).keys() or len(lived) > (1 - LEAST_KILLED) * len(found):
            return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
