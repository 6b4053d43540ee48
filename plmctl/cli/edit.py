"""The command that gives manifests their layout: fmt."""

import sys
from typing import Annotated

import typer

from plmctl.cli.place import repository, repository_path
from plmctl.cli.screen import WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

_FMT = """\b
Examples:
  plmctl fmt
  plmctl fmt prompts/support
  plmctl fmt --check   exits 1 if a file would change
  plmctl fmt --diff prompts/support/triage.yaml
"""


@group.command(epilog=_FMT)
def fmt(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Format these files and folders only.")
    ] = None,
    is_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file would change.")
    ] = False,
    is_diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Give manifests one layout: key order, indentation, quotes.

    Comments stay where they belong, and no digest changes.
    """
    from plmctl.commands import fmt as command
    from plmctl.core.report import exit_code

    with repository() as repo:
        named = tuple(repository_path(repo.top, path) for path in paths or ())
        options = command.FmtOptions(paths=named, is_check=is_check, is_diff=is_diff)
        report = command.fmt(repo, options)
    screen_of(context).show(report, form)
    sys.exit(max(exit_code(report), int(is_check and command.is_change_due(report))))
