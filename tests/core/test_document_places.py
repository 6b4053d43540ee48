"""Where values stand."""

import pytest

from plmctl.core.document import YML_RULES, Document, Spot
from plmctl.core.finding import Finding, Level, Location
from plmctl.core.value import Pointer
from tests.core.test_document import read

RULE = YML_RULES[0]

TEXT = """\
# a comment
name: greet
list:
  - one
  - {two: 2,  'three':  "3"}

spec:
  text: |
    Hello {{name}},

      indented
  folded: >-
    a
    b
  empty:
  # trailing comment

last: a long
  plain
"""


@pytest.fixture(name="document")
def _document() -> Document:
    return read(TEXT)


def test_every_value_has_a_spot(document: Document) -> None:
    assert dict(document.spots) == {
        (): Spot(2, 1, 19, 8),
        ("name",): Spot(2, 7, 2, 12, 2, 1, 5, None, "greet"),
        ("list",): Spot(4, 3, 5, 29, 3, 1, 5),
        ("list", 0): Spot(4, 5, 4, 8, None, None, None, None, "one"),
        ("list", 1): Spot(5, 5, 5, 29),
        ("list", 1, "two"): Spot(5, 11, 5, 12, 5, 6, 9, None, "2"),
        ("list", 1, "three"): Spot(5, 25, 5, 28, 5, 15, 22, '"', None),
        ("spec",): Spot(8, 3, 15, 9, 7, 1, 5),
        ("spec", "text"): Spot(8, 9, 12, 1, 8, 3, 7, "|", None),
        ("spec", "folded"): Spot(12, 11, 15, 1, 12, 3, 9, ">", None),
        ("spec", "empty"): Spot(15, 9, 15, 9, 15, 3, 8, None, ""),
        ("last",): Spot(18, 7, 19, 8, 18, 1, 5, None, "a long\n  plain"),
    }


@pytest.mark.parametrize(
    ("text", "line", "column"), [("? a", 1, 4), ("b: 1\n? a # c", 2, 8), ("? a\n", 2, 1)]
)
def test_the_value_that_a_key_at_the_end_does_not_have_stands_in_the_file(
    text: str, line: int, column: int
) -> None:
    document = read(text)
    spot = document.spots[("a",)]
    assert (spot.line, spot.column, spot.end_line, spot.end_column) == (line, column, line, column)
    assert document.source_of(spot) == ""
    assert document.spots[()][2:4] == (line, column)


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        (("name",), (2, 7, 12)),
        (("list", 1, "three"), (5, 25, 28)),
        (("list",), (4, 3, None)),
        (("spec", "text"), (8, 9, None)),
        (("spec", "empty"), (15, 9, None)),
        (("last",), (18, 7, None)),
        ((), (2, 1, None)),
        (("spec", "absent", 3, "deeper"), (8, 3, None)),
        (("absent",), (2, 1, None)),
    ],
)
def test_a_value_is_found_or_what_is_around_it(
    document: Document, pointer: Pointer, place: tuple[int, int, int | None]
) -> None:
    line, column, end = place
    assert document.location(pointer) == Location(path="f.yaml", line=line, column=column, end_column=end)


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        (("name",), (2, 1, 5)),
        (("list", 1, "three"), (5, 15, 22)),
        (("list", 0), (4, 5, 8)),
        (("spec", "absent"), (7, 1, 5)),
        ((), (2, 1, None)),
    ],
)
def test_a_key_is_found_or_the_value_that_has_none(
    document: Document, pointer: Pointer, place: tuple[int, int, int | None]
) -> None:
    line, column, end = place
    assert document.key_location(pointer) == Location(path="f.yaml", line=line, column=column, end_column=end)


def test_a_key_over_two_lines_has_no_end_column() -> None:
    document = read('{? "a\n  b" : 1}\n')
    assert document.key_location(("a b",)) == Location(path="f.yaml", line=1, column=4)


@pytest.mark.parametrize(
    ("header", "lines", "place", "expected"),
    [
        ("|", ["  abc", "  def"], (0, 0), (2, 3)),
        ("|", ["  abc", "  def"], (1, 2), (3, 5)),
        ("|", ["  abc", "  def"], (1, 3), (3, 6)),
        ("|", ["", "", "    abc"], (2, 1), (4, 6)),
        ("|", ["", "  abc"], (0, 0), (2, 1)),
        ("|2", ["     abc"], (0, 0), (2, 3)),
        ("|2", ["     abc"], (0, 4), (2, 7)),
        ("|+2 # why", ["     abc", "", "", ""], (2, 0), (4, 1)),
        ("|2+", ["", "    abc", "   d"], (2, 1), (4, 4)),
        ("|-", [" abc", "   ", " d", "", ""], (1, 1), (3, 3)),
        ("|-", [" abc", "   ", " d", "", ""], (2, 0), (4, 2)),
        ("|2", ["  \tabc"], (0, 1), (2, 4)),
        ("|", ["  \U0001f600 {{x}}"], (0, 2), (2, 5)),
        ("|", ["  caf\u00e9 {{x}}"], (0, 5), (2, 8)),
    ],
)
def test_a_place_in_a_literal_block_is_exact(
    header: str, lines: list[str], place: tuple[int, int], expected: tuple[int, int]
) -> None:
    document = read("\n".join([f"key: {header}", *lines, "end: 1", ""]))
    line, column = expected
    assert document.location_in(("key",), *place) == Location(path="f.yaml", line=line, column=column)


