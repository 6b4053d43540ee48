"""How a tree of Git is not as the stock has it, as a run before found out: by it others are looked at.

Of a tree that Git has as an object only that is looked at which is not as in the one that is known.
"""

from collections.abc import Mapping
from functools import cached_property

from plmctl.core.cache import Cache, one
from plmctl.core.dataclass import dataclass
from plmctl.core.settings import Settings, settings_in
from plmctl.core.stock import Stock
from plmctl.core.tree import Apart, EntryKind, Root, Tree, identity_of
from plmctl.core.view import Away

KIND = "tree"
"""What is kept in a cache: one value."""
_NAME = "known"
# No path has it, and no list has an empty word.
_WORD, _LIST = "\0", "\0\0"
_LISTS = 6
_FILE = identity_of(EntryKind.FILE)
_DIGITS = frozenset("0123456789abcdef")
# Of a tree that has more otherwise than the known one, that is kept as the next one; of none more than most.
_FEW, _MOST = 64, 4_000


@dataclass(frozen=True, kw_only=True)
class KnownTree:
    """A tree by the `id` of its object, and what an Away says of it, beside the stock with this stamp."""

    id: str
    stock: bytes
    differing: Mapping[str, str]
    fresh: frozenset[str]
    lacking: frozenset[str]
    others: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A tree, and where it is `apart` from a known one; both have the same settings."""

    known: KnownTree
    apart: Apart

    @cached_property
    def places(self) -> tuple[str, ...]:
        """All paths of the tree, sorted, but for manifests that are as the stock has them."""
        known, apart = self.known, self.apart
        here = {*known.others, *known.fresh, *(known.differing.keys() - known.lacking)}
        return tuple(sorted(here - apart.there | apart.here))

    def away(self, stock: Stock, settings: Settings, tree: Tree) -> Away | None:
        """Where the tree is not as the stock; None where the known one was seen beside another."""
        known, apart = self.known, self.apart
        if stock.stamp != known.stock:
            return None
        files, rows, is_manifest = stock.files, stock.rows, settings.is_manifest
        again = {path for path in apart.here | apart.there if path in files}
        # Where no file is, a link may come to stand on the way.
        again.update(path for path, identity in known.differing.items() if not _is_file(identity))
        again.update(
            path for asked in stock.few.asked.values() for path, identity in asked if not _is_file(identity)
        )
        differing = {path: identity for path, identity in known.differing.items() if path not in again}
        found = tree.identities(sorted(again))
        differing.update((path, identity) for path, identity in found.items() if files[path] != identity)
        gone, come = apart.there - apart.here, {path for path in apart.here if is_manifest(path)}
        return Away(
            stock,
            differing=differing,
            fresh=known.fresh - gone | {path for path in come if path not in rows},
            lacking=known.lacking - apart.here | {path for path in gone if path in rows},
            others=lambda: known.others - gone | (apart.here - come),
        )


class KnownTrees:
    """The tree that was looked at last; it is no proof. `program` is what looks."""

    def __init__(self, cache: Cache, program: str):
        self._cache = cache
        self._program = program
        self._near: set[str] = set()

    def beside(self, root: Root | None) -> Beside | None:
        """A tree beside the known one; None where none is known of the same settings, or it is gone."""
        known = self._known if root is not None else None
        if root is None or known is None or len(known.id) != len(root.id) or {*known.id} - _DIGITS:
            return None
        apart = root.apart(known.id)
        if apart is None or settings_in(apart.here | apart.there):
            return None
        if len(apart.here) + len(apart.there) <= _FEW:
            self._near.add(root.id)
        return Beside(known=known, apart=apart)

    def is_near(self, root: str, stock: bytes) -> bool:
        """Whether a tree was found to be near the known one beside this stock: that may stay known."""
        return root in self._near and self._known is not None and self._known.stock == stock

    def keep(self, root: str, away: Away, settings: Settings) -> None:
        """Know in the next run where this tree is away from the stock, if that is not far."""
        is_far = len(away.differing) + len(away.fresh) + len(away.lacking) > _MOST
        # Schemas are looked for among what is no manifest.
        if is_far or any(map(settings.is_schema, (*away.stock.paths, *away.fresh))):
            return
        lists = (
            [root],
            [*away.differing],
            [*away.differing.values()],
            *(sorted(paths) for paths in (away.fresh, away.lacking, away.others)),
        )
        value = _LIST.join(map(_WORD.join, lists)).encode("utf-8", "surrogateescape")
        self._cache.keep(KIND, {_NAME: (away.stock.stamp, value)})

    @cached_property
    def _known(self) -> KnownTree | None:
        stamp, value = one(self._cache, KIND, _NAME)
        # A stock is of a program, and of what it reads beside.
        if not stamp.startswith(f"{self._program} ".encode()):
            return None
        parts = value.decode("utf-8", "surrogateescape").split(_LIST)
        lists = [part.split(_WORD) if part else [] for part in parts]
        if len(lists) != _LISTS or len(lists[0]) != 1 or len(lists[1]) != len(lists[2]):
            return None
        return KnownTree(
            id=lists[0][0],
            stock=stamp,
            differing=dict(zip(lists[1], lists[2], strict=True)),
            fresh=frozenset(lists[3]),
            lacking=frozenset(lists[4]),
            others=frozenset(lists[5]),
        )


def _is_file(identity: str) -> bool:
    return identity.startswith(_FILE)
