"""A tree as what is kept of another one, and the files that are others in it: the rest of it is not read."""

from collections.abc import Callable, Collection, Iterator, KeysView, Mapping, Sequence
from functools import cached_property
from itertools import compress
from operator import ne

from plmctl.core.brief import Shared, read_brief
from plmctl.core.finding import Finding, PlmctlError
from plmctl.core.kinds import Kinds
from plmctl.core.manifest import Manifest
from plmctl.core.reading import FileRead
from plmctl.core.settings import Settings
from plmctl.core.stock import Stock
from plmctl.core.tree import Tree

# Of a tree of which more is another all is looked at.
_FEW = 8

Reader = Callable[[str], FileRead]
"""What reads a file again whose brief is lost."""


class Away:
    """Where a tree is not as the stock has it, before anything of it is read.

    `differing` are the stock's files whose identity is another one, with that; `fresh` the manifests that it
    has not, `lacking` its manifests that are not here; `others` finds the paths that are no manifests.
    """

    def __init__(
        self,
        stock: Stock,
        differing: Mapping[str, str],
        fresh: frozenset[str],
        lacking: frozenset[str],
        others: Callable[[], frozenset[str]],
    ):
        self.stock = stock
        self.differing = differing
        self.fresh = fresh
        self.lacking = lacking
        self._others = others
        asking = (path for other in differing for path in stock.askers.get(other, ()))
        self.stale = frozenset((*(path for path in differing if path in stock.rows), *asking))
        self.read = tuple(sorted(fresh | (self.stale - lacking)))
        """The manifests to read."""
        self.is_far = len(self.read) + len(self.stale) > _FEW + len(stock.paths) // 2

    @cached_property
    def others(self) -> frozenset[str]:
        """The paths of the tree that are no manifests."""
        return self._others()


def away_from(stock: Stock, tree: Tree, paths: Sequence[str], settings: Settings) -> Away:
    """Where a tree with these paths is not as the stock: all of them are looked at."""
    known = stock.files
    found = tree.identities(known.keys())
    are_others = map(ne, known.values(), found.values())
    differing = {path: found[path] for path in compress(known, are_others)}
    here, unknown = stock.beside(paths)
    # What one manifest includes may be another one.
    asked = frozenset(path for path in stock.askers if path in here and path not in stock.rows)
    fresh = frozenset(path for path in (*unknown, *asked) if settings.is_manifest(path))
    return Away(
        stock,
        differing,
        fresh,
        lacking=frozenset(path for path in differing if path in stock.rows and path not in here),
        others=lambda: (stock.others & here | unknown | asked) - fresh,
    )


