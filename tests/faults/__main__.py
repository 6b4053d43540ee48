"""Faults by the thousand: `make faults`. Exit code 1 when something was half, or did not finish.

PLMCTL_FAULTS is how many (10000), PLMCTL_FAULTS_SEED which: other points, registries in another order.
"""

import sys

from tests.faults.rounds import counted, summary, told

if __name__ == "__main__":
    made = counted(sys.argv[1:])
    told(*summary(made))
    sys.exit(any(tally.broken for tally in made))
