"""A deployment in one repository, of a registry in another."""

import shutil
from pathlib import Path

from plmctl.commands.deployment import FileOptions, Locked, check_file, lock_file
from plmctl.core.report import Report
from tests.commands.builder import copied, opened, released_shop
from tests.commands.ground import folder_at
from tests.git.builder import Folder

FILE = "desk.lock"


def served_shop(path: Path) -> Folder:
    """A registry with three releases, as a server has it: objects are given to whoever asks for few."""
    folder = released_shop(path)
    folder.git("config", "uploadpack.allowFilter", "true")
    return folder


def deployment(path: Path) -> Folder:
    """An empty repository beside a registry, with a cache of its own."""
    path.mkdir(parents=True)
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    return with_cache(folder, path.parent / "cache")


def copied_with_cache(folder: Folder, place: Path) -> Folder:
    """A copy of a deployment and of the cache beside it, in another folder."""
    shutil.copytree(folder.path.parent / "cache", place / "cache")
    return with_cache(copied(folder, place / "deployment"), place / "cache")


def with_cache(folder: Folder, cache: Path) -> Folder:
    """The same folder for a user whose cache is there."""
    environment = {**folder.environment, "XDG_CACHE_HOME": str(cache)}
    return Folder(path=folder.path, environment=environment)


def asked(
    folder: Folder,
    *,
    root: str | None = None,
    registry: str | None = None,
    at: str | None = None,
    update: str | None = None,
) -> FileOptions:
    """Options for the lock in a folder, as it is."""
    path = folder.path / FILE
    data = path.read_bytes() if path.exists() else None
    return FileOptions(name=FILE, path=FILE, data=data, root=root, registry=registry, at=at, update=update)


def made(
    folder: Folder,
    *,
    root: str | None = None,
    registry: str | None = None,
    at: str | None = None,
    update: str | None = None,
) -> Locked:
    """What `plmctl lock -o` makes, written."""
    return made_as(folder, asked(folder, root=root, registry=registry, at=at, update=update))


def made_as(folder: Folder, options: FileOptions) -> Locked:
    """The same with any options."""
    with opened(folder) as repo:
        locked = lock_file(repo, options)
    if locked.data is not None:
        folder.write(FILE, locked.data)
    return locked


def checked(folder: Folder) -> Report:
    """What `plmctl lock --check FILE` reports."""
    with opened(folder) as repo:
        return check_file(repo, asked(folder))


def moved_away(folder: Folder) -> Folder:
    """A registry that cannot be reached any more."""
    return folder.at(folder.path.rename(folder.path.with_name(f"{folder.path.name}-away")))
