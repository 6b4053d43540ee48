"""Commands of data behind DVC pointers: data add, status, pull, push and index-built."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from plmctl.cli.place import cache_of, data_of, folder_outside, repository, repository_path
from plmctl.cli.screen import WholeFormat, screen_of
from plmctl.cli.stream import write
from plmctl.core.finding import UsageError

if TYPE_CHECKING:
    from plmctl.core.report import Report

_DATA = """\b
Examples:
  plmctl data add data/faq                exits 3 if it is not there
  plmctl data status                      exits 1 if something differs
  plmctl data pull dataset/product-docs   exits 3 if it cannot be had
  plmctl data push                        exits 3 if it cannot be reached
"""
_ADD = """\b
Examples:
  plmctl data add data/faq --name faq --purpose rag   exits 3 if none is there
  plmctl data add data/faq   after it changed; exits 3 if it is gone

Of JSON Lines and CSV the manifest gets a schema of the records, and their key.
"""
_STATUS = """\b
Examples:
  plmctl data status                        exits 1 if something differs
  plmctl data status retriever/docs-search
  plmctl data status --remote               exits 3 if there is no remote

A release is the last one that is here. Data that changed since is what the next one releases.
"""
_PULL = """\b
Examples:
  plmctl data pull                             exits 3 if it cannot be had
  plmctl data pull application/support-bot     exits 3 if it cannot be had
  plmctl data pull dataset/product-docs@1.0.0 --to ../docs   exits 3 if gone
  plmctl data pull --rev v1.0.0 --to ../v1.0   exits 3 if it cannot be had
"""
_PUSH = """\b
Examples:
  plmctl data push                        exits 3 if it cannot be reached
  plmctl data push dataset/product-docs   exits 3 if it cannot be reached
  plmctl data push --remote backup        exits 3 if it cannot be reached
"""

_INDEX_BUILT = """\b
Examples:
  plmctl data index-built docs-search
  plmctl data index-built docs-search --name 2026-10-01
"""

group = typer.Typer(rich_markup_mode=None)
data = typer.Typer(
    name="data",
    help="Add data behind DVC pointers, and move it.",
    epilog=_DATA,
    rich_markup_mode=None,
)
group.add_typer(data)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="With all they depend on. None: all.", show_default=False),
]
Remote = Annotated[
    str | None,
    typer.Option("--remote", metavar="NAME", help="A DVC remote. [default: DVC's]", show_default=False),
]
Form = Annotated[WholeFormat, typer.Option("--format", help="How to print.")]


@data.command(epilog=_ADD)
def add(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A file or folder of the work tree.")],
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", help="The new Dataset's; not for data that one has.", show_default=False
        ),
    ] = None,
    purposes: Annotated[
        list[str] | None,
        typer.Option("--purpose", metavar="PURPOSE", help="What it is for: rag, ...", show_default=False),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option("--folder", metavar="DIR", help="Of the manifest.", show_default=False),
    ] = None,
    form: Form = "text",
) -> None:
    """Add data to DVC and write its Dataset, or update its pointer."""
    from plmctl.commands.data_add import DataAddOptions, data_add

    with repository() as repo:
        options = DataAddOptions(
            path=_path(repo.top, path),
            name=name,
            purposes=partial(_purposes, purposes),
            folder=folder,
        )
        report = data_add(repo, data_of(repo), options)
    _end(context, report, form)


def _path(top: str, written: str) -> str:
    path = repository_path(top, written)
    if not path:
        raise UsageError("the whole repository is no data", hint="name a file or a folder in it")
    return path


def _purposes(given: Sequence[str] | None) -> tuple[str, ...]:
    """What data is for, as it was given, or as the one at the terminal says."""
    from plmctl.commands.data_add import PURPOSES

    known = ", ".join(PURPOSES)
    words = given or ()
    if not given:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError("what is the data for?", hint=f"say --purpose with one of {known}")
        write(f"What is it for ({known})? ", sys.stderr)
        words = sys.stdin.readline().replace(",", " ").split()
    strange = [word for word in words if word not in PURPOSES]
    if strange or not words:
        raise UsageError(f"'{' '.join(strange)}' is no purpose", hint=f"there are {known}")
    return tuple(dict.fromkeys(words))


@data.command(epilog=_STATUS)
def status(
    context: typer.Context,
    names: Names = None,
    asks_remote: Annotated[
        bool, typer.Option("--remote", help="Ask the DVC remote whether it has the data.")
    ] = False,
    form: Form = "text",
) -> None:
    """Show where data is, and how it differs from its pointers."""
    from plmctl.commands.data_status import DataStatusOptions, data_status

    options = DataStatusOptions(names=tuple(names or ()), asks_remote=asks_remote)
    with repository() as repo, cache_of(repo) as cache:
        report = data_status(repo, data_of(repo, cache), options)
    _end(context, report, form)


@data.command(epilog=_PULL)
def pull(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID[@VERSION]]...", help="With all they depend on. None: all.", show_default=False
        ),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option("--to", metavar="DIR", help="A new folder, and not the work tree.", show_default=False),
    ] = None,
    revision: Annotated[
        str | None,
        typer.Option("--rev", metavar="REV", help="With --to: as of a revision.", show_default=False),
    ] = None,
    remote: Remote = None,
    form: Form = "text",
) -> None:
    """Bring data of artifacts here from the remote."""
    from plmctl.commands.data_copy import DataCopyOptions, data_copy
    from plmctl.commands.data_pull import DataPullOptions, data_pull

    asked = tuple(names or ())
    if folder is None and revision is not None:
        raise UsageError("--rev is for --to", hint=f"write 'plmctl data pull --rev {revision} --to DIR'")
    with repository() as repo:
        if folder is None:
            report = data_pull(repo, data_of(repo), DataPullOptions(names=asked, remote=remote))
        else:
            options = DataCopyOptions(
                folder=folder_outside(repo.top, folder),
                said=folder.rstrip("/") or folder,
                names=asked,
                revision=revision,
                remote=remote,
            )
            report = data_copy(repo, data_of(repo), options)
    _end(context, report, form)


@data.command(epilog=_PUSH)
def push(context: typer.Context, names: Names = None, remote: Remote = None, form: Form = "text") -> None:
    """Bring data of artifacts to the remote."""
    from plmctl.commands.data_push import DataPushOptions, data_push

    options = DataPushOptions(names=tuple(names or ()), remote=remote)
    with repository() as repo:
        report = data_push(repo, data_of(repo), options)
    _end(context, report, form)


@data.command("index-built", epilog=_INDEX_BUILT)
def index_built(
    context: typer.Context,
    retriever: Annotated[str, typer.Argument(metavar="RETRIEVER", help="Whose index was built.")],
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="TEXT", help="What the build is called.", show_default=False),
    ] = None,
    form: Form = "text",
) -> None:
    """Record what the index of a retriever was just built from.

    The closures of its datasets and its embedder go into index.build of its manifest; once they are others,
    validate says that the index is stale.
    """
    from plmctl.commands import index_built as command

    with repository() as repo:
        report = command.index_built(repo, command.IndexBuiltOptions(retriever=retriever, name=name))
    _end(context, report, form)


def _end(context: typer.Context, report: "Report", form: WholeFormat) -> None:
    from plmctl.core.report import exit_code

    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
