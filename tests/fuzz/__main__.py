"""Fuzzing: `python -m tests.fuzz`, or `make fuzz` for a million inputs of each target. Exit code 1 for finds.

--target NAME    only this one; several times
--inputs N       so many of each (a million)
--seed S         other inputs; a seed and a number are an input for ever
--first N        the number of the first input
--workers K      so many processes (2)
--input N        only this input of the one target: it is printed, and run in this process
--save FOLDER    with --input: its files are written there
--planted        with a crash planted behind each target, until it is found
--slowest        with the numbers of the ten slowest inputs
"""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.fuzz.catalogue import TARGETS
from tests.fuzz.planted import PLANTS, found
from tests.fuzz.pool import Pool
from tests.fuzz.tally import Tally, heading, line, row, told

MILLION = 1_000_000


def main(words: Sequence[str]) -> int:
    """Fuzz as the words say; the exit code."""
    asked = _parser().parse_args(words)
    names = asked.target or [*TARGETS]
    if asked.input is not None:
        return _replayed(names[0], asked.seed, asked.input, asked.save)
    with Pool(asked.workers) as pool:
        if asked.planted:
            return _searched(asked.target or [*PLANTS], asked.seed, pool)
        _tell(heading())
        tallies = [_fuzzed(name, asked, pool) for name in names]
    return 1 if any(tally.finds for tally in tallies) else 0


def _fuzzed(name: str, asked: argparse.Namespace, pool: Pool) -> Tally:
    began = time.monotonic()
    tally = pool.campaign(name, asked.seed, asked.inputs, first=asked.first)
    _tell([line(row(name, asked.seed, tally, time.monotonic() - began)), *told(tally.finds)])
    if asked.slowest:
        _tell(f"    {took:.3f} s: input {number}" for took, number in sorted(tally.slowest, reverse=True))
    return tally


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", usage=__doc__)
    parser.add_argument("--target", action="append", choices=sorted({*TARGETS, *PLANTS}))
    parser.add_argument("--inputs", type=int, default=MILLION)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--input", type=int)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("--slowest", action="store_true")
    return parser


def _replayed(name: str, seed: int, number: int, folder: Path | None) -> int:
    """One input, run here: what kills it kills this process, and what it raises is shown."""
    target = TARGETS[name]
    given = target.input(seed, number)
    for path, data in given.items():
        _tell([f"--- {path}, {len(data):,} bytes", data.decode(errors="backslashreplace")[:4000]])
        if folder is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    came = target.run(given)
    _tell(
        [
            f"decoded {came.is_decoded}, parsed {came.is_parsed}, valid {came.is_valid}",
            f"{came.value!r:.2000}",
        ]
    )
    return 0


def _searched(plants: Iterable[str], seed: int, pool: Pool) -> int:
    """Each plant, and within how many inputs it was found; exit code 1 where one was not."""
    lost = 0
    for plant in plants:
        tally = found(plant, seed, pool)
        is_found = any(find.what.startswith(PLANTS[plant].finds) for find in tally.finds)
        _tell([f"{plant}: {'found' if is_found else 'LOST'} within {tally.inputs:,} inputs"])
        lost += not is_found
    return 1 if lost else 0


def _tell(lines: Iterable[str]) -> None:
    for each in lines:
        sys.stdout.write(f"{each}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
