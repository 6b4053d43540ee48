import csv
import io
import time
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.record import RECORD_LIMIT, Flaw, Record
from plmctl.core.records import reader_of, records
from plmctl.core.value import Value

QUOTED = "put the whole field in quotes, and write each quote inside of it twice"


def read(data: bytes, columns: Mapping[str, Value] | None = None, size: int = 1 << 20) -> list[Record | Flaw]:
    reader = reader_of("csv", {"properties": dict(columns or {})})
    assert reader is not None
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    return list(records(chunks, reader))


def values(data: bytes, columns: Mapping[str, Value] | None = None) -> list[Value]:
    return [item.value for item in read(data, columns) if isinstance(item, Record)]


def flaw(line: int, message: str, help_: str = QUOTED, number: int | None = 1) -> Flaw:
    return Flaw(number=number, line=line, message=message, help=help_)


def test_a_row_has_its_fields_under_the_names_of_the_header() -> None:
    assert read(b"id,text\n1,a b\n2,\n") == [
        Record(number=1, line=2, value={"id": "1", "text": "a b"}),
        Record(number=2, line=3, value={"id": "2", "text": ""}),
    ]


def test_quotes_hold_commas_quotes_and_line_ends_and_lines_are_counted_through_them() -> None:
    assert read(b'id,text\r\n1,"a, ""b""\r\nc\n"\r\n"2",x\r\n') == [
        Record(number=1, line=2, value={"id": "1", "text": 'a, "b"\r\nc\n'}),
        Record(number=2, line=5, value={"id": "2", "text": "x"}),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_rows_are_the_same_however_the_file_is_cut_into_chunks(size: int) -> None:
    data = '\ufeffid,text\r\n1,"ä\n"\n2,x"y\n3\n\n4,z'.encode()
    assert read(data, size=size) == read(data)


_TEXT = st.text(alphabet=st.sampled_from('ab ,"\n\r\tä'), max_size=8)


@given(rows=st.lists(st.tuples(_TEXT, _TEXT, _TEXT), max_size=5), is_unix=st.booleans())
def test_what_pythons_csv_writes_is_read_as_it_was(rows: list[tuple[str, str, str]], is_unix: bool) -> None:
    file = io.StringIO()
    # Where lines end with LF it leaves a carriage return without quotes, which RFC 4180 does not.
    writer = csv.writer(
        file,
        lineterminator="\n" if is_unix else "\r\n",
        quoting=csv.QUOTE_ALL if is_unix else csv.QUOTE_MINIMAL,
    )
    writer.writerows([("a", "b", "c"), *rows])
    expected = [dict(zip("abc", row, strict=True)) for row in rows]
    assert values(file.getvalue().encode()) == expected


@pytest.mark.parametrize(
    ("row", "message", "help_"),
    [
        (
            b"1",
            "the row has 1 field, and the header 2",
            "write a comma for each field that is empty; a field with a comma needs quotes",
        ),
        (
            b'1,"a",c',
            "the row has 3 fields, and the header 2",
            "write a comma for each field that is empty; a field with a comma needs quotes",
        ),
        (b'1,a"b"', "a quote stands inside a field without quotes", QUOTED),
        (b'1, "b"', "a quote stands inside a field without quotes", QUOTED),
        (b'"1"x,"b"', "text stands after the quote that ends a field", QUOTED),
        (
            b"1,a\rb",
            "a carriage return stands alone: some programs end the row there",
            "end lines with LF, and put a field with line ends in quotes",
        ),
        (
            b'a\rb,"1"',
            "a carriage return stands alone: some programs end the row there",
            "end lines with LF, and put a field with line ends in quotes",
        ),
        (b"1,\xff", "byte 0xff at offset 10 is not UTF-8", "save the file as UTF-8"),
        (b'1,"' + b"x" * RECORD_LIMIT + b'"', "the record has over 1048576 bytes, and is not read", None),
    ],
)
def test_a_row_that_is_wrong_is_told_and_the_next_is_read(
    row: bytes, message: str, help_: str | None
) -> None:
    told, following = read(b"id,text\n" + row + b"\n2,x\n")
    assert isinstance(told, Flaw)
    assert (told.number, told.line, told.message) == (1, 2, message)
    assert help_ in (told.help, None)
    assert following == Record(number=2, line=3, value={"id": "2", "text": "x"})


def test_a_byte_that_is_not_utf8_is_told_in_the_line_where_it_stands() -> None:
    assert read(b'a\n"x\ny\xff"\n')[0] == flaw(
        3, "byte 0xff at offset 6 is not UTF-8", "save the file as UTF-8"
    )


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_quote_that_is_never_closed_costs_one_row(end: bytes) -> None:
    assert read(b'id,text\n1,"a\n2,b\n3,"c"' + end) == [
        flaw(2, "a quote is opened in this line and not closed"),
        Record(number=2, line=3, value={"id": "2", "text": "b"}),
        Record(number=3, line=4, value={"id": "3", "text": "c"}),
    ]


def test_a_quote_that_is_closed_too_late_is_taken_for_one_that_is_not() -> None:
    filler = b"3," + b"x" * 1000 + b"\n"
    found = read(b'id,text\n1,"a\n' + filler * 1100 + b'4,b"\n5,c\n')
    assert found[0] == flaw(2, "a quote is opened in this line and not closed")
    assert found[1101] == flaw(1103, "a quote is opened in this line and not closed", number=1102)
    assert found[1102:] == [Record(number=1103, line=1104, value={"id": "5", "text": "c"})]


def test_a_file_without_a_header_has_no_rows() -> None:
    told = flaw(1, "the file has no header", "name the columns in its first line", number=None)
    assert read(b"") == read(b"\n\n") == [told]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"id,text,id", "two columns of the header are named 'id'"),
        (b"id,text,text,id", "two columns of the header are named 'text'"),
        (b'id,te"xt"', "a quote stands inside a field without quotes"),
        (b'id,"text', "a quote is opened in this line and not closed"),
        (b"id,\xff", "byte 0xff at offset 3 is not UTF-8"),
    ],
)
def test_below_a_header_that_is_wrong_nothing_is_read(header: bytes, message: str) -> None:
    assert [item.message for item in read(header + b"\n1,2,3\n") if isinstance(item, Flaw)] == [message]
    assert values(header + b"\n1,2,3\n") == []


