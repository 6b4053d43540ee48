"""Where plmctl runs, and when: the working directory, the repository around it, the day."""

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from plmctl.core.finding import PlmctlError, UsageError

if TYPE_CHECKING:
    from plmctl.core.cache import Cache
    from plmctl.core.memo import Memo
    from plmctl.core.ports import Store
    from plmctl.git.repository import Repository

_LARGEST = 64 << 20


def repository() -> "Repository":
    """The repository that the working directory belongs to; long reading of it shows its progress."""
    from plmctl.cli.progress import BAR
    from plmctl.git.repository import Repository

    return Repository.discover(here(), watch=BAR)


def cache_of(repo: "Repository") -> AbstractContextManager["Cache"]:
    """What the user's cache knows of a repository, for commands that only look."""
    from plmctl.cache.place import cache_of

    return cache_of(repo.top, os.environ)


@contextmanager
def memo_of(repo: "Repository") -> Iterator["Memo"]:
    """What runs before found out of a repository, for commands that only look; kept when the body ends."""
    from plmctl.core.memo import Memo

    with cache_of(repo) as cache:
        memo = Memo(cache, program_state() if cache.is_lasting else "", time.time_ns)
        yield memo
        memo.keep()


def program_state() -> str:
    """Which program runs, within which limits of the user: what it has found out is of no other."""
    from plmctl.cache.program import state
    from plmctl.core.limits import SETTING

    return f"{state()}{os.environ.get(SETTING, '')}"


def store_of(repo: "Repository", cache: "Cache | None" = None) -> "Store | None":
    """The data of a repository, None of a bare one; hashing much of it shows its progress.

    Only who looks, and claims nothing, hands over what is known of it.
    """
    from plmctl.cli.progress import BAR
    from plmctl.store.dvc import DvcStore
    from plmctl.store.recall import Recall

    recall = Recall(cache=cache, watch=BAR) if cache is not None else None
    return DvcStore(repo.top, watch=BAR, recall=recall) if not repo.is_bare else None


def data_of(repo: "Repository", cache: "Cache | None" = None) -> "Store":
    """The data of a repository. Raises UsageError where it has no work tree."""
    store = store_of(repo, cache)
    if store is None:
        raise UsageError("a bare repository has no data: DVC keeps it beside a work tree", hint="clone it")
    return store


@contextmanager
def repository_or_none() -> Iterator["Repository | None"]:
    """The repository around the working directory, None where there is none to read."""
    try:
        found = repository()
    except PlmctlError:
        yield None
        return
    with found:
        yield found


def enter(folder: str) -> None:
    """Make a folder the working directory, as `git -C` does."""
    try:
        os.chdir(folder)
    except OSError as error:
        raise UsageError(f"cannot change to {folder}: {error.strerror}") from error


def repository_path(top: str, argument: str) -> str:
    """A path argument as the repository knows it: relative to its top, POSIX; empty for the top itself."""
    path = os.path.normpath(os.path.join(here(), argument))
    relative = os.path.relpath(path, top)
    if _leaves(relative):
        # The top has no links in it; a path that was typed may.
        folder, name = os.path.split(path)
        relative = os.path.relpath(os.path.join(os.path.realpath(folder), name), top)
    if _leaves(relative):
        raise UsageError(f"{argument} is outside the repository {top}", hint="name paths inside it")
    return "" if relative == os.curdir else relative.replace(os.sep, "/")


def pushed() -> tuple[str, ...]:
    """What a push that pre-commit checks would push; nothing where there is none.

    Of a branch with its first commit it names the branch alone.
    """
    names = ("PRE_COMMIT_TO_REF", "PRE_COMMIT_LOCAL_BRANCH")
    return next(((found,) for name in names if (found := os.environ.get(name))), ())


def lock_or_tag(top: str, argument: str) -> tuple[str, bytes | None]:
    """An argument of verify: a lock's path in the repository, a tag's name as it is.

    Of a file that lies outside the repository the bytes come with it.
    """
    if not (argument.endswith(".lock") or os.path.isfile(argument)):
        return argument, None
    try:
        return repository_path(top, argument), None
    except UsageError:
        if not os.path.isfile(argument):
            raise
        return argument, file_bytes(argument)


def file_bytes(path: str, most: int = _LARGEST) -> bytes:
    """A file that was named as an argument, wherever it lies. Raises UsageError for an unreadable one."""
    if not os.path.isfile(path):
        raise UsageError(f"no such file: {path}", hint="name a file, from the working directory")
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > most:
        raise UsageError(f"{path} is over {most} bytes", hint="name the file that was meant")
    return data


def today() -> str:
    """The day by which sunsets and overrides end, YYYY-MM-DD in UTC."""
    return datetime.now(UTC).date().isoformat()


def day(stated: str | None) -> str:
    """The day that somebody stated, YYYY-MM-DD, or today."""
    if stated is None:
        return today()
    try:
        found = date.fromisoformat(stated)
    except ValueError:
        found = None
    # Python takes other ways of writing a date too, as 20261001.
    if found is None or found.isoformat() != stated:
        raise UsageError(f"no such day: {stated}", hint="write it as YYYY-MM-DD, for example 2026-10-01")
    return stated


def now() -> datetime:
    """The time of a release, with the time zone of the one who makes it."""
    return datetime.now(UTC).astimezone()


def folder_outside(top: str, argument: str) -> str:
    """The absolute path of a folder to be filled. Raises UsageError for one in the repository, or full."""
    path = os.path.realpath(os.path.join(here(), os.path.expanduser(argument)))
    if not _leaves(os.path.relpath(path, top)):
        raise UsageError(f"{argument} is inside the repository {top}", hint="name a folder outside of it")
    if os.path.lexists(path) and (not os.path.isdir(path) or os.listdir(path)):
        raise UsageError(f"{argument} is there, and not an empty folder", hint="name a new one")
    return path


def _leaves(relative: str) -> bool:
    return relative.split(os.sep, 1)[0] == os.pardir


def named_file(argument: str) -> str:
    """The file that an argument names, whatever links lead to it."""
    return os.path.realpath(os.path.join(here(), argument))


def path_inside(top: str, path: str) -> str | None:
    """An absolute path as the repository knows it; None for one that is outside."""
    relative = os.path.relpath(path, top)
    return None if _leaves(relative) else relative.replace(os.sep, "/")


def put(repo: "Repository", path: str, data: bytes) -> None:
    """Write a file, whole; in a work tree by way of the Git directory: a killed run leaves nothing there."""
    from plmctl.git.files import put_file

    inside = path_inside(repo.top, path)
    if inside is not None:
        repo.put(inside, data)
    else:
        put_file(os.path.dirname(path), os.path.basename(path), data)


def here() -> str:
    """The working directory."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise PlmctlError("the working directory is gone", hint="cd to a folder that exists") from None
