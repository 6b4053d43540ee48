"""The command that makes bundles, and looks into them."""

import os
import sys
from typing import Annotated

import typer

from plmctl.cli.outlet import require_writable
from plmctl.cli.place import file_bytes, named_file, put, repository
from plmctl.cli.screen import WholeFormat, screen_of
from plmctl.core.archive import MOST_BYTES
from plmctl.core.finding import UsageError

group = typer.Typer(rich_markup_mode=None)

_BUNDLE = """\b
Examples:
  plmctl bundle --lock environments/production/support-bot.lock -o bot.plmz
  plmctl bundle --inspect bot.plmz     exits 2 if there is no such file
"""
_WRITE = "write 'plmctl bundle --lock FILE -o bundle.plmz'"


@group.command(epilog=_BUNDLE)
def bundle(
    context: typer.Context,
    lock: Annotated[
        str | None, typer.Option("--lock", metavar="LOCK", help="The lock.", show_default=False)
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE", help="The bundle to write.", show_default=False),
    ] = None,
    inspected: Annotated[
        str | None,
        typer.Option("--inspect", metavar="FILE", help="Check a bundle, and show it.", show_default=False),
    ] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Put all that a lock pins into one file, for a service."""
    from plmctl.commands import bundle as command
    from plmctl.commands.inspect import inspect
    from plmctl.core.report import exit_code

    if inspected is not None:
        if lock is not None or output is not None:
            raise UsageError("--inspect shows a bundle and makes none", hint="leave out --lock and -o")
        report = inspect(inspected, file_bytes(inspected, MOST_BYTES))
    elif lock is None or output is None:
        raise UsageError("--lock and -o are needed: a lock, and the bundle to write", hint=_WRITE)
    else:
        path = _writable(output)
        options = command.BundleOptions(lock=lock, data=file_bytes(lock), output=output)
        with repository() as repo:
            made = command.bundle(repo, options)
            put(repo, path, made.data)
        report = made.report
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


def _writable(output: str) -> str:
    """The file that a bundle goes to: a new one, or a bundle. Raises UsageError for any other."""
    path = named_file(output)
    require_writable(output, path, f"-o {output}")
    if os.path.lexists(path) and not file_bytes(output, MOST_BYTES).startswith((b"PK\3\4", b"PK\5\6")):
        raise UsageError(f"-o {output}: that file is there, and no bundle", hint="name another file")
    return path
