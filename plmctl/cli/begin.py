"""Commands that begin something: init, new."""

import sys
from typing import Annotated

import typer

from plmctl.cli.place import repository
from plmctl.cli.screen import WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

_INIT = """\b
Examples:
  plmctl init
  plmctl init registry --name acme
"""
_NEW = """\b
Examples:
  plmctl new prompt support/triage
  plmctl new model gpt-4o-mini
"""


@group.command(epilog=_INIT)
def init(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help="The folder, made if it is missing.")] = ".",
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="The registry's name; else the folder's.")
    ] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Begin a registry: a first prompt and model, hooks, editor settings."""
    from plmctl.commands.init import InitOptions
    from plmctl.commands.init import init as command
    from plmctl.core.report import exit_code
    from plmctl.git.initial import Ground

    with Ground(folder) as ground:
        report = command(ground, InitOptions(folder=folder, name=name))
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_NEW)
def new(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="prompt, model, dataset, ...")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name, without its kind.")],
    folder: Annotated[
        str | None, typer.Option("--folder", metavar="DIR", help="In another folder than its kind's.")
    ] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Write a commented manifest, ready to fill in."""
    from plmctl.commands import new as command
    from plmctl.core.report import exit_code

    with repository() as repo:
        report = command.new(repo, command.NewOptions(kind=kind, name=name, folder=folder))
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
