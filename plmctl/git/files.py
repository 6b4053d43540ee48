"""Files that a command writes into the work tree because its user asked for them."""

import os
from contextlib import suppress

from plmctl.git.disk import explained, folder_of, replacing
from plmctl.git.entries import parents

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def create_file(top: str, path: str, data: bytes) -> bool:
    """Write a new file, with its folders; False if something is there, which stays."""
    with explained(path):
        make_folders(top, path)
        with folder_of(top, path) as (folder, name):
            try:
                opened = os.open(name, _NEW, 0o666, dir_fd=folder)
            except FileExistsError:
                return False
        with os.fdopen(opened, "wb") as file:
            file.write(data)
    return True


def put_file(top: str, path: str, data: bytes, spare: str | None = None) -> None:
    """Write a file, with its folders, over the one that is there; a link is replaced, not followed."""
    with explained(path):
        make_folders(top, path)
        with replacing(top, path, data, spare):
            pass


def remove_file(top: str, path: str) -> None:
    """Delete a file, and the folders that it leaves empty; a link is deleted, not followed."""
    with explained(path, "delete"), folder_of(top, path) as (folder, name):
        os.unlink(name, dir_fd=folder)
    # Up to the first that is not empty.
    with suppress(OSError):
        for above in reversed(tuple(parents(path))):
            with folder_of(top, above) as (folder, name):
                os.rmdir(name, dir_fd=folder)


def make_folders(top: str, path: str) -> None:
    """Make the folders that a path is in, those that are not there."""
    with explained(path):
        for folder in parents(path):
            with folder_of(top, folder) as (above, name), suppress(FileExistsError):
                os.mkdir(name, dir_fd=above)
