"""What a hostile file costs: the real command in a process of its own, its CPU time, its peak of memory."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.stranger import PLMCTL

SECONDS = 60
# A process begins with the peak of memory of the one that started it: this one is small.
LAUNCHER = """\
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
sys.stderr.write(f"\\n{os.waitstatus_to_exitcode(status)} {used.ru_utime + used.ru_stime} {used.ru_maxrss}")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The exit code of a run, its CPU time with that of Git in seconds, its peak of memory in MiB."""

    code: int
    seconds: float
    mebibytes: float
    said: str


def weighed(folder: Path, arguments: Sequence[str]) -> Weight:
    """What a run in a folder costs, in which nothing is known from one before."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LAUNCHER, PLMCTL, *arguments],
        cwd=folder,
        env={**environment(), "CI": "true"},
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
    code, seconds, kibibytes = done.stderr.rpartition(b"\n")[2].split()
    return Weight(
        code=int(code), seconds=float(seconds), mebibytes=int(kibibytes) / 1024, said=done.stdout.decode()
    )


def environment() -> Mapping[str, str]:
    """That of the tests, without what measures them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
