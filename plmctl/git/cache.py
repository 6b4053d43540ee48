"""The user's cache of registries elsewhere: for each address a bare repository that plmctl made.

Nothing in it is believed: the id of each object is computed again when it is read, and a lock names the
tag object that it means.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from plmctl.core.cache import user_cache
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError
from plmctl.core.ref import TAGS
from plmctl.git.discovery import Place, bare_place
from plmctl.git.process import Git
from plmctl.git.refs import refs_below

MEND = "run 'plmctl lock' where its registry can be reached; for a lock in a file 'plmctl lock -o FILE'"
"""What to do about a folder that is damaged: whoever fetches into it makes it anew."""

_NAME = deferred(r"[0-9a-f]{64}")
# There while a process fetches: one that was killed leaves it.
_BEGUN = "plmctl-begun"


def cache_folder(environment: Mapping[str, str]) -> str | None:
    """Where the registries of a user are kept, None for a user without a home."""
    base = user_cache(environment)
    return os.path.join(base, "registries") if base is not None else None


def cached(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The folders of all registries that were fetched."""
    folder = cache_folder(environment)
    if folder is None or not os.path.isdir(folder):
        return ()
    return tuple(os.path.join(folder, name) for name in sorted(os.listdir(folder)) if _NAME.fullmatch(name))


def cached_places(git: Git, environment: Mapping[str, str]) -> Iterator[Place]:
    """The repositories of all registries that were fetched; what is none of them is passed over."""
    for folder in cached(environment):
        with suppress(PlmctlError):
            yield bare_place(git.at(os.path.realpath(folder)))


def cached_place(git: Git, environment: Mapping[str, str], tag: str, object_id: str) -> Place | None:
    """The repository of the registry whose tag this object is, None where none was fetched."""
    found: list[tuple[int, Place]] = []
    for place in cached_places(git, environment):
        with suppress(PlmctlError):
            there = refs_below(place.git, TAGS)
            if there.get(TAGS + tag) == object_id:
                found.append((len(there), place))
    # A registry may have been fetched by several addresses: the one that tells most.
    return max(found, key=lambda one: one[0])[1] if found else None


@contextmanager
def taken(address: str, object_format: str, environment: Mapping[str, str]) -> Iterator[str]:
    """The folder of an address, for one process at a time; what a killed one left is thrown away."""
    with _held(address, environment) as path:
        begun = os.path.join(path, _BEGUN)
        try:
            _prepare(path, object_format)
            with open(begun, "wb"):
                pass
        except OSError as error:
            raise _unusable(os.path.dirname(path), error) from None
        try:
            yield path
        except Exception:
            # A Git that was killed leaves its lock files, and each one after it would stop at them.
            if not any(_lock_files(path)):
                os.unlink(begun)
            raise
        os.unlink(begun)


def discard(address: str, environment: Mapping[str, str]) -> None:
    """Throw away what was fetched from an address."""
    with _held(address, environment) as path:
        try:
            _throw_away(path)
        except OSError as error:
            raise _unusable(os.path.dirname(path), error) from None


@contextmanager
def _held(address: str, environment: Mapping[str, str]) -> Iterator[str]:
    """The path of an address's folder, there or not, for one process at a time."""
    folder = cache_folder(environment)
    if folder is None:
        raise PlmctlError(
            "there is no folder to keep what is fetched: neither XDG_CACHE_HOME nor HOME is set",
            hint="set XDG_CACHE_HOME to a folder of yours",
        )
    path = os.path.join(folder, hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest())
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(folder, error) from None
    try:
        # The kernel gives it up for a process that is killed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path
    finally:
        os.close(lock)


def _lock_files(path: str) -> Iterator[str]:
    """The lock files of Git: no ref has a name that ends so."""
    for folder, folders, names in os.walk(path):
        if folder == path:
            folders[:] = [name for name in folders if name != "objects"]
        yield from (os.path.join(folder, name) for name in names if name.endswith(".lock"))


def _throw_away(path: str) -> None:
    # Somebody may be reading it: it goes away at once, or not at all.
    if os.path.lexists(path):
        shutil.rmtree(f"{path}.old", ignore_errors=True)
        os.rename(path, f"{path}.old")
        shutil.rmtree(f"{path}.old", ignore_errors=True)


def _prepare(path: str, object_format: str) -> None:
    """Make a repository where there is none that can be used."""
    configuration = _configuration(object_format)
    if os.path.lexists(path) and not _is_usable(path, configuration):
        _throw_away(path)
    if not os.path.lexists(path):
        new = f"{path}.new"
        shutil.rmtree(new, ignore_errors=True)
        os.makedirs(os.path.join(new, "objects"))
        os.mkdir(os.path.join(new, "refs"))
        for name, content in (("HEAD", b"ref: refs/heads/main\n"), ("config", configuration)):
            with open(os.path.join(new, name), "wb") as file:
                file.write(content)
        os.rename(new, path)


def _is_usable(path: str, configuration: bytes) -> bool:
    """Whether it is as plmctl made it, and no process was killed while it fetched."""
    if os.path.lexists(os.path.join(path, _BEGUN)):
        return False
    try:
        with open(os.path.join(path, "config"), "rb") as file:
            return file.read(len(configuration) + 1) == configuration
    except OSError:
        return False


def _configuration(object_format: str) -> bytes:
    version = 0 if object_format == "sha1" else 1
    extension = f"[extensions]\n\tobjectFormat = {object_format}\n" if version else ""
    return f"[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n{extension}".encode()


def _unusable(folder: str, error: OSError) -> PlmctlError:
    return PlmctlError(
        f"nothing can be kept in {folder}: {error.strerror}",
        hint="set XDG_CACHE_HOME to a folder that can be written",
    )
