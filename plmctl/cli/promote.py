"""Commands that change what runs in an environment: promote, rollback."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from plmctl.cli.place import day, now, repository, today
from plmctl.cli.question import IsAgreed, IsDry, is_wanted
from plmctl.cli.screen import INTERRUPTED, Screen, WholeFormat, screen_of
from plmctl.core.finding import UsageError

if TYPE_CHECKING:
    from plmctl.commands.delivery import Delivery, Ready
    from plmctl.core.ports import Repo

group = typer.Typer(rich_markup_mode=None)

_CALLED = {"promote": "a promotion", "rollback": "a rollback"}

_PROMOTE = """\b
Examples:
  plmctl promote support-bot --to staging --dry-run   what development runs
  plmctl promote agent-desk@1.3.0 --to production --yes
  plmctl promote support-bot@2.0.0 --to production --yes   exits 1 if untried
  plmctl promote agent-desk --to staging --push --yes   exits 3 if no remote
  plmctl promote agent-desk@1.3.0 --to production --branch promote-desk --yes
"""
_ROLLBACK = """\b
Examples:
  plmctl rollback production support-bot --dry-run   exits 1 if none before
  plmctl rollback production agent-desk --to 1.0.0 --dry-run
  plmctl rollback production agent-desk --reason slow --yes   exits 1 if none
"""

Arm = Annotated[
    str | None, typer.Option("--arm", metavar="NAME", help="An arm of its experiment.", show_default=False)
]
IsStaged = Annotated[bool, typer.Option("--no-commit", help="Stage the files and make no commit.")]
IsPushed = Annotated[bool, typer.Option("--push", help="Push it, if the branch is as it was.")]
Branch = Annotated[
    str | None,
    typer.Option("--branch", metavar="NAME", help="Commit to another branch.", show_default=False),
]
Form = Annotated[WholeFormat, typer.Option("--format", help="How to print.")]


@group.command(epilog=_PROMOTE)
def promote(
    context: typer.Context,
    application: Annotated[str, typer.Argument(metavar="APP[@VERSION]", help="What to promote.")],
    environment: Annotated[str, typer.Option("--to", metavar="ENV", help="Where it is to run.")],
    arm: Arm = None,
    is_forced: Annotated[
        bool, typer.Option("--force", help="Promote what was not in the environment before.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why by force.", show_default=False)
    ] = None,
    is_hold_lifted: Annotated[bool, typer.Option("--lift-hold", help="Lift the hold on it.")] = False,
    branch: Branch = None,
    is_pushed: IsPushed = False,
    is_staged: IsStaged = False,
    is_dry: IsDry = False,
    is_agreed: IsAgreed = False,
    form: Form = "text",
) -> None:
    """Bring a version of an application into an environment.

    Its pin and its lock change in one commit. Without a version it is the one that the environment before
    runs, or the newest.
    """
    from plmctl.commands import promote as command
    from plmctl.commands.artifact import parted

    name, version = parted(application)
    options = command.PromoteOptions(
        application=name,
        version=version,
        environment=environment,
        today=today(),
        delivery=_delivery(branch, is_pushed=is_pushed, is_staged=is_staged),
        arm=arm,
        is_forced=is_forced,
        reason=reason,
        is_hold_lifted=is_hold_lifted,
    )
    with repository() as repo:
        ready = command.prepared(repo, options)
        sys.exit(_run(repo, ready, screen_of(context), form, is_dry=is_dry, is_agreed=is_agreed))


@group.command(epilog=_ROLLBACK)
def rollback(
    context: typer.Context,
    environment: Annotated[str, typer.Argument(metavar="ENV", help="Where it runs.")],
    application: Annotated[str, typer.Argument(metavar="APP", help="What goes back.")],
    version: Annotated[
        str | None,
        typer.Option("--to", metavar="VERSION", help="A version that ran there.", show_default=False),
    ] = None,
    arm: Arm = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the hold.", show_default=False)
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last day of the hold.", show_default=False),
    ] = None,
    branch: Branch = None,
    is_pushed: IsPushed = False,
    is_staged: IsStaged = False,
    is_dry: IsDry = False,
    is_agreed: IsAgreed = False,
    form: Form = "text",
) -> None:
    """Bring back what an environment ran before.

    The lock comes back byte for byte, and a hold keeps automation from promoting over it. Without a version
    it is the newest earlier one that no rollback has left.
    """
    from plmctl.commands import rollback as command

    options = command.RollbackOptions(
        environment=environment,
        application=application,
        today=today(),
        delivery=_delivery(branch, is_pushed=is_pushed, is_staged=is_staged),
        version=version,
        arm=arm,
        reason=reason,
        until=day(until) if until is not None else None,
    )
    with repository() as repo:
        ready = command.prepared(repo, options)
        sys.exit(_run(repo, ready, screen_of(context), form, is_dry=is_dry, is_agreed=is_agreed))


def _delivery(branch: str | None, *, is_pushed: bool, is_staged: bool) -> "Delivery":
    from plmctl.commands.delivery import Delivery

    if is_staged and (is_pushed or branch is not None):
        raise UsageError("--no-commit makes nothing to push", hint="leave out --push and --branch")
    return Delivery(when=now(), branch=branch, is_pushed=is_pushed, is_staged=is_staged)


def _run(
    repo: "Repo", ready: "Ready", screen: Screen, form: WholeFormat, *, is_dry: bool, is_agreed: bool
) -> int:
    """Show the plan, ask, carry it out; the exit code."""
    from plmctl.commands.delivery import delivered
    from plmctl.core.report import exit_code

    code = exit_code(ready.report)
    if is_dry or code or ready.is_nothing:
        screen.show(ready.report, form)
        return code
    what, question = _CALLED[ready.report.command], ready.question
    if not is_agreed and not is_wanted(
        screen, form, ready.report, what=what, question=question, if_not="nothing was changed"
    ):
        return INTERRUPTED
    done = delivered(repo, ready)
    is_shown = is_agreed or form == "json"
    screen.show(done if is_shown else replace(done, move=None, findings=(), notes=()), form)
    return exit_code(done)
