"""The command that accepts breaking changes: accept."""

import sys
from typing import Annotated

import typer

from plmctl.cli.place import repository, today
from plmctl.cli.screen import WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

_ACCEPT = """\b
Examples:
  plmctl accept 3f9a1c22b0de --reason "nobody sends it"   exits 3 if unknown
  plmctl accept 3f9a1c 0b77d2 --by Ada --reason "old"   exits 3 if unknown
  plmctl accept 3f9a1c --diff main...HEAD --reason "ok"   exits 3 if unknown
"""


@group.command(epilog=_ACCEPT)
def accept(
    context: typer.Context,
    fingerprints: Annotated[
        list[str], typer.Argument(metavar="FINGERPRINT...", help="As `diff` shows them; 6 digits do.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is meant.")],
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="NAME", help="Who accepts it, if not you.", show_default=False),
    ] = None,
    revision: Annotated[
        str | None,
        typer.Option(
            "--diff",
            metavar="REV",
            help="The diff that shows it, as A...B, if it is not what is unreleased here.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Accept breaking changes that are meant.

    Writes .plmctl/accepted/FINGERPRINT.yaml, to be committed with the change. The release uses it up.
    """
    from plmctl.commands.accept import AcceptOptions
    from plmctl.commands.accept import accept as command
    from plmctl.core.report import exit_code

    options = AcceptOptions(
        fingerprints=tuple(fingerprints), reason=reason, by=by, revision=revision, today=today()
    )
    with repository() as repo:
        report = command(repo, options)
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
