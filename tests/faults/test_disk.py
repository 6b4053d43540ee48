"""A disk that takes nothing, or breaks: the command says so, and nothing is half (hostile.md K06)."""

import errno

import pytest

from tests.faults.fault import Fault, Kind, Mode
from tests.faults.ground import CLONE, REMOTE
from tests.faults.sizes import FULL_DISK, Campaigns, grouped
from tests.faults.verdict import broken, whole

# Where, and of which disk.
DISKS = {
    "full here": (CLONE, errno.ENOSPC, FULL_DISK),
    "full there": (REMOTE, errno.ENOSPC, FULL_DISK),
    "read-only there": (REMOTE, errno.EROFS, Kind.CHANGES),
    "broken here": (CLONE, errno.EIO, Kind.WRITES | Kind.FLUSHES),
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "registry"), grouped([("push", "packed"), ("promote --push", "packed")]))
def test_a_disk_that_takes_nothing_is_told_and_changes_nothing(
    name: str, registry: str, campaigns: Campaigns
) -> None:
    made = campaigns(name, registry)
    for disk, (where, error, kinds) in DISKS.items():
        fault = Fault(mode=Mode.FAIL, point=1, error=error, kinds=kinds)
        outcome = made.traced(fault, where)[1]
        assert isinstance(outcome, dict), disk
        assert (outcome["code"], bool(outcome["message"])) == (3, True), (disk, outcome)
        now, before = whole(made.case, made.run), made.known.before
        # What was begun is recorded, and nobody sees that.
        assert now[REMOTE] == before[REMOTE], disk
        assert (now[CLONE].files, now[CLONE].index) == (before[CLONE].files, before[CLONE].index), disk
        assert list(broken(made.case, made.run, made.known)) == [], disk
