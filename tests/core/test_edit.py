import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.edit import Draft, NotEditable, text_with_parts
from plmctl.core.finding import Edit, Location
from plmctl.core.splice import as_edit, edited, key_splices, part_splices, value_splices
from plmctl.core.value import Pointer, Value, as_mapping, value_at
from plmctl.core.written import in_flow, text_in_style
from tests.properties.layouts import laid_out


def draft(text: str) -> Draft:
    found = Draft.of("a.yaml", text.encode())
    assert isinstance(found, Draft)
    return found


def document(text: str) -> Document:
    return draft(text).document


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("a: old # why\nb: 1\n", "new", "a: new # why\nb: 1\n"),
        ("a: 'old'\n", "it's", "a: 'it''s'\n"),
        ('a: "old"\n', 'a "b"', 'a: "a \\"b\\""\n'),
        ("a: 'old'\n", "two\nlines", 'a: "two\\nlines"\n'),
        ("a: old\n", "yes", 'a: "yes"\n'),
        ("a: old\n", "1.10", 'a: "1.10"\n'),
        ("a: old\n", ".inf", 'a: ".inf"\n'),
        ("a: old\n", "0x1FFFFFFFFFFFFFFFFF", 'a: "0x1FFFFFFFFFFFFFFFFF"\n'),
        ("a: old\n", "1e3", 'a: "1e3"\n'),
        ("a: old\n", "../text/a b.md", "a: ../text/a b.md\n"),
        ("a: old\n", "x: y", 'a: "x: y"\n'),
        ("a: 1.0 # one\n", "1.0", 'a: "1.0" # one\n'),
        ("a:\nb: 1\n", "new", "a: new\nb: 1\n"),
        ("{a: , b: 1}\n", "new", "{a: new, b: 1}\n"),
        ("a: plain\n  on two lines # why\nb: 1\n", "new", "a: new # why\nb: 1\n"),
        ("a: |- # why\n  old\n\n# more\nb: 1\n", "new", "a: |- # why\n  new\n\n# more\nb: 1\n"),
        ("a: |\n\n    old\n\n    text\nb: 1\n", "one\n\ntwo\n", "a: |\n    one\n\n    two\nb: 1\n"),
        ("a: |\n  old\nb: 1\n", "no end", 'a: "no end"\nb: 1\n'),
        ("a: >- # why\n  old\n  text\nb: 1\n", "new", 'a: "new" # why\nb: 1\n'),
        ("a: | # why\nb: 1\n", "new", 'a: "new" # why\nb: 1\n'),
        ("a: |-\n  old", "new", "a: |-\n  new"),
    ],
)
def test_a_value_keeps_the_style_of_the_old_one(before: str, new: str, after: str) -> None:
    assert draft(before).with_value(("a",), new).text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("top_p: 1 # why\n", "topP: 1 # why\n"),
        ("'top_p' : 1\n", "'topP' : 1\n"),
        ('{"top_p":1}\n', '{"topP":1}\n'),
        ("? top_p\n: 1\n", "? topP\n: 1\n"),
    ],
)
def test_a_key_keeps_its_style(before: str, after: str) -> None:
    assert draft(before).with_key(("top_p",), "topP").text == after


def test_a_key_in_a_list_is_renamed_where_it_stands() -> None:
    before = "a:\n  - {b: 1}\n  - c: 2 # b: 2\n    b: [1, 2.0]\n"
    assert draft(before).with_key(("a", 1, "b"), "d").text == before.replace("    b:", "    d:")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: |\n  One {{> old}}\n  {{> old}} two\nb: 1\n", "a: |\n  One {{> old}}\n  {{> new}} two\nb: 1\n"),
        ("a: >\n  One {{> old}}\n  {{> old}} two\n\n", "a: >\n  One {{> old}}\n  {{> new}} two\n\n"),
        ("a: >- # old\n  {{> old}} {{> old}}\n", "a: >- # old\n  {{> old}} {{> new}}\n"),
        ("a: 'One {{> old}}, {{> old}} it''s'\n", "a: 'One {{> old}}, {{> new}} it''s'\n"),
        ('a: "\\u00e9 {{> old}}\\n{{> old}}"\n', 'a: "\\u00e9 {{> old}}\\n{{> new}}"\n'),
        ('a: "{{> old}} {{> \\x6fld}}"\n', 'a: "{{> old}} {{> new}}"\n'),
        ("a: One {{> old}}\n   and {{> old}}\n", "a: One {{> old}}\n   and {{> new}}\n"),
        ("a: |\n  e\u0301 {{> old}}\n  {{> old}}\n", "a: |\n  e\u0301 {{> old}}\n  {{> new}}\n"),
    ],
)
def test_a_part_of_a_text_is_replaced_where_it_stands(before: str, after: str) -> None:
    text = document(before).value
    assert isinstance(text, dict)
    start = str(text["a"]).rindex("old")
    assert draft(before).with_part(("a",), start, start + 3, "new").text == after


