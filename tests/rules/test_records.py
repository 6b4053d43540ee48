from collections.abc import Mapping

import pytest

from plmctl.core.data import files_in
from plmctl.core.finding import sorted_findings
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.survey import EXCERPT, DataFile, Extent
from plmctl.rules.checks import findings
from plmctl.rules.records import RECORD_RULES, compared_datasets
from plmctl.rules.surveys import TOTAL, Looked, looked_into
from tests.rules.registries import MODEL, SETTINGS, as_told, example_registry, manifest
from tests.rules.test_leakage import DESK, suite

Told = tuple[str, str, str | None]


def dataset(name: str, spec: str = "", format_: str = "jsonl", data: str = "") -> dict[str, str]:
    where = data or f"{{git: {name}.{format_}}}"
    head = f"purpose: [rag]\ndata: {where}\nformat: {format_}\n"
    return {f"datasets/{name}.yaml": manifest("Dataset", name, head + spec)}


def looked(files: Mapping[str, str], extent: Extent | None = None) -> tuple[Registry, Looked]:
    tree = MemoryTree({"plmctl.yaml": SETTINGS, "models/m.yaml": MODEL, **files})
    registry = load(tree)
    return registry, looked_into(registry, lambda m: files_in(tree, m), extent)


def told(code: str, *files: Mapping[str, str]) -> list[Told]:
    """Place, message and help of what a rule finds in all records, in order."""
    registry, found = looked({path: text for part in files for path, text in part.items()})
    (rule,) = (rule for rule in RECORD_RULES if rule.rule.code == code)
    return [as_told(finding) for finding in sorted_findings(rule.findings(registry, found.surveys))]


def data(name: str, text: str) -> dict[str, str]:
    return {f"datasets/{name}": text}


def test_the_example_has_nothing_wrong_in_its_records() -> None:
    registry = example_registry()
    assert {r.rule.code for r in RECORD_RULES for _ in r.findings(registry, {})} == set()


def test_what_is_no_record_has_file_line_and_number() -> None:
    assert told("REC001", dataset("d"), data("d.jsonl", "1\n\n{\n")) == [
        ("datasets/d.jsonl:2", "an empty line stands between records", "delete the line"),
        (
            "datasets/d.jsonl:3",
            "record 2: the line is not JSON: it cannot be read from column 2 on",
            "JSON Lines has one record a line: write each on a line of its own, without a list around them",
        ),
    ]


def test_a_byte_order_mark_is_another_finding() -> None:
    files = (dataset("d"), data("d.jsonl", "\ufeff1\n"))
    assert told("REC001", *files) == []
    assert told("REC002", *files) == [
        (
            "datasets/d.jsonl:1",
            "the file begins with a byte order mark",
            "save the file as UTF-8 without it",
        )
    ]


SCHEMA = "schema: {required: [n], properties: {n: {type: integer}, w: {enum: [apple]}}}\n"
RECORDS = '{"n": "x@example.com"}\n{"w": "aple"}\n'


def test_a_record_is_told_what_the_schema_does_not_allow() -> None:
    correct = "correct the record, or spec.schema"
    assert told("REC003", dataset("d", SCHEMA), data("d.jsonl", RECORDS)) == [
        (
            "datasets/d.jsonl:1",
            "record 1: record.n must be a whole number, not the text 'x@example.com'",
            correct,
        ),
        ("datasets/d.jsonl:2", "record 2: 'n' is missing from record", correct),
        ("datasets/d.jsonl:2", "record 2: record.w is 'aple': it must be 'apple'", "did you mean 'apple'?"),
    ]


@pytest.mark.parametrize(
    "secret", ["sensitivity: confidential\n", "sensitivity: restricted\n", "personalData: {present: true}\n"]
)
def test_where_not_everybody_may_see_the_data_no_value_is_shown(secret: str) -> None:
    found = told("REC003", dataset("d", SCHEMA + secret), data("d.jsonl", RECORDS))
    assert [message for _, message, _ in found] == [
        "record 1: record.n does not fit its schema; its value is not shown",
        "record 2: 'n' is missing from record",
        "record 2: record.w does not fit its schema; its value is not shown",
    ]
    closed = "schema: {properties: {b: {}}, additionalProperties: false}\n"
    (extra,) = told("REC003", dataset("d", closed + secret), data("d.jsonl", '{"a": 1}\n'))
    assert extra[1] == "record 1: 'a' is not a field of record"


