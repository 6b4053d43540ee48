"""How many faults are tried: a sample in the everyday run, every point with `make faults`."""

import errno
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tests.faults.campaign import Campaign, Tally, every, sample
from tests.faults.fault import Kind, Mode
from tests.programs import OUTSIDE

# Per case and registry, how many points of each mode; each step of a run is tried once before any is twice.
SIZES: Mapping[tuple[str, str], Mapping[Mode, int]] = MappingProxyType(
    {
        ("release", "packed"): {Mode.MACHINE: 30, Mode.PROCESS: 10, Mode.TORN: 10, Mode.FAIL: 10},
        ("release", "sha256"): {Mode.MACHINE: 10, Mode.FAIL_ONCE: 10},
        ("push", "packed"): {
            Mode.MACHINE: 50,
            Mode.SIDE: 30,
            Mode.PROCESS: 30,
            Mode.TORN: 10,
            Mode.FAIL: 20,
        },
        ("promote", "packed"): {Mode.MACHINE: 15, Mode.FAIL: 10},
        ("promote --push", "packed"): {Mode.MACHINE: 15, Mode.SIDE: 10, Mode.FAIL: 5},
        ("rollback", "packed"): {Mode.MACHINE: 15, Mode.PROCESS: 5},
        ("lock", "packed"): {Mode.MACHINE: 10, Mode.FAIL: 5},
    }
)
FULL = "full"
_SEED = OUTSIDE.get("PLMCTL_FAULTS_SEED", "1")
# A full disk lets one delete and flush; a broken one does not even flush.
_FULL_DISK = Kind.WRITES | Kind.CREATES | Kind.RENAMES


def tallies(made: Campaign, sizes: Mapping[Mode, int] | None) -> Iterator[Tally]:
    """The tally of each mode; without sizes, every point of every mode."""
    for mode in sizes if sizes is not None else [mode for mode in Mode if mode is not Mode.COUNT]:
        choice = every if sizes is None else sample(sizes[mode], int(_SEED))
        yield made.tally(mode, choice, error=errno.ENOSPC, kinds=_FULL_DISK)