class View:
    """What a tree is: a stock, but for the files that are `own` to it, and those that are `away`."""

    def __init__(
        self,
        away: Away,
        own: Mapping[str, FileRead],
        reader: Reader,
        tree: Tree,
        kinds: Kinds,
        shared: Shared,
    ):
        self.away = away
        stock = self.stock = away.stock
        self.stale = away.stale
        self.own = own
        """What files came to that are not as the stock has them, by path; sorted."""
        self._tree = tree
        self._kinds = kinds
        self._reader = reader
        self._shared = shared
        rows = (stock.rows[path] for path in away.stale)
        self._left = frozenset(a for row in rows if (a := stock.artifact(row)) is not None)
        found = [read.manifest for read in own.values() if read.manifest is not None]
        self._here = {manifest.id: manifest for manifest in found}
        doubles = (i for i in self._here if i in stock.index and i not in self._left)
        self.has_double = next(doubles, None) is not None or len(self._here) < len(found)
        """Whether two of its manifests have one id: then it is no view."""
        self.gone = frozenset(self._left - self._here.keys())
        """The ids of the stock that are not here."""
        self.come = frozenset(self._here.keys() - stock.index.keys())
        """The ids here that the stock has not."""
        self.delta: Mapping[str, str] = {**dict(self._asked()), **away.differing, **dict(self._fresh())}
        """The files that are not as the stock has them, with their identities."""

    def _asked(self) -> Iterator[tuple[str, str]]:
        for read in self.own.values():
            yield from ((p, i) for p, i in read.asked or () if p not in self.stock.files)

    def _fresh(self) -> Iterator[tuple[str, str]]:
        return ((p, read.identity) for p, read in self.own.items() if p not in self.stock.files)

    @cached_property
    def manifests(self) -> "Manifests":
        """The artifacts by id, sorted."""
        entries: dict[str, int | Manifest] = {**self.stock.index, **self._here}
        for artifact in self.gone:
            del entries[artifact]
        return Manifests(dict(sorted(entries.items())) if self.come else entries, self._made)

    @cached_property
    def files(self) -> "Files":
        """What each file came to, by path."""
        return Files(self)

    def file(self, path: str) -> FileRead:
        """What a file came to. Raises KeyError for one that is no manifest, nor means to be one."""
        if not self.has(path):
            raise KeyError(path)
        return self.own.get(path) or self._file(self.stock.rows[path])

    def has(self, path: str) -> bool:
        """Whether a file is a manifest, or means to be one."""
        return path in self.own or (path in self.stock.rows and path not in self.stale)

    def _made(self, row: int) -> Manifest:
        manifest, stock = self._file(row).manifest, self.stock
        if manifest is None or manifest.id != stock.artifact(row):
            message = f"what was kept of {stock.paths[row]} is damaged"
            raise PlmctlError(message, hint="run 'plmctl cache clear'")
        return manifest

    def _file(self, row: int) -> FileRead:
        stock = self.stock
        found = stock.made.get(row)
        if found is None:
            path, line = stock.paths[row], stock.line(row)
            identity = stock.identity(row)
            if line is not None:
                found = read_brief(self._tree, path, identity, line, self._kinds, self._shared)
            artifact = found.manifest.id if found is not None and found.manifest is not None else None
            if found is None or artifact != stock.artifact(row):
                found = self._reader(path)
            stock.made[row] = found
        return found

    @property
    def unlisted(self) -> list[str]:
        """The paths of the tree that the stock has as no manifest; sorted."""
        return sorted(self.away.others | self.away.fresh)

    def rows(self) -> Iterator[tuple[str, str]]:
        """All files that are manifests, or mean to be, with their identities."""
        stock = self.stock
        yield from ((p, stock.identity(row)) for p, row in stock.rows.items() if p not in self.stale)
        yield from ((path, read.identity) for path, read in self.own.items())

    def findings(self) -> Iterator[Finding]:
        """What is wrong in single files that are as the stock has them."""
        for path in self.stock.few.findings:
            if path not in self.stale:
                read = self.file(path)
                yield from read.findings
                if read.manifest is not None:
                    yield from read.manifest.findings

    def without_artifact(self, *, is_ours: bool) -> Iterator[str]:
        """Of the same those that are broken, or none of ours."""
        return (path for path in self.stock.paths_of(is_ours=is_ours) if path not in self.stale)

    def having(self, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The ids of what has `formerly` (other ids), `outs` (places of data) or `origins`, with these."""
        kept: Mapping[str, tuple[str, ...]] = getattr(self.stock.few, name)
        yield from ((artifact, words) for artifact, words in kept.items() if self.is_kept(artifact))
        for artifact, manifest in self._here.items():
            words = getattr(manifest if name == "formerly" else manifest.summary, name)
            if words:
                yield artifact, words

    def writing(self, name: str) -> list[str] | None:
        """The artifacts that are as the stock has them and of which a reference may mean a bare name.

        None where that is lost.
        """
        rows = self.stock.writing(name)
        artifacts = map(self.stock.artifact, rows) if rows is not None else ()
        found = [artifact for artifact in artifacts if artifact is not None and self.is_kept(artifact)]
        return found if rows is not None else None

    def is_kept(self, artifact: str) -> bool:
        """Whether an artifact of the stock is here as it is there."""
        return artifact not in self._left

    @property
    def ours(self) -> Collection[Manifest]:
        """The artifacts of the files that are not as the stock has them."""
        return self._here.values()

    @property
    def differing(self) -> frozenset[str]:
        """The ids here or in the stock of what is not the same in both."""
        return self._left | self._here.keys()


class Manifests(Mapping[str, Manifest]):
    """The artifacts of a view by id: those of the stock are rows until somebody asks for one."""

    def __init__(self, entries: Mapping[str, int | Manifest], made: Callable[[int], Manifest]):
        self._entries = entries
        self._made = made

    def __getitem__(self, artifact: str) -> Manifest:
        """The artifact with this id. Raises KeyError."""
        found = self._entries[artifact]
        return self._made(found) if isinstance(found, int) else found

    def __iter__(self) -> Iterator[str]:
        """The ids, sorted."""
        return iter(self._entries)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._entries)

    def __contains__(self, artifact: object) -> bool:
        """Whether there is one with this id."""
        return artifact in self._entries

    def keys(self) -> KeysView[str]:
        """The ids, sorted."""
        return self._entries.keys()


class Files(Mapping[str, FileRead]):
    """What each file of a view came to, by path."""

    def __init__(self, view: View):
        self._view = view

    def __getitem__(self, path: str) -> FileRead:
        """What a file came to. Raises KeyError."""
        return self._view.file(path)

    def __iter__(self) -> Iterator[str]:
        """The paths, sorted."""
        return iter(sorted(path for path, _ in self._view.rows()))

    def __len__(self) -> int:
        """How many there are."""
        view = self._view
        return len(view.stock.paths) - len(view.stale) + len(view.own)

    def __contains__(self, path: object) -> bool:
        """Whether a file is a manifest, or means to be one."""
        return isinstance(path, str) and self._view.has(path)