def test_a_schema_that_is_wrong_itself_says_nothing_of_records() -> None:
    assert told("REC003", dataset("d", "schema: {type: nothing}\n"), data("d.jsonl", "1\n")) == []


def test_keys_that_lack_or_come_twice() -> None:
    files = (
        dataset("d", "key: [a, b]\n"),
        data("d.jsonl", '{"a": 1, "b": 2}\n{"a": 1}\n{"b": 2, "a": 1}\n'),
    )
    assert told("REC004", *files) == [
        (
            "datasets/d.jsonl:2",
            "record 2: the record has no key 'a' and 'b', which tells records apart",
            "give it a key, or name other columns in spec.key",
        )
    ]
    assert told("REC005", *files) == [
        (
            "datasets/d.jsonl:3",
            "record 3: the record has the key 'a' and 'b' of record 1",
            "delete one of them, or name more columns in spec.key",
        )
    ]


def test_splits_that_hold_nothing() -> None:
    splits = "splits: {a: gone.jsonl, b: {field: s, equals: 1}, c: {field: t, equals: 1}}\n"
    files = (dataset("d", splits), data("d.jsonl", '{"s": 2}\n'))
    correct = "correct the split, or the data"
    assert told("REC006", *files) == [
        (
            "datasets/d.yaml:8:12-13",
            "split 'a': the data has no 'gone.jsonl'",
            "correct the split, or the data",
        ),
        (
            "datasets/d.yaml:8:53-54",
            "split 'c': no record has the field 't'",
            "correct the split, or the data",
        ),
    ]
    assert told("REC007", *files) == [("datasets/d.yaml:8:27-28", "split 'b' holds no record", correct)]


def test_splits_that_overlap() -> None:
    keyed = dataset("d", "key: id\nsplits: {train: t.jsonl, test: s.jsonl}\n", data="{git: d}")
    parts = {**data("d/s.jsonl", '{"id": 1}\n'), **data("d/t.jsonl", '{"id": 2}\n{"id": 1, "x": 2}\n')}
    keep = "keep it in one of the splits"
    assert told("REC008", keyed, parts) == [
        (
            "datasets/d/t.jsonl:2",
            (
                "record 2: the record, of split 'train', has the key 'id' of record 1 of datasets/d/s.jsonl, "
                "of split 'test'"
            ),
            keep,
        )
    ]
    field = dataset("d", "splits: {one: {field: s, equals: [1, 2]}, other: {field: s, equals: 2}}\n")
    assert told("REC008", field, data("d.jsonl", '{"s": 1}\n{"s": 2}\n{"s": 2}\n')) == [
        ("datasets/d.jsonl:2", "record 2: the record is in two splits, 'one' and 'other'", keep),
        ("datasets/d.jsonl:3", "record 3: the record is in two splits, 'one' and 'other'", keep),
    ]
    alike = dataset("d", "splits: {one: {field: s, equals: 1}, other: {field: t, equals: 1}}\n")
    assert told("REC008", alike, data("d.jsonl", '{"s": 1}\n{"t": 1}\n')) == []
    files = dataset("d", "splits: {one: a.jsonl, other: b.jsonl}\n", data="{git: d}")
    assert told("REC008", files, data("d/a.jsonl", "1\n"), data("d/b.jsonl", "1.0\n")) == [
        (
            "datasets/d/b.jsonl:1",
            (
                "record 1: the record, of split 'other', is the same as record 1 of datasets/d/a.jsonl, "
                "of split 'one'"
            ),
            keep,
        )
    ]


TRAINED = data("train.jsonl", '{"q": "Where is my parcel?", "a": "order"}\n{"q": "It leaks", "a": "x"}\n')
HELD = data("held.jsonl", '{"q": "Is it dry?", "a": "x"}\n{"a": "order", "q": " Where is\\n my  parcel?"}\n')


def leaked(*files: Mapping[str, str], more: str = "") -> list[Told]:
    return told("REC009", DESK, suite("held", "prompt/p", more), *files)


def test_leakage_is_found_through_reordered_keys_and_folded_blanks() -> None:
    assert leaked(dataset("held"), dataset("train"), TRAINED, HELD) == [
        (
            "datasets/held.jsonl:2",
            (
                "record 2: the record is record 1 of datasets/train.jsonl, which 'model/tuned' was "
                "fine-tuned on; 'evalsuite/s' evaluates 'application/a' with it"
            ),
            "take it out of one of the two",
        )
    ]


