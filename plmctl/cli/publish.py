"""Commands that make releases and locks, and verify them: release, lock, verify."""

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from plmctl.cli.outlet import HELP, METAVAR, outlets
from plmctl.cli.place import lock_or_tag, now, repository, today
from plmctl.cli.screen import Format, VerifyFormat, WholeFormat, screen_of
from plmctl.core.finding import UsageError

if TYPE_CHECKING:
    pass

group = typer.Typer(rich_markup_mode=None)

_RELEASE = """\b
Examples:
  plmctl release --dry-run
  plmctl release
  plmctl release --yes                 where nobody can answer
  plmctl release --bump prompt/support/triage=major   exits 2 if it did not change
"""
_LOCK = """\b
Examples:
  plmctl lock                          every environment
  plmctl lock production support-bot
  plmctl lock --update support-bot
  plmctl lock --check                  exits 1 if a lock is stale
  plmctl lock --check --report junit=locks.xml
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


@group.command(epilog=_LOCK)
def lock(
    context: typer.Context,
    environment: Annotated[
        str | None, typer.Argument(metavar="[ENV]", help="One environment.", show_default=False)
    ] = None,
    application: Annotated[
        str | None, typer.Argument(metavar="[APP]", help="One application in it.", show_default=False)
    ] = None,
    is_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a lock is stale.")
    ] = False,
    is_staged: Annotated[bool, typer.Option("--staged", help="Check what is staged.")] = False,
    updates: Annotated[
        list[str] | None,
        typer.Option("--update", metavar="[APP[@VERSION]]", help="Take newer versions.", show_default=False),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = "text",
    reports: Annotated[
        list[str] | None, typer.Option("--report", metavar=METAVAR, help=HELP, show_default=False)
    ] = None,
) -> None:
    """Make or check the locks: what each environment runs."""
    from plmctl.commands import lock as command
    from plmctl.core.report import exit_code

    if is_check and updates is not None:
        raise UsageError("--check writes nothing, --update does", hint="give one of them")
    if is_staged and not is_check:
        raise UsageError("--staged is for --check", hint="run 'plmctl lock --check --staged'")
    if not is_check and (reports or form not in ("text", "concise", "json")):
        raise UsageError("there is only something to report with --check", hint="run 'plmctl lock --check'")
    files = outlets(reports, Format)
    options = command.LockOptions(
        environment=environment,
        application=application,
        update=updated(updates),
        is_staged=is_staged,
        today=today(),
    )
    with repository() as repo:
        report = command.check(repo, options) if is_check else command.lock(repo, options)
    screen_of(context).show(report, form, outlets=files)
    sys.exit(exit_code(report))


def updated(written: Iterable[str] | None) -> Mapping[str, str | None] | None:
    """The applications that `--update` names, with their versions; empty for all, None without it."""
    if written is None:
        return None
    parts = [text.partition("@") for text in written if text]
    return {name: version or None for name, _, version in parts}


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
