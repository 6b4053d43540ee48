"""Registries that are costly to make and always the same: made once in a process, then copied."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec

from tests.commands.ground import folder_at
from tests.git.builder import Folder
from tests.measuring import unmeasured

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
