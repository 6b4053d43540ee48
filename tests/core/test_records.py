import hashlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.canonical import canonical_json
from plmctl.core.records import FORMATS, has_records, identity, key_columns, key_of, reader_of
from plmctl.core.value import Value

_NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e30, 1e30)
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(value=_VALUES)
def test_a_value_is_spelt_as_rfc_8785_has_it(value: Value) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        {"\ue000": 1, "\U00010000": 2},
        {"a": {"ä": 1.0, "z": '\x7f\u2028\x00\x1f/\\"'}},
        [1e21, 1e-7, 0.0, -0.0, True],
    ],
)
def test_so_are_keys_beyond_ascii_numbers_with_a_point_and_controls(value: Value) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_the_identity_is_a_sha256_that_anybody_can_compute() -> None:
    record: Value = {"b": [1, "x"], "a": "y"}
    assert identity(record) == hashlib.sha256(b'{"a":"y","b":[1,"x"]}').digest()


@pytest.mark.parametrize(
    "other",
    [
        '{"text": "Where is my parcel?", "id": 1}',
        '{"id": 1, "text": "  Where is\\n\\tmy   parcel? "}',
        '{"id": 1.0, "text": "Where is my\\u00a0parcel?"}',
        '{"id": 1, " text": "Where is my\\r\\nparcel?"}',
    ],
)
def test_keys_in_another_order_and_other_blanks_make_no_other_record(other: str) -> None:
    assert identity(json.loads(other)) == identity({"id": 1, "text": "Where is my parcel?"})


def test_composed_and_decomposed_characters_are_one() -> None:
    assert identity({"caf\u00e9": ["\u00c5"]}) == identity({"cafe\u0301": ["A\u030a"]})


@pytest.mark.parametrize(
    "other",
    [
        {"id": 1, "text": "where is my parcel?"},
        {"id": "1", "text": "Where is my parcel?"},
        {"id": 1, "text": "Where is myparcel?"},
        {"id": 1, "text": "Where is my parcel?", "note": None},
        [{"id": 1, "text": "Where is my parcel?"}],
    ],
)
def test_another_letter_type_word_or_field_makes_another_record(other: Value) -> None:
    assert identity(other) != identity({"id": 1, "text": "Where is my parcel?"})


def test_a_key_is_what_stands_in_its_columns() -> None:
    assert key_of({"a": "x", "b": 1, "c": 2}, ("a",)) == b'["x"]'
    assert key_of({"b": 1.0, "a": "x"}, ("a", "b")) == b'["x",1]'
    assert key_of({"a": False}, ("a",)) == b"[false]"


@pytest.mark.parametrize("value", [{"b": 1}, {"a": None, "b": 1}, {"a": "", "b": 1}, ["a"], "a"])
def test_a_record_without_something_in_a_column_of_the_key_has_none(value: Value) -> None:
    assert key_of(value, ("a", "b")) is None


def test_only_some_formats_have_records() -> None:
    assert [name for name in (*FORMATS, "parquet", "markdown", "") if reader_of(name, {})] == [*FORMATS]
    assert FORMATS == ("jsonl", "ndjson", "csv")


def test_files_of_records_are_told_by_their_names() -> None:
    assert has_records("a/B.JSONL", "jsonl")
    assert not has_records("README.md", "jsonl")
    assert not has_records("a.md", "markdown")


def test_a_key_names_one_column_or_several() -> None:
    keys: list[Value] = ["id", ["ticket", "turn"], None]
    assert [key_columns(key) for key in keys] == [("id",), ("ticket", "turn"), ()]
