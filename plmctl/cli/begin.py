"""Commands that begin something: init, new."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from plmctl.cli.place import repository, repository_path
from plmctl.cli.screen import WholeFormat, screen_of
from plmctl.core.finding import UsageError

if TYPE_CHECKING:
    from plmctl.git.outside import Outside

Service = Literal["github", "gitlab"]
Role = Literal["system", "developer", "user", "assistant"]
Variables = Literal["mustache", "python", "dollar", "angle", "none"]

group = typer.Typer(rich_markup_mode=None)

_INIT = """\b
Examples:
  plmctl init
  plmctl init registry --name acme --ci github
"""
_NEW = """\b
Examples:
  plmctl new prompt support/goodbye
  plmctl new prompt short --from prompts/support/summarize.md --model gpt-4o
  plmctl new prompt rubrics --from evals/rubrics --model gpt-4o   a folder
"""


@group.command(epilog=_INIT)
def init(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help="The folder, made if it is missing.")] = ".",
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="The registry's name; else the folder's.")
    ] = None,
    service: Annotated[
        Service | None, typer.Option("--ci", help="Write the workflow that checks every change, too.")
    ] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Begin a registry: first manifests, hooks, editor settings."""
    from plmctl.commands.init import InitOptions
    from plmctl.commands.init import init as command
    from plmctl.core.report import exit_code
    from plmctl.git.initial import Ground

    with Ground(folder) as ground:
        report = command(ground, InitOptions(folder=folder, name=name, service=service))
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_NEW)
def new(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="prompt, model, dataset, ...")],
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="The name, without its kind; of a folder: before each name."),
    ] = None,
    folder: Annotated[
        str | None, typer.Option("--folder", metavar="DIR", help="In another folder than its kind's.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="A text, or a folder of texts, to make prompts of."),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="ID", help="The model of what --from makes.")
    ] = None,
    role: Annotated[Role, typer.Option("--role", help="Who says the text, where it says nothing.")] = "user",
    variables: Annotated[
        Variables, typer.Option("--variables", help="How the text marks its variables.")
    ] = "mustache",
    is_kept: Annotated[
        bool, typer.Option("--keep-file", help="Point at the file; else the text is copied.")
    ] = False,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Write a commented manifest, or prompts from your texts."""
    from plmctl.commands.adopt import AdoptOptions, adopt
    from plmctl.commands.new import NewOptions
    from plmctl.commands.new import new as command
    from plmctl.core.placeholder import Syntax
    from plmctl.core.report import exit_code
    from plmctl.git.outside import Outside

    with repository() as repo:
        if source is None:
            _refuse_without_source(context)
            report = command(repo, NewOptions(kind=kind, name=_required(name), folder=folder))
        else:
            _refuse_other(kind)
            outside = Outside(source)
            options = AdoptOptions(
                name=name,
                folder=folder,
                model=model,
                role=role,
                syntax=Syntax(variables),
                kept=_kept(repo.top, outside) if is_kept else None,
            )
            report = adopt(repo, outside, options)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


def _required(name: str | None) -> str:
    if name is None:
        raise UsageError(
            "which name?", hint="write it after the kind, as in 'plmctl new prompt support/greet'"
        )
    return name


def _refuse_without_source(context: typer.Context) -> None:
    """Refuse what says how to make prompts of texts where there are none."""
    for name in ("model", "role", "variables", "is_kept"):
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = "--keep-file" if name == "is_kept" else f"--{name}"
            raise UsageError(
                f"{option} is for --from only",
                hint="name the text with '--from FILE', or say it in the new manifest",
            )


def _refuse_other(kind: str) -> None:
    if kind.lower() != "prompt":
        raise UsageError(f"--from makes prompts, no '{kind}'", hint="write 'plmctl new prompt --from FILE'")


def _kept(top: str, outside: "Outside") -> str:
    """The repository's path of the one file that a manifest is to point at."""
    if outside.is_folder:
        raise UsageError("--keep-file is for one file", hint="leave it out for a folder")
    return repository_path(top, outside.named)
