"""The command that makes releases."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated

import typer

from plmctl.cli.place import memo_of, now, repository, store_of
from plmctl.cli.question import IsAgreed, IsDry
from plmctl.cli.screen import WholeFormat, screen_of
from plmctl.core.finding import UsageError

group = typer.Typer(rich_markup_mode=None)

_RELEASE = """\b
Examples:
  plmctl release --dry-run
  plmctl release
  plmctl release --push              publish it too; exits 3 if no remote
  plmctl release --dry-run --push    ask the remote; exits 3 if none
  plmctl release --yes               where nobody can answer
  plmctl release --pre rc            a pre-release: v1.2.0-rc.1
  plmctl release --prepare           for a pull request; once merged, --push
  plmctl release --abandon v2.1.0    undo it; exits 3 if it is not here
  plmctl release --bump prompt/support/triage=major   exits 2 if unchanged
"""


Artifacts = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="These and their changed dependencies.", show_default=False),
]
Bumps = Annotated[
    list[str] | None,
    typer.Option(
        "--bump", metavar="ID=BUMP", help="Raise a version by patch, minor or major.", show_default=False
    ),
]
Pre = Annotated[
    str | None,
    typer.Option("--pre", metavar="WORD", help="A pre-release: rc makes 1.2.0-rc.1.", show_default=False),
]
IsPushed = Annotated[bool, typer.Option("--push", help="Publish it too, with what was released only here.")]
IsPreparing = Annotated[bool, typer.Option("--prepare", help="Write its files alone, for a pull request.")]
Branch = Annotated[
    str | None,
    typer.Option(
        "--branch", metavar="NAME", help="With --prepare --push: onto this branch.", show_default=False
    ),
]
AllowsUnpushed = Annotated[
    bool, typer.Option("--allow-unpushed-data", help="Though nobody else can fetch its data.")
]
Output = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", metavar="FILE", help="The lock, where none is committed.", show_default=False
    ),
]
Abandoned = Annotated[
    str | None,
    typer.Option("--abandon", metavar="TAG", help="Undo a release that no remote has.", show_default=False),
]
Form = Annotated[WholeFormat, typer.Option("--format", help="How to print.")]


@group.command(epilog=_RELEASE)
def release(
    context: typer.Context,
    artifacts: Artifacts = None,
    is_dry: IsDry = False,
    bumps: Bumps = None,
    pre: Pre = None,
    is_pushed: IsPushed = False,
    is_preparing: IsPreparing = False,
    branch: Branch = None,
    allows_unpushed: AllowsUnpushed = False,
    output: Output = None,
    abandoned: Abandoned = None,
    is_agreed: IsAgreed = False,
    form: Form = "text",
) -> None:
    """Make a release: the versions that the changes demand."""
    from secrets import token_hex

    from plmctl.cli.abandoning import run_abandon
    from plmctl.cli.releasing import pre_release, raised, refuse_halves, run
    from plmctl.commands.abandon import AbandonOptions
    from plmctl.commands.release import ReleaseOptions

    screen = screen_of(context)
    if abandoned is not None:
        if artifacts or bumps or pre or is_preparing or branch or output:
            raise UsageError("--abandon undoes a whole release", hint="leave out what is to be released")
        undo = AbandonOptions(name=abandoned, is_pushed=is_pushed, when=now())
        with repository() as repo:
            sys.exit(run_abandon(repo, undo, screen, form, is_dry=is_dry, is_agreed=is_agreed))
    refuse_halves(is_preparing=is_preparing, is_pushed=is_pushed, branch=branch)
    options = ReleaseOptions(
        artifacts=tuple(artifacts or ()),
        raised=raised(bumps or ()),
        pre=pre_release(pre),
        is_pushed=is_pushed,
        is_preparing=is_preparing,
        branch=branch,
        allows_unpushed=allows_unpushed,
        when=now(),
        run=token_hex(16),
    )
    with ExitStack() as stack:
        repo = stack.enter_context(repository())
        if is_dry:
            options = replace(options, memo=stack.enter_context(memo_of(repo)))
        store = store_of(repo)
        code = run(
            repo, options, screen, form, store=store, is_dry=is_dry, is_agreed=is_agreed, output=output
        )
    sys.exit(code)
