"""The command line: flags in, a command run, its report rendered, an exit code out."""

from plmctl.cli.program import main as main
