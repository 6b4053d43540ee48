"""A tree of Git that is looked at by how another one was not as the stock: it is seen as if all were read."""

import json
from collections import Counter
from random import Random

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.form import identities
from plmctl.core.known_trees import KIND, KnownTrees
from plmctl.core.memo import Memo
from plmctl.core.registry import Registry, load
from plmctl.core.view import Away, away_from
from plmctl.git.objects import ObjectReader
from plmctl.git.process import Git
from plmctl.git.trees import CommitTree
from tests.commands.personas import PERSONA_SCHEMA
from tests.commands.remembering import PROGRAM, LastingCache, again, memo
from tests.core.own_schemas import HEAD
from tests.git.builder import Folder
from tests.programs import REPOSITORY

ID = "ab" * 20
EXAMPLE = REPOSITORY / "example-registry"
SEEDS, STEPS = range(2), 10


class Edits:
    """The tree of the example registry, with an acceptance and a link, of which entries come and go."""

    def __init__(self, folder: Folder, seed: int):
        self.chance = Random(seed)
        self.drawn = Counter[str]()
        self._folder = folder
        self.target = self.blob("models")
        self.entries = {
            str(path.relative_to(EXAMPLE)): ("100644", self.blob(path.read_bytes()))
            for path in sorted(EXAMPLE.rglob("*"))
            if path.is_file()
        }
        text = (EXAMPLE / "partials/company-voice.yaml").read_text(encoding="utf-8")
        far = text.replace("company-voice.md", "../texts/far.md").replace("company-voice", "far")
        self.entries["partials/far.yaml"] = ("100644", self.blob(far))
        self.entries["texts/far.md"] = self.entries["partials/company-voice.md"]
        self.entries["datasets/linked"] = ("120000", self.target)
        self.entries["models/linked.yaml"] = ("120000", self.target)
        self.whole = {**self.entries}

    def blob(self, data: str | bytes) -> str:
        written = data.encode() if isinstance(data, str) else data
        return self._folder.git("hash-object", "-w", "--stdin", stdin=written)

    def tree(self) -> CommitTree:
        """The tree of all entries, read by a process of its own."""
        self._folder.git("read-tree", "--empty")
        lines = "".join(f"{mode} {oid}\t{path}\n" for path, (mode, oid) in self.entries.items())
        self._folder.git("update-index", "--index-info", stdin=lines.encode())
        return self.read(self._folder.git("write-tree"))

    def read(self, tree: str) -> CommitTree:
        """A tree by its id."""
        git = Git.installed(str(self._folder.path), self._folder.environment)
        return CommitTree(ObjectReader(git, "sha1"), tree)

    def change(self) -> None:
        """Do something to an entry, a folder, or what stands in the place of one."""
        edits = (
            self.exchange, self.delete, self.copy, self.link, self.submodule, self.mode, self.settings,
            self.link_on_the_way, self.folder_in_its_place, self.data_linked, *3 * (self.back,),
        )  # fmt: skip
        edit = self.chance.choice(edits)
        self.drawn[edit.__name__] += 1
        edit()
        names = {*self.entries}
        for name in sorted(names):
            parts = name.split("/")
            if any("/".join(parts[:end]) in names for end in range(1, len(parts))):
                del self.entries[name]

    @property
    def path(self) -> str:
        """That of any entry but of the settings."""
        return self.chance.choice(sorted(set(self.entries) - {"plmctl.yaml"}))

    def exchange(self) -> None:
        one, other = self.path, self.path
        self.entries[one], self.entries[other] = self.entries[other], self.entries[one]

    def delete(self) -> None:
        del self.entries[self.path]

    def copy(self) -> None:
        path = self.path
        folder, _, name = path.rpartition("/")
        self.entries[f"{folder}/copied/{name}".lstrip("/")] = self.entries[path]

    def link(self) -> None:
        self.entries[self.path] = ("120000", self.target)

    def submodule(self) -> None:
        self.entries[self.path] = ("160000", ID)

    def mode(self) -> None:
        path = self.path
        self.entries[path] = ("100755", self.entries[path][1])

    def settings(self) -> None:
        """A comment in them, or a second file of them."""
        if self.chance.randrange(2):
            text = (EXAMPLE / "plmctl.yaml").read_text(encoding="utf-8")
            self.entries["plmctl.yaml"] = ("100644", self.blob(f"{text}# {self.chance.random()}\n"))
        else:
            self.entries["prompts/plmctl.yaml"] = self.entries["plmctl.yaml"]

    def link_on_the_way(self) -> None:
        """Where a folder was: what lay below it is reached through a link."""
        folder = self.path.rpartition("/")[0] or "prompts"
        self.entries = {path: e for path, e in self.entries.items() if not path.startswith(f"{folder}/")}
        self.entries[folder] = ("120000", self.target)

    def folder_in_its_place(self) -> None:
        path = self.path
        self.entries[f"{path}/below.yaml"] = self.entries.pop(path)

    def data_linked(self) -> None:
        """A link at what a DVC pointer is of, or inside of that, where a manifest may be."""
        pointers = sorted(path for path in self.entries if path.endswith(".dvc"))
        if pointers:
            out = self.chance.choice(pointers).removesuffix(".dvc")
            self.entries[out + self.chance.choice(("", "/inner.yaml"))] = ("120000", self.target)

    def back(self) -> None:
        """Everything in one folder is what it was."""
        folder = self.chance.choice(sorted({path.partition("/")[0] for path in self.whole}))
        mine = {path: e for path, e in self.whole.items() if path.partition("/")[0] == folder}
        others = {path: e for path, e in self.entries.items() if path.partition("/")[0] != folder}
        self.entries = {**others, **mine}