def test_only_the_split_that_a_suite_takes_counts() -> None:
    splits = "splits: {all: held.jsonl, none: {field: a, equals: x}}\n"
    held = dataset("held", splits)
    assert len(leaked(held, dataset("train"), TRAINED, HELD, more="split: all\n")) == 1
    assert leaked(held, dataset("train"), TRAINED, HELD, more="split: none\n") == []


def test_records_that_are_apart_or_whose_data_is_not_here_are_not_told() -> None:
    assert leaked(dataset("held"), dataset("train"), TRAINED, data("held.jsonl", "1\n")) == []
    absent = dataset("train", data="{uri: 's3://corpora/t', version: '1'}")
    assert leaked(dataset("held"), absent, HELD) == []
    tuned = {"models/tuned.yaml": DESK["models/tuned.yaml"].replace("[train]", "[held]")}
    assert told("REC009", DESK, suite("held", "prompt/p"), tuned, dataset("held"), HELD) == []


def test_a_hundred_leaks_are_told() -> None:
    rows = "".join(f"{number}\n" for number in range(150))
    found = leaked(dataset("held"), dataset("train"), data("held.jsonl", rows), data("train.jsonl", rows))
    assert [place for place, _, _ in found] == [f"datasets/held.jsonl:{n}" for n in range(1, 101)]


def test_only_pairs_of_two_datasets_are_compared() -> None:
    files = {**DESK, **suite("held", "prompt/p"), **dataset("held"), **dataset("train"), **dataset("other")}
    registry, found = looked({**files, **TRAINED, **HELD, **data("other.jsonl", "1\n")})
    assert compared_datasets(registry) == {"dataset/held", "dataset/train"}
    assert {a: len(survey.identities) for a, survey in found.surveys.items()} == {
        "dataset/held": 2,
        "dataset/other": 0,
        "dataset/train": 2,
    }
    alone = {**files, "models/tuned.yaml": DESK["models/tuned.yaml"].replace("[train]", "[held]")}
    assert compared_datasets(looked({**alone, **TRAINED, **HELD})[0]) == frozenset()


def test_datasets_without_records_are_left_alone_and_those_that_are_not_here_named() -> None:
    files = {
        **dataset("here"),
        **dataset("markdown", format_="markdown", data="{git: notes.md}"),
        **dataset("away", data="{uri: 's3://corpora/t', version: '1'}"),
    }
    _, found = looked({**files, **data("here.jsonl", "1\n"), **data("notes.md", "x")})
    assert (list(found.surveys), found.absent, found.left) == (["dataset/here"], ("dataset/away",), ())


def test_some_can_be_asked_for() -> None:
    files = {**dataset("a"), **dataset("b"), **data("a.jsonl", "1\n"), **data("b.jsonl", "1\n")}
    tree = MemoryTree({"plmctl.yaml": SETTINGS, "models/m.yaml": MODEL, **files})
    found = looked_into(load(tree), lambda m: files_in(tree, m), None, {"dataset/b"})
    assert list(found.surveys) == ["dataset/b"]


def test_an_excerpt_of_all_datasets_ends_after_so_many_bytes() -> None:
    registry, _ = looked({**dataset("a"), **dataset("b"), **data("a.jsonl", "1\n"), **data("b.jsonl", "1\n")})
    large = DataFile(
        path="x", name="x", chunks=lambda: [b'"' + b"x" * 1_000_000 + b'"\n'] * (TOTAL // 10**6 + 1)
    )
    endless = Extent(first=1, sample=1, size=2 * TOTAL)
    found = looked_into(registry, lambda _: (large,), endless)
    assert (list(found.surveys), found.left) == (["dataset/a"], ("dataset/b",))
    assert EXCERPT.size < TOTAL


def test_levels_and_limits_are_those_of_all_findings() -> None:
    off = "spec: {rules: [{code: REC004, level: 'off', reason: r}, {code: REC005, level: info, reason: r}]}\n"
    rows = '{"id": 1}\n' * 150 + "{}\n" * 5
    files = {**dataset("d", "key: id\n"), **data("d.jsonl", rows)}
    tree = MemoryTree({"plmctl.yaml": SETTINGS + off, "models/m.yaml": MODEL, **files})
    registry = load(tree)
    surveys = looked_into(registry, lambda m: files_in(tree, m), None).surveys
    found = findings(registry, None, surveys)
    assert {(f.code, f.level.value, f.artifact, f.source) for f in found} == {
        ("REC005", "info", "dataset/d", None)
    }
    assert len(found) == 100
    assert findings(registry) == ()
