"""What is flushed before it is seen, by trace; and that the tracer sees what strace sees."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.campaign import Campaign, campaign
from tests.faults.commands import CASES
from tests.faults.fault import Fault, Point, unflushed
from tests.faults.ground import CLONE, restored, surroundings, workshop
from tests.faults.verdict import broken
from tests.programs import REPOSITORY, require

PROGRAM = """
import sys
from pathlib import Path
from tests.faults.commands import run_case
run_case(sys.argv[1], Path(sys.argv[2]))
"""
# strace's names of the calls, and the tracer's.
CALLS = {
    "write": "write",
    "pwrite64": "write",
    "rename": "rename",
    "renameat": "rename",
    "renameat2": "rename",
    "link": "link",
    "linkat": "link",
    "unlink": "unlink",
    "unlinkat": "unlink",
    "fsync": "fsync",
    "mkdir": "mkdir",
    "mkdirat": "mkdir",
}
_CALL = re.compile(r"^\d+ +(\w+)\((.*?)(?:\) += | <unfinished)")


@pytest.fixture(scope="module")
def release() -> Iterator[Campaign]:
    """A release that is ready to be disturbed."""
    with ExitStack() as stack:
        yield campaign(stack, stack.enter_context(workshop()), "release", CASES["release"], "packed")


def test_all_that_a_release_makes_is_flushed_before_it_has_its_name(release: Campaign) -> None:
    points = release.traced(Fault())[0].points
    appeared = [point for point in points if point.source and point.path.startswith(CLONE)]

    assert list(unflushed(points)) == []
    # Objects, refs, the index and plm.lock: this is no statement about nothing.
    names = {"objects", "refs", "index", "plm.lock"}
    assert {name for name in names for point in appeared if name in point.path.split("/")} == names


def test_what_is_not_flushed_is_found() -> None:
    def point(call: str, path: str, source: str = "") -> Point:
        return Point(number=1, process="git", call=call, path=path, source=source)

    late = point("rename", "a", source="a.lock")
    flushed = [point("write", "b.lock"), point("fsync", "b.lock"), point("rename", "b", source="b.lock")]

    assert list(unflushed([point("write", "a.lock"), late, *flushed])) == [late]
    assert list(unflushed([point("write", "a.lock"), point("fsync", "a.lock"), late])) == []
    assert list(unflushed([point("fsync", "a.lock"), point("write", "a.lock"), late])) == [late]


def _strace(made: Campaign, *options: str) -> str:
    """What strace writes of a release in a process of its own."""
    strace = require("strace", "strace")
    restored(made.known.template, made.run)
    log = made.folder / "strace"
    command = [strace, "-f", "-y", "-s", "200", "--seccomp-bpf", *options, "-o", str(log), sys.executable]
    environment = {**surroundings(made.folder), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [*command, "-c", PROGRAM, "release", str(made.run)],
        cwd=REPOSITORY,
        env={**environment, "PYTHONPATH": str(REPOSITORY)},
        check=False,
        stderr=subprocess.DEVNULL,
    )
    return log.read_text("utf-8", "replace")


def _told_by_strace(log: str, run: Path) -> Iterator[str]:
    """The calls in a log of strace on files below a folder: `rename clone/plm.lock`."""
    for line in log.splitlines():
        found = _CALL.match(line)
        if found is None:
            continue
        name, words = found.groups()
        paths = re.findall(r'(?:<(/[^>]*)>, )?"((?:[^"\\]|\\.)*)"', words)
        opened = re.match(r"\d+<(/[^>]*)>", words)
        if CALLS[name] in ("write", "fsync"):
            path = opened[1] if opened else ""
        else:
            folder, last = paths[-1]
            path = os.path.join(folder or run / CLONE, last)
        if path.startswith(f"{run}/"):
            yield f"{CALLS[name]} {path.removeprefix(f'{run}/')}"


def _classes(points: Iterator[str]) -> Counter[str]:
    """How often each call is made of each kind of file."""
    made = (point.split(" ", 1) for point in points)
    return Counter(
        Point(number=0, process="", call=call, path=path.replace("/./", "/")).step for call, path in made
    )


@pytest.mark.slow
def test_the_tracer_sees_the_calls_that_strace_sees(release: Campaign) -> None:
    log = _strace(release, "-e", f"trace={','.join(CALLS)}")
    seen = (f"{p.call} {p.path}" for p in release.points if p.call in CALLS.values())

    assert _classes(_told_by_strace(log, release.run)) == _classes(seen)


@pytest.mark.slow
@pytest.mark.parametrize("call", ["link:when=2", "rename:when=1", "unlink:when=2", "fsync:when=2"])
def test_a_process_that_strace_kills_leaves_nothing_half(call: str, release: Campaign) -> None:
    name = call.partition(":")[0]
    log = _strace(release, "-e", f"trace={name}", "-e", f"inject={call}:signal=KILL")

    assert "+++ killed by SIGKILL +++" in log
    assert list(broken(release.case, release.run, release.known)) == []
