"""A progress bar on stderr, for the one terminal that a process has."""

import os
import sys
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 0.5
"""Seconds that pass in silence."""

# Ten times in a second are fast enough for an eye.
_INTERVAL = 0.1


class Bar:
    """How many of the files that were announced are read; drawn where somebody has waited for it."""

    def __init__(self, clock: Callable[[], float] = monotonic, stream: TextIO | None = None):
        self._clock = clock
        self._stream = stream
        self._total = 0
        self._read = 0
        self._due: float | None = None
        self._drawn: Progress | None = None

    def announced(self, count: int) -> None:
        """So many files more will be read."""
        self._total += count
        self._due = self._clock() + PATIENCE if self._due is None else self._due

    def read(self) -> None:
        """One of them was read."""
        self._read += 1
        now = self._clock()
        if self._due is not None and now >= self._due:
            self._due = now + _INTERVAL
            self._draw()

    def clear(self) -> None:
        """Take the bar away: something else is to be printed, or the work is done."""
        if self._drawn is not None:
            self._drawn.stop()
        self._drawn = self._due = None
        self._total = self._read = 0

    def _draw(self) -> None:
        stream = sys.stderr if self._stream is None else self._stream
        if not is_watched(stream, os.environ):
            return
        if self._drawn is None:
            self._drawn = _progress(stream)
        task = self._drawn.task_ids[0]
        self._drawn.update(task, total=self._total, completed=self._read)
        self._drawn.refresh()


BAR = Bar()
"""The bar of this process."""


def is_watched(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether somebody looks at a stream, on a terminal that can take back what it shows."""
    return stream.isatty() and environment.get("TERM") != "dumb" and not environment.get("CI")


def _progress(stream: TextIO) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    # Without colour: whatever --color says, it is right.
    console = Console(file=stream, no_color=True, highlight=False, legacy_windows=False)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn())
    progress = Progress(*columns, console=console, transient=True, auto_refresh=False)
    progress.add_task("reading")
    progress.start()
    return progress
