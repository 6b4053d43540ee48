"""Files of the work tree, opened so that no link is followed and nothing waits."""

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import EntryKind, TooLarge, Unreadable
from plmctl.git.entries import kind_of_stat
from plmctl.git.process import encoded
from plmctl.git.unwritable import advice

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: opening a FIFO must not wait for a writer.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# What a file is called that is not yet in its place: beside it, and in the Git directory.
_BESIDE = b".plmctl-new"
_SPARE = "plmctl-new-"


@contextmanager
def folder_of(top: str, path: str) -> Iterator[tuple[int, bytes]]:
    """The opened folder that a path is in, and its last name. Raises OSError where a link is on the way."""
    *folders, name = encoded(path).split(b"/")
    at = os.open(encoded(top), _FOLDER)
    try:
        for folder in folders:
            below = os.open(folder, _FOLDER, dir_fd=at)
            os.close(at)
            at = below
        yield at, name
    finally:
        os.close(at)


@contextmanager
def explained(what: str, verb: str = "write") -> Iterator[None]:
    """Raise PlmctlError where the operating system refuses what the body does: a full disk is no bug."""
    try:
        yield
    except NotADirectoryError:
        raise PlmctlError(f"cannot {verb} {what}: a file or a symbolic link is on the way") from None
    except OSError as error:
        raise PlmctlError(f"cannot {verb} {what}: {error.strerror or error}", hint=advice(error)) from None


def file_bytes(top: str, path: str, limit: int) -> bytes:
    """The bytes of a regular file. Raises Unreadable, or TooLarge over `limit` bytes."""
    return read_file(top, path, limit)[0]


def read_file(top: str, path: str, limit: int) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file, and its stat before: one open, one read. Raises as `file_bytes` does."""
    try:
        with folder_of(top, path) as (folder, name):
            opened = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        raise Unreadable((error.strerror or "cannot be opened").lower()) from None
    try:
        return _content(opened, limit)
    except OSError as error:  # what can be opened cannot always be read: /proc/self/mem
        raise Unreadable((error.strerror or "cannot be read").lower()) from None
    finally:
        os.close(opened)


def _content(opened: int, limit: int) -> tuple[bytes, os.stat_result]:
    status = os.fstat(opened)
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable(f"not a file but a {kind_of_stat(status.st_mode).value}")
    if status.st_size > limit:
        raise TooLarge(status.st_size, limit)
    parts, size = [], 0
    # One byte more than it should have: a file that ends there is read by two calls.
    while part := os.read(opened, status.st_size + 1):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise TooLarge(size, limit)
    return b"".join(parts), status


def kind_on_disk(top: str, path: str) -> EntryKind | None:
    """What stands at a path whose folders are known to be no links."""
    status = status_on_disk(top, path)
    return kind_of_stat(status.st_mode) if status is not None else None


def status_on_disk(top: str, path: str) -> os.stat_result | None:
    """The stat of what stands at a path whose folders are known to be no links."""
    try:
        return status_at(encoded(f"{top}/{path}"))
    except ValueError:  # a name that no file system can have
        return None


def status_at(place: bytes) -> os.stat_result | None:
    """The same of a whole path. Raises ValueError for one that no file system can have."""
    try:
        return os.lstat(place)
    except OSError:
        return None


def spare_name(path: str) -> str:
    """The name in the Git directory of what is to become the file at a path."""
    return f"{_SPARE}{hashlib.sha256(encoded(path)).hexdigest()[:32]}"


@contextmanager
def replacing(top: str, path: str, data: bytes, spare: str | None = None) -> Iterator[None]:
    """Write a file elsewhere, flushed; put it in its place when the body ends without an error.

    It is written in the folder `spare`, the Git directory, where nobody sees what a killed run leaves;
    without one, or from another file system, beside its place. What dead runs left in `spare` is removed.
    The file that is there leaves its permissions to the new one.
    """
    with folder_of(top, path) as (folder, name), _spare(spare, folder) as inside:
        mode = _mode_of(name, folder)
        beside = name + _BESIDE
        at, new = (folder, beside) if inside is None else (inside, encoded(spare_name(path)))
        try:
            with _written(new, at, data, mode):
                yield
                with explained(path):
                    _rename(new, at, name, folder)
        except _OtherMountError:
            with explained(path), _written(beside, folder, data, mode):
                _rename(beside, folder, name, folder)


@contextmanager
def _spare(spare: str | None, folder: int) -> Iterator[int | None]:
    """The opened folder for what is not yet in its place, emptied of what dead runs left there."""
    if spare is None:
        yield None
        return
    opened = os.open(encoded(spare), _FOLDER)
    try:
        is_near = os.fstat(opened).st_dev == os.fstat(folder).st_dev
        for name in os.listdir(opened) if is_near else ():
            if name.startswith(_SPARE):
                _sweep(encoded(name), opened)
        yield opened if is_near else None
    finally:
        os.close(opened)


def _sweep(name: bytes, folder: int) -> None:
    """Delete a file unless its writer lives, and holds it; where files cannot be held, it stays."""
    with suppress(OSError):
        opened = os.open(name, _FILE, dir_fd=folder)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)
        finally:
            os.close(opened)


class _OtherMountError(Exception):
    """A file system that is mounted in two places: one device, and no rename from one to the other."""


def _rename(new: bytes, at: int, name: bytes, folder: int) -> None:
    try:
        os.rename(new, name, src_dir_fd=at, dst_dir_fd=folder)
    except OSError as error:
        if error.errno == errno.EXDEV and at != folder:
            raise _OtherMountError from None
        raise
    os.fsync(folder)


@contextmanager
def removing(top: str, path: str) -> Iterator[None]:
    """Delete a file when the body ends without an error; nothing is done where nothing is."""
    yield
    with suppress(FileNotFoundError), folder_of(top, path) as (folder, name):
        _remove(name, folder)
        os.fsync(folder)


def _mode_of(name: bytes, folder: int) -> int | None:
    """The permissions of a file; None if there is none, or something else."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return None
    return stat.S_IMODE(mode) & 0o777 if stat.S_ISREG(mode) else None


@contextmanager
def _written(name: bytes, folder: int, data: bytes, mode: int | None) -> Iterator[None]:
    """A new file, held by its writer for the body, and gone afterwards unless it was renamed."""
    _remove(name, folder)  # what a killed run left
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(name, flags, 0o666, dir_fd=folder), "wb") as file:
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.write(data)
            file.flush()
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
            yield
    finally:
        _remove(name, folder)


def _remove(name: bytes, folder: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