def test_a_byte_order_mark_is_told_and_is_no_part_of_the_first_name() -> None:
    first, *rest = read(b'\xef\xbb\xbf"id",text\n1,x\n')
    assert isinstance(first, Flaw)
    assert first.is_mark
    assert rest == [Record(number=1, line=2, value={"id": "1", "text": "x"})]


def test_an_empty_line_between_rows_is_told_and_at_the_end_is_not() -> None:
    assert read(b"\na\n1\n\n\n2\n\n") == [
        Record(number=1, line=3, value={"a": "1"}),
        flaw(4, "an empty line stands between records", "delete the line", number=None),
        Record(number=2, line=6, value={"a": "2"}),
    ]


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        ("integer", "12", {"a": 12}),
        ("integer", "-3", {"a": -3}),
        ("integer", "1.5", {"a": "1.5"}),
        ("integer", "012", {"a": "012"}),
        ("integer", "9007199254740992", {"a": "9007199254740992"}),
        ("number", "1.5", {"a": 1.5}),
        ("number", "2", {"a": 2.0}),
        ("number", "1e999", {"a": "1e999"}),
        ("number", "nan", {"a": "nan"}),
        (["integer", "number"], "2", {"a": 2}),
        ("boolean", "true", {"a": True}),
        ("boolean", "False", {"a": False}),
        ("boolean", "1", {"a": "1"}),
        ("string", "12", {"a": "12"}),
        (["string", "integer"], "12", {"a": "12"}),
        ("string", "", {"a": ""}),
        ("integer", "", {}),
        (["integer", "null"], "", {"a": None}),
        (["integer", "null"], "4", {"a": 4}),
        (5, "12", {"a": "12"}),
        ([], "12", {"a": "12"}),
    ],
)
def test_a_field_has_the_type_that_the_schema_says(type_: Value, text: str, expected: Value) -> None:
    # Quoted, since a row of one field that is empty would be an empty line.
    assert values(f'a\n"{text}"\n'.encode(), {"a": {"type": type_}}) == [expected]


def test_a_column_that_the_schema_does_not_describe_holds_text() -> None:
    assert values(b"a,b\n1,2\n", {"a": {"type": "integer"}, "c": {"type": "integer"}}) == [{"a": 1, "b": "2"}]


@pytest.mark.no_cover
def test_hostile_rows_take_linear_time() -> None:
    begun = time.process_time()
    read(b"a\n" + b'"\n' * 100_001)
    read(b"a\n" + b'"' * 1_000_000 + b"\n" + b'x"y' * 300_000)
    read(b'a\n"\n' + b"x\n" * 300_000)
    read(b",".join(b"%d" % number for number in range(150_000)) + b"\n")
    # Seconds of this process, with coverage too; in quadratic time it would be hours.
    assert time.process_time() - begun < 20
