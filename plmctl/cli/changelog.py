"""The command that tells what the releases changed: changelog."""

import sys
from typing import Annotated, Literal

import typer

from plmctl.cli.place import repository
from plmctl.cli.screen import screen_of

group = typer.Typer(rich_markup_mode=None)

ChangelogFormat = Literal["text", "markdown", "json"]

_EPILOG = """\b
Examples:
  plmctl changelog                     every release, the newest first
  plmctl changelog prompt/support/triage
  plmctl changelog --since v1.0.0 --format markdown
"""


@group.command(epilog=_EPILOG)
def changelog(
    context: typer.Context,
    artifact: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Of one artifact.", show_default=False)
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TAG", help="After this release.", show_default=False)
    ] = None,
    form: Annotated[ChangelogFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Tell what the releases changed, and what to do about it."""
    from plmctl.commands.changelog import ChangelogOptions
    from plmctl.commands.changelog import changelog as command
    from plmctl.core.report import exit_code

    options = ChangelogOptions(artifact=artifact, since=since)
    with repository() as repo:
        report = command(repo, options)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
