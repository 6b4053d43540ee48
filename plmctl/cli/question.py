"""A question before something is changed: asked at a terminal, answered by --yes elsewhere."""

import sys

from plmctl.cli.stream import write
from plmctl.core.finding import UsageError


def require_terminal(what: str) -> None:
    """Raises UsageError where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{what} asks before it begins, and nobody can answer here", hint="say --yes, or --dry-run"
        )


def agreed(question: str) -> bool:
    """Whether the one at the terminal says yes."""
    write(f"{question} [y/N] ", sys.stderr)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
