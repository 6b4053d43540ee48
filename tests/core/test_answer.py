"""What validate said, kept and read again: whole, or not at all."""

import json
from collections.abc import Callable

import pytest

from plmctl.core.answer import Answer, Told, is_below, is_shown, names_of, read_answer, written
from plmctl.core.finding import Bump, Edit, Finding, Level, Location, Rule
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.ports import EntryKind, MemoryTree, Unreadable
from plmctl.core.seen import SeenTree
from plmctl.core.value import Value

FILES = {"a.yaml": "a: 1\n", "b.md": "text\n", "\udcff.yaml": "x\n"}
RULE = Rule(
    code="PTR002",
    name="one",
    level=Level.INFO,
    meaning="Why.\n\nWhat to do.",
    bump=Bump.MINOR,
    worst=(Level.ERROR, Bump.MAJOR),
)
PLAIN = Rule(code="REF001", name="two", level=Level.ERROR, meaning="Why.")
PLACE = Location(path="a.yaml", line=1, column=4, end_column=5)
ANSWER = Answer(
    manifests=3,
    has_records=True,
    told=(
        Told(
            finding=Finding(
                rule=RULE,
                message="it is räksmörgås",
                location=PLACE,
                level=Level.WARNING,
                help="do this",
                source="a: 1",
                artifact="prompt/a",
                fix=(Edit(location=PLACE, old="1", new="2"),),
            ),
            manifest="a.yaml",
        ),
        Told(
            finding=Finding(
                rule=PLAIN, message="gone", location=Location(path="\udcff.yaml"), level=Level.ERROR
            ),
            manifest=None,
        ),
    ),
    notes=("1 YAML file is no manifest", "\udcff"),
)


def looked(tree: MemoryTree) -> SeenTree:
    """A tree of which two files, a folder and something that is not there were looked at."""
    seen = SeenTree(tree)
    assert [*seen.paths()] == [*tree.paths()]
    seen.prefetch(["a.yaml"])
    assert seen.kind("a.yaml") is EntryKind.FILE
    assert seen.read("a.yaml", limit=10) == b"a: 1\n"
    assert seen.kind("none") is None
    assert seen.kind("") is EntryKind.FOLDER
    assert [*seen.asked] == ["a.yaml", "none", ""]
    assert seen.identities(["a.yaml"]) == {"a.yaml": tree.identity("a.yaml")}
    assert seen.asked["a.yaml"] == tree.identity("a.yaml")
    return seen


def written_of(answer: Answer, seen: SeenTree) -> bytes | None:
    return written(answer, seen, names_of(seen))


def read_again(data: bytes, tree: MemoryTree) -> Answer | None:
    return read_answer(data, tree, names_of(tree))


def kept() -> bytes:
    data = written_of(ANSWER, looked(MemoryTree(FILES)))
    assert data is not None
    return data


def test_an_answer_is_read_as_it_was_kept() -> None:
    assert read_again(kept(), MemoryTree(FILES)) == ANSWER


def test_what_was_not_looked_at_has_no_say() -> None:
    assert read_again(kept(), MemoryTree(FILES | {"b.md": "another\n"})) == ANSWER


@pytest.mark.parametrize(
    "tree",
    [
        MemoryTree(FILES | {"a.yaml": "a: 2\n"}),
        MemoryTree(FILES | {"c.txt": "a new file"}),
        MemoryTree({"a.yaml": FILES["a.yaml"], "b.md": FILES["b.md"]}),
        MemoryTree({name: FILES[name] for name in ("b.md", "\udcff.yaml")}, {"a.yaml": EntryKind.LINK}),
        MemoryTree(FILES, {"none": EntryKind.LINK}),
    ],
    ids=["another content", "one more file", "one file less", "a link for a file", "something for nothing"],
)
def test_another_tree_has_no_answer(tree: MemoryTree) -> None:
    assert read_again(kept(), tree) is None


def test_of_what_could_not_be_read_nothing_is_kept() -> None:
    seen = looked(MemoryTree(FILES))
    with pytest.raises(Unreadable):
        seen.read("none", limit=10)
    assert written_of(ANSWER, seen) is None


def test_of_what_a_branch_had_a_say_in_nothing_is_kept() -> None:
    """It may say another thing the next time, of the same files."""
    seen = looked(MemoryTree(FILES))
    assert seen.ceiling.granted(LIMITS) == LIMITS
    assert seen.is_whole
    assert seen.ceiling.granted(Limits(nodes=60_000)) == LIMITS
    assert written_of(ANSWER, seen) is None


@pytest.mark.parametrize("data", [b"", b"\xff", b"null", b"[]", b"{}", b"1", b'{"paths": 1}', b"[" * 100_000])
def test_what_is_no_answer_is_none(data: bytes) -> None:
    assert read_again(data, MemoryTree(FILES)) is None


def _finding(said: dict[str, Value]) -> dict[str, Value]:
    told = said["told"]
    assert isinstance(told, list)
    first = told[0]
    assert isinstance(first, list)
    found = first[0]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said.update(manifests="3"),
        lambda said: said.update(asked=[]),
        lambda said: said.update(asked={"a.yaml": 1}),
        lambda said: said.update(told=[[]]),
        lambda said: said.update(told=7),
        lambda said: said.update(notes=[1]),
        lambda said: said.pop("records"),
        lambda said: _finding(said).update(message=None),
        lambda said: _finding(said).update(help=1),
        lambda said: _finding(said).update(level="loud"),
        lambda said: _finding(said).update(at="a.yaml"),
        lambda said: _finding(said).update(at=["a.yaml", 1]),
        lambda said: _finding(said).update(at=["a.yaml", "1", 1, 1]),
        lambda said: _finding(said).update(rule=["REF001"]),
        lambda said: _finding(said).update(rule=["REF001", "one", "error", "Why.", 9, None]),
        lambda said: _finding(said).update(rule=["REF001", "one", "error", "Why.", None, ["error"]]),
        lambda said: _finding(said).update(fix=[["a.yaml", "1"]]),
    ],
)
def test_a_thing_of_the_wrong_type_is_no_answer(spoil: Callable[[dict[str, Value]], None]) -> None:
    head, mark, paths = kept().decode("utf-8", "surrogateescape").partition("\0")
    said = json.loads(head)
    for is_spoilt in (False, True):
        if is_spoilt:
            spoil(said)
        data = f"{json.dumps(said)}{mark}{paths}".encode("utf-8", "surrogateescape")
        assert read_again(data, MemoryTree(FILES)) == (None if is_spoilt else ANSWER)


@pytest.mark.parametrize(
    ("paths", "is_there"),
    [
        ((), True),
        (("",), True),
        (("a.yaml",), True),
        (("prompts",), True),
        (("prompt",), False),
        (("b",), False),
    ],
)
def test_a_finding_is_shown_at_its_place_and_at_its_manifest(paths: tuple[str, ...], is_there: bool) -> None:
    finding = ANSWER.told[0].finding
    assert is_shown(Told(finding=finding, manifest="prompts/a.yaml"), paths) == is_there
    assert is_shown(Told(finding=finding, manifest=None), paths) == (is_there and paths != ("prompts",))
    assert is_below("prompts/a.yaml", paths) == (is_there and paths != ("a.yaml",))
