import csv
import io
import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.row import ROWS_LIMIT, Cell, ChangedRow, Row, RowChanges, TooManyRows, row_changes
from plmctl.core.value import Value

Rows = list[dict[str, Value]]


def jsonl(rows: Iterable[Value]) -> list[bytes]:
    return ["".join(f"{json.dumps(row)}\n" for row in rows).encode()]


def as_csv(rows: Rows) -> list[bytes]:
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return [file.getvalue().encode()]


def changes(old: Iterable[Value], new: Iterable[Value], *key: str) -> RowChanges:
    found = row_changes(jsonl(old), jsonl(new), key)
    assert isinstance(found, RowChanges)
    return found


def ticket(number: int, text: str = 'a "quoted"\nline, and more') -> dict[str, Value]:
    return {"id": f"T-{number:04}", "text": text, "label": "bug"}


FIVE_THOUSAND = [ticket(number) for number in range(5_000)]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_one_changed_record_in_5000_shows_exactly_that_row(form: str) -> None:
    new = [*FIVE_THOUSAND]
    new[4_321] = ticket(4_321, 'another "text",\nwith a line')
    sides = [jsonl(rows) if form == "jsonl" else as_csv(rows) for rows in (FIVE_THOUSAND, new)]
    assert row_changes(sides[0], sides[1], ("id",), form) == RowChanges(
        key=("id",),
        added=(),
        removed=(),
        changed=(
            ChangedRow(
                key=("T-4321",),
                old_number=4_322,
                new_number=4_322,
                cells=(
                    Cell(
                        column="text",
                        old='a "quoted"\nline, and more',
                        new='another "text",\nwith a line',
                    ),
                ),
            ),
        ),
        added_columns=(),
        removed_columns=(),
        unchanged=4_999,
        unread=(0, 0),
    )


def test_rows_that_moved_or_have_their_fields_in_another_order_are_unchanged() -> None:
    old: Rows = [{"id": 1, "a": "x"}, {"id": 2, "a": "y"}]
    found = changes(old, [{"a": "y", "id": 2}, {"a": "x", "id": 1.0}], "id")
    assert found.is_empty
    assert found.unchanged == 2


def test_rows_come_and_go_by_their_key() -> None:
    old: Rows = [{"id": 1, "a": "x"}, {"id": 2, "a": "y"}, {"id": 3, "a": "z"}]
    found = changes(old, [{"id": 4, "a": "y"}, {"id": 3, "a": "z"}, {"id": 2, "a": "Y"}], "id")
    assert found.added == (Row(key=(4,), number=1, value={"id": 4, "a": "y"}),)
    assert found.removed == (Row(key=(1,), number=1, value={"id": 1, "a": "x"}),)
    assert found.changed == (
        ChangedRow(key=(2,), old_number=2, new_number=3, cells=(Cell(column="a", old="y", new="Y"),)),
    )
    assert not found.is_empty


def test_columns_that_came_or_went_are_named_and_an_absent_field_is_not_null() -> None:
    found = changes([{"id": 1, "old": None, "same": 1}], [{"id": 1, "new": None, "same": 1}], "id")
    assert (found.added_columns, found.removed_columns) == (("new",), ("old",))
    assert found.changed[0].cells == (
        Cell(column="old", old=None, new=None, has_new=False),
        Cell(column="new", old=None, new=None, has_old=False),
    )


def test_a_key_may_have_several_columns() -> None:
    old: Rows = [{"page": "a", "part": 1, "t": "x"}, {"page": "a", "part": 2, "t": "x"}]
    new: Rows = [{"page": "a", "part": 1, "t": "x"}, {"page": "a", "part": 2, "t": "y"}]
    assert [row.key for row in changes(old, new, "page", "part").changed] == [("a", 2)]


def test_of_rows_with_one_key_only_those_that_differ_are_told() -> None:
    old: Rows = [{"id": 1, "a": "x"}, {"id": 1, "a": "y"}, {"id": 1, "a": "z"}]
    found = changes(old, [{"id": 1, "a": "z"}, {"id": 1, "a": "new"}, {"id": 1, "a": "x"}], "id")
    assert found.changed == (
        ChangedRow(key=(1,), old_number=2, new_number=2, cells=(Cell(column="a", old="y", new="new"),)),
    )
    assert (found.added, found.removed, found.unchanged) == ((), (), 2)


def test_a_row_without_its_key_is_its_content() -> None:
    found = changes([{"a": "x"}, {"a": "y"}, ["z"]], [{"a": "y"}, {"a": "Y"}, ["z"]], "id")
    assert found.added == (Row(key=(None,), number=2, value={"a": "Y"}),)
    assert found.removed == (Row(key=(None,), number=1, value={"a": "x"}),)
    assert found.changed == ()


def test_without_a_key_rows_are_counted_by_content() -> None:
    found = changes([1, 1, 2, 1, 3], [3, 1, 4, 4, 1])
    assert found.added == (Row(key=(), number=3, value=4), Row(key=(), number=4, value=4))
    assert found.removed == (Row(key=(), number=3, value=2), Row(key=(), number=4, value=1))
    assert (found.changed, found.unchanged) == ((), 3)


def test_what_is_no_record_is_counted_and_compared_with_nothing() -> None:
    found = row_changes([b'{"id": 1}\n{"id": \n'], [b'\xef\xbb\xbf{"id": 1}\n\nx\ny\n'], ("id",))
    assert isinstance(found, RowChanges)
    assert found.is_empty
    assert found.unread == (1, 2)


def test_a_schema_gives_columns_of_csv_their_types() -> None:
    schema: dict[str, Value] = {"properties": {"n": {"type": "number"}}}
    assert changes([{"n": 1}], [{"n": 1.0}]).is_empty
    found = row_changes([b"n\n1\n"], [b"n\n1.0\n"], format_="csv", schema=schema)
    assert isinstance(found, RowChanges)
    assert found.is_empty


def test_a_side_over_the_limit_is_not_compared_and_another_format_has_no_rows() -> None:
    assert row_changes([b'"12345"\n', b"1\n"], [], limit=9) == TooManyRows(limit=9)
    assert isinstance(row_changes([b'"12345"\n', b"1\n"], [], limit=10), RowChanges)
    assert row_changes([], [b'"12345"\n', b"1\n"], limit=9) == TooManyRows(limit=9)
    assert row_changes([b"# a"], [b"# b"], format_="markdown") is None
    assert ROWS_LIMIT == 33_554_432


_SIDE = st.lists(st.fixed_dictionaries({"id": st.integers(0, 3), "a": st.sampled_from("xyz")}), max_size=6)


@given(old=_SIDE, new=_SIDE, is_keyed=st.booleans())
def test_every_row_is_told_once_and_nothing_differs_from_itself(old: Rows, new: Rows, is_keyed: bool) -> None:
    key = ("id",) if is_keyed else ()
    found = changes(old, new, *key)
    assert found.unchanged + len(found.removed) + len(found.changed) == len(old)
    assert found.unchanged + len(found.added) + len(found.changed) == len(new)
    assert changes(old, old, *key).is_empty
    back = changes(new, old, *key)
    assert (len(back.added), len(back.removed)) == (len(found.removed), len(found.added))
