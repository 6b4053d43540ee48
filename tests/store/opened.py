"""Which files Python opens: an audit hook hears of each, and cannot be taken away again."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_HEARD: list[str] = []


@cache
def _listen() -> None:
    def heard(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            flags = arguments[2]
            if not (isinstance(flags, int) and flags & os.O_DIRECTORY):
                _HEARD.append(os.fsdecode(arguments[0]))

    sys.addaudithook(heard)


@contextmanager
def opened(folder: Path) -> Iterator[list[str]]:
    """The paths below a folder, from there on, of what the body opens."""
    _listen()
    _HEARD.clear()
    found: list[str] = []
    yield found
    start = f"{folder}{os.sep}"
    found.extend(path.removeprefix(start) for path in _HEARD if path.startswith(start))
