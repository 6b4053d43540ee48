"""Which part of the branches of its modules the inputs of a target come to, with nothing else run before.

    python -m tests.fuzz.reach TARGET SEED INPUTS

prints it in percent: in a process of its own, in which what is imported for inputs alone is not yet there.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import coverage

from tests.programs import REPOSITORY


def reached(name: str, seed: int, inputs: int) -> float:
    """The percentage, found out by a process of its own."""
    # The measurement around the tests would end where this one begins.
    around = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_PROCESS")}
    command = [sys.executable, "-m", "tests.fuzz.reach", name, str(seed), str(inputs)]
    return float(
        subprocess.run(command, cwd=REPOSITORY, env=around, stdout=subprocess.PIPE, check=True).stdout
    )


def _measured(name: str, seed: int, inputs: int) -> float:
    from tests.fuzz.catalogue import TARGETS

    target = TARGETS[name]
    wanted = [str(REPOSITORY / "plmctl" / module) for module in target.modules]
    measuring = coverage.Coverage(data_file=None, branch=True, config_file=False, include=wanted)
    target.input(seed, 0)
    with measuring.collect():
        for number in range(inputs):
            target.run(target.input(seed, number))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        measuring.json_report(outfile=str(path))
        totals = json.loads(path.read_text(encoding="utf-8"))
    for file, found in sorted(totals["files"].items()):
        summary = found["summary"]
        sys.stderr.write(f"{file}: {summary['covered_branches']} of {summary['num_branches']}\n")
    return 100 * float(totals["totals"]["covered_branches"]) / float(totals["totals"]["num_branches"])


if __name__ == "__main__":
    sys.stdout.write(f"{_measured(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))}\n")
