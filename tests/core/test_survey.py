import json
from collections.abc import Iterable, Iterator

import pytest

from plmctl.core.data import files_in, pointer_of
from plmctl.core.instance import Misfit
from plmctl.core.ports import EntryKind, MemoryTree, Unreadable
from plmctl.core.record import Flaw
from plmctl.core.records import identity
from plmctl.core.registry import Registry, load
from plmctl.core.survey import (
    EXCERPT,
    MOST,
    DataFile,
    Extent,
    Member,
    Question,
    Standing,
    Survey,
    question_of,
    survey,
)
from plmctl.core.value import Value
from tests.rules.registries import SETTINGS, manifest

JSONL = Question(format="jsonl", seed="dataset/x")


def file(name: str, *rows: Value) -> DataFile:
    data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    return DataFile(path=f"data/{name}", name=name, chunks=lambda: [data])


def looked(question: Question, *files: DataFile, extent: Extent | None = None) -> Survey:
    return survey(files, question, extent)


def asked(key: tuple[str, ...] = (), **said: Value) -> Question:
    return Question(format="jsonl", key=key, splits=dict(said))


def at(line: int, name: str = "a.jsonl", number: int | None = None) -> Standing:
    return Standing(f"data/{name}", line, number or line)


def test_nothing_is_found_in_what_is_right() -> None:
    question = Question(
        format="jsonl",
        schema={"type": "object", "required": ["id"]},
        key=("id",),
        splits={
            "train": {"field": "s", "equals": "train"},
            "test": {"field": "s", "equals": ["test", "dev"]},
        },
    )
    rows: list[Value] = [{"id": 1, "s": "train"}, {"id": 2, "s": "test"}, {"id": 3, "s": "dev"}]
    assert looked(question, file("a.jsonl", *rows)) == Survey(
        flaws=(),
        misfits=(),
        keyless=(),
        doubles=(),
        overlaps=(),
        absent=(),
        empty=(),
        identities={},
        unread=(),
        count=3,
        size=sum(len(json.dumps(row)) + 1 for row in rows),
        is_whole=True,
        is_tracked=True,
    )


def test_what_is_no_record_and_what_does_not_fit_is_told_with_its_place() -> None:
    question = Question(format="jsonl", schema={"type": "object"})
    broken = DataFile(path="data/b.jsonl", name="b.jsonl", chunks=lambda: [b'{"a": 1}\n{\n5\n'])
    found = looked(question, broken)
    assert [(place, flaw.message) for place, flaw in found.flaws] == [
        (at(2, "b.jsonl"), "the line is not JSON: it cannot be read from column 2 on")
    ]
    assert found.misfits == (
        (at(3, "b.jsonl"), Misfit(pointer=(), message="record must be a mapping, not 5", rule="type")),
    )


def test_of_each_kind_a_hundred_are_told_of_a_file_and_the_next_is_read() -> None:
    question = Question(format="jsonl", schema={"type": "string"}, key=("id",))
    keyed: list[Value] = [{"id": 1}] * 150
    found = looked(question, file("a.jsonl", *range(150), *keyed), file("b.jsonl", 1, {"id": 1}, {"id": 1}))
    assert [place.path for place, _ in found.misfits] == ["data/a.jsonl"] * MOST + ["data/b.jsonl"] * 3
    assert [place.path for place in found.keyless] == ["data/a.jsonl"] * MOST + ["data/b.jsonl"]
    assert [place.path for place, _ in found.doubles] == ["data/a.jsonl"] * MOST + ["data/b.jsonl"] * 2
    assert found.count == 303
    broken = DataFile(path="data/a.jsonl", name="a.jsonl", chunks=lambda: [b"x\n" * 150])
    assert len(looked(JSONL, broken).flaws) == MOST
    twice = Question(
        format="jsonl", splits={"a": {"field": "s", "equals": 1}, "b": {"field": "s", "equals": 1}}
    )
    both: list[Value] = [{"s": 1, "n": n} for n in range(150)]
    assert len(looked(twice, file("a.jsonl", *both)).overlaps) == MOST


