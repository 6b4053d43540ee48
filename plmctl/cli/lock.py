"""The command that makes and checks locks."""

import sys
from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from plmctl.cli.outlet import HELP, METAVAR, outlets
from plmctl.cli.place import repository, today
from plmctl.cli.screen import Format, screen_of
from plmctl.core.finding import UsageError

group = typer.Typer(rich_markup_mode=None)

_LOCK = """\b
Examples:
  plmctl lock                          every environment
  plmctl lock production support-bot
  plmctl lock --update support-bot
  plmctl lock --check                  exits 1 if a lock is stale
  plmctl lock --check --report junit=locks.xml
"""


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