def said(registry: Registry) -> tuple[object, ...]:
    """All that a registry is."""
    files = {path: read.identity for path, read in registry.files.items()}
    return (
        {artifact: manifest.path for artifact, manifest in registry.manifests.items()},
        identities(registry),
        registry.findings,
        registry.skipped,
        registry.broken,
        sorted(registry.accepted),
        files,
        dict(registry.former),
    )


def seen(tree: CommitTree, known: Memo | None) -> Registry | str:
    """A registry, or why there is none."""
    try:
        return load(tree, briefs=known.briefs if known is not None else None)
    except PlmctlError as error:
        return error.message


def parts_of(away: Away) -> tuple[object, ...]:
    """All that an Away says."""
    return (dict(away.differing), away.fresh, away.lacking, away.others, away.stale, away.read, away.is_far)


def looked(edits: Edits, known: Memo, *, is_kept: bool) -> bool:
    """Whether the tree is seen beside a known one; what is seen is what is there. As such it is kept then."""
    tree = edits.tree()
    found, plain = seen(tree, known), seen(edits.read(tree.id), None)
    if isinstance(found, str) or isinstance(plain, str):
        assert found == plain
        return False
    assert said(found) == said(plain)
    known.keep()
    if found.view is None:
        return False
    fresh, stock = edits.read(tree.id), found.view.stock
    every = tuple(fresh.paths())
    assert parts_of(found.view.away) == parts_of(away_from(stock, fresh, every, found.settings))
    assert found.view.unlisted == [path for path in every if path not in stock.rows]
    if is_kept:
        # As a tree that is too far from the one that is known.
        known.briefs.trees.keep(tree.id, found.view.away, found.settings)
    return known.briefs.trees.beside(tree) is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_edits_a_tree_is_what_it_is(seed: int, empty: Folder) -> None:
    edits, known, beside = Edits(empty, seed), memo(LastingCache()), 0
    for step in range(STEPS):
        for _ in range(edits.chance.randrange(3) if step else 0):
            edits.change()
        beside += looked(edits, known, is_kept=edits.chance.random() < 0.5)
        known = again(known)
    assert beside


@pytest.mark.parametrize("without", [True, False])
def test_a_link_on_the_way_to_what_was_not_there_is_seen(without: bool, empty: Folder) -> None:
    """`without`: it was not there in the known tree; else not in that of the stock either."""
    edits, known = Edits(empty, 0), memo(LastingCache())
    kept = {path: entry for path, entry in edits.entries.items() if path != "texts/far.md"}
    if not without:
        edits.entries = kept
    looked(edits, known, is_kept=False)
    edits.entries = {**kept, "notes.txt": kept["README.md"]}
    assert looked(edits, again(known), is_kept=True)
    edits.entries["texts"] = ("120000", edits.target)
    assert looked(edits, again(known), is_kept=True)