def test_many_misfits_of_one_record_are_cut_too() -> None:
    question = Question(format="jsonl", schema={"items": {"type": "string"}})
    assert len(looked(question, file("a.jsonl", list(range(150)), [1])).misfits) == MOST


def test_records_without_a_key_and_with_the_key_of_another() -> None:
    rows: list[Value] = [{"id": "a", "v": 1}, {"v": 2}, {"id": "a", "v": 3}, {"id": "b"}, {"id": "a"}]
    found = looked(asked(("id",)), file("a.jsonl", *rows))
    assert found.keyless == (at(2),)
    assert found.doubles == ((at(3), at(1)), (at(5), at(1)))
    other = looked(asked(("id",)), file("a.jsonl", {"id": "a"}), file("b.jsonl", {"id": "a"}))
    assert other.doubles == ((at(1, "b.jsonl"), at(1)),)


def test_without_a_key_records_may_be_alike() -> None:
    assert looked(asked(), file("a.jsonl", {"a": 1}, {"a": 1})).doubles == ()


def test_splits_by_file_overlap_where_a_key_is_in_both() -> None:
    question = asked(("id",), train="train.jsonl", test="./test/")
    found = looked(
        question,
        file("test/1.jsonl", {"id": 1}, {"id": 2}),
        file("train.jsonl", {"id": 3}, {"id": 2}, {"id": 2}),
    )
    assert found.overlaps == (
        (at(2, "train.jsonl"), ("test", "train"), at(2, "test/1.jsonl")),
        (at(3, "train.jsonl"), ("test", "train"), at(2, "test/1.jsonl")),
    )
    assert (found.doubles, found.absent, found.empty) == ((), (), ())


def test_a_key_twice_in_one_split_or_outside_of_any_is_a_double_and_no_overlap() -> None:
    question = asked(("id",), train="train.jsonl")
    found = looked(
        question, file("other.jsonl", {"id": 2}), file("train.jsonl", {"id": 1}, {"id": 1}, {"id": 2})
    )
    assert found.overlaps == ()
    assert [double[0] for double in found.doubles] == [at(2, "train.jsonl"), at(3, "train.jsonl")]


def test_a_record_that_two_splits_select_is_in_both() -> None:
    question = asked(
        ("id",), old={"field": "year", "equals": [2024, 2025]}, new={"field": "year", "equals": 2025}
    )
    found = looked(question, file("a.jsonl", {"id": 1, "year": 2024}, {"id": 2, "year": 2025}))
    assert found.overlaps == ((at(2), ("old", "new"), at(2)),)


def test_without_a_key_splits_overlap_by_content_whatever_the_order_and_the_blanks() -> None:
    question = asked(train="train.jsonl", test="test.jsonl")
    found = looked(
        question,
        file("test.jsonl", {"q": "Where is it?", "n": 1}),
        file("train.jsonl", {"n": 1, "q": "Where\n is  it? "}),
    )
    assert found.overlaps == ((at(1, "train.jsonl"), ("test", "train"), at(1, "test.jsonl")),)


def test_splits_that_name_no_file_or_no_field_are_absent_and_others_empty() -> None:
    question = asked(
        here="a.jsonl",
        gone="gone.jsonl",
        field={"field": "nope", "equals": 1},
        none={"field": "s", "equals": "none"},
        some={"field": "s", "equals": "some"},
        unknown={"every": 10},
        odd=5,
    )
    found = looked(question, file("a.jsonl", {"s": "some"}, ["x"]))
    assert (found.absent, found.empty) == (("gone", "field"), ("none",))
    empty = looked(question, file("a.jsonl"))
    assert (empty.absent, empty.empty) == (("gone",), ("here", "field", "none", "some"))


@pytest.mark.parametrize(
    ("value", "is_in"), [(1, True), (1.0, True), (True, False), ("1", True), ("one", False)]
)
def test_a_split_holds_what_equals_its_value_also_as_the_text_of_csv(value: Value, is_in: bool) -> None:
    found = looked(asked(split={"field": "s", "equals": 1}), file("a.jsonl", {"s": value}))
    assert found.empty == (() if is_in else ("split",))


