"""The command that verifies locks and tags."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from plmctl.cli.outlet import HELP, METAVAR, outlets
from plmctl.cli.place import file_bytes, lock_or_tag, repository, store_of
from plmctl.cli.screen import VerifyFormat, screen_of
from plmctl.core.finding import UsageError

if TYPE_CHECKING:
    from plmctl.commands.age import Seen
    from plmctl.commands.signatures import Allowed

group = typer.Typer(rich_markup_mode=None)

_VERIFY = """\b
Examples:
  plmctl verify                        every lock here
  plmctl verify plm.lock
  plmctl verify v1.2.0 --report json=verified.json
  plmctl verify --signatures           exits 3 if a release is not signed
  plmctl verify --remote               exits 3 if there is no remote to ask
  plmctl verify --data                 exits 3 if some data is not here
  plmctl verify plm.lock --not-older-than v1.2.0
"""


@group.command(epilog=_VERIFY)
def verify(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LOCK|TAG]...", help="None: every lock here.", show_default=False),
    ] = None,
    asks_signatures: Annotated[
        bool, typer.Option("--signatures", help="Check who signed the releases.")
    ] = False,
    signers: Annotated[
        str | None,
        typer.Option(
            "--allowed-signers",
            metavar="FILE",
            help="Who may sign. [default: gpg.ssh.allowedSignersFile of your Git, "
            "else .plmctl/allowed_signers on the branch of releases]",
            show_default=False,
        ),
    ] = None,
    asks_remote: Annotated[
        bool, typer.Option("--remote", help="Compare with the tags of the remote, which is asked.")
    ] = False,
    seen: Annotated[
        str | None,
        typer.Option(
            "--not-older-than",
            metavar="TAG|LOCK|COMMIT",
            help="Refuse a release before this one.",
            show_default=False,
        ),
    ] = None,
    asks_data: Annotated[bool, typer.Option("--data", help="Hash the data that is here, too.")] = False,
    form: Annotated[VerifyFormat, typer.Option("--format", help="How to print.")] = "text",
    reports: Annotated[
        list[str] | None, typer.Option("--report", metavar=METAVAR, help=HELP, show_default=False)
    ] = None,
) -> None:
    """Recompute from Git objects what locks and tags claim."""
    from plmctl.commands import verify as command
    from plmctl.core.report import exit_code

    if signers is not None and not asks_signatures:
        raise UsageError("--allowed-signers is for --signatures", hint="run 'plmctl verify --signatures'")
    files = outlets(reports, VerifyFormat)
    allowed, newest = _allowed(signers), _seen(seen)
    with repository() as repo:
        found = [lock_or_tag(repo.top, name) for name in names or ()]
        options = command.VerifyOptions(
            names=tuple(name for name, _ in found),
            given={name: data for name, data in found if data is not None},
            asks_signatures=asks_signatures,
            allowed=allowed,
            asks_remote=asks_remote,
            seen=newest,
            asks_data=asks_data,
        )
        report = command.verify(repo, options, store_of(repo) if asks_data else None)
    screen_of(context).show(report, form, outlets=files)
    sys.exit(exit_code(report))


def _allowed(path: str | None) -> "Allowed | None":
    """The allowed signers file that was named."""
    from plmctl.commands.signatures import Allowed
    from plmctl.core.signers import signers_of

    return Allowed(said=path, signers=signers_of(file_bytes(path))) if path is not None else None


def _seen(written: str | None) -> "Seen | None":
    """The lock, tag or commit that was named."""
    from plmctl.commands.age import Seen

    if written is None:
        return None
    return Seen(name=written, data=file_bytes(written) if written.endswith(".lock") else None)
