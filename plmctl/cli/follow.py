"""Commands that follow references and versions: graph, log, impact, codeowners."""

import sys
from dataclasses import replace
from typing import Annotated, Literal

import typer

from plmctl.cli.place import memo_of, repository, repository_path
from plmctl.cli.screen import WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

GraphFormat = Literal["text", "mermaid", "dot", "json"]

_GRAPH = """\b
Examples:
  plmctl graph                         the whole registry
  plmctl graph prompt/support/triage --depth 2
  plmctl graph model/gpt-4o --upstream
  plmctl graph application/support-bot --kind dataset
  plmctl graph --format mermaid

(about) is a reference that must exist and is no dependency: it is not followed, but for the pins of an
environment. (*) stands further up with all that is below it, (cycle) leads back to where it came from.
"""
_LOG = """\b
Examples:
  plmctl log prompt/support/triage
  plmctl log prompt/support/triage -n 2
  plmctl log application/support-bot --oneline
"""
_IMPACT = """\b
Examples:
  plmctl impact partial/safety-rules
  plmctl impact model/gpt-4o model/gpt-4o-mini --format json
"""
_CODEOWNERS = """\b
Examples:
  plmctl codeowners                   write .github/CODEOWNERS, or where it is
  plmctl codeowners --prefix @acme/   the owner support is @acme/support
  plmctl codeowners --check           exits 1 if the file would change
"""


@group.command(epilog=_GRAPH)
def graph(
    context: typer.Context,
    artifact: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Begin here; else all.", show_default=False)
    ] = None,
    is_upstream: Annotated[bool, typer.Option("--upstream", help="What refers to it instead.")] = False,
    depth: Annotated[
        int | None, typer.Option("--depth", metavar="N", min=0, help="So many steps.", show_default=False)
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="KIND", help="These kinds and what leads to them.", show_default=False
        ),
    ] = None,
    revision: Annotated[str | None, typer.Option("--rev", metavar="REV", help="At a commit.")] = None,
    form: Annotated[GraphFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Draw what refers to what."""
    from plmctl.commands import graph as command
    from plmctl.core.report import exit_code
    from plmctl.render.graph import dot, mermaid

    options = command.GraphOptions(
        artifact=artifact, is_upstream=is_upstream, depth=depth, kinds=tuple(kinds or ()), revision=revision
    )
    with repository() as repo, memo_of(repo) as memo:
        report, picture = command.graph(repo, options, memo)
    if form in ("mermaid", "dot"):
        report = replace(report, text=mermaid(picture) if form == "mermaid" else dot(picture))
    screen_of(context).show(report, "json" if form == "json" else "text")
    sys.exit(exit_code(report))


@group.command(epilog=_LOG)
def log(
    context: typer.Context,
    artifact: Annotated[str, typer.Argument(metavar="ID", help="The artifact.")],
    count: Annotated[
        int | None, typer.Option("-n", metavar="N", help="The newest N versions.", show_default=False)
    ] = None,
    is_short: Annotated[
        bool, typer.Option("--oneline", help="A line each, with the codes that the release said.")
    ] = False,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Show the versions of an artifact, and what each changed."""
    from plmctl.commands import log as command
    from plmctl.core.report import exit_code

    options = command.LogOptions(artifact=artifact, count=count, is_short=is_short)
    with repository() as repo, memo_of(repo) as memo:
        report = command.log(repo, options, memo)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_IMPACT)
def impact(
    context: typer.Context,
    artifacts: Annotated[list[str], typer.Argument(metavar="ID...", help="What changes, or may.")],
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Show what depends on artifacts, up to the environments."""
    from plmctl.commands import impact as command
    from plmctl.core.report import exit_code

    with repository() as repo, memo_of(repo) as memo:
        report = command.impact(repo, command.ImpactOptions(artifacts=tuple(artifacts)), memo)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_CODEOWNERS)
def codeowners(
    context: typer.Context,
    is_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if the file is stale.")
    ] = False,
    path: Annotated[
        str | None, typer.Option("-o", metavar="FILE", help="This file.", show_default=False)
    ] = None,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="TEXT", help="What is put before an owner without '@'.")
    ] = "@",
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Write CODEOWNERS from the owners in the manifests.

    What is not between '# begin plmctl' and '# end plmctl' in the file is left alone.
    """
    from plmctl.commands import codeowners as command
    from plmctl.core.report import exit_code

    with repository() as repo:
        place = repository_path(repo.top, path) if path is not None else None
        options = command.CodeownersOptions(path=place, prefix=prefix, is_check=is_check)
        report = command.codeowners(repo, options)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
