"""What is kept of the manifests of a tree, and what is made of it when it is no more what it was."""

from collections.abc import Callable

import pytest

from plmctl.core.brief import glance
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.stock import KIND, Row, keep_stock, read_stock
from tests.commands.remembering import LastingCache, memo
from tests.core.test_brief import FILES, known
from tests.rules.registries import MODEL

BRIEF = "\x1f".join(["", "sha256:0", "model/m", "stable", *[""] * 9])
OTHER = BRIEF.replace("model/m", "model/n")
LINKS = 6


def linking(line: str, *written: str) -> str:
    """A brief with references that write these."""
    fields = line.split("\x1f")
    fields[LINKS] = "\x1e".join(f"{each}\x1dPartial\x1d" for each in written)
    return "\x1f".join(fields)


LISTS = b"\0\0"


def lists(cache: LastingCache) -> tuple[bytes, list[bytes]]:
    """The stamp of a head, and its lists."""
    stamp, value = cache.every(KIND)["head"]
    return stamp, value.split(LISTS)


@pytest.mark.parametrize(
    "line", ["", "x", BRIEF + "\x1f", BRIEF.replace("", "{", 1), BRIEF.replace("", "[[1, 2]]", 1)]
)
def test_what_is_no_brief_is_none(line: str) -> None:
    assert glance(line) is None


def test_what_was_kept_is_read() -> None:
    cache = LastingCache()
    rows = [
        Row(path="b.yaml", identity="file 1", line=linking(BRIEF, "b", "partial/c")),
        Row(path="a.yaml", identity="file 2", line=linking(OTHER, "a/b", "b", "b")),
    ]
    kept = keep_stock(cache, b"it", '["x"]', ["z", "y"], rows, None)
    found = read_stock(cache, b"it")
    assert kept is not None
    assert found is not None
    for stock in (kept, found):
        assert (stock.globs, stock.others) == ('["x"]', frozenset("yz"))
        assert stock.files == {"b.yaml": "file 1", "a.yaml": "file 2"}
        assert stock.index == {"model/m": 0, "model/n": 1}
        assert [stock.line(row) for row in (0, 1)] == [row.line for row in rows]
        assert [stock.writing(name) for name in ("a/b", "b", "c", "partial/a/b")] == [[1], [0, 1], [0], []]
        assert stock.stamp == kept.stamp
    assert read_stock(cache, b"another") is None


@pytest.mark.parametrize("line", ["no brief", BRIEF])
def test_of_what_is_no_brief_or_has_a_name_twice_nothing_is_kept(line: str) -> None:
    cache = LastingCache()
    rows = [Row(path=path, identity="file 1", line=each) for path, each in (("a", BRIEF), ("b", line))]
    assert keep_stock(cache, b"it", "[]", [], rows, None) is None
    assert cache.every(KIND) == {}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lists: lists.pop(),
        lambda lists: lists.__setitem__(2, b"one.yaml"),
        lambda lists: lists.__setitem__(5, b"{"),
        lambda lists: lists.__setitem__(5, b"{}"),
        lambda lists: lists.__setitem__(
            5, b'{"asked": [], "formerly": {}, "outs": {}, "origins": {}, "findings": []}'
        ),
    ],
    ids=["one less", "of another length", "no JSON", "nothing in it", "of another type"],
)
def test_a_head_that_does_not_fit_is_none(spoil: Callable[[list[bytes]], None]) -> None:
    cache = LastingCache()
    known(cache, FILES)
    stamp, parts = lists(cache)
    assert len(parts) == 6
    spoil(parts)
    cache.keep(KIND, {"head": (stamp, LISTS.join(parts))})
    assert read_stock(cache, stamp.rpartition(b" ")[0]) is None
    assert known(cache, FILES) == load(MemoryTree(FILES))


def test_a_name_that_is_not_in_its_file_is_told() -> None:
    cache = LastingCache()
    known(cache, FILES)
    stamp, parts = lists(cache)
    parts[4] = parts[4].replace(b"model/m", b"model/x")
    cache.keep(KIND, {"head": (stamp, LISTS.join(parts))})
    found = known(cache, FILES)
    with pytest.raises(PlmctlError, match=r"^what was kept of models/m\.yaml is damaged") as error:
        _ = found.manifests["model/x"]
    assert error.value.hint == "run 'plmctl cache clear'"


@pytest.mark.parametrize(
    "spoilt", [b"\nm\x000x\n", b"\nm\x009\n", b"\nm\x00" + b"1" * 5000 + b"\n", b"m\x000\n", b"", b"\xff\n"]
)
def test_names_that_are_spoilt_are_found_in_the_manifests(spoilt: bytes) -> None:
    cache = LastingCache()
    known(cache, FILES)
    stamp, value = cache.every(KIND)["names 0"]
    assert b"m\x00" in value
    cache.keep(KIND, {"names 0": (stamp, spoilt)})
    found = known(cache, FILES)
    assert found.view is not None
    assert found.view.writing("m") is None
    assert [m.id for m in found.referrers.of("model/m")] == ["prompt/p"]
    assert [m.id for m in found.referrers.writing("m")] == ["prompt/p"]


def test_a_page_that_is_lost_is_read_from_the_files() -> None:
    cache = LastingCache()
    known(cache, FILES)
    cache.forget(KIND, ["page 0", "names 0"])
    found, plain = known(cache, FILES), load(MemoryTree(FILES))
    assert found == plain
    assert [m.id for m in found.referrers.of("model/m")] == ["prompt/p"]
    assert (len(found.files), len(found.manifests)) == (len(plain.files), len(plain.manifests))
    assert ("prompts/p.yaml" in found.files, "prompts/more.md" in found.files) == (True, False)
    tree = MemoryTree(FILES)
    again = load(tree, briefs=memo(cache).briefs)
    tree._files["models/m.yaml"] = MODEL.encode() * 20_000
    with pytest.raises(PlmctlError, match=r"^models/m\.yaml was changed meanwhile"):
        _ = again.manifests["model/m"]


def test_the_ids_that_another_registry_has_not_are_told_by_what_differs() -> None:
    cache = LastingCache()
    known(cache, FILES)
    briefs = memo(cache).briefs
    model, more = {"models/m.yaml": None}, {"models/n.yaml": MODEL.replace("name: m", "name: n")}
    trees = [FILES, FILES | more, {path: text for path, text in FILES.items() if path not in model}]
    viewed = [load(MemoryTree(files), briefs=briefs) for files in trees]
    plain = [load(MemoryTree(files)) for files in trees]
    assert all(registry.view is not None for registry in viewed)
    found = [[here.beyond(other) for other in viewed] for here in viewed]
    assert found == [[here.beyond(other) for other in plain] for here in plain]
    assert found == [
        [[], [], ["model/m"]],
        [["model/n"], [], ["model/m", "model/n"]],
        [[], [], []],
    ]
