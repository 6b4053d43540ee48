"""Commands of what is kept from run to run: cache info, cache clear."""

import os
import sys
from typing import Annotated

import typer

from plmctl.cli.place import repository
from plmctl.cli.screen import WholeFormat, screen_of
from plmctl.cli.stream import write
from plmctl.core.finding import UsageError

_CACHE = """\b
Examples:
  plmctl cache info
  plmctl cache clear
"""
_INFO = """\b
Examples:
  plmctl cache info
  plmctl cache info --format json

PLMCTL_CACHE=0 turns it off, and 1 on where CI is set.
"""
_CLEAR = """\b
Examples:
  plmctl cache clear
  plmctl cache clear --all   of every repository and version
"""

group = typer.Typer(rich_markup_mode=None)
cache = typer.Typer(
    name="cache",
    help="See what is kept from run to run, or delete it.",
    epilog=_CACHE,
    rich_markup_mode=None,
)
group.add_typer(cache)


@cache.callback(invoke_without_command=True)
def commands(context: typer.Context) -> None:
    """See what is kept from run to run, or delete it."""
    if context.invoked_subcommand is None:
        write(f"{context.get_help()}\n", sys.stderr)
        raise typer.Exit(UsageError.exit_code)


@cache.command(epilog=_INFO)
def info(
    context: typer.Context,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Where it lies, how large it is, and whether it is used."""
    from plmctl.cache.tidy import state_of
    from plmctl.commands import cache as command

    with repository() as repo:
        report = command.info(state_of(repo.top, os.environ))
    screen_of(context).show(report, form)


@cache.command(epilog=_CLEAR)
def clear(
    context: typer.Context,
    is_all: Annotated[bool, typer.Option("--all", help="Of every repository and version.")] = False,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Delete it. Nothing is lost: the next run takes longer."""
    from plmctl.cache.tidy import cleared
    from plmctl.commands import cache as command

    with repository() as repo:
        report = command.clear(cleared(repo.top, os.environ, is_all=is_all))
    screen_of(context).show(report, form)
