"""Commands that make Git understand manifests: git-setup, and the drivers that Git runs."""

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from plmctl.cli.place import here, repository, today
from plmctl.cli.screen import Screen, WholeFormat, is_coloured, screen_of
from plmctl.cli.stream import write
from plmctl.core.finding import PlmctlError, UsageError

if TYPE_CHECKING:
    from plmctl.commands.diff_driver import Version
    from plmctl.core.kinds import Kinds
    from plmctl.render.line import Paper

group = typer.Typer(rich_markup_mode=None)

_SETUP = """\b
Examples:
  plmctl git-setup             then git diff and git merge know manifests
  plmctl git-setup --print     what it would write
  plmctl git-setup --remove
"""
# Path, old file, its id and mode, new file, its id and mode; of a rename also the new path, and Git's words.
_CHANGED, _RENAMED = 7, 9


@group.command(name="git-setup", epilog=_SETUP)
def git_setup(
    context: typer.Context,
    is_remove: Annotated[bool, typer.Option("--remove", help="Take it out of this clone again.")] = False,
    is_print: Annotated[bool, typer.Option("--print", help="Print what would be written.")] = False,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Let git diff and git merge understand manifests.

    It writes into the Git configuration and attributes of this clone alone; nothing is committed.
    """
    from plmctl.commands.git_setup import GitSetupOptions
    from plmctl.commands.git_setup import git_setup as command
    from plmctl.core.report import exit_code
    from plmctl.git.clone import Clone

    if is_remove and is_print:
        raise UsageError("--print writes nothing, and --remove does", hint="leave one of them out")
    with Clone.discover(here()) as clone:
        report = command(clone, GitSetupOptions(is_remove=is_remove, is_print=is_print))
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(name="git-diff-driver", hidden=True)
def git_diff_driver(
    context: typer.Context, words: Annotated[list[str], typer.Argument(metavar="PATH ...")]
) -> None:
    """What Git runs to show one manifest (gitattributes: external diff driver)."""
    from plmctl.commands.diff_driver import diff_driver
    from plmctl.render.text import text
    from plmctl.render.visible import visible

    if len(words) == 1:
        write(f"{visible(words[0])}: not merged yet\n", sys.stdout)
        return
    if len(words) not in (_CHANGED, _RENAMED):
        raise UsageError("this is for Git to run", hint="run 'plmctl git-setup'")
    path, old, _, old_mode, new, _, new_mode, *renamed = words
    paper = _paper(screen_of(context))
    sides = _version(path, old, old_mode), _version(renamed[0] if renamed else path, new, new_mode)
    for report in diff_driver(*sides, today()):
        write(text(report, paper), sys.stdout)


@group.command(name="git-merge-driver", hidden=True)
def git_merge_driver(
    base: Annotated[str, typer.Argument(metavar="%O")],
    ours: Annotated[str, typer.Argument(metavar="%A")],
    theirs: Annotated[str, typer.Argument(metavar="%B")],
    marker_size: Annotated[int, typer.Argument(metavar="%L", min=1)],
    path: Annotated[str, typer.Argument(metavar="%P")],
) -> None:
    """What Git runs to merge one manifest (gitattributes: custom merge driver)."""
    from plmctl.commands.merge_driver import merge_driver
    from plmctl.git.handed import Handed

    del path  # The kind is in the file.
    files = Handed(base=base, ours=ours, theirs=theirs, marker_size=marker_size, environment=dict(os.environ))
    sys.exit(0 if merge_driver(files, _own_kinds) else 1)


def _own_kinds() -> "Kinds":
    from plmctl.commands.merge_driver import kinds_at_head
    from plmctl.core.kinds import BUILT_IN

    try:
        with repository() as repo:
            return kinds_at_head(repo)
    except PlmctlError:
        return BUILT_IN


def _version(path: str, named: str, mode: str) -> "Version":
    from plmctl.commands.diff_driver import Version
    from plmctl.core.ports import Unreadable
    from plmctl.core.settings import LIMIT
    from plmctl.git.handed import handed_bytes

    try:
        data = handed_bytes(named, limit=LIMIT)
    except Unreadable:
        return Version(path=path, data=None, mode=mode)
    return Version(path=path, data=data, mode=mode)


def _paper(screen: Screen) -> "Paper":
    """What Git shows it on: a terminal, or its pager, which is told to show colours."""
    paper = screen.paper(sys.stdout)
    is_shown = paper.is_terminal or bool(os.environ.get("GIT_PAGER_IN_USE"))
    coloured = is_coloured(screen.color, os.environ, is_terminal=is_shown)
    return replace(paper, is_coloured=coloured, is_terminal=is_shown)
