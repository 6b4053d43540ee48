"""How many faults are tried: a sample in the everyday run, every point with `make faults`."""

import errno
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tests.faults.campaign import Campaign, Tally, sample
from tests.faults.fault import Kind, Mode
from tests.programs import OUTSIDE

FAULTY = tuple(mode for mode in Mode if mode is not Mode.COUNT)
# Per case and registry, how many points of each mode; each step of a run is tried once before any is twice.
SIZES: Mapping[tuple[str, str], Mapping[Mode, int]] = MappingProxyType(
    {
        ("release", "packed"): {Mode.MACHINE: 12, Mode.FAIL: 3},
        ("push", "packed"): {Mode.MACHINE: 20, Mode.SIDE: 5},
        ("promote", "packed"): {Mode.MACHINE: 20, Mode.TORN: 5},
        ("promote --push", "packed"): {Mode.MACHINE: 10},
        ("rollback", "packed"): {Mode.MACHINE: 15, Mode.PROCESS: 20},
        ("rollback --push", "packed"): {Mode.MACHINE: 10},
        ("lock", "packed"): dict.fromkeys(FAULTY, 15),
        ("lock", "worktree"): dict.fromkeys(FAULTY, 15),
    }
)
SEED = int(OUTSIDE.get("PLMCTL_FAULTS_SEED", "1"))
# A full disk lets one delete and flush; a broken one does not even flush.
_FULL_DISK = Kind.WRITES | Kind.CREATES | Kind.RENAMES


def tallies(made: Campaign, sizes: Mapping[Mode, int], seed: int = SEED) -> Iterator[Tally]:
    """The tally of each mode, each at points of its own."""
    for mode, size in sizes.items():
        choice = sample(size, 10 * seed + mode)
        yield made.tally(mode, choice, error=errno.ENOSPC, kinds=_FULL_DISK)
