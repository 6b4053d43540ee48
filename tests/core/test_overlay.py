import pytest

from plmctl.core.overlay import Overlay
from plmctl.core.ports import EntryKind, MemoryTree, TooLarge, Unreadable

TREE = MemoryTree({"a.yaml": "1", "b/c.yaml": "2", "d.yaml": "3"})
EDITED = Overlay(TREE, {"a.yaml": b"one", "e/f.yaml": b"four"}, ("d.yaml",))


def test_paths_are_those_of_the_tree_with_what_changed() -> None:
    assert list(EDITED.paths()) == ["a.yaml", "b/c.yaml", "e/f.yaml"]


def test_kinds_are_those_after_the_change() -> None:
    kinds = {path: EDITED.kind(path) for path in ("a.yaml", "b", "b/c.yaml", "d.yaml", "e", "e/f.yaml", "g")}
    assert kinds == {
        "a.yaml": EntryKind.FILE,
        "b": EntryKind.FOLDER,
        "b/c.yaml": EntryKind.FILE,
        "d.yaml": None,
        "e": EntryKind.FOLDER,
        "e/f.yaml": EntryKind.FILE,
        "g": None,
    }


def test_files_are_read_as_they_are_to_be() -> None:
    EDITED.prefetch(["a.yaml", "b/c.yaml", "d.yaml"])
    assert (EDITED.read("a.yaml", limit=9), EDITED.read("b/c.yaml", limit=9)) == (b"one", b"2")
    with pytest.raises(Unreadable):
        EDITED.read("d.yaml", limit=9)
    with pytest.raises(TooLarge):
        EDITED.read("e/f.yaml", limit=3)


def test_what_is_to_be_written_is_like_nothing_that_is_there() -> None:
    assert EDITED.identity("b/c.yaml") == TREE.identity("b/c.yaml")
    same = Overlay(TREE, {"a.yaml": b"1"})
    assert same.identity("a.yaml") not in {TREE.identity("a.yaml"), EDITED.identity("a.yaml")}
    assert EDITED.identity("d.yaml") == TREE.identity("g")
    names = ("a.yaml", "b/c.yaml", "d.yaml")
    assert EDITED.identities(names) == {name: EDITED.identity(name) for name in names}
