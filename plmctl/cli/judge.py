"""Commands that judge: validate, diff."""

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from plmctl.cli.outlet import HELP, METAVAR, outlets
from plmctl.cli.place import day, memo_of, pushed, repository, repository_path, today
from plmctl.cli.screen import DiffFormat, Format, screen_of

if TYPE_CHECKING:
    from plmctl.commands.validate import ValidateOptions
    from plmctl.core.ports import Kept, Repo
    from plmctl.core.report import Report

group = typer.Typer(rich_markup_mode=None)

_VALIDATE = """\b
Examples:
  plmctl validate
  plmctl validate prompts/support/triage.yaml
  plmctl validate --staged
  plmctl validate --fix
  plmctl validate --as-of 2027-01-31
  plmctl validate --all-records
  plmctl validate --rev v1.2.0 --format json
  plmctl validate --format github --report sarif=plmctl.sarif
"""
_DIFF = """\b
Examples:
  plmctl diff                          HEAD against the work tree
  plmctl diff --staged                 HEAD against what is staged
  plmctl diff main...HEAD --fail-on breaking
  plmctl diff v1.0.0 v1.1.0 -- prompt/support/triage
  plmctl diff prompt/support/triage@1.0.0 prompt/support/triage@1.1.0
  plmctl diff --since-release
  plmctl diff main...HEAD --format markdown --report html=changes.html
"""

Change = Literal["breaking", "behavioural", "safe"]


@group.command(epilog=_VALIDATE)
def validate(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Speak of these only.")
    ] = None,
    revision: Annotated[str | None, typer.Option("--rev", metavar="REV", help="Validate a commit.")] = None,
    is_staged: Annotated[bool, typer.Option("--staged", help="Validate what is staged.")] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Judge as of this day, not today.", show_default=False),
    ] = None,
    has_all_records: Annotated[
        bool, typer.Option("--all-records", help="Check every record of the data that is here.")
    ] = False,
    is_fix: Annotated[bool, typer.Option("--fix", help="Write what was meant beyond doubt.")] = False,
    fail_on: Annotated[
        Literal["error", "warning", "info"], typer.Option(help="The level from which the exit code is 1.")
    ] = "error",
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = "text",
    reports: Annotated[
        list[str] | None, typer.Option("--report", metavar=METAVAR, help=HELP, show_default=False)
    ] = None,
) -> None:
    """Check the manifests, and the records of data that is here.

    References are checked against the whole registry even where paths are named. Of the datasets (JSON
    Lines, CSV) the first records and a sample are checked; of a commit, of named paths and of what is staged
    none, unless --all-records asks for them. Nothing is fetched.
    """
    from plmctl.cli.progress import BAR
    from plmctl.commands import validate as command
    from plmctl.core.finding import Level
    from plmctl.core.report import exit_code

    files = outlets(reports, Format)
    with repository() as repo, memo_of(repo) as memo:
        named = tuple(repository_path(repo.top, path) for path in paths or ())
        options = command.ValidateOptions(
            paths=named,
            revision=revision,
            is_staged=is_staged,
            today=day(as_of),
            has_all_records=has_all_records,
            store=None if is_staged else partial(_kept, repo.top),
            watch=BAR,
            memo=memo,
        )
        report = _fixed(repo, options) if is_fix else command.validate(repo, options)
    screen_of(context).show(report, form, outlets=files, fail_on=Level(fail_on))
    sys.exit(exit_code(report, Level(fail_on)))


def _kept(top: str) -> "Kept":
    """Where the data lies that no tree has."""
    from plmctl.store.inner import InnerCache

    return InnerCache(top)


def _fixed(repo: "Repo", options: "ValidateOptions") -> "Report":
    from plmctl.commands.fix import fix

    return fix(repo, options)


@group.command(epilog=_DIFF)
def diff(
    context: typer.Context,
    revisions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REV [REV]] [-- ID...]",
            help="As `git diff` reads them, or ID@VERSION.",
            show_default=False,
        ),
    ] = None,
    is_staged: Annotated[
        bool, typer.Option("--staged", "--cached", help="Compare with what is staged.")
    ] = False,
    is_since_release: Annotated[
        bool, typer.Option("--since-release", help="Compare with the newest release.")
    ] = False,
    is_pushed: Annotated[bool, typer.Option("--pushed", hidden=True)] = False,
    has_exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 if anything changed.")] = False,
    fail_on: Annotated[
        Change | None, typer.Option(help="Exit 1 if a change is at least this.", show_default=False)
    ] = None,
    form: Annotated[DiffFormat, typer.Option("--format", help="How to print.")] = "text",
    reports: Annotated[
        list[str] | None, typer.Option("--report", metavar=METAVAR, help=HELP, show_default=False)
    ] = None,
) -> None:
    """Show what changed, and what of it may break."""
    from plmctl.cli.verdict import changed_code
    from plmctl.commands import diff as command
    from plmctl.commands.data_diff import FILES_LIMIT
    from plmctl.store.inner import InnerCache
    from plmctl.store.tokenizer import Installed

    screen, files = screen_of(context), outlets(reports, DiffFormat)
    named = tuple(revisions or ())
    with repository() as repo, memo_of(repo) as memo:
        report = command.diff(
            repo,
            command.DiffOptions(
                # What the hook plmctl-diff asks for: before a push not the work tree, but what is pushed.
                revisions=named or pushed() if is_pushed else named,
                artifacts=screen.artifacts,
                is_staged=is_staged,
                is_since_release=is_since_release,
                today=today(),
                tokenizers=Installed().of,
                kept=None if repo.is_bare else InnerCache(repo.top, listing_limit=FILES_LIMIT),
                memo=memo,
            ),
        )
    screen.show(report, form, outlets=files)
    sys.exit(changed_code(report, fail_on=fail_on, has_exit_code=has_exit_code))
