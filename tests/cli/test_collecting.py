"""How seldom Python looks for cycles in a run."""

import subprocess
import sys

from plmctl.cli.collecting import BETWEEN_COLLECTIONS

STARTED = """\
import gc
before = gc.get_stats()[0]["collections"]
import plmctl.cli
print(gc.get_threshold()[0], gc.get_stats()[0]["collections"] - before)
"""


def test_from_the_first_import_on_cycles_are_looked_for_seldom() -> None:
    done = subprocess.run([sys.executable, "-c", STARTED], check=True, capture_output=True, text=True)
    threshold, collections = map(int, done.stdout.split())
    # What Python itself left can be one; with all that Typer imports there are twenty more.
    assert (threshold, collections <= 1) == (BETWEEN_COLLECTIONS, True)
