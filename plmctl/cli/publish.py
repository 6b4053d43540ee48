"""Commands that make releases, and verify them: release, verify."""

import sys
from typing import Annotated

import typer

from plmctl.cli.outlet import HELP, METAVAR, outlets
from plmctl.cli.place import lock_or_tag, now, repository
from plmctl.cli.screen import VerifyFormat, WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

_RELEASE = """\b
Examples:
  plmctl release --dry-run
  plmctl release
  plmctl release --yes                 where nobody can answer
  plmctl release --bump prompt/support/triage=major   exits 2 if it did not change
"""
_VERIFY = """\b
Examples:
  plmctl verify                        every lock here
  plmctl verify plm.lock
  plmctl verify v1.2.0 --report json=verified.json
"""


@group.command(epilog=_RELEASE)
def release(
    context: typer.Context,
    artifacts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="These and their changed dependencies.", show_default=False),
    ] = None,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")] = False,
    bumps: Annotated[
        list[str] | None,
        typer.Option(
            "--bump", metavar="ID=BUMP", help="Raise a version by patch, minor or major.", show_default=False
        ),
    ] = None,
    is_agreed: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Make a release: the versions that the changes demand."""
    from secrets import token_hex

    from plmctl.cli.releasing import raised, run
    from plmctl.commands.release import ReleaseOptions

    options = ReleaseOptions(
        artifacts=tuple(artifacts or ()), raised=raised(bumps or ()), when=now(), run=token_hex(16)
    )
    with repository() as repo:
        sys.exit(run(repo, options, screen_of(context), form, is_dry=is_dry, is_agreed=is_agreed))


@group.command(epilog=_VERIFY)
def verify(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LOCK|TAG]...", help="None: every lock here.", show_default=False),
    ] = None,
    form: Annotated[VerifyFormat, typer.Option("--format", help="How to print.")] = "text",
    reports: Annotated[
        list[str] | None, typer.Option("--report", metavar=METAVAR, help=HELP, show_default=False)
    ] = None,
) -> None:
    """Recompute from Git objects what locks and tags claim."""
    from plmctl.commands import verify as command
    from plmctl.core.report import exit_code

    files = outlets(reports, VerifyFormat)
    with repository() as repo:
        found = tuple(lock_or_tag(repo.top, name) for name in names or ())
        report = command.verify(repo, command.VerifyOptions(names=found))
    screen_of(context).show(report, form, outlets=files)
    sys.exit(exit_code(report))
