"""The tree over a dictionary, as the other trees behave."""

import pytest

from plmctl.core.ports import EntryKind, MemoryTree, TooLarge, Unreadable

TREE = MemoryTree({"a/b.yaml": "x", "c.md": b"yy"}, {"link": EntryKind.LINK})


def test_paths_are_sorted() -> None:
    assert list(TREE.paths()) == ["a/b.yaml", "c.md", "link"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/b.yaml", EntryKind.FILE),
        ("a", EntryKind.FOLDER),
        ("", EntryKind.FOLDER),
        ("link", EntryKind.LINK),
        ("a/none", None),
    ],
)
def test_what_stands_at_a_path(path: str, kind: EntryKind | None) -> None:
    assert TREE.kind(path) is kind


def test_a_file_is_read_up_to_its_limit() -> None:
    TREE.prefetch(["c.md"])
    assert TREE.read("c.md", limit=2) == b"yy"
    with pytest.raises(TooLarge, match="2 bytes, over the limit of 1"):
        TREE.read("c.md", limit=1)
    with pytest.raises(Unreadable, match="no such file"):
        TREE.read("none", limit=1)


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        # printf x | sha256sum
        ("a/b.yaml", "file 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"),
        ("a", "folder "),
        ("link", "symbolic link "),
        ("a/none", "nothing "),
    ],
)
def test_a_file_is_known_by_its_content(path: str, identity: str) -> None:
    assert TREE.identity(path) == identity
