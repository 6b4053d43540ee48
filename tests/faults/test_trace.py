"""What is flushed before it is seen, by trace; and that the tracer sees what strace sees."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import Campaign
from tests.faults.fault import Point, unflushed, unflushed_folders
from tests.faults.ground import CLONE, restored, surroundings
from tests.faults.sizes import Campaigns, grouped
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


ENVIRONMENT = {"objects", "refs", "index", "production", "production.yaml", "desk.lock"}
# What each brings into a clone, by parts of its paths: this is no statement about nothing.
BROUGHT = {
    "release": {"objects", "refs", "index", "plm.lock"},
    "push": {"objects", "refs", "remotes", "index", "plm.lock"},
    "promote": ENVIRONMENT - {"production.yaml"},
    "promote --push": ENVIRONMENT - {"production.yaml"} | {"remotes"},
    "rollback": ENVIRONMENT,
    "rollback --push": ENVIRONMENT | {"remotes"},
    "lock": {"desk.lock"},
    "lock elsewhere": {"desk.lock"},
}


@pytest.fixture
def release(campaigns: Campaigns) -> Campaign:
    """A release that is ready to be disturbed."""
    return campaigns("release", "packed")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "registry"), grouped((name, "packed") for name in BROUGHT))
def test_all_that_a_command_makes_is_flushed_before_it_has_its_name(
    name: str, registry: str, campaigns: Campaigns
) -> None:
    # What a user's cache or a remote flushes is for the cache to lose, and for the remote to say.
    points = [point for point in campaigns(name, registry).points if point.path.split("/")[0] == CLONE]
    appeared = [point for point in points if point.source]
    parts = {part for point in appeared for part in point.path.split("/")}

    assert BROUGHT[name] <= parts, parts
    assert list(unflushed(points)) == []
    # Nothing has its name in the work tree before its folder is flushed, too; then refs move.
    assert list(unflushed_folders(points)) == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "registry"), grouped([("release", "packed"), ("promote --push", "packed")]))
def test_files_are_flushed_before_the_ref_that_makes_them_true(
    name: str, registry: str, campaigns: Campaigns
) -> None:
    points = [point for point in campaigns(name, registry).points if point.path.startswith(CLONE)]
    last = {"release": "refs/tags/v1.2.0", "promote --push": "refs/heads/main"}[name]
    (moment,) = (p.number for p in points if p.source and p.path == f"{CLONE}/.git/{last}")
    files = [p for p in points if p.source and not p.path.startswith(f"{CLONE}/.git/")]
    folders = {p.path: p.number for p in points if p.call == "fsync" and ".git" not in p.path}

    assert files
    assert [p.path for p in files if not p.number < folders[p.path.rpartition("/")[0]] < moment] == []


def test_a_folder_that_is_not_flushed_is_found() -> None:
    def point(call: str, path: str, source: str = "") -> Point:
        return Point(number=1, process="plmctl", call=call, path=path, source=source)

    moved = point("rename", "clone/a/b.lock", source="clone/.git/plmctl-new-1")
    ref = point("rename", "clone/.git/refs/x", source="clone/.git/refs/x.lock")

    assert list(unflushed_folders([moved, ref])) == [moved]
    assert list(unflushed_folders([moved, point("fsync", "clone/a"), ref])) == []
    assert list(unflushed_folders([moved, ref, point("fsync", "clone/a")])) == [moved]
    assert list(unflushed_folders([moved])) == [moved]
    assert list(unflushed_folders([ref])) == []


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
@pytest.mark.xdist_group("faults release")
def test_the_tracer_sees_the_calls_that_strace_sees(release: Campaign) -> None:
    log = _strace(release, "-e", f"trace={','.join(CALLS)}")
    seen = (f"{p.call} {p.path}" for p in release.points if p.call in CALLS.values())

    assert _classes(_told_by_strace(log, release.run)) == _classes(seen)


@pytest.mark.slow
@pytest.mark.xdist_group("faults release")
@pytest.mark.parametrize("call", ["link:when=2", "rename:when=1"])
def test_a_process_that_strace_kills_leaves_nothing_half(call: str, release: Campaign) -> None:
    name = call.partition(":")[0]
    log = _strace(release, "-e", f"trace={name}", "-e", f"inject={call}:signal=KILL")

    assert "+++ killed by SIGKILL +++" in log
    assert list(broken(release.case, release.run, release.known)) == []
