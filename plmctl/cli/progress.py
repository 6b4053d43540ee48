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


_READING = "reading"


class Bar:
    """How many announced files are read, or objects moved; drawn where somebody has waited for it."""

    def __init__(self, clock: Callable[[], float] = monotonic, stream: TextIO | None = None):
        self._clock = clock
        self._stream = stream
        self._step = _READING
        self._total = 0
        self._read = 0
        self._due: float | None = None
        self._drawn: Progress | None = None

    def announced(self, count: int) -> None:
        """So many files more will be read."""
        self._begin(is_reading=True)
        self._total += count

    def read(self) -> None:
        """One of them was read."""
        self._read += 1
        self._tick()

    def moved(self, what: str, done: int, total: int) -> None:
        """So much of one step of a fetch or a push is done; a total of 0: nobody knows how much there is."""
        self._begin(is_reading=False)
        self._step, self._read, self._total = what, done, total
        self._tick()

    def _begin(self, *, is_reading: bool) -> None:
        if is_reading != (self._step == _READING):
            self.clear()
            self._step = _READING if is_reading else ""
        self._due = self._clock() + PATIENCE if self._due is None else self._due

    def _tick(self) -> None:
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
        self._step = _READING

    def _draw(self) -> None:
        stream = sys.stderr if self._stream is None else self._stream
        if not is_watched(stream, os.environ):
            return
        # Most runs are over before there is anything to draw.
        from plmctl.render.visible import visible

        if self._drawn is None:
            self._drawn = _progress(stream, visible(self._step))
        task = self._drawn.task_ids[0]
        count = f"{self._read}/{self._total}" if self._total else ""
        total = self._total or None
        self._drawn.update(
            task, description=visible(self._step), count=count, total=total, completed=self._read
        )
        self._drawn.refresh()


BAR = Bar()
"""The bar of this process."""


def is_watched(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether somebody looks at a stream, on a terminal that can take back what it shows."""
    return stream.isatty() and environment.get("TERM") != "dumb" and not environment.get("CI")


def _progress(stream: TextIO, step: str) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    # Without colour: whatever --color says, it is right.
    console = Console(file=stream, no_color=True, highlight=False, legacy_windows=False)
    words = (TextColumn(f"{{task.{field}}}", markup=False) for field in ("description", "fields[count]"))
    columns = (next(words), BarColumn(), next(words))
    progress = Progress(*columns, console=console, transient=True, auto_refresh=False)
    progress.add_task(step, count="")
    progress.start()
    return progress