def test_a_part_that_is_not_where_nfc_says_is_found_all_the_same() -> None:
    before = "a: |\n  e\u0301e\u0301 {{> old}}\n"
    assert draft(before).with_part(("a",), 7, 10, "new").text == "a: |\n  e\u0301e\u0301 {{> new}}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: [x, 'y' ] # why\n", "a: [x, 'y', new ] # why\n"),
        ("a: []\n", "a: [new]\n"),
        ("a: [x, # why\n    y, # also\n   ]\n", "a: [x, # why\n    y, new, # also\n   ]\n"),
        ("a:\n- x # why\n\nb: 1\n", "a:\n- x # why\n- new\n\nb: 1\n"),
        ("a:\n    - x\n    # end\nb: 1\n", "a:\n    - x\n    - new\n    # end\nb: 1\n"),
        ("a:\n  - |\n    x\n\n# end\nb: 1\n", "a:\n  - |\n    x\n  - new\n\n# end\nb: 1\n"),
        ("a:\n  - |+\n    x\n\n# end\nb: 1\n", "a:\n  - |+\n    x\n\n  - new\n# end\nb: 1\n"),
        ("a:\n  - {x: 1}", "a:\n  - {x: 1}\n  - new"),
    ],
)
def test_an_item_is_added_in_the_style_of_its_list(before: str, after: str) -> None:
    assert draft(before).with_item(("a",), "new").text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  x: 1 # why\n  y: 2\n", "a:\n  x: 1 # why\n  new: [old, 1, {k: null}]\n  y: 2\n"),
        ("a: {x: 1, y: 2} # why\n", "a: {x: 1, new: [old, 1, {k: null}], y: 2} # why\n"),
        ("a:\n  x:\n    - 1\n\n  y: 2\n", "a:\n  x:\n    - 1\n  new: [old, 1, {k: null}]\n\n  y: 2\n"),
        ("a:\n  x:\n  y: 2\n", "a:\n  x:\n  new: [old, 1, {k: null}]\n  y: 2\n"),
        ("a: {x: }\n", "a: {x: , new: [old, 1, {k: null}]}\n"),
    ],
)
def test_a_key_is_added_behind_its_sibling(before: str, after: str) -> None:
    assert draft(before).with_field(("a",), "new", ["old", 1, {"k": None}], after="x").text == after


def test_line_ends_and_the_byte_order_mark_stay() -> None:
    before = "\ufeffa: old\r\nb: |\r\n  {{> p}}\r\nc:\n- x\r\nd: 1\r"
    after = draft(before).with_value(("a",), "new").with_part(("b",), 4, 5, "q").with_item(("c",), "z")
    assert after.data == "\ufeffa: new\r\nb: |\r\n  {{> q}}\r\nc:\n- x\r\n- z\r\nd: 1\r".encode()


def test_a_key_that_is_there_already_is_not_written_twice() -> None:
    with pytest.raises(NotEditable) as error:
        draft("a: 1\nb: 2\n").with_key(("a",), "b")
    assert (error.value.message, error.value.hint) == (
        "a.yaml cannot be edited by a program",
        "change it by hand",
    )


def test_an_item_that_would_be_lost_in_what_is_before_it_is_not_written() -> None:
    found = draft("a:\n- x\n")
    with pytest.raises(NotEditable):
        replace(found, text="a: |\n- x\n").with_item(("a",), "new")


def test_a_text_is_edited_only_where_it_is_what_it_was() -> None:
    place = Location(path="a.md", line=2, column=1, end_column=4)
    assert edited("\ufeffone\r\ntwo\r\n", [Edit(location=place, old="two", new="2")]) == "\ufeffone\r\n2\r\n"
    assert edited("one\ntwo\n", [Edit(location=place, old="one", new="1")]) is None
    assert edited("one\ntwo\n", [Edit(location=place, old="two", new="two")]) is None
    assert edited("one", [Edit(location=place, old="two", new="2")]) is None


