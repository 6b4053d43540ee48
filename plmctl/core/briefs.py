"""What is known of manifests without their documents, from run to run: by path and identity of a file."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from plmctl.core.brief import Shared, name_of, read_brief, written_brief
from plmctl.core.cache import Cache, newest, one
from plmctl.core.dataclass import dataclass
from plmctl.core.kinds import Kinds
from plmctl.core.known_identities import KnownIdentities
from plmctl.core.known_trees import KnownTrees
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.reading import FileRead
from plmctl.core.settings import Settings
from plmctl.core.stock import Row, Stock, keep_stock, read_stock
from plmctl.core.tree import Tree
from plmctl.core.values import Values
from plmctl.core.view import View, away_from

if TYPE_CHECKING:
    from plmctl.core.verdicts import Verdicts

KIND = "briefs"
"""What is kept in a cache beside the stock: the briefs that were needed last, of files that it has not."""
RECENT = 4000
"""So many of them."""
_NAME = "recent"
_LINE, _FIELD = "\n", "\x1f"
# A tree of which so many files, and one in so many, are not as the stock has them is kept as the next one.
_FEW, _PART = 8, 16


class Briefs:
    """The briefs of files, of a registry's kinds as one program knows them; they are no proof."""

    def __init__(self, cache: Cache, program: str):
        self._cache = cache
        self._program = program
        self.stamp = b""
        """What they are of: the program, and the schemas of a registry's own kinds."""
        self.stock: Stock | None = None
        self.identities: KnownIdentities | None = None
        """The digests of artifacts, of the kinds that were asked for last."""
        self._recent = _Recent(cache, b"")
        self._used: dict[tuple[str, str], str] = {}
        self._has_news = False
        self.shared = Shared(values=Values(cache, program))
        """What was parsed before, and what they have in common."""
        self.trees = KnownTrees(cache, program)
        """The tree that was looked at last beside the stock."""
        self._seen: Seen | None = None

    def open(self, kinds: Kinds, limits: Limits) -> None:
        """Look for those of these kinds and limits: once, for all trees of a run have those of one."""
        stamp = _stamp(self._program, kinds, limits)
        if stamp == self.stamp:
            return
        self.stamp, self._recent = stamp, _Recent(self._cache, stamp)
        self._used, self._has_news, self._seen = {}, False, None
        self.stock = read_stock(self._cache, stamp)
        self.identities = KnownIdentities(self._cache, stamp)

    def has(self, path: str) -> bool:
        """Whether there may be one of this file: then its identity is worth finding out."""
        return path in self._recent.paths or (self.stock is not None and path in self.stock.rows)

    def find(self, tree: Tree, path: str, identity: str, kinds: Kinds) -> FileRead | None:
        """What a file came to that has this identity in a tree, None where that is not known."""
        line = self._line(path, identity)
        found = read_brief(tree, path, identity, line, kinds, self.shared) if line is not None else None
        if found is None or not found.is_in(tree):
            return None
        assert line is not None
        self._used[path, identity] = line
        return found

    def name(self, path: str, identity: str) -> tuple[str, tuple[str, ...]] | None:
        """The id and the former ids of what a file is, by itself: no other file has a say in its name.

        The id is empty for one that is broken, NOT_OURS for none of ours; None where nothing is known.
        """
        line = self._line(path, identity)
        return name_of(line) if line is not None else None

    def learn(self, path: str, found: FileRead) -> None:
        """What was read of a file."""
        line = written_brief(path, found) if self._cache.is_lasting else None
        if line is not None:
            self._used[path, found.identity] = line
            self._has_news = True

    def saw(self, tree: "Seen") -> None:
        """A whole tree, which the next run may ask about; the first one of a run is the one that matters."""
        if self._seen is None and self._cache.is_lasting:
            self._seen = tree

    def keep(self, verdicts: "Verdicts | None" = None) -> None:
        """Know these in the next run, and the verdicts on the tree that was seen first."""
        if self.identities is not None:
            self.identities.keep()
        self.shared.values.keep()
        is_judged = verdicts is not None and verdicts.is_new
        before, is_kept = self.stock, False
        if self._seen is not None and self._is_worth(self._seen, is_judged):
            self.stock = self._kept_stock(self._seen) or before
            is_kept = self.stock is not before
        if verdicts is not None and self._seen is not None:
            verdicts.write(self.stock, is_all=is_kept)
        if self._seen is not None and self.stock is not None:
            self._keep_tree(self._seen, self.stock, is_kept=is_kept)
        if self._has_news and not is_kept:
            self._keep_recent()
        self.stamp, self._has_news, self._seen = b"", False, None

    def _is_worth(self, seen: "Seen", is_judged: bool) -> bool:
        """Whether a tree is to be the stock of the next run."""
        stock, view = self.stock, seen.view
        if stock is None:
            return True
        is_far = view is None or len(view.delta) > _FEW + len(stock.paths) // _PART
        if not is_far or is_judged:
            return is_far
        # To judge all of a tree again costs more than to read much of another.
        from plmctl.core.verdicts import has_verdicts

        return not has_verdicts(self._cache, stock)

    def _kept_stock(self, seen: "Seen") -> Stock | None:
        rows = self._rows(seen)
        return keep_stock(self._cache, self.stamp, seen.settings.finds, seen.others(), rows, self.stock)

    def _keep_tree(self, seen: "Seen", stock: Stock, *, is_kept: bool) -> None:
        """Know how the tree is not as the stock, which may be of this very tree."""
        root, tree = seen.tree.root, seen.tree
        if root is None or self.trees.is_near(root.id, stock.stamp):
            return
        if is_kept:
            self.trees.keep(
                root.id, away_from(stock, tree, tuple(tree.paths()), seen.settings), seen.settings
            )
        elif seen.view is not None and seen.view.stock is stock:
            self.trees.keep(root.id, seen.view.away, seen.settings)

    def _rows(self, seen: "Seen") -> Iterator[Row]:
        for path, identity in seen.rows():
            line = self._line(path, identity)
            if line is not None:
                yield Row(path=path, identity=identity, line=line)

    def _keep_recent(self) -> None:
        known = newest(self._recent.lines, self._used, RECENT)
        lines = (_FIELD.join((*key, line)) for key, line in known)
        value = _LINE.join(lines).encode("utf-8", "surrogateescape")
        self._cache.keep(KIND, {_NAME: (self.stamp, value)})

    def _line(self, path: str, identity: str) -> str | None:
        line = self._used.get((path, identity)) or self._recent.lines.get((path, identity))
        if line is not None or self.stock is None:
            return line
        row = self.stock.rows.get(path)
        return self.stock.line(row) if row is not None and self.stock.identity(row) == identity else None


