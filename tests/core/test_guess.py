from collections.abc import Iterable

import pytest

from plmctl.core.guess import MOST, Guess, guessed, guessed_format
from plmctl.core.value import Value


def schema(properties: dict[str, Value], *required: str) -> dict[str, Value]:
    found: dict[str, Value] = {
        "type": "object",
        "properties": {k: {"type": v} for k, v in properties.items()},
    }
    return {**found, "required": list(required)} if required else found


def of(format_: str, *files: str) -> Guess:
    return guessed([[text.encode()] for text in files], format_)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a.jsonl"], "jsonl"),
        (["a.NDJSON", "b.jsonl"], "jsonl"),
        (["a.md", "b.md", "c.csv"], "markdown"),
        (["b.csv", "a.md"], "csv"),
        (["LICENSE", "data.bin"], None),
        ([], None),
    ],
)
def test_the_format_is_what_most_files_are_called(names: Iterable[str], said: str | None) -> None:
    assert guessed_format(names) == said


def test_the_types_of_json_lines_are_those_of_all_records() -> None:
    text = (
        '{"id": 1, "n": 1, "x": 0.5, "ok": true, "tags": [], "more": {}, "note": null}\n'
        '{"id": 2, "n": 2.5, "x": 1.5, "ok": false, "tags": [1], "more": {}, "note": "b", "rare": "c"}\n'
    )
    properties: dict[str, Value] = {
        "id": "integer",
        "n": "number",
        "x": "number",
        "ok": "boolean",
        "tags": "array",
        "more": "object",
        "note": ["string", "null"],
        "rare": "string",
    }
    required = [name for name in properties if name != "rare"]
    assert of("jsonl", text) == Guess(schema=schema(properties, *required), key="id")


def test_the_columns_of_csv_have_the_narrowest_type_that_all_fields_spell() -> None:
    text = (
        "ticket_id,age,price,zip,open,mixed,empty,note\n7,1,1.5,01234,true,1,,\n8,,2,80331,False,x,,hello\n"
    )
    properties: dict[str, Value] = {
        "ticket_id": "integer",
        "age": "integer",
        "price": "number",
        "zip": "string",
        "open": "boolean",
        "mixed": "string",
        "empty": "string",
        "note": "string",
    }
    # An empty field is no integer, and some text.
    required = [name for name in properties if name != "age"]
    assert of("csv", text) == Guess(schema=schema(properties, *required), key="ticket_id")


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (['{"uuid": "a", "id": 0}', '{"uuid": "b", "id": 1}'], "id"),
        (['{"docId": "a", "user_id": "x"}', '{"docId": "b", "user_id": "x"}'], "docId"),
        (['{"id": "a"}', '{"id": "a"}'], None),
        (['{"id": "a"}', "{}"], None),
        (['{"id": true}'], None),
        (['{"id": 1.5}'], None),
        (['{"id": ""}'], None),
        (['{"name": "a"}', '{"name": "b"}'], None),
    ],
)
def test_a_key_is_a_column_that_is_called_so_and_tells_all_records_apart(
    lines: list[str], key: str | None
) -> None:
    assert of("jsonl", "\n".join(lines)).key == key


def test_a_key_tells_the_records_of_all_files_apart() -> None:
    assert of("jsonl", '{"id": 1}\n', '{"id": 2}\n').key == "id"
    assert of("jsonl", '{"id": 1}\n', '{"id": 1}\n').key is None
    assert of("csv", "id,x\n1,a\n,b\n").key is None


@pytest.mark.parametrize("text", ["[1]\n", '{"a": 1}\nnot JSON\n', "", "{}\n"])
def test_nothing_is_said_of_what_are_no_records(text: str) -> None:
    assert of("jsonl", text) == Guess()


def test_a_byte_order_mark_hides_nothing() -> None:
    assert of("jsonl", '\ufeff{"id": 1}\n') == Guess(schema=schema({"id": "integer"}, "id"), key="id")


def test_a_format_without_records_says_nothing() -> None:
    assert of("markdown", "# Help\n") == Guess()


def test_what_has_a_hundred_columns_is_no_table() -> None:
    wide = "{" + ", ".join(f'"c{n}": 1' for n in range(101)) + "}\n"
    assert of("jsonl", wide) == Guess()
    assert of("jsonl", wide.replace(', "c100": 1', "")).schema is not None


def test_of_many_records_the_first_are_read_and_demand_nothing_of_the_rest() -> None:
    lines = "".join(f'{{"id": {n}}}\n' for n in range(MOST + 1))
    assert of("jsonl", lines) == Guess(schema=schema({"id": "integer"}), is_whole=False)
    whole = lines.rstrip("\n").rpartition("\n")[0]
    assert of("jsonl", whole) == Guess(schema=schema({"id": "integer"}, "id"), key="id")
