"""A question before something is changed: asked at a terminal, answered by --yes elsewhere."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from plmctl.cli.screen import Screen, WholeFormat
from plmctl.cli.stream import write
from plmctl.core.finding import UsageError

if TYPE_CHECKING:
    from plmctl.core.report import Report

IsDry = Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")]
IsAgreed = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def is_wanted(
    screen: Screen, form: WholeFormat, plan: "Report", *, what: str, question: str, if_not: str
) -> bool:
    """Whether the one at the terminal, who is shown the plan, says yes; else says what was not done.

    Raises UsageError where nobody can answer: `what` asks.
    """
    _require_terminal(what)
    # The plan is for the one who is asked; in JSON the result alone goes to stdout.
    screen.show(plan, "text", sys.stderr if form == "json" else sys.stdout)
    write(f"{question} [y/N] ", sys.stderr)
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    write(f"{if_not}\n", sys.stderr)
    return False


def _require_terminal(what: str) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{what} asks before it begins, and nobody can answer here", hint="say --yes, or --dry-run"
        )
