import json

from plmctl.core.row import RowChanges, TooManyRows, row_changes
from plmctl.core.value import Value, as_items
from plmctl.render.rows import row_lines, row_summary, row_table, row_value

OLD = '{"id": 1, "q": "a", "n": 1}\n{"id": 2, "q": "b"}\n{"id": 3, "q": "c"}\n'
NEW = '{"id": 1, "q": "A", "m": true}\n{"id": 4, "q": "d"}\n{"id": 3, "q": "c"}\n'


def changes(old: str = OLD, new: str = NEW, *key: str) -> RowChanges:
    found = row_changes([old.encode()], [new.encode()], key)
    assert isinstance(found, RowChanges)
    return found


KEYED = changes(OLD, NEW, "id")


def text(found: RowChanges | TooManyRows, columns: int = 80) -> list[str]:
    return [part.plain for part in row_lines(found, columns)]


def test_rows_are_told_by_their_key_with_old_and_new() -> None:
    assert text(KEYED) == [
        "rows: 1 changed, 1 added, 1 removed, 1 as before; column m came; column n went",
        "~ row 1 (id 1)",
        '    q: "a" -> "A"',
        "    n: 1 -> none",
        "    m: none -> true",
        '+ row 2 (id 4): {"id": 4, "q": "d"}',
        '- row 2 (id 2): {"id": 2, "q": "b"}',
    ]


def test_without_a_key_rows_have_numbers_alone() -> None:
    assert text(changes('"a"\n', '"b"\n')) == [
        "rows: 0 changed, 1 added, 1 removed, 0 as before",
        '+ row 1: "b"',
        '- row 1: "a"',
    ]


def test_long_values_are_cut_to_the_width() -> None:
    long = changes(f'{{"i": 1, "q": "{"a" * 90}"}}\n', f'{{"i": 1, "q": "{"b" * 90}"}}\n', "i")
    shown = text(long, 40)
    assert shown[2] == f'    q: "{"a" * 12}… -> "{"b" * 12}…'
    assert max(map(len, shown[1:])) <= 40
    assert len(text(changes("", f'"{"x" * 500}"\n'), 40)[1]) == 40


def test_of_many_rows_twenty_are_shown_and_the_rest_counted() -> None:
    many = changes("".join(f"{n}\n" for n in range(21)), "".join(f"{n}\n" for n in range(100, 122)))
    shown = text(many)
    assert (shown[21], shown[-1], len(shown)) == ("… 2 more added rows", "… 1 more removed row", 43)
    table = row_table(many)
    assert table.count("<tr>") == 41
    assert table.endswith("</table><p>… 2 more added rows</p><p>… 1 more removed row</p>")
    assert len(as_items(row_value(many)["added"])) == 22
    rows = "".join(f'{{"i": {n}, "q": %s}}\n' for n in range(21))
    assert text(changes(rows.replace("%s", "1"), rows.replace("%s", "2"), "i"))[-1] == "… 1 more changed row"


def test_of_many_columns_twenty_are_shown_and_the_rest_counted() -> None:
    wide = ["{" + ", ".join(f'"{"k" * 99}{n}": {value}' for n in range(22)) + "}\n" for value in (1, 2)]
    shown = text(changes('{"i": 1}\n', wide[0].replace("{", '{"i": 1, '), "i"))
    came = ", ".join([f"{'k' * 59}…"] * 5)
    assert shown[0] == f"rows: 1 changed, 0 added, 0 removed, 0 as before; columns {came} and 17 more came"
    assert (shown[-1], len(shown)) == ("    … 2 more changed columns", 23)
    table = row_table(changes(*(side.replace("{", '{"i": 1, ') for side in wide), "i"))
    assert table.count("<tr>") == 22
    assert "<td>… 2 more changed columns</td>" in table


def test_what_cannot_be_read_is_counted_and_what_is_too_large_said() -> None:
    assert row_summary(changes("1\nx\n", "1\n")) == (
        "rows: 0 changed, 0 added, 0 removed, 1 as before; 1 before and 0 now cannot be read"
    )
    over = TooManyRows(limit=33_554_432)
    said = "the rows were not compared: a side has over 33,554,432 bytes"
    assert text(over) == [said]
    assert row_table(over) == f"<p>{said}</p>"
    assert row_value(over) == {"limit": 33_554_432}


def test_several_columns_that_came_are_named_together() -> None:
    assert row_summary(changes('{"a": 1}\n', '{"a": 1, "b": 1, "c": 1}\n', "a")) == (
        "rows: 1 changed, 0 added, 0 removed, 0 as before; columns b, c came"
    )


def test_a_page_has_a_table_in_which_no_text_is_markup() -> None:
    hostile = changes('{"<b>": "x"}\n', '{"<b>": "@team </table> ::error::"}\n')
    assert row_table(hostile) == (
        "<p>rows: 0 changed, 1 added, 1 removed, 0 as before</p>"
        "<table><tr><th>row</th><th>column</th><th>old</th><th>new</th></tr>"
        "<tr><td><code>row 1</code></td><td></td><td></td>"
        '<td><code>{"&lt;b&gt;": "@team &lt;/table&gt; &#58;&#58;error&#58;&#58;"}</code></td></tr>'
        '<tr><td><code>row 1</code></td><td></td><td><code>{"&lt;b&gt;": "x"}</code></td><td></td></tr>'
        "</table>"
    )
    assert (
        "<tr><td><code>row 1 (id 1)</code></td><td><code>q</code></td>"
        '<td><code>"a"</code></td><td><code>"A"</code></td></tr>'
    ) in row_table(KEYED)
    assert row_table(changes(OLD, OLD)) == "<p>rows: 0 changed, 0 added, 0 removed, 3 as before</p>"


def test_controls_are_shown_as_escapes() -> None:
    assert text(changes("", '"\\u001b[31m\\u202e"\n'))[1] == '+ row 1: "\\u001b[31m\\u202e"'


def test_programs_get_all_of_it() -> None:
    value: Value = row_value(KEYED)
    assert json.loads(json.dumps(value)) == {
        "key": ["id"],
        "unchanged": 1,
        "unread": [0, 0],
        "addedColumns": ["m"],
        "removedColumns": ["n"],
        "changed": [
            {
                "key": [1],
                "numbers": [1, 1],
                "cells": [
                    {"column": "q", "old": "a", "new": "A"},
                    {"column": "n", "old": 1},
                    {"column": "m", "new": True},
                ],
            }
        ],
        "added": [{"key": [4], "number": 2, "value": {"id": 4, "q": "d"}}],
        "removed": [{"key": [2], "number": 2, "value": {"id": 2, "q": "b"}}],
    }