class _Recent:
    """The briefs that the runs before needed last, read when they are asked for."""

    def __init__(self, cache: Cache, stamp: bytes):
        self._cache = cache
        self._stamp = stamp

    @cached_property
    def lines(self) -> Mapping[tuple[str, str], str]:
        """The briefs, by path and identity."""
        stamp, value = one(self._cache, KIND, _NAME)
        lines = value.decode("utf-8", "surrogateescape").split(_LINE) if stamp == self._stamp else []
        split = (line.split(_FIELD, 2) for line in lines)
        return {(each[0], each[1]): each[2] for each in split if len(each) == 3}

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of their files."""
        return frozenset(path for path, _ in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A tree: what its manifests came to, and what finds its `others`, which are none by the settings."""

    tree: Tree
    settings: Settings
    others: Callable[[], Iterable[str]]
    files: Mapping[str, FileRead]
    view: View | None

    def rows(self) -> Iterator[tuple[str, str]]:
        """The files that are manifests, or mean to be, with their identities."""
        if self.view is not None:
            yield from self.view.rows()
        else:
            yield from ((path, found.identity) for path, found in self.files.items())


def _stamp(program: str, kinds: Kinds, limits: Limits) -> bytes:
    """What a brief is of: the program, the schemas of a registry's own kinds, and limits that were raised."""
    own = sha256(json.dumps(dict(kinds.own)).encode()).hexdigest() if kinds.own else ""
    raised = limits.over(LIMITS)
    return f"{program} {own} {raised or ''}".encode()
