"""The command that makes and checks locks."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from plmctl.cli.night import Night, refreshed
from plmctl.cli.outlet import HELP, METAVAR, outlets, require_writable
from plmctl.cli.place import named_file, path_inside, put, repository, today
from plmctl.cli.screen import Format, screen_of
from plmctl.core.finding import PlmctlError, UsageError

if TYPE_CHECKING:
    from plmctl.commands.deployment import FileOptions
    from plmctl.core.report import Report
    from plmctl.git.repository import Repository

group = typer.Typer(rich_markup_mode=None)

_LOCK = """\b
Examples:
  plmctl lock                          every environment
  plmctl lock production support-bot
  plmctl lock --update support-bot
  plmctl lock --check                  exits 1 if a lock is stale
  plmctl lock --check --report junit=locks.xml
  plmctl lock -o bot.lock support-bot@^1.2   in another repository
  plmctl lock production support-bot --data   exits 2 if nothing of it floats
"""


Output = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="FILE", help="Lock one artifact in a file.", show_default=False),
]
Elsewhere = Annotated[
    str | None,
    typer.Option("--registry", metavar="GIT", help="With -o: where it is released.", show_default=False),
]


Environment = Annotated[
    str | None,
    typer.Argument(
        metavar="[ENV]",
        help="One environment; with -o an artifact, as ID[@RANGE]; with --check also a lock.",
        show_default=False,
    ),
]
Application = Annotated[
    str | None, typer.Argument(metavar="[APP]", help="One application in it.", show_default=False)
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="REV",
        help="With -o: the release to read; with --data: the commit that has the data.",
        show_default=False,
    ),
]
IsCheck = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a lock is stale.")]
Updates = Annotated[
    list[str] | None,
    typer.Option("--update", metavar="[APP[@VERSION]]", help="Take newer versions.", show_default=False),
]
IsData = Annotated[bool, typer.Option("--data", help="Record the newest floating data, as one commit.")]
IsPushed = Annotated[bool, typer.Option("--push", help="With --data: push it too.")]
IsUncommitted = Annotated[bool, typer.Option("--no-commit", help="With --data: stage it and make no commit.")]
Reports = Annotated[
    list[str] | None, typer.Option("--report", metavar=METAVAR, help=HELP, show_default=False)
]


@group.command(epilog=_LOCK)
def lock(
    context: typer.Context,
    environment: Environment = None,
    application: Application = None,
    output: Output = None,
    registry: Elsewhere = None,
    at: At = None,
    is_check: IsCheck = False,
    is_staged: Annotated[bool, typer.Option("--staged", help="Check what is staged.")] = False,
    updates: Updates = None,
    is_data: IsData = False,
    is_pushed: IsPushed = False,
    is_uncommitted: IsUncommitted = False,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = "text",
    reports: Reports = None,
) -> None:
    """Make or check the locks: what each environment runs."""
    from plmctl.core.report import exit_code

    _refuse_contradictions(updates, is_check=is_check, is_staged=is_staged)
    if is_data:
        _refuse_beside_data(output or registry, updates, reports, is_check=is_check, form=form)
        asked = Night(revision=at, is_pushed=is_pushed, is_uncommitted=is_uncommitted)
        sys.exit(refreshed(screen_of(context), environment, application, asked, form))
    _refuse_without_data(is_pushed=is_pushed, is_uncommitted=is_uncommitted)
    if not is_check and (reports or form not in ("text", "concise", "json")):
        raise UsageError("there is only something to report with --check", hint="run 'plmctl lock --check'")
    files = outlets(reports, Format)
    if output is None and is_check and environment is not None and _is_file(environment):
        output, environment = environment, None
    with repository() as repo:
        if output is None:
            _refuse_without_file(registry, at)
            report = _environments(
                repo, environment, application, updates, is_check=is_check, is_staged=is_staged
            )
        elif application is not None or is_staged:
            raise UsageError("-o locks one artifact", hint="write 'plmctl lock -o FILE ID'")
        elif is_check:
            report = _checked(repo, output, environment)
        else:
            report = _made(repo, output, environment, registry, at, updates)
    screen_of(context).show(report, form, outlets=files)
    sys.exit(exit_code(report))


def _refuse_contradictions(updates: list[str] | None, *, is_check: bool, is_staged: bool) -> None:
    if is_check and updates is not None:
        raise UsageError("--check writes nothing, --update does", hint="give one of them")
    if is_staged and not is_check:
        raise UsageError("--staged is for --check", hint="run 'plmctl lock --check --staged'")


def _refuse_beside_data(
    elsewhere: str | None, updates: list[str] | None, reports: list[str] | None, *, is_check: bool, form: str
) -> None:
    if elsewhere is not None or updates is not None or is_check:
        raise UsageError(
            "--data records data and nothing else", hint="write 'plmctl lock ENV APP --data', and --at REV"
        )
    if reports or form not in ("text", "json"):
        raise UsageError("--data prints text or JSON", hint="leave out --report, and other formats")


def _refuse_without_data(*, is_pushed: bool, is_uncommitted: bool) -> None:
    if is_pushed or is_uncommitted:
        word = "--push" if is_pushed else "--no-commit"
        raise UsageError(f"{word} is for --data", hint="lock writes files; commit them with Git")


def _refuse_without_file(registry: str | None, at: str | None) -> None:
    word = "--registry" if registry is not None else "--at"
    if registry is not None or at is not None:
        raise UsageError(f"{word} is for -o", hint=f"write 'plmctl lock -o FILE ID', with {word}")


def _environments(
    repo: "Repository",
    environment: str | None,
    application: str | None,
    updates: list[str] | None,
    *,
    is_check: bool,
    is_staged: bool,
) -> "Report":
    from plmctl.commands import lock as command

    options = command.LockOptions(
        environment=environment,
        application=application,
        update=updated(updates),
        is_staged=is_staged,
        today=today(),
    )
    return command.check(repo, options) if is_check else command.lock(repo, options)


def _checked(repo: "Repository", file: str, root: str | None) -> "Report":
    from plmctl.commands.deployment import check_file

    if root is not None:
        raise UsageError("a lock says itself what it is of", hint=f"write 'plmctl lock --check {file}'")
    return check_file(repo, _file_options(repo, file))


def _made(
    repo: "Repository",
    file: str,
    root: str | None,
    registry: str | None,
    at: str | None,
    updates: list[str] | None,
) -> "Report":
    from dataclasses import replace

    from plmctl.commands.deployment import lock_file

    path = named_file(file)
    require_writable(file, path, f"-o {file}")
    named, update = _update_of(updates)
    if root is not None and named is not None:
        raise UsageError(
            "the artifact stands there twice", hint=f"write 'plmctl lock -o {file} {root} --update'"
        )
    options = replace(
        _file_options(repo, file),
        root=root or named,
        registry=_address(registry) if registry is not None else None,
        at=at,
        update=update,
        is_beside_registry=os.path.lexists(os.path.join(os.path.dirname(path), "plmctl.yaml")),
    )
    locked = lock_file(repo, options)
    if locked.data is not None:
        put(repo, path, locked.data)
    return locked.report


def _file_options(repo: "Repository", file: str) -> "FileOptions":
    from plmctl.commands.deployment import FileOptions
    from plmctl.core.lock import LOCK_LIMIT
    from plmctl.core.ports import Unreadable
    from plmctl.git.handed import handed_bytes

    path = named_file(file)
    data = None
    if os.path.lexists(path):
        try:
            data = handed_bytes(path, limit=LOCK_LIMIT)
        except Unreadable as error:
            raise PlmctlError(f"{file} cannot be read: {error}") from None
    return FileOptions(name=file, path=path_inside(repo.top, path), data=data)


def _is_file(word: str) -> bool:
    """Whether an argument of `--check` is a lock and no environment, whose name has no dot."""
    return word.endswith(".lock") or os.path.isfile(word)


def _address(written: str) -> str:
    """An address as Git takes it; a path of this machine from the working directory."""
    return os.path.abspath(written) if os.path.isdir(written) else written


def _update_of(updates: list[str] | None) -> tuple[str | None, str | None]:
    """The artifact that `--update` names, and its version: None for no update, empty for the newest."""
    found = updated(updates)
    if found is None:
        return None, None
    if len(found) > 1:
        raise UsageError("-o locks one artifact", hint="give --update once")
    return next(((name, version or "") for name, version in found.items()), (None, ""))


def updated(written: Iterable[str] | None) -> Mapping[str, str | None] | None:
    """The applications that `--update` names, with their versions; empty for all, None without it."""
    if written is None:
        return None
    from plmctl.commands.artifact import parted

    return dict(parted(text) for text in written if text)