def test_a_place_in_a_line_that_nfc_changes_is_the_start_of_its_text() -> None:
    document = read("key: |\n  cafe\u0301 {{x}}\n  {{y}}\n")
    assert document.location_in(("key",), 0, 5) == Location(path="f.yaml", line=2, column=3)
    assert document.location_in(("key",), 1, 0) == Location(path="f.yaml", line=3, column=3)


def test_a_literal_block_at_the_root_is_exact() -> None:
    assert read("--- |\n abc\n d\n").location_in((), 1, 0) == Location(path="f.yaml", line=3, column=2)


@pytest.mark.parametrize("place", [(2, 0), (9, 0), (0, 4), (1, 99)])
def test_a_place_outside_of_a_block_is_the_start_of_it(place: tuple[int, int]) -> None:
    document = read("key: |\n  abc\n  def\n")
    assert document.location_in(("key",), *place) == Location(path="f.yaml", line=1, column=6)


def test_a_place_in_an_empty_block_is_the_start_of_it() -> None:
    assert read("key: |\nend: 1\n").location_in(("key",), 0, 0) == Location(path="f.yaml", line=1, column=6)
    for blanks in ("", "   "):
        document = read(f"key: |+\n\n{blanks}\nend: 1\n")
        assert document.location_in(("key",), 1, 0) == Location(path="f.yaml", line=3, column=1)


@pytest.mark.parametrize("text", ["key: >\n  a\n  b\n", 'key: "a\n  b"\n', "key: a\n  b\n", "key: 12\n"])
def test_a_place_in_any_other_value_is_the_start_of_it(text: str) -> None:
    document = read(text)
    assert document.location_in(("key",), 0, 1) == document.location(("key",))
    assert str(document.location(("key",))) == "f.yaml:1:6"


def test_a_place_in_nothing_is_what_is_around_it(document: Document) -> None:
    assert document.location_in(("spec", "absent"), 0, 1) == document.location(("spec",))
    assert document.location_in(("list", 1, "two"), 0, 0) == document.location(("list", 1, "two"))


@pytest.mark.parametrize(
    ("pointer", "source"),
    [
        (("name",), "greet"),
        (("list", 0), "one"),
        (("list", 1), "{two: 2,  'three':  \"3\"}"),
        (("list", 1, "three"), '"3"'),
        (("list",), "- one\n  - {two: 2,  'three':  \"3\"}"),
        (("spec", "text"), "|\n    Hello {{name}},\n\n      indented\n"),
        (("spec", "empty"), ""),
        (("last",), "a long\n  plain"),
    ],
)
def test_the_source_of_a_value_is_what_is_written(document: Document, pointer: Pointer, source: str) -> None:
    assert document.source_of(document.spots[pointer]) == source


def test_the_source_of_the_whole_is_all_from_its_first_key(document: Document) -> None:
    assert document.source_of(document.spots[()]) == TEXT.removeprefix("# a comment\n").removesuffix("\n")


def test_source_lines_count_from_1(document: Document) -> None:
    assert [document.source_line(n) for n in (-1, 0, 1, 19, 20, 21)] == [
        "",
        "",
        "# a comment",
        "  plain",
        "",
        "",
    ]


def test_the_last_line_needs_no_end() -> None:
    document = read("a: 1\nb: 2")
    assert [document.source_line(n) for n in (-1, 0, 1, 2, 3)] == ["", "", "a: 1", "b: 2", ""]


def test_a_finding_has_the_rules_level_and_the_source_line(document: Document) -> None:
    location = document.location(("name",))
    assert document.finding(RULE, "bad", location, help="do", artifact="prompt/greet") == Finding(
        rule=RULE,
        message="bad",
        location=location,
        level=Level.ERROR,
        help="do",
        source="name: greet",
        artifact="prompt/greet",
    )


@pytest.mark.parametrize("location", [Location(path="f.yaml"), Location(path="other.md", line=1, column=1)])
def test_a_finding_elsewhere_has_no_source_line(document: Document, location: Location) -> None:
    assert document.finding(RULE, "bad", location) == Finding(
        rule=RULE, message="bad", location=location, level=Level.ERROR
    )


def test_a_document_is_what_it_says_and_not_how_its_places_are_found() -> None:
    once, again = (read("a: 1\n") for _ in range(2))
    assert once == again
    assert repr(once) == "Document(path='f.yaml', text='a: 1\\n', value={'a': 1}, findings=())"
