"""Faults, the points at which they happen, and what a run below the tracer did."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from pathlib import Path

_HEX = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{38,40}|[0-9a-f]{62})\b")
_FOLDER = re.compile(r"/[0-9a-f]{2}(?=/|$)")
TEMPORARY = re.compile(r"(tmp_obj_|tmp_pack_|tmp_idx_|tmp_rev_|incoming-|tmp_objdir-incoming-)\w+")


class Mode(IntEnum):
    """What happens at a point; the numbers are those of tracer.c."""

    COUNT = 0
    MACHINE = 1
    PROCESS = 2
    SIDE = 3
    TORN = 4
    FAIL = 5
    FAIL_ONCE = 6
    INTERRUPT = 7


class Kind(IntFlag):
    """Which calls fail; the numbers are those of tracer.c."""

    WRITES = 1
    CREATES = 2
    RENAMES = 4
    UNLINKS = 8
    FLUSHES = 16
    MARKS = 32
    RUNS = 64

    CHANGES = WRITES | CREATES | RENAMES | UNLINKS | MARKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens at the point with this number; `error` and `kinds` say which calls fail, and how."""

    mode: Mode = Mode.COUNT
    point: int = 0
    error: int = 0
    kinds: Kind = Kind.CHANGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A call that changes a file, or starts a program: who makes it, and of which file.

    `source` is what was renamed or linked, and got the name `path`.
    """

    number: int
    process: str
    call: str
    path: str
    is_server: bool = False
    source: str = ""

    @property
    def step(self) -> str:
        """The same for the same step of any run: names by chance and object ids are left out."""
        side = "server: " if self.is_server else ""
        path = _FOLDER.sub("/..", TEMPORARY.sub(r"\1", self.path.replace("/./", "/")))
        return f"{side}{self.process}: {self.call} {_HEX.sub('ID', path)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a run did until it ended or was killed, and how the process of the command ended."""

    points: tuple[Point, ...]
    programs: tuple[str, ...]
    signal: int
    is_late: bool
    is_refused: bool


def program_of(words: str) -> str:
    """A program as a step names it: `git update-ref`, or the last part of its path."""
    first, *rest = words.split() or ["?"]
    name = first.rsplit("/", 1)[-1]
    if name.startswith("git-"):
        return f"git {name[4:]}"
    if name != "git":
        return name
    arguments = iter(rest)
    for word in arguments:
        if word in ("-c", "-C", "--shallow-file"):
            next(arguments, None)
        elif not word.startswith("-"):
            return f"git {word}"
    return name


def read_trace(log: Path, child: int, run: Path) -> Trace:
    """The trace in the log of the tracer; paths are relative to the folder of the run."""
    rows = [line.split("\t") for line in log.read_text("utf-8", "surrogateescape").splitlines()]
    ended = [int(row[2]) for row in rows if row[0] == "ended" and int(row[1]) == child]
    return Trace(
        points=tuple(_points(rows, run)),
        programs=tuple(row[2].strip() for row in rows if row[0] == "ran"),
        signal=ended[0] & 0x7F if ended else 0,
        is_late=any(row[0] == "late" for row in rows),
        is_refused=any(row[0] == "refused" for row in rows),
    )


def _points(rows: list[list[str]], run: Path) -> Iterator[Point]:
    programs: dict[str, str] = {}
    number = 0
    for row in rows:
        if row[0] == "ran":
            programs[row[1]] = program_of(row[2])
        elif row[0] == "call":
            number += 1
            path = row[3].removeprefix(f"{run}/")
            yield Point(
                number=number,
                process=programs.get(row[1], "plmctl"),
                call=row[2],
                path=path.rsplit("/", 1)[-1] if row[2] == "exec" else path,
                is_server=row[4] == "1",
                source=row[5].removeprefix(f"{run}/"),
            )


def unflushed(points: Iterable[Point]) -> Iterator[Point]:
    """Renames and links by which a file appears that was written and not flushed since."""
    dirty: set[str] = set()
    for point in points:
        if point.call in ("write", "truncate"):
            dirty.add(point.path)
        elif point.call == "fsync":
            dirty.discard(point.path)
        elif point.source in dirty:
            yield point


def unflushed_folders(points: Iterable[Point]) -> Iterator[Point]:
    """Renames by which a file appears in a work tree whose folder is not flushed before a ref moves.

    They are plmctl's own. Git flushes no folders: what it names below `.git` is not asked for.
    """
    appeared: list[Point] = []
    for point in points:
        is_gits = "/.git/" in point.path
        if point.call == "fsync":
            appeared = [one for one in appeared if one.path.rpartition("/")[0] != point.path]
        elif point.source and not is_gits:
            appeared.append(point)
        elif point.source and "/.git/refs/" in point.path:
            yield from appeared
            appeared = []
    yield from appeared


def steps(points: tuple[Point, ...]) -> Mapping[str, list[int]]:
    """The numbers of the points of each step."""
    found: dict[str, list[int]] = {}
    for point in points:
        found.setdefault(point.step, []).append(point.number)
    return found
