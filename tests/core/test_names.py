"""The ids in a tree: read once, known by what the files are, and by nothing that was kept and is none."""

from collections.abc import Mapping

import pytest

from plmctl.core.configuration import read_settings_of
from plmctl.core.memo import Memo
from plmctl.core.names import KIND, Names, names_of
from plmctl.core.tree import EntryKind, MemoryTree
from tests.commands.remembering import LastingCache, memo
from tests.rules.registries import MODEL, SETTINGS, manifest

FILES = {
    "plmctl.yaml": SETTINGS + "spec: {}\n",
    "models/m.yaml": MODEL,
    "prompts/a.yaml": manifest("Prompt", "b", "model: m\n").replace("name: b", "name: b, formerly: [c, d]"),
    "prompts/b.yaml": manifest("Prompt", "b", "model: m\n"),
    "prompts/broken.yaml": "kind: [\n",
    "prompts/notes.yaml": "just: notes\n",
    "prompts/nameless.yaml": "apiVersion: plmctl/v1\nkind: Prompt\n",
}
LINKS = {"prompts/link.yaml": EntryKind.LINK}
FOUND = Names(former={"model/m": (), "prompt/b": ("prompt/c", "prompt/d")}, broken=3)


class ReadTree(MemoryTree):
    """A tree that counts what is read of it, and whose files may change while they are."""

    def __init__(self, files: Mapping[str, str], *, changes: bool = False):
        super().__init__(files, LINKS)
        self.count = 0
        self._changes = changes

    def read(self, path: str, *, limit: int) -> bytes:
        self.count += path != "plmctl.yaml"
        return super().read(path, limit=limit)

    def identity(self, path: str) -> str:
        return "file changed" if self._changes else super().identity(path)


def named(tree: ReadTree, known: Memo) -> Names:
    paths = tuple(tree.paths())
    found = names_of(tree, paths, read_settings_of(tree, paths), known)
    known.keep()
    return found


def test_the_first_file_of_an_id_has_it_and_what_cannot_be_read_is_counted() -> None:
    assert "metadata: {name: b, formerly: [c, d]}" in FILES["prompts/a.yaml"]
    assert named(ReadTree(FILES), memo()) == FOUND


def test_the_same_files_are_not_read_again() -> None:
    cache = LastingCache()
    counts = []
    for files in (FILES, FILES, {**FILES, "prompts/b.yaml": FILES["prompts/b.yaml"] + "# more\n"}):
        tree = ReadTree(files)
        assert named(tree, memo(cache)) == FOUND
        counts.append(tree.count)
    # The link is none that is read.
    assert counts == [6, 0, 1]
    tree = ReadTree(FILES)
    named(tree, memo(cache, program="another one"))
    assert tree.count == 6


@pytest.mark.parametrize("kept", [b"", b"many\nmodel/m", b"\xff"])
def test_what_was_kept_and_is_none_is_found_again(kept: bytes) -> None:
    cache = LastingCache()
    named(ReadTree(FILES), memo(cache))
    ((name, (stamp, _)),) = cache.every(KIND).items()
    cache.keep(KIND, {name: (stamp, kept)})
    assert named(ReadTree(FILES), memo(cache)) == FOUND


def test_what_changes_while_it_is_read_is_not_kept() -> None:
    cache = LastingCache()
    assert named(ReadTree(FILES, changes=True), memo(cache)) == FOUND
    assert cache.every(KIND) == {}


def test_a_name_that_would_be_taken_apart_is_not_kept() -> None:
    cache = LastingCache()
    odd = FILES["prompts/a.yaml"].replace("[c, d]", r'["c\td", "e\nf"]')
    found = named(ReadTree({**FILES, "prompts/a.yaml": odd}), memo(cache))
    assert found.former["prompt/b"] == ("prompt/c\td", "prompt/e\nf")
    assert cache.every(KIND) == {}
