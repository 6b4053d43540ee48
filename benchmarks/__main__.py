"""Measure plmctl beside its peers: `make bench`, `make bench-quick`, `make bench-check`."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from benchmarks import results
from benchmarks.measure import RUNS, Meter
from benchmarks.results import Result
from benchmarks.rows import ROWS, Row
from benchmarks.scene import PROJECT, Scene

RESULTS = PROJECT / "benchmarks" / "results.json"
QUICK_SIZE, QUICK_RUNS, QUICK_PATIENCE = 1_000, 3, 3.0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure plmctl beside its peers."
    )
    parser.add_argument("--quick", action="store_true", help="1,000 manifests, and three runs of each")
    parser.add_argument("--check", action="store_true", help="compare with the committed results instead")
    parser.add_argument("--most", type=int, default=100_000, metavar="N", help="no larger registry than this")
    parser.add_argument("--least", type=int, default=0, metavar="N", help="no smaller registry than this")
    parser.add_argument(
        "--rows", default="", metavar="WORDS", help="only rows with these words in their name"
    )
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N", help="runs of each command")
    parser.add_argument(
        "--markdown", action="store_true", help="measure nothing: print results.json as a table"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the results go")
    chosen = parser.parse_args(arguments)
    if (chosen.check or chosen.markdown) and not RESULTS.exists():
        parser.error("there is no benchmarks/results.json: run 'make bench', which writes it")
    if chosen.markdown:
        print("\n".join(results.markdown(RESULTS)))
        return 0
    is_small = chosen.quick or chosen.check
    meter = Meter(runs=QUICK_RUNS, patience=QUICK_PATIENCE) if is_small else Meter(runs=chosen.runs)
    most = min(chosen.most, QUICK_SIZE) if is_small else chosen.most
    found: list[Result] = []
    output = chosen.output or (None if is_small or chosen.rows or most < 100_000 else RESULTS)
    measured = _measured(meter, range(chosen.least, most + 1), chosen.rows)
    for line in results.table(_kept(measured, found, output)):
        print(line, flush=True)
    return _checked(found) if chosen.check else 0


def _measured(meter: Meter, sizes: range, words: str) -> Iterator[Result]:
    for row in ROWS:
        for size in row.sizes:
            if size in sizes and words in row.name:
                yield _result(meter, row, size)


def _kept(measured: Iterator[Result], found: list[Result], output: Path | None) -> Iterator[Result]:
    """What is measured, kept and written too while it is printed: all of it takes long."""
    for result in measured:
        found.append(result)
        if output is not None:
            results.written(found, output)
        yield result


@cache
def _place(size: int) -> Path:
    """Where the generated registry of a size is."""
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.repository", str(size)],
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return Path(made.stdout.strip())


def _result(meter: Meter, row: Row, size: int) -> Result:
    place = _place(size)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="run-") as scratch:
        scene = Scene(count=size, place=place, scratch=Path(scratch))
        scene.scratch.joinpath("home").mkdir()
        ours, peer = row.pair(scene)
        print(
            f"{row.name} at {size:,}: {ours.shown}{f'  beside  {peer.shown}' if peer else ''}",
            file=sys.stderr,
        )
        return Result(
            name=row.name,
            size=size,
            command=ours.shown,
            peer=peer.shown if peer is not None else None,
            allowed=row.allowed_at(size),
            measured=meter.measured(ours, peer),
        )


def _checked(found: Sequence[Result]) -> int:
    told = list(results.verdicts(results.read(RESULTS), found))
    print("\n".join(map(str, told)))
    worse = sum(verdict.is_worse for verdict in told)
    print(f"{len(told)} ratios compared, {worse} worse than {results.TOLERANCE} times what is committed")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
