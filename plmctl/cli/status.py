"""Commands that tell what runs where, and what ran: status, history, find."""

import sys
from typing import Annotated

import typer

from plmctl.cli.place import memo_of, repository, today
from plmctl.cli.screen import WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

_STATUS = """\b
Examples:
  plmctl status
  plmctl status production
  plmctl status --at 2026-03-04   as it was at the end of that day, in UTC
  plmctl status --at v1.3.0
  plmctl status --uses prompt/support/triage
  plmctl status production --uses model/gpt-4o@1.2.0

Of a date the newest commit counts, along the first parents of HEAD, that says no later time. Then versions
are those of the releases that the commit descends from.
"""
_HISTORY = """\b
Examples:
  plmctl history production
  plmctl history production support-bot -n 5
  plmctl history staging --format json

It is read from what commits did to the environment's locks and manifest, along the first parents of HEAD: a
pull request counts once, when it was merged. A rollback is one by content, whatever its message says.
"""
_FIND = """\b
Examples:
  plmctl find sha256:3b2a91c0d7f4      exits 3 if it is nowhere
  plmctl find 3b2a91c0 --format json   exits 3 if it is nowhere

At least 8 digits. Looked through are the tags of versions and releases, every plm.lock and lock of an
environment along the first parents of HEAD, and the work tree.
"""


@group.command(epilog=_STATUS)
def status(
    context: typer.Context,
    environment: Annotated[
        str | None, typer.Argument(metavar="[ENV]", help="One environment.", show_default=False)
    ] = None,
    moment: Annotated[
        str | None,
        typer.Option("--at", metavar="REV|DATE", help="As it was at a commit or a date.", show_default=False),
    ] = None,
    uses: Annotated[
        str | None,
        typer.Option("--uses", metavar="ID[@VERSION]", help="Who runs this artifact.", show_default=False),
    ] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Show what each environment runs, and how it drifted."""
    from plmctl.commands import status as command
    from plmctl.core.report import exit_code

    with repository() as repo, memo_of(repo) as memo:
        options = command.StatusOptions(
            environment=environment, at=moment, uses=uses, today=today(), memo=memo
        )
        report = command.status(repo, options)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_HISTORY)
def history(
    context: typer.Context,
    environment: Annotated[str, typer.Argument(metavar="ENV", help="The environment.")],
    application: Annotated[
        str | None, typer.Argument(metavar="[APP]", help="One application in it.", show_default=False)
    ] = None,
    count: Annotated[
        int | None, typer.Option("-n", metavar="N", help="The newest N events.", show_default=False)
    ] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Show who put what into an environment, and when."""
    from plmctl.commands import history as command
    from plmctl.core.report import exit_code

    options = command.HistoryOptions(environment=environment, application=application, count=count)
    with repository() as repo:
        report = command.history(repo, options)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_FIND)
def find(
    context: typer.Context,
    digest: Annotated[
        str, typer.Argument(metavar="DIGEST", help="A digest, metadataDigest or closure, or its beginning.")
    ],
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Find what a digest was: version, commit, environment, when."""
    from plmctl.commands import find as command
    from plmctl.core.report import exit_code

    with repository() as repo:
        report = command.find(repo, command.FindOptions(digest=digest))
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