def test_a_key_over_two_lines_is_not_renamed() -> None:
    with pytest.raises(NotEditable):
        draft('? "a\n  b"\n: 1\n').with_key(("a b",), "c")
    assert list(key_splices(document("- 1\n"), (0,), "c")) == []


def test_a_file_that_cannot_be_read_has_no_draft() -> None:
    assert isinstance(Draft.of("a.yaml", b"a: [\n"), BrokenDocument)


def test_an_edit_says_what_stands_on_one_line() -> None:
    found = document("a:\n  b: 'old' # why\n  c: |-\n    x\n    {{> old}}\n  d: p\n    q\n")
    assert as_edit(found, value_splices(found, ("a", "b"), "new")) == (
        Edit(location=Location(path="a.yaml", line=2, column=6, end_column=11), old="'old'", new="'new'"),
    )
    assert as_edit(found, part_splices(found, ("a", "c"), 6, 9, "new")) == (
        Edit(location=Location(path="a.yaml", line=5, column=9, end_column=12), old="old", new="new"),
    )
    assert as_edit(found, value_splices(found, ("a", "d"), "new")) == ()
    assert as_edit(found, iter(())) == ()


@pytest.mark.parametrize(
    ("before", "parts", "after"),
    [
        ("One {{> a}}\r\n{{> a}}\r\n", [(16, 17, "b/c")], "One {{> a}}\r\n{{> b/c}}\r\n"),
        ("\ufeff{{> a}} {{> a}}", [(4, 5, "xy"), (12, 13, "zw")], "\ufeff{{> xy}} {{> zw}}"),
        ("e\u0301 {{> a}}", [(6, 7, "b")], "e\u0301 {{> b}}"),
    ],
)
def test_parts_of_a_text_file_are_replaced(
    before: str, parts: list[tuple[int, int, str]], after: str
) -> None:
    assert text_with_parts("a.md", before.encode(), parts) == after.encode()


@pytest.mark.parametrize(("before", "part"), [("e\u0301 e", (2, 3, "b")), ("x\u0301a", (0, 1, "e"))])
def test_a_text_that_would_read_otherwise_is_refused(before: str, part: tuple[int, int, str]) -> None:
    with pytest.raises(NotEditable):
        text_with_parts("a.md", before.encode(), [part])


@pytest.mark.parametrize("style", [None, "'", '"'])
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t '\"\\:#-")))
def test_a_text_is_read_back_in_every_style(style: str | None, text: str) -> None:
    found = read_document("a.yaml", f"[{text_in_style(text, style)}]".encode())
    assert isinstance(found, Document)
    assert found.value == [unicodedata.normalize("NFC", text)]


SIMPLE = st.text("abcdefxyz 019_./-'", min_size=1, max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-99, 99) | SIMPLE | st.just("two\nlines {{> p}}\n")
KEYS = st.text("abcdef_", min_size=1, max_size=4)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
ROOTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)


@given(LEAVES | VALUES)
def test_a_value_is_read_back_from_one_line(value: Value) -> None:
    found = read_document("a.yaml", f"[{in_flow(value)}]".encode())
    assert isinstance(found, Document)
    assert found.value == [value]


def leaves(value: Value, pointer: Pointer = ()) -> Iterator[Pointer]:
    match value:
        case dict():
            for key, child in value.items():
                yield from leaves(child, (*pointer, key))
        case list():
            for index, child in enumerate(value):
                yield from leaves(child, (*pointer, index))
        case _:
            yield pointer


def changed_text(before: str, after: str) -> tuple[str, str]:
    """What stands between the common beginning and the common end."""
    head = _length_of_same(before, after)
    tail = _length_of_same(before[head:][::-1], after[head:][::-1])
    return before[head : len(before) - tail], after[head : len(after) - tail]


def _length_of_same(one: str, other: str) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def comments(text: str) -> list[str]:
    return re.findall(r"# (?:a comment|more|0\.\d+)", text)


def laid(root: dict[str, Value], chance: Random) -> Draft:
    text = laid_out(root, chance)
    if chance.random() < 0.3:
        text = text.replace("\n", "\r\n")
    return draft(text)


