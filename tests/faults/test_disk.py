"""A disk that takes nothing, or breaks: the command says so, and nothing is half (hostile.md K06)."""

import errno
from contextlib import ExitStack

import pytest

from tests.faults.campaign import campaign
from tests.faults.commands import CASES
from tests.faults.fault import Fault, Kind, Mode
from tests.faults.ground import workshop
from tests.faults.verdict import broken, whole

DISKS = {
    "read-only": (errno.EROFS, Kind.CHANGES),
    "full": (errno.ENOSPC, Kind.WRITES | Kind.CREATES | Kind.RENAMES),
    "broken": (errno.EIO, Kind.WRITES | Kind.FLUSHES),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["push", "promote"])
def test_a_disk_that_takes_nothing_is_told_and_changes_nothing(name: str) -> None:
    with ExitStack() as stack:
        made = campaign(stack, stack.enter_context(workshop()), name, CASES[name], "packed")
        for disk, (error, kinds) in DISKS.items():
            fault = Fault(mode=Mode.FAIL, point=1, error=error, kinds=kinds)
            outcome = made.traced(fault)[1]
            assert isinstance(outcome, dict), disk
            assert (outcome["code"], bool(outcome["message"])) == (3, True), (disk, outcome)
            assert whole(made.case, made.run) == made.known.before, disk
            assert list(broken(made.case, made.run, made.known)) == [], disk