def test_identities_are_kept_with_the_splits_where_they_are_asked_for() -> None:
    question = Question(format="jsonl", splits={"test": "a.jsonl"}, has_identities=True)
    found = looked(question, file("a.jsonl", {"a": 1}, {"a": 1}, {"b": "x  y"}))
    assert found.identities == {
        identity({"a": 1}): Member(at(1), ("test",)),
        identity({"b": "x y"}): Member(at(3), ("test",)),
    }
    assert looked(JSONL, file("a.jsonl", {"a": 1})).identities == {}


def test_an_excerpt_has_the_first_records_and_the_same_sample_each_time() -> None:
    files = [file("a.jsonl", *range(5_000)), file("b.jsonl", *range(5_000))]
    extent = Extent(first=100, sample=100, size=10**6)
    question = Question(
        format="jsonl", schema={"type": "string"}, seed="dataset/x", splits={"none": "c.jsonl"}
    )
    found = looked(question, *files, extent=extent)
    # A hundred, and a hundred for each time that the rest is e times as long: 100 + 100 * ln(100).
    assert 500 < found.count < 620
    assert not found.is_whole
    assert found.absent == found.empty == ()
    assert [place.line for place, _ in found.misfits[:MOST]] == list(range(1, 101))
    assert looked(question, *files, extent=extent) == found
    other = Question(format="jsonl", seed="dataset/y", has_identities=True)
    same = Question(format="jsonl", seed="dataset/x", has_identities=True)
    lines = [
        {member.standing for member in looked(q, *files, extent=extent).identities.values()}
        for q in (same, other)
    ]
    assert lines[0] != lines[1]
    assert {(place.path, place.line) for place in lines[0]} > {("data/a.jsonl", n) for n in range(1, 101)}
    assert any(place.path == "data/b.jsonl" for place in looked_places(same, files, extent))


def looked_places(question: Question, files: Iterable[DataFile], extent: Extent) -> set[Standing]:
    keyed = Question(format="jsonl", key=("id",), seed=question.seed)
    return set(survey(files, keyed, extent).keyless)


def test_so_many_records_are_compared_as_are_tracked() -> None:
    question = Question(format="jsonl", key=("id",), has_identities=True)
    files = [file("a.jsonl", {"id": 1}, {"id": 2}, {"id": 1}, {"id": 3}, {"id": 3})]
    found = survey(files, question, None, tracked=2)
    assert (found.doubles, len(found.identities), found.is_tracked) == (((at(3), at(1)),), 2, False)
    whole = survey(files, question, None, tracked=4)
    assert (len(whole.doubles), len(whole.identities), whole.is_tracked) == (2, 3, True)


def test_an_excerpt_ends_after_so_many_bytes_and_is_whole_where_all_was_read() -> None:
    files = [file("a.jsonl", *["x" * 97] * 10), file("b.jsonl", 1)]
    part = looked(JSONL, *files, extent=Extent(first=100, sample=100, size=500))
    assert (part.count, part.size, part.is_whole) == (6, 600, False)
    whole = looked(JSONL, *files, extent=EXCERPT)
    assert (whole.count, whole.size, whole.is_whole) == (11, 1002, True)


def test_what_cannot_be_read_is_named_and_the_others_are() -> None:
    def torn() -> Iterator[bytes]:
        yield b"1\n"
        raise Unreadable("it is torn")

    broken = DataFile(path="data/a.jsonl", name="a.jsonl", chunks=torn)
    found = looked(JSONL, broken, file("b.jsonl", 1))
    assert (found.unread, found.count, found.is_whole) == ((("data/a.jsonl", "it is torn"),), 2, False)


def test_of_a_folder_the_files_of_the_format_are_read_and_a_single_file_whatever_its_name() -> None:
    names = ("a.jsonl", "README.md", "b/c.NDJSON", "d.csv")
    found = looked(JSONL, *(file(name, {"id": name}) for name in names))
    assert found.count == 2
    assert [flaw.message for _, flaw in found.flaws] == []
    assert looked(JSONL, file("tickets", 1)).count == 1
    assert looked(JSONL, file("b/notes", 1)).count == 0
    assert looked(JSONL).count == 0
    assert looked(Question(format="parquet"), file("a.parquet", 1)).count == 0


