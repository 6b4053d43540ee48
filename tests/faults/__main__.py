"""Every fault at every point: `make faults`. Exit code 1 when something was half, or did not finish."""

import os
import sys
from contextlib import ExitStack

from tests.conftest import GIT_CONFIGURATION, IDENTITY
from tests.faults.campaign import Tally, campaign
from tests.faults.commands import CASES
from tests.faults.ground import workshop
from tests.faults.sizes import tallies


def told(*lines: str) -> None:
    """Print lines at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def faults(wanted: list[str]) -> list[Tally]:
    """The tallies of the named cases, of all without a name; printed as they are counted."""
    counted = []
    for name in wanted or CASES:
        for registry in CASES[name].registries:
            with ExitStack() as stack:
                folder = stack.enter_context(workshop())
                home = folder / "home"
                home.mkdir()
                (home / ".gitconfig").write_text(GIT_CONFIGURATION, encoding="utf-8")
                os.environ.update({**IDENTITY, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "TZ": "UTC"})
                made = campaign(stack, folder, name, CASES[name], registry)
                for tally in tallies(made, None):
                    told(f"== {registry}", *tally.lines, *tally.broken)
                    counted.append(tally)
    return counted


if __name__ == "__main__":
    done = faults(sys.argv[1:])
    points = sum(tally.killed for tally in done)
    broken = sum(len(tally.broken) for tally in done)
    told(f"{points} faults, {broken} broken")
    sys.exit(broken > 0 or not points)