@given(ROOTS, SIMPLE, st.randoms(use_true_random=False))
def test_any_value_in_any_layout_is_replaced_and_nothing_else(
    root: dict[str, Value], new: str, chance: Random
) -> None:
    found = list(leaves(root))
    assume(found)
    before = laid(root, chance)
    pointer = chance.choice(found)
    after = before.with_value(pointer, new)
    spot = before.document.spots[pointer]
    lines = before.text.splitlines(keepends=True)
    assert after.text.startswith("".join(lines[: spot.line - 1]) + lines[spot.line - 1][: spot.column - 1])
    assert after.text.endswith("".join(lines[spot.end_line :]))
    assert comments(after.text) == comments(before.text)
    assert value_at(after.document.value, pointer) == new


@given(ROOTS, st.randoms(use_true_random=False))
def test_any_key_in_any_layout_is_renamed_and_nothing_else(root: dict[str, Value], chance: Random) -> None:
    before = laid(root, chance)
    pointer = chance.choice([p for p in before.document.spots if p and isinstance(p[-1], str)])
    after = before.with_key(pointer, "zz")
    old, new = changed_text(before.text, after.text)
    assert (old.strip("'\""), new.strip("'\"")) == (str(pointer[-1]), "zz")
    assert comments(after.text) == comments(before.text)


@given(ROOTS, VALUES, st.randoms(use_true_random=False))
def test_any_list_and_mapping_takes_one_more(root: dict[str, Value], new: Value, chance: Random) -> None:
    before = laid(root, chance)
    places = {p: value_at(root, p) for p in before.document.spots}
    lists = [p for p, value in places.items() if isinstance(value, list)]
    mappings = [p for p, value in places.items() if isinstance(value, dict) and value]
    pointer = chance.choice([*lists, *mappings])
    if pointer in lists:
        after = before.with_item(pointer, new)
    else:
        sibling = chance.choice(list(as_mapping(value_at(root, pointer))))
        after = before.with_field(pointer, "zz", new, after=sibling)
    assert changed_text(before.text, after.text)[0] == ""
    assert comments(after.text) == comments(before.text)


@pytest.mark.parametrize(
    ("before", "sibling", "after"),
    [
        ("x: {}  # none\ny: 1\n", None, "x: {b: [1]}  # none\ny: 1\n"),
        ("x: {a: 1}  # one\ny: 1\n", "a", "x: {a: 1, b: [1]}  # one\ny: 1\n"),
        ("x:\n  a: 1  # one\ny: 1\n", "a", "x:\n  a: 1  # one\n  b: [1]\ny: 1\n"),
    ],
)
def test_a_field_joins_a_mapping_in_its_style(before: str, sibling: str | None, after: str) -> None:
    assert draft(before).with_field(("x",), "b", [1], after=sibling).text == after


VOICE = "{{> a}} a {{> a}}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('x: "{}"\n', 'x: "{}"\n'),
        ("x: |\n  {}\n# a\n", "x: |\n  {}\n# a\n"),
        ("x: >-\n  {}\n", "x: >-\n  {}\n"),
        ('x: "\\x61 {}"\n', "x: a {}\n"),
        ('x: "\\t\\x61 {} \\x0a\\ta"\n', 'x: "\\ta {} \\n\\ta"\n'),
    ],
)
def test_parts_of_many_texts_are_edited_at_once(before: str, after: str) -> None:
    found = draft(before.format(VOICE) + f"y: '{VOICE}'\n")
    text = str(as_mapping(found.document.value)["x"])
    starts = [match.start() + 4 for match in re.finditer("{{> a}}", text)]
    new = found.with_parts(
        {("x",): [(at, at + 1, "b") for at in starts], ("y",): [(4, 5, "b"), (14, 15, "b")]}
    )
    edited_voice = "{{> b}} a {{> b}}"
    value = as_mapping(new.document.value)
    assert (value["x"], value["y"]) == (text.replace(VOICE, edited_voice), edited_voice)
    if "\\" not in before:
        assert new.text == after.format(edited_voice) + f"y: '{edited_voice}'\n"


def test_parts_that_the_source_has_elsewhere_are_edited_one_by_one() -> None:
    found = draft('x: "\\nope {{> nope}} \\x6eope"\n')
    assert found.document.value == {"x": "\nope {{> nope}} nope"}
    assert found.with_parts({("x",): [(9, 13, "new")]}).document.value == {"x": "\nope {{> new}} nope"}


def test_a_part_on_a_line_of_decomposed_letters_is_written_with_the_whole_text() -> None:
    found = draft("x: |\n  e\u0301 {{> a}}\n")
    assert as_mapping(found.document.value)["x"] == "\u00e9 {{> a}}\n"
    assert found.with_parts({("x",): [(6, 7, "b")]}).text == "x: |\n  \u00e9 {{> b}}\n"
