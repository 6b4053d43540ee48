"""Which part of the branches of its modules the inputs of a target come to, with nothing else run before.

    python -m tests.fuzz.reach TARGET=INPUTS...

prints it for each in percent, and which modules it is made of. Each is measured by a child of its own, in
which nothing was run that the others ran.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import coverage

from tests.programs import REPOSITORY

SEED = 1


def reached(inputs: Mapping[str, int]) -> Mapping[str, float]:
    """The percentage of each of these targets, with so many inputs."""
    # The measurement around the tests would end where this one begins.
    around = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_PROCESS")}
    words = [f"{name}={count}" for name, count in inputs.items()]
    command = [sys.executable, "-m", "tests.fuzz.reach", *words]
    done = subprocess.run(command, cwd=REPOSITORY, env=around, stdout=subprocess.PIPE, check=True)
    return {
        name: float(share) for name, share in (line.split() for line in done.stdout.decode().splitlines())
    }


def main(words: list[str]) -> None:
    """Measure the targets, two side by side."""
    from tests.fuzz.catalogue import TARGETS

    TARGETS["reader"].input(SEED, 0)
    running = set[int]()
    for name, _, count in (word.partition("=") for word in words):
        if len(running) == 2:
            running.discard(os.wait()[0])
        child = os.fork()
        if child == 0:
            _measured(name, int(count))
            os._exit(0)
        running.add(child)
    while running:
        running.discard(os.wait()[0])


def _measured(name: str, inputs: int) -> None:
    from tests.fuzz.catalogue import TARGETS

    target = TARGETS[name]
    wanted = [str(REPOSITORY / "plmctl" / module) for module in target.modules]
    measuring = coverage.Coverage(data_file=None, branch=True, config_file=False, include=wanted)
    with measuring.collect():
        for number in range(inputs):
            target.run(target.input(SEED, number))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        measuring.json_report(outfile=str(path))
        found = json.loads(path.read_text(encoding="utf-8"))
    lines = [f"{file}: {_branches(each['summary'])}" for file, each in sorted(found["files"].items())]
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    share = 100 * found["totals"]["covered_branches"] / found["totals"]["num_branches"]
    os.write(sys.stdout.fileno(), f"{name} {share:.1f}\n".encode())


def _branches(summary: Mapping[str, int]) -> str:
    return f"{summary['covered_branches']} of {summary['num_branches']}"


if __name__ == "__main__":
    main(sys.argv[1:])