def test_a_manifest_that_is_back_is_not_lacking(empty: Folder) -> None:
    edits, known, path = Edits(empty, 0), memo(LastingCache()), "models/gpt-4o.yaml"
    looked(edits, known, is_kept=False)
    entry = edits.entries.pop(path)
    assert looked(edits, again(known), is_kept=True)
    edits.entries[path] = entry
    assert looked(edits, again(known), is_kept=True)


def test_what_is_near_the_known_tree_is_not_kept(empty: Folder) -> None:
    edits, known = Edits(empty, 0), memo(LastingCache())
    looked(edits, known, is_kept=False)
    before = known.cache.every(KIND)
    assert {*before} == {"known"}
    edits.entries.update((f"notes/{n:02}", edits.entries["README.md"]) for n in range(64))
    assert looked(edits, again(known), is_kept=False)
    assert known.cache.every(KIND) == before
    edits.entries["notes/64"] = edits.entries["README.md"]
    assert looked(edits, again(known), is_kept=False)
    assert known.cache.every(KIND) != before
    assert looked(edits, again(known), is_kept=False)


def test_a_tree_with_a_schema_where_manifests_are_is_not_kept(empty: Folder) -> None:
    edits, known = Edits(empty, 0), memo(LastingCache())
    for path in [path for path in edits.entries if path.endswith(".yaml")]:
        del edits.entries[path]
    spec = "spec: {schemas: [kinds], manifests: {include: ['**/*.json']}}\n"
    edits.entries["plmctl.yaml"] = ("100644", edits.blob(HEAD + spec))
    edits.entries["kinds/persona.json"] = ("100644", edits.blob(json.dumps(PERSONA_SCHEMA)))
    looked(edits, known, is_kept=True)
    assert known.cache.every("stock")
    assert known.cache.every(KIND) == {}


def test_beside_another_stock_all_is_looked_at(empty: Folder) -> None:
    edits, known = Edits(empty, 0), memo(LastingCache())
    looked(edits, known, is_kept=False)
    stamp, value = known.cache.every(KIND)["known"]
    lacking = b"\0".join((value, b"nobody"))
    known.cache.keep(KIND, {"known": (stamp + b"0", lacking)})
    assert looked(edits, again(known), is_kept=False)


@pytest.mark.parametrize("tree_id", ["", "a" * 39, "g" * 40, "a" * 40, "a" * 39 + "\n", "a" * 64])
def test_a_tree_that_is_not_here_is_no_help(tree_id: str, empty: Folder) -> None:
    edits, known = Edits(empty, 0), memo(LastingCache())
    looked(edits, known, is_kept=False)
    stamp, value = known.cache.every(KIND)["known"]
    known.cache.keep(KIND, {"known": (stamp, tree_id.encode() + value[40:])})
    assert not looked(edits, again(known), is_kept=False)


@pytest.mark.parametrize(
    "value",
    [b"", b"\0\0", b"\0\0".join([b"x"] * 5), b"\0\0".join([ID.encode(), b"a\0b", b"c", b"", b"", b""])],
)
def test_what_is_no_tree_is_none(value: bytes, empty: Folder) -> None:
    edits, cache = Edits(empty, 0), LastingCache()
    cache.keep(KIND, {"known": (f"{PROGRAM} it".encode(), value)})
    assert KnownTrees(cache, PROGRAM).beside(edits.tree()) is None


def test_what_another_program_saw_is_not_known(empty: Folder) -> None:
    edits, known = Edits(empty, 0), memo(LastingCache())
    looked(edits, known, is_kept=False)
    tree = edits.tree()
    assert KnownTrees(known.cache, PROGRAM).beside(tree) is not None
    assert KnownTrees(known.cache, PROGRAM[:-1]).beside(tree) is None
