"""Where a tree of a commit is not the same as another one: of folders that are one nothing is read."""

from random import Random

import pytest

from plmctl.core.tree import Apart
from plmctl.git.objects import ObjectReader, StoredObject
from plmctl.git.process import Git
from plmctl.git.trees import CommitTree
from tests.git.builder import Folder, Opener
from tests.git.test_trees import store_tree

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


Entries = dict[str, tuple[str, str]]


def expected(before: Entries, after: Entries) -> Apart:
    """Where two lists of entries are not the same."""
    return Apart(
        here=frozenset(path for path, entry in after.items() if before.get(path) != entry),
        there=frozenset(path for path, entry in before.items() if after.get(path) != entry),
    )


def test_only_folders_that_differ_are_read(empty: Folder) -> None:
    edits = Edits(empty)
    before, entries = edits.tree(), {**edits.entries}
    edits.entries["a07/b/x"] = ("100644", edits.blobs[1])
    objects = reader(empty)
    tree = CommitTree(objects, edits.tree())
    assert tree.apart(before) == expected(entries, edits.entries)
    # The root, a07 and a07/b, of both.
    assert objects.count == 6
    assert tree.apart(tree.id) == Apart(here=frozenset(), there=frozenset())
    assert objects.count == 6


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_all_is_told_that_is_not_the_same(seed: int, empty: Folder) -> None:
    edits, chance = Edits(empty), Random(seed)
    for _ in range(12):
        before, entries = edits.tree(), {**edits.entries}
        for _ in range(chance.randrange(1, 8)):
            edits.change(chance)
        after = edits.tree()
        assert CommitTree(reader(empty), after).apart(before) == expected(entries, edits.entries)
        assert CommitTree(reader(empty), before).apart(after) == expected(edits.entries, entries)


@pytest.mark.parametrize("other", [ID, "blob", "a.yaml"])
def test_what_is_no_tree_here_is_not_compared(other: str, committed: Folder, opened: Opener) -> None:
    wanted = committed.git("rev-parse", "HEAD:a.yaml") if other == "blob" else other
    root = opened(committed).commit_tree(committed.git("rev-parse", "HEAD")).root
    assert root is not None
    assert root.apart(wanted) is None


def test_more_than_a_disk_could_hold_is_not_compared(empty: Folder) -> None:
    none = empty.git("hash-object", "-t", "tree", "-w", "--stdin")
    oid, mode = empty.git("hash-object", "-w", "--stdin"), "100644"
    for _ in range(7):
        oid, mode = store_tree(empty, *((mode, b"%d" % n, oid) for n in range(10))), "40000"
    assert CommitTree(reader(empty), oid).apart(none) is None