def test_a_byte_order_mark_is_a_flaw_and_csv_is_read_by_its_schema() -> None:
    question = Question(format="csv", schema={"properties": {"n": {"type": "integer"}}, "required": ["n"]})
    data = "\ufeffn\n1\nx\n".encode()
    found = looked(question, DataFile(path="data/a.csv", name="a.csv", chunks=lambda: [data]))
    assert [(place, flaw.is_mark) for place, flaw in found.flaws] == [(Standing("data/a.csv", 1, None), True)]
    assert isinstance(found.flaws[0][1], Flaw)
    assert [(place.line, place.number) for place, _ in found.misfits] == [(3, 2)]


def test_what_a_manifest_asks() -> None:
    spec: dict[str, Value] = {
        "format": "csv",
        "schema": {"type": "object"},
        "key": "id",
        "splits": {"test": "test.csv"},
    }
    assert question_of(spec, "dataset/x", has_schema=True, has_identities=True) == Question(
        format="csv",
        schema={"type": "object"},
        key=("id",),
        splits={"test": "test.csv"},
        seed="dataset/x",
        has_identities=True,
    )
    keyed = question_of({**spec, "key": ["a", "b"]}, "", has_schema=False, has_identities=False)
    assert (keyed.schema, keyed.key) == ({}, ("a", "b"))
    assert question_of({}, "", has_schema=True, has_identities=False) == Question(format="")


POINTER = "outs:\n- {md5: %s, size: 2, hash: md5, path: %s}\n"


def registry(
    data: str, files: dict[str, bytes], kinds: dict[str, EntryKind] | None = None
) -> tuple[Registry, MemoryTree]:
    dataset = manifest("Dataset", "d", f"purpose: [rag]\ndata: {data}\nformat: jsonl\n")
    tree = MemoryTree({"plmctl.yaml": SETTINGS, "datasets/d.yaml": dataset, **files}, kinds)
    return load(tree), tree


def names(data: str, files: dict[str, bytes], kinds: dict[str, EntryKind] | None = None) -> list[str] | None:
    loaded, tree = registry(data, files, kinds)
    found = files_in(tree, loaded.manifests["dataset/d"])
    return None if found is None else [f"{f.path} {f.name} {b''.join(f.chunks()).decode()}" for f in found]


def test_the_files_of_data_that_a_tree_holds() -> None:
    files = {"datasets/a.jsonl": b"1", "datasets/f/b/c.jsonl": b"2", "datasets/f/d.jsonl": b"3"}
    assert names("{git: a.jsonl}", files) == ["datasets/a.jsonl a.jsonl 1"]
    folder = ["datasets/f/b/c.jsonl b/c.jsonl 2", "datasets/f/d.jsonl d.jsonl 3"]
    assert names("{git: f}", files) == folder
    md5 = "d41d8cd98f00b204e9800998ecf8427e"
    file_pointer = {"datasets/a.jsonl.dvc": (POINTER % (md5, "a.jsonl")).encode()}
    assert names("{dvc: a.jsonl.dvc}", {**files, **file_pointer}) == ["datasets/a.jsonl a.jsonl 1"]
    folder_pointer = {
        "datasets/f.dvc": (POINTER % (f"{md5}.dir", "f")).replace("size", "nfiles: 2, size").encode()
    }
    linked = {"datasets/f/e.jsonl": EntryKind.LINK}
    assert names("{dvc: f.dvc}", {**files, **folder_pointer}, linked) == folder


def test_data_that_no_tree_holds_has_no_files() -> None:
    md5 = "d41d8cd98f00b204e9800998ecf8427e"
    pointer = {"datasets/a.jsonl.dvc": (POINTER % (md5, "a.jsonl")).encode()}
    assert names("{dvc: a.jsonl.dvc}", pointer) is None
    assert names("{dvc: a.jsonl.dvc}", pointer, {"datasets/a.jsonl": EntryKind.LINK}) is None
    assert names("{dvc: gone.dvc}", {}) is None
    assert names("{uri: 's3://corpora/a', version: '1'}", {}) is None
    loaded, _ = registry("{dvc: a.jsonl.dvc}", pointer)
    found = pointer_of(loaded.manifests["dataset/d"])
    assert found is not None
    assert found.out_path == "datasets/a.jsonl"
