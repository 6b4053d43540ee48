import json
import time

import pytest

from plmctl.core.record import RECORD_LIMIT, Flaw, Record
from plmctl.core.records import reader_of, records
from plmctl.core.value import Value

AGAIN = "write the record again as one JSON value; programs that write JSON Lines do it right"


def read(*chunks: bytes) -> list[Record | Flaw]:
    reader = reader_of("jsonl", {})
    assert reader is not None
    return list(records(chunks, reader))


def record(number: int, line: int, value: Value) -> Record:
    return Record(number=number, line=line, value=value)


def flaw(line: int, message: str, help_: str = AGAIN, number: int | None = 1) -> Flaw:
    return Flaw(number=number, line=line, message=message, help=help_)


def test_each_line_is_a_record() -> None:
    assert read(b'{"a": 1}\n["x", null]\n2.5\n"\xc3\xa4"\n') == [
        record(1, 1, {"a": 1}),
        record(2, 2, ["x", None]),
        record(3, 3, 2.5),
        record(4, 4, "ä"),
    ]


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\n \t\n"])
def test_a_file_of_empty_lines_has_no_record(data: bytes) -> None:
    assert read(data) == []


@pytest.mark.parametrize(
    "data", [b"1\n2", b"1\n2\n", b"1\r\n2\r\n", b"1\n2\n\n\n", b" 1 \n\t2\n  \n", b"1\n2\r\n\r\n"]
)
def test_the_last_line_may_be_empty_and_lines_may_end_with_crlf(data: bytes) -> None:
    assert read(data) == [record(1, 1, 1), record(2, 2, 2)]


def test_an_empty_line_between_records_is_told_once_and_counts_as_none() -> None:
    told = flaw(2, "an empty line stands between records", "delete the line", number=None)
    assert read(b"1\n\n \n2\n") == [record(1, 1, 1), told, record(2, 4, 2)]


def test_a_byte_order_mark_is_told_and_passed_over() -> None:
    told = Flaw(
        number=None,
        line=1,
        message="the file begins with a byte order mark",
        help="save the file as UTF-8 without it",
        is_mark=True,
    )
    assert read(b"\xef\xbb\xbf1\n2\n") == [told, record(1, 1, 1), record(2, 2, 2)]


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_records_are_the_same_however_the_file_is_cut_into_chunks(size: int) -> None:
    data = '{"a": "ä\\n"}\r\n[1,\n2]\n{"b": 3}\n'.encode()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert read(*chunks) == read(data)


@pytest.mark.parametrize(
    ("line", "message", "help_"),
    [
        (b'{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice", "delete one of them"),
        (b'{"x": {"a": 1, "a": 1}}', "the key 'a' stands twice", "delete one of them"),
        (b'{"a": NaN}', "NaN is no JSON: programs read it differently, or not at all", "write null"),
        (b"-Infinity", "-Infinity is no JSON: programs read it differently, or not at all", "write null"),
        (b"1e999", "1e999 is larger than any number that programs hold", "write null"),
        (
            b"9007199254740992",
            "an integer beyond 2^53-1, which programs read as different numbers",
            "write it as text, in quotes",
        ),
        (
            b"1" * 5000,
            "an integer beyond 2^53-1, which programs read as different numbers",
            "write it as text, in quotes",
        ),
        (
            b'"\\ud800"',
            "an escape stands for half of a character",
            "write both halves, or the character itself",
        ),
        (b'{"a": 1,}', "the line is not JSON: it cannot be read from column 9 on", AGAIN),
        (b"{} {}", "the line is not JSON: it cannot be read from column 4 on", AGAIN),
        (b'"a\x01b"', "the line is not JSON: it cannot be read from column 3 on", AGAIN),
        (
            b"[",
            "the line is not JSON: it cannot be read from column 2 on",
            "JSON Lines has one record a line: write each on a line of its own, without a list around them",
        ),
    ],
)
def test_what_has_no_one_meaning_is_no_record(line: bytes, message: str, help_: str) -> None:
    assert read(line) == [flaw(1, message, help_)]


def test_the_largest_integers_and_whole_characters_are_read() -> None:
    assert read(b'[9007199254740991, -9007199254740991, "\\ud83d\\ude00"]') == [
        record(1, 1, [9007199254740991, -9007199254740991, "😀"])
    ]


def test_a_byte_that_is_not_utf8_is_told_with_its_offset_in_the_file() -> None:
    told = flaw(2, "byte 0xe9 at offset 10 is not UTF-8", "save the file as UTF-8", number=2)
    assert read(b'"first"\n"x\xe9"\n3\n') == [record(1, 1, "first"), told, record(3, 3, 3)]
    after_mark = read(b'\xef\xbb\xbf"\xe9"')
    assert after_mark[1] == flaw(1, "byte 0xe9 at offset 4 is not UTF-8", "save the file as UTF-8")


def test_what_is_nested_too_deep_is_not_read_and_brackets_in_texts_do_not_count() -> None:
    deep, flat = "[" * 65 + "]" * 65, json.dumps({"text": "[" * 500 + '\\"{'})
    wide = "[" + ",".join(["[]"] * 100) + "]"
    assert read(deep.encode()) == [
        flaw(1, "the record is nested more than 64 levels deep", "write it flatter")
    ]
    assert [type(item) for item in read(f"{'[' * 64 + ']' * 64}\n{flat}\n{wide}".encode())] == [Record] * 3
    assert read(b"[" * 200_000)[0] == flaw(
        1, "the record is nested more than 64 levels deep", "write it flatter"
    )


def test_a_record_over_the_limit_is_dropped_and_the_next_is_read() -> None:
    large = b'"' + b"x" * RECORD_LIMIT + b'"'
    told = flaw(
        1,
        "the record has over 1048576 bytes, and is not read",
        "split it, or keep what is large in files of its own and name them",
    )
    whole = read(large + b"\n2\n")
    assert whole == [told, record(2, 2, 2)]
    assert read(large[:-9], large[-9:], b"\n2\n") == whole
    assert read(large, large) == [told]
    # The offset of what follows counts what was dropped.
    assert read(large, large, b"\n\xff")[1] == Flaw(
        number=2,
        line=2,
        message=f"byte 0xff at offset {2 * len(large) + 1} is not UTF-8",
        help="save the file as UTF-8",
    )


@pytest.mark.no_cover
def test_hostile_lines_take_linear_time() -> None:
    begun = time.process_time()
    assert len(read(b"\n".join([b'"\\"' * 300_000 + b"[" * 100, b"{" * 100 + b'"' * 900_000]))) == 2
    # Seconds of this process, with coverage too; in quadratic time it would be hours.
    assert time.process_time() - begun < 20
