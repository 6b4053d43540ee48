"""The command that verifies locks and tags."""

import sys
from typing import Annotated

import typer

from plmctl.cli.outlet import HELP, METAVAR, outlets
from plmctl.cli.place import lock_or_tag, repository
from plmctl.cli.screen import VerifyFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

_VERIFY = """\b
Examples:
  plmctl verify                        every lock here
  plmctl verify plm.lock
  plmctl verify v1.2.0 --report json=verified.json
"""


@group.command(epilog=_VERIFY)
def verify(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LOCK|TAG]...", help="None: every lock here.", show_default=False),
    ] = None,
    form: Annotated[VerifyFormat, typer.Option("--format", help="How to print.")] = "text",
    reports: Annotated[
        list[str] | None, typer.Option("--report", metavar=METAVAR, help=HELP, show_default=False)
    ] = None,
) -> None:
    """Recompute from Git objects what locks and tags claim."""
    from plmctl.commands import verify as command
    from plmctl.core.report import exit_code

    files = outlets(reports, VerifyFormat)
    with repository() as repo:
        found = tuple(lock_or_tag(repo.top, name) for name in names or ())
        report = command.verify(repo, command.VerifyOptions(names=found))
    screen_of(context).show(report, form, outlets=files)
    sys.exit(exit_code(report))
