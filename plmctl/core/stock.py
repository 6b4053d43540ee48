"""What all manifests of one tree say, as a run kept it: of one that is nearly the same only the rest is read.

It is kept in parts: a head with the files and with what few manifests have, and pages of briefs, of which
those are read that are asked for. What is read back may be anything that somebody wrote, or belong to another
stock by now; a part that does not fit is none.
"""

import json
from binascii import crc32
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256

from plmctl.core.brief import NOT_OURS, Glance, glance, names_in
from plmctl.core.cache import Cache, Known, one
from plmctl.core.dataclass import dataclass
from plmctl.core.reading import FileRead

KIND = "stock"
"""What is kept in a cache: few values for all manifests, of which there are many, and each is small."""
PAGE = 64
"""Briefs of a page."""
_HEAD = "head"
# No path has it, and no list has an empty word.
_WORD, _LIST, _LINE = "\0", "\0\0", "\n"
_LISTS = 6
_BROKEN = "!"
# Of the number of a row.
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A file of a stock: its identity, and its brief."""

    path: str
    identity: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Few:
    """What few manifests have, by id: former ids, places of data, where it is; and by path what is asked."""

    asked: dict[str, tuple[tuple[str, str], ...]]
    formerly: dict[str, tuple[str, ...]]
    outs: dict[str, tuple[str, ...]]
    origins: dict[str, tuple[str, ...]]
    findings: set[str]

    def add(self, path: str, seen: Glance) -> None:
        """Note what a file has of it."""
        each = (self.formerly, seen.formerly), (self.outs, seen.outs), (self.origins, seen.origins)
        for having, words in each:
            if words:
                having[seen.artifact] = words
        if seen.asked:
            self.asked[path] = seen.asked
        if seen.has_findings:
            self.findings.add(path)


class Stock:
    """The files of one tree. `globs` say which of its paths are manifests; `others` are all the rest."""

    def __init__(self, cache: Cache, stamp: bytes, lists: list[list[str]], few: _Few):
        (self.globs,), others, self.paths, identities, self._artifacts = lists
        self.others = frozenset(others)
        self.stamp = stamp
        """What its other parts are known by."""
        self.few = few
        self._identities = identities
        self._cache = cache
        self._pages: dict[int, list[str]] = {}
        self._shares: dict[str, str] = {}
        self._beside: tuple[Sequence[str], frozenset[str], frozenset[str]] | None = None
        self.made: dict[int, FileRead] = {}
        """The files that were taken out of their briefs, by row."""

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The identities of manifests by path, and of the other files that have a say in one."""
        found = {path: identity for asked in self.few.asked.values() for path, identity in asked}
        found.update(zip(self.paths, self._identities, strict=True))
        return found

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The rows by path."""
        return dict(zip(self.paths, range(len(self.paths)), strict=True))

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The rows of artifacts, by id; sorted."""
        start = bisect_left(self._artifacts, "a")
        return dict(zip(self._artifacts[start:], range(start, len(self._artifacts)), strict=True))

    @cached_property
    def askers(self) -> Mapping[str, tuple[str, ...]]:
        """By the path of another file, those of the manifests that it has a say in."""
        found: dict[str, list[str]] = {}
        for path, asked in self.few.asked.items():
            for other, _ in asked:
                found.setdefault(other, []).append(path)
        return {other: tuple(paths) for other, paths in found.items()}

    def beside(self, paths: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """All of some paths, and those that it has not; of two trees of a run they are mostly the same."""
        if self._beside is None or self._beside[0] != paths:
            here = frozenset(paths)
            self._beside = paths, here, here.difference(self.files, self.others)
        return self._beside[1:]

    def identity(self, row: int) -> str:
        """What identified a file."""
        return self._identities[row]

    def artifact(self, row: int) -> str | None:
        """The id of what a file is; None for one that is broken or none of ours."""
        found = self._artifacts[row]
        return None if found in (_BROKEN, NOT_OURS) else found

    def paths_of(self, *, is_ours: bool) -> Iterator[str]:
        """The files without an artifact: those that are broken, or those that are none of ours."""
        mark = _BROKEN if is_ours else NOT_OURS
        for path, artifact in zip(self.paths, self._artifacts, strict=True):
            if artifact >= "a":
                break
            if artifact == mark:
                yield path

    def line(self, row: int) -> str | None:
        """The brief of a row; None where it is lost."""
        page, at = divmod(row, PAGE)
        if page not in self._pages:
            stamp, value = one(self._cache, KIND, _page(page))
            lines = value.decode("utf-8", "surrogateescape").split(_LINE)
            wanted = min(PAGE, len(self.paths) - page * PAGE)
            self._pages[page] = lines if stamp == self.stamp and len(lines) == wanted else []
        lines = self._pages[page]
        return lines[at] if lines else None

    def writing(self, name: str) -> list[int] | None:
        """The rows of which a reference may mean a bare name; None where that is lost."""
        share = _share(name, _pages(len(self.paths)))
        if share not in self._shares:
            stamp, value = one(self._cache, KIND, share)
            self._shares[share] = value.decode("utf-8", "surrogateescape") if stamp == self.stamp else ""
        text = self._shares[share]
        found = [rest.partition(_LINE)[0] for rest in text.split(f"{_LINE}{name}{_WORD}")[1:]]
        rows = [int(row) for row in found if row.isdecimal() and len(row) < _DIGITS]
        is_whole = (
            text.startswith(_LINE) and len(rows) == len(found) and max(rows, default=-1) < len(self.paths)
        )
        return rows if is_whole else None


def read_stock(cache: Cache, stamp: bytes) -> Stock | None:
    """The stock that was kept, by what it is of."""
    known, value = one(cache, KIND, _HEAD)
    of, space, _ = known.rpartition(b" ")
    if not space or of != stamp:
        return None
    lists = [
        part.split(_WORD) if part else [] for part in value.decode("utf-8", "surrogateescape").split(_LIST)
    ]
    if len(lists) != _LISTS or any(len(lists[at]) != 1 for at in (0, 5)):
        return None
    if not len(lists[2]) == len(lists[3]) == len(lists[4]):
        return None
    few = _read_few(lists.pop()[0])
    return Stock(cache, known, lists, few) if few is not None else None


def keep_stock(
    cache: Cache, stamp: bytes, globs: str, others: Iterable[str], rows: Iterable[Row], before: Stock | None
) -> Stock | None:
    """Keep a stock of files in the place of another; None where a brief is none, or two have one id."""
    few = _Few(asked={}, formerly={}, outs={}, origins={}, findings=set())
    found: list[tuple[str, str, str, str]] = []
    for row in rows:
        seen = glance(row.line)
        if seen is None:
            return None
        few.add(row.path, seen)
        found.append((seen.artifact or _BROKEN, row.path, row.identity, row.line))
    found.sort()
    lists = [
        [globs],
        sorted(others),
        [path for _, path, _, _ in found],
        [identity for _, _, identity, _ in found],
        [artifact for artifact, _, _, _ in found],
    ]
    ids = [artifact for artifact in lists[4] if artifact not in (_BROKEN, NOT_OURS)]
    if len({*ids}) < len(ids):
        return None
    written = [*lists, [_written_few(few)]]
    head = _LIST.join(map(_WORD.join, written)).encode("utf-8", "surrogateescape")
    known = stamp + b" " + sha256(head).hexdigest().encode()
    lines = [line for _, _, _, line in found]

    def made() -> Iterator[tuple[str, Known]]:
        # As much as all that is known, once more: one page after another.
        for start in range(0, len(lines), PAGE):
            yield _page(start // PAGE), (known, _text(lines[start : start + PAGE]))
        for name, part in _written_names(lines).items():
            yield name, (known, part)

    cache.keep(KIND, {_HEAD: (known, head)})
    cache.keep_made(KIND, made)
    if before is not None:
        left = range(_pages(len(found)), _pages(len(before.paths)))
        cache.forget(KIND, (name for page in left for name in (_page(page), _share_name(page))))
    return Stock(cache, known, lists, few)


def _pages(count: int) -> int:
    """How many pages so many briefs have; the names that they write are shared out among as many parts."""
    return -(-count // PAGE)


def _page(number: int) -> str:
    return f"page {number}"


def _share(name: str, count: int) -> str:
    return _share_name(crc32(name.encode("utf-8", "surrogateescape")) % max(count, 1))


def _share_name(number: int) -> str:
    return f"names {number}"


def _written_names(lines: list[str]) -> dict[str, bytes]:
    """For each name the rows that write it, shared out by a sum of the name; a line is a name and a row."""
    count = _pages(len(lines))
    parts = {_share_name(number): bytearray(_LINE.encode()) for number in range(max(count, 1))}
    for row, brief in enumerate(lines):
        for name in names_in(brief):
            line = f"{name}{_WORD}{row}{_LINE}".encode("utf-8", "surrogateescape")
            parts[_share(name, count)] += line
    return {name: bytes(part) for name, part in parts.items()}


def _text(lines: Iterable[str]) -> bytes:
    return _LINE.join(lines).encode("utf-8", "surrogateescape")


def _written_few(few: _Few) -> str:
    said = {
        "asked": {path: [list(pair) for pair in asked] for path, asked in few.asked.items()},
        **{name: {a: list(each) for a, each in getattr(few, name).items()} for name in _BY_ID},
        "findings": sorted(few.findings),
    }
    # Surrogates stand for what is not UTF-8 in a path; no control character is left.
    return json.dumps(said, ensure_ascii=True, separators=(",", ":"))


_BY_ID = ("formerly", "outs", "origins")


def _read_few(written: str) -> _Few | None:
    try:
        said = json.loads(written)
        each = [_words(said[name]) for name in _BY_ID]
        return _Few(
            asked={path: tuple((p, i) for p, i in asked) for path, asked in said["asked"].items()},
            formerly=each[0],
            outs=each[1],
            origins=each[2],
            findings=set(said["findings"]),
        )
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None


def _words(said: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {artifact: tuple(words) for artifact, words in said.items()}
