import io
import os

import pytest

from plmctl.cli.progress import Bar, is_watched
from plmctl.core.ports import EntryKind, MemoryTree
from plmctl.git.watched import WatchedTree


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that can draw."""
    monkeypatch.setenv("TERM", "xterm")


def test_nothing_is_drawn_in_the_first_half_second() -> None:
    clock, stream = Clock(), Terminal()
    bar = Bar(clock, stream)
    bar.announced(100)
    clock.now = 0.49
    bar.read()
    bar.clear()
    assert stream.getvalue() == ""


def test_a_bar_is_drawn_ten_times_a_second_and_taken_away() -> None:
    clock, stream = Clock(), Terminal()
    bar = Bar(clock, stream)
    bar.announced(4)
    bar.announced(2)
    clock.now = 0.5
    bar.read()
    assert "reading" in stream.getvalue()
    assert "1/6" in stream.getvalue()
    drawn = stream.getvalue()
    clock.now = 0.55
    bar.read()
    assert stream.getvalue() == drawn
    clock.now = 0.61
    bar.read()
    assert "3/6" in stream.getvalue()
    bar.clear()
    assert stream.getvalue().endswith("\x1b[2K")
    bar.clear()
    bar.announced(1)
    clock.now = 0.7
    bar.read()
    assert stream.getvalue().endswith("\x1b[2K")


def test_nobody_watches_a_file_a_dumb_terminal_or_a_robot() -> None:
    clock, stream = Clock(), io.StringIO()
    bar = Bar(clock, stream)
    bar.announced(1)
    clock.now = 1.0
    bar.read()
    assert stream.getvalue() == ""
    assert is_watched(Terminal(), os.environ)
    assert not is_watched(Terminal(), {"TERM": "dumb"})
    assert not is_watched(Terminal(), {"CI": "true"})


def test_reading_before_anything_was_announced_is_nothing_to_wait_for() -> None:
    stream = Terminal()
    bar = Bar(Clock(), stream)
    bar.read()
    assert stream.getvalue() == ""


class Watcher:
    """A Watch that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[int | str] = []

    def announced(self, count: int) -> None:
        self.told.append(count)

    def read(self) -> None:
        self.told.append("read")

    def moved(self, what: str, done: int, total: int) -> None:
        self.told.append(what)

    def clear(self) -> None: ...


def test_a_watched_tree_is_the_tree_and_tells_of_what_was_announced() -> None:
    watcher = Watcher()
    tree = WatchedTree(MemoryTree({"a": "1", "b": "2"}), watcher)
    assert list(tree.paths()) == ["a", "b"]
    assert tree.kind("a") is EntryKind.FILE
    assert tree.read("b", limit=9) == b"2"
    tree.prefetch(("a", "b"))
    tree.prefetch(("b",))
    assert (tree.read("a", limit=9), tree.read("a", limit=9)) == (b"1", b"1")
    assert watcher.told == [2, 0, "read"]


def test_a_transfer_is_drawn_after_half_a_second_of_its_own() -> None:
    clock, stream = Clock(), Terminal()
    bar = Bar(clock, stream)
    bar.announced(4)
    clock.now = 0.6
    bar.read()
    assert "1/4" in stream.getvalue()
    drawn = len(stream.getvalue())
    bar.moved("waiting for origin\x1b", 0, 0)
    clock.now = 1.09
    bar.moved("sending", 1, 9)
    assert "ing for" not in stream.getvalue()[drawn:]
    assert "sending" not in stream.getvalue()
    clock.now = 1.1
    bar.moved("waiting for origin\x1b", 0, 0)
    assert "waiting for origin\\x1b" in stream.getvalue()
    # The reading was cleared away, and is not drawn again.
    assert "reading" not in stream.getvalue()[drawn:].rpartition("\x1b[?25l")[2]
    clock.now = 1.3
    bar.moved("sending", 3, 9)
    assert "sending" in stream.getvalue()
    assert "3/9" in stream.getvalue()
    drawn = len(stream.getvalue())
    bar.announced(7)
    clock.now = 1.7
    bar.read()
    assert "1/7" not in stream.getvalue()
    clock.now = 1.81
    bar.read()
    assert "reading" in stream.getvalue()[drawn:]
    assert "2/7" in stream.getvalue()
