"""A tree of a commit beside one that was listed before: it is the same tree, and less of it is read."""

from random import Random

import pytest

from plmctl.core.known_trees import KIND, KnownTrees
from plmctl.git.objects import ObjectReader, StoredObject
from plmctl.git.process import Git
from plmctl.git.trees import CommitTree
from tests.commands.remembering import LastingCache
from tests.git.builder import Folder

FOLDERS = 70
ID = "ab" * 20
MODES = ("100644", "100755", "120000")


class CountingReader(ObjectReader):
    """What counts the objects that are read."""

    count = 0

    def read(self, oid: str, *, limit: int) -> StoredObject:
        self.count += 1
        return super().read(oid, limit=limit)


class Edits:
    """A tree of Git of which entries come and go."""

    def __init__(self, folder: Folder):
        self._folder = folder
        self.blobs = [folder.git("hash-object", "-w", "--stdin", stdin=text.encode()) for text in ("a", "b")]
        self.entries = {
            f"a{n:02}/b/{name}": ("100644", self.blobs[0]) for n in range(FOLDERS) for name in "xy"
        }

    def tree(self) -> str:
        """The id of the tree with all entries."""
        self._folder.git("read-tree", "--empty")
        lines = "".join(f"{mode} {oid}\t{path}\n" for path, (mode, oid) in self.entries.items())
        self._folder.git("update-index", "--index-info", stdin=lines.encode())
        return self._folder.git("write-tree")

    def change(self, chance: Random) -> None:
        """Do something to an entry, a folder, or what stands in the place of one."""
        path = chance.choice(sorted(self.entries))
        folder = path.partition("/")[0]
        kind = chance.randrange(6)
        if kind == 0:
            self.entries[path] = (chance.choice(MODES), chance.choice(self.blobs))
        elif kind == 1:
            self.entries[f"{path}-{chance.randrange(3)}"] = ("160000", ID)
        elif kind == 2:
            del self.entries[path]
        elif kind == 3:
            self.entries = {p: e for p, e in self.entries.items() if not p.startswith(f"{folder}/")}
            self.entries[folder] = ("100644", self.blobs[1])
        elif kind == 4:
            # What sorts around a folder: "-" and "." before its slash, "0" after it.
            self.entries[folder + chance.choice(("-", ".", "0", "0/x"))] = ("100644", self.blobs[1])
        else:
            name = f"{folder}/{chance.choice(('b', 'c', 'c/d'))}/new"
            self.entries[name] = ("100644", self.blobs[1])
        names = {*self.entries}
        # No file stands where a folder does.
        for name in sorted(names):
            parts = name.split("/")
            if any("/".join(parts[:end]) in names for end in range(1, len(parts))):
                del self.entries[name]


def reader(folder: Folder) -> CountingReader:
    return CountingReader(Git.installed(str(folder.path), folder.environment), "sha1")


def listed(cache: LastingCache, objects: ObjectReader, tree: str) -> CommitTree:
    """A tree that was listed by a run of its own."""
    known = objects.trees = KnownTrees(cache)
    found = CommitTree(objects, tree)
    tuple(found.paths())
    known.keep()
    return found


def said(tree: CommitTree) -> list[tuple[object, ...]]:
    """All that a tree says of its paths, one by one and at once."""
    paths = (*tree.paths(), "a00", "a01/b", "none", "a02/b/x/none")
    at_once = tree.identities(paths)
    return [(p, tree.kind(p), tree.entry(p), tree.identity(p), at_once[p]) for p in paths]


def test_only_what_differs_is_read(empty: Folder) -> None:
    edits, cache = Edits(empty), LastingCache()
    listed(cache, reader(empty), edits.tree())
    edits.entries["a07/b/x"] = ("100644", edits.blobs[1])
    changed = edits.tree()
    objects = reader(empty)
    tree = listed(cache, objects, changed)
    # The root, a07 and a07/b.
    assert objects.count == 3
    assert said(tree) == said(CommitTree(reader(empty), changed))
    assert [p for p, i in tree.identities([*tree.paths()]).items() if i.endswith(edits.blobs[1])] == [
        "a07/b/x"
    ]


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edit_it_is_the_same_tree(seed: int, empty: Folder) -> None:
    edits, cache, chance = Edits(empty), LastingCache(), Random(seed)
    listed(cache, reader(empty), edits.tree())
    for _ in range(12):
        for _ in range(chance.randrange(1, 8)):
            edits.change(chance)
        tree = edits.tree()
        assert said(listed(cache, reader(empty), tree)) == said(CommitTree(reader(empty), tree))


@pytest.mark.parametrize(
    "value", [b"", b"\0\0", b"a\0\0100644 x\0\0.\0\0", b"a\0b\0\0100644 x\0\0.\0\0y", b"\xff"]
)
def test_a_value_that_is_no_listing_is_none(value: bytes, empty: Folder) -> None:
    edits, cache = Edits(empty), LastingCache()
    tree = edits.tree()
    cache.keep(KIND, {"listing": (b"", value)})
    assert said(listed(cache, reader(empty), tree)) == said(CommitTree(reader(empty), tree))


def test_of_a_small_tree_nothing_is_kept(empty: Folder) -> None:
    cache = LastingCache()
    edits = Edits(empty)
    edits.entries = {"a": ("100644", edits.blobs[0])}
    listed(cache, reader(empty), edits.tree())
    assert cache.every(KIND) == {}
