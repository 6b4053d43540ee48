"""The command that gives an artifact another name: rename."""

import sys
from typing import Annotated

import typer

from plmctl.cli.place import repository, today
from plmctl.cli.screen import WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

_RENAME = """\b
Examples:
  plmctl rename prompt/support/triage support/sort --dry-run
  plmctl rename prompt/support/triage support/sort
  plmctl rename partial/json-only strict-json --keep-file
"""


@group.command(epilog=_RENAME)
def rename(
    context: typer.Context,
    artifact: Annotated[str, typer.Argument(metavar="ID", help="The artifact.")],
    name: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    keeps_file: Annotated[bool, typer.Option("--keep-file", help="Leave its file where it is.")] = False,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Rename an artifact, and update every reference to it.

    Its file moves when it is named after it; the old name stays reserved in 'formerly'.
    """
    from plmctl.commands import rename as command
    from plmctl.core.report import exit_code

    options = command.RenameOptions(
        artifact=artifact, name=name, keeps_file=keeps_file, is_dry=is_dry, today=today()
    )
    with repository() as repo:
        report = command.rename(repo, options)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
