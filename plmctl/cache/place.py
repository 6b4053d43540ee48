"""Where the cache of a repository lies, and whether there is to be one."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from plmctl import __version__
from plmctl.cache.file import TABLE, CacheFile
from plmctl.core.cache import Cache, MemoryCache, user_cache
from plmctl.core.finding import UsageError

SETTING = "PLMCTL_CACHE"
FORMAT = "5"
"""What the values of all kinds mean; another one where one of them means something else."""
_ON = frozenset(["1", "on", "true", "yes"])
_OFF = frozenset(["0", "off", "false", "no"])


@contextmanager
def cache_of(top: str, environment: Mapping[str, str]) -> Iterator[Cache]:
    """The cache of the repository at `top`, an absolute path without links; written when the body ends."""
    path = cache_file(top, environment)
    if path is None or not is_wanted(environment):
        yield MemoryCache()
        return
    with CacheFile(path) as found:
        yield found


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether anything is to be kept: in CI, where nothing stays, only if asked. Raises UsageError."""
    asked = environment.get(SETTING, "").lower()
    if asked in _ON or asked in _OFF:
        return asked in _ON
    if asked:
        raise UsageError(f"{SETTING} is {asked!r}", hint=f"set {SETTING} to 1 or to 0, or leave it out")
    return environment.get("CI", "").lower() in {"", *_OFF}


def cache_file(top: str, environment: Mapping[str, str]) -> str | None:
    """The path of a repository's cache, there or not; None for a user without a home outside of it.

    Each version of plmctl has its own: they may stand in turn in a hook and in a shell.
    """
    folder = user_cache(environment)
    if folder is None or _is_inside(folder, top):
        return None
    key = "\0".join([__version__, FORMAT, TABLE, top]).encode("utf-8", "surrogateescape")
    name = f"{hashlib.sha256(key).hexdigest()}.sqlite"
    return os.path.join(folder, "known", name)


def _is_inside(folder: str, top: str) -> bool:
    """Whether a folder is in the repository: what is there may have come with a commit of anybody's."""
    return os.path.join(os.path.realpath(folder), "").startswith(os.path.join(top, ""))
