"""What the files of the cache take, and that they can go."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress

from plmctl.cache.place import cache_file, is_wanted
from plmctl.core.cache_state import CacheState


def state_of(top: str, environment: Mapping[str, str]) -> CacheState:
    """The cache of the repository at `top`, an absolute path without links."""
    path = cache_file(top, environment)
    files = dict(_files(path)) if path is not None else {}
    return CacheState(
        path=path,
        size=files.get(path or ""),
        is_wanted=is_wanted(environment),
        others=sum(size for name, size in files.items() if name != path),
    )


def cleared(top: str, environment: Mapping[str, str], *, is_all: bool) -> int:
    """Delete the cache of a repository, or those of all; how many bytes that freed."""
    path = cache_file(top, environment)
    freed = 0
    for name, size in tuple(_files(path)) if path is not None else ():
        # A run that has it open writes into what is gone, and the next one begins anew.
        if is_all or name == path:
            with suppress(OSError):
                os.unlink(name)
                freed += size
    return freed


def _files(path: str) -> Iterator[tuple[str, int]]:
    """The files beside a cache, itself among them, with their sizes."""
    folder = os.path.dirname(path)
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
        for entry in sorted(found, key=lambda entry: entry.name):
            if not entry.is_dir(follow_symlinks=False):
                yield entry.path, entry.stat(follow_symlinks=False).st_size
