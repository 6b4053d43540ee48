"""Commands that look and change nothing: list, show, schema."""

import sys
from typing import Annotated

import typer

from plmctl.cli.place import memo_of, repository, repository_or_none
from plmctl.cli.screen import WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

_LIST = """\b
Examples:
  plmctl list
  plmctl list prompt --owner team-support
  plmctl list --label area=support --versions
  plmctl list --where spec.model=gpt-4o --where metadata.labels.language!=en
  plmctl list prompt --where spec.retrieval

--where FIELD=VALUE and FIELD!=VALUE compare what stands at a path of the manifest, and want something to
stand there; FIELD alone asks whether it is written. VALUE is read as YAML; a reference is named by its name
or its whole id; of a list any item counts, or the one at a position (spec.messages.0.role). A field that is
not written has its default.
"""
_SHOW = """\b
Examples:
  plmctl show prompt/support/triage
  plmctl show prompt/support/triage@1.0.0
"""
_SCHEMA = """\b
Examples:
  plmctl schema
  plmctl schema prompt
  plmctl schema report                 of what every command prints as JSON
"""


@group.command("list", epilog=_LIST)
def listing(
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="Of one kind.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME", help="Of one owner.")] = None,
    label: Annotated[
        str | None, typer.Option("--label", metavar="KEY[=VALUE]", help="With this label.")
    ] = None,
    stability: Annotated[
        str | None, typer.Option("--stability", metavar="WORD", help="Experimental, stable, ...")
    ] = None,
    conditions: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="FIELD[=VALUE]", help="With this field; repeat it to ask for more."),
    ] = None,
    with_versions: Annotated[bool, typer.Option("--versions", help="Every version.")] = False,
    revision: Annotated[str | None, typer.Option("--rev", metavar="REV", help="At a commit.")] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """List the artifacts and their newest versions."""
    from plmctl.core.report import exit_code

    with repository() as repo, memo_of(repo) as memo:
        # For people the names of manifests are enough; programs are told all of each.
        if with_versions and form == "text" and not conditions and {owner, label, stability} == {None}:
            from plmctl.commands.versions import versions

            report = versions(repo, revision, kind, memo)
        else:
            from plmctl.commands.listing import ListOptions, version_listing
            from plmctl.commands.listing import listing as newest

            options = ListOptions(
                kind=kind,
                owner=owner,
                label=label,
                stability=stability,
                conditions=tuple(conditions or ()),
                revision=revision,
            )
            report = (version_listing if with_versions else newest)(repo, options, memo)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_SHOW)
def show(
    context: typer.Context,
    artifact: Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="As it is, or as it was released.")],
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Show one artifact: identity, neighbours, versions, text."""
    from plmctl.commands.show import ShowOptions
    from plmctl.commands.show import show as command
    from plmctl.core.report import exit_code

    with repository() as repo, memo_of(repo) as memo:
        report = command(repo, ShowOptions(artifact=artifact), memo)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_SCHEMA)
def schema(
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="None: the kinds there are.")] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Print the JSON Schema of a kind."""
    from plmctl.commands.schema import SchemaOptions
    from plmctl.commands.schema import schema as command
    from plmctl.core.report import exit_code

    with repository_or_none() as repo:
        report = command(repo, SchemaOptions(kind=kind))
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
