"""Registries that are costly to make and always the same: made once in a process, then copied."""

import atexit
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec

import coverage

from tests.commands.ground import folder_at
from tests.git.builder import Folder

P = ParamSpec("P")


def once(make: Callable[Concatenate[Path, P], Folder]) -> Callable[Concatenate[Path, P], Folder]:
    """The same function, which copies what it has made before of the same arguments."""

    known: dict[str, Path] = {}

    def copied(path: Path, /, *arguments: P.args, **more: P.kwargs) -> Folder:
        key = repr((arguments, more))
        if key not in known:
            folder = Path(tempfile.mkdtemp(prefix="plmctl-once-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            with unmeasured():
                known[key] = make(folder / "made", *arguments, **more).path
        shutil.copytree(known[key], path, symlinks=True)
        return folder_at(path)

    return copied


@contextmanager
def unmeasured() -> Iterator[None]:
    """Coverage looks away: what is made ready for a test is no test."""
    measuring = coverage.Coverage.current() if sys.gettrace() else None
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()
