"""How many faults are tried: a sample in the everyday run, every point with `make faults`."""

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

import pytest
from _pytest.mark import ParameterSet

from tests.faults.campaign import Campaign, Tally, sample
from tests.faults.fault import Kind, Mode
from tests.programs import OUTSIDE

# The campaign of a case in a registry.
Campaigns = Callable[[str, str], Campaign]
FAULTY = tuple(mode for mode in Mode if mode is not Mode.COUNT)
# Per case and registry, how many points of each mode; each step of a run is tried once before any is twice.
SIZES: Mapping[tuple[str, str], Mapping[Mode, int]] = MappingProxyType(
    {
        ("release", "packed"): {Mode.MACHINE: 8, Mode.FAIL: 4, Mode.INTERRUPT: 3},
        ("push", "packed"): {Mode.MACHINE: 8, Mode.SIDE: 4, Mode.FAIL: 3, Mode.INTERRUPT: 2},
        ("promote", "packed"): {Mode.MACHINE: 8, Mode.TORN: 3, Mode.FAIL: 3, Mode.INTERRUPT: 2},
        ("promote --push", "packed"): {Mode.MACHINE: 5, Mode.FAIL: 2},
        ("rollback", "packed"): {Mode.MACHINE: 5, Mode.PROCESS: 5, Mode.FAIL: 2},
        ("rollback --push", "packed"): {Mode.MACHINE: 5, Mode.FAIL: 2},
        ("lock", "packed"): dict.fromkeys(FAULTY, 6),
        ("lock", "worktree"): dict.fromkeys(FAULTY, 6),
        ("lock elsewhere", "packed"): {Mode.MACHINE: 6, Mode.SIDE: 2, Mode.FAIL: 2},
        ("lock elsewhere", "behind"): {Mode.MACHINE: 4},
    }
)
SEED = int(OUTSIDE.get("PLMCTL_FAULTS_SEED", "1"))
# A full disk lets one delete and flush; a broken one does not even flush.
FULL_DISK = Kind.WRITES | Kind.CREATES | Kind.RENAMES


def grouped(rows: Iterable[tuple[str, str]]) -> list[ParameterSet]:
    """Cases and registries as parameters: one process runs all tests of a case, and makes it ready once."""
    return [pytest.param(*row, marks=pytest.mark.xdist_group(f"faults {row[0]}")) for row in rows]


def tallies(made: Campaign, sizes: Mapping[Mode, int], seed: int = SEED) -> Iterator[Tally]:
    """The tally of each mode, each at points of its own."""
    for mode, size in sizes.items():
        choice = sample(size, 10 * seed + mode)
        yield made.tally(mode, choice, error=errno.ENOSPC, kinds=FULL_DISK)
