"""The command line: flags in, a command run, its report rendered, an exit code out."""

from plmctl.cli.collecting import BETWEEN_COLLECTIONS as BETWEEN_COLLECTIONS
from plmctl.cli.program import main as main
