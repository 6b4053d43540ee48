import time

import pytest

from plmctl.core.concealed import LIMIT, Concealment, concealed, controls
from plmctl.core.invisible import UNSEEN

ANOTHER_ORDER = "shows the text in another order than it has"
TAGS, ORDER, INSIDE, STRAY, AWAY = Concealment


def told(text: str) -> list[tuple[Concealment, int, int, str]]:
    return [(each.how, each.start, each.end, each.told) for each in concealed(text)]


def tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(c)) for c in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"a{tags('go')}", (TAGS, 1, 3, "'go' is hidden in 2 tag characters")),
        ("a\U000e0001\U000e007f", (TAGS, 1, 3, "2 tag characters that nobody sees")),
        (tags("x" * 70), (TAGS, 0, 70, f"'{'x' * 60}…' is hidden in 70 tag characters")),
        (
            "a\u202eb\u202c",
            (
                ORDER,
                1,
                2,
                f"U+202E (right-to-left override) {ANOTHER_ORDER}, and 1 more on this line",
            ),
        ),
        ("a \u200bb", (STRAY, 2, 3, "U+200B (zero width space) is not seen")),
        ("a\u200bb", (INSIDE, 1, 2, "U+200B (zero width space) is inside of 'ab'")),
        ("a_\u200b1", (INSIDE, 2, 3, "U+200B (zero width space) is inside of 'a_1'")),
        ("\ufeffa \u00ad", (STRAY, 0, 1, "U+FEFF (zero width no-break space) is not seen, and 1 more")),
        ("a\U000e0abcb", (INSIDE, 1, 2, "U+E0ABC (unassigned) is inside of 'ab'")),
        (
            " " + "\u200b\u200c" * 2,
            (INSIDE, 1, 5, "4 characters in a row are not seen, the first is U+200B (zero width space)"),
        ),
        ("!\U000e0150", (INSIDE, 1, 2, "'`' is hidden in 1 selector of variants")),
        ("!\ufe04\ufe08", (INSIDE, 1, 3, "'\x04\x08' is hidden in 2 selectors of variants")),
        ("!\ufe04", (STRAY, 1, 2, "U+FE04 (variation selector-5) is not seen")),
        ("\U0001f600\u200d", (STRAY, 1, 2, "U+200D (zero width joiner) is not seen")),
        ("\U0001f600\u200c\U0001f600", (STRAY, 1, 2, "U+200C (zero width non-joiner) is not seen")),
        ("a\u200e.", (STRAY, 1, 2, "U+200E (left-to-right mark) is not seen")),
        (
            "a\u200eb \u05d0",
            (INSIDE, 1, 2, "U+200E (left-to-right mark) is inside of 'ab'"),
        ),
        ("\u034f", (STRAY, 0, 1, "U+034F (combining grapheme joiner) is not seen")),
        ("\u05d0" * 70 + "\u200b" + "b" * 70, (INSIDE, 70, 71, "")),
    ],
)
def test_what_is_not_seen_is_told(text: str, expected: tuple[Concealment, int, int, str]) -> None:
    (found,) = told(text)
    assert found[:3] == expected[:3]
    assert found[3] == expected[3] or (not expected[3] and "…" in found[3])


@pytest.mark.parametrize(
    ("text", "start", "why"),
    [
        ("a\n" + "\n" * 40 + "b", 42, "40 blank lines"),
        ("\n" * 40 + "b", 40, "40 blank lines"),
        ("a\n" + " \t\n" * 41 + "  b", 127, "41 blank lines"),
        ("ü\n" + "\u2800\n" * 40 + "b", 82, "40 blank lines"),
        ("a" + " " * 80 + "b", 81, "80 columns of blanks"),
        ("a" + "\t" * 10 + "b", 11, "80 columns of blanks"),
        ("ä" + "\u3000" * 40 + "b", 41, "80 columns of blanks"),
        (" " * 80 + "b", 80, "80 columns of blanks"),
        ("| a" + " " * 80 + "| b", 83, "80 columns of blanks"),
    ],
)
def test_what_is_out_of_sight_is_told(text: str, start: int, why: str) -> None:
    found = [each for each in told(text) if each[0] is AWAY]
    assert found == [(AWAY, start, len(text), f"{why} push this text out of sight")]


@pytest.mark.parametrize(
    "text",
    [
        "a\n" + "\n" * 39 + "b",
        "a\n" + "\n" * 100,
        "a" + " " * 79 + "b",
        "a" + " " * 100,
        "\ta\tb\n\t\tc",
        "  " * 39 + "b\n" + "  " * 41 + "c\n\n" + "  " * 42 + "d",
        "| a" + " " * 80 + "| b |\n| " + "a" * 81 + "| b |",
        "| " + "a" * 81 + "| b |\n| a" + " " * 80 + "| b |",
        "naïve — “quotes”",
    ],
)
def test_what_is_in_sight_is_not(text: str) -> None:
    assert told(text) == []


def test_of_a_line_the_first_of_each_sort_is_told() -> None:
    text = f"a{tags('x')}b\u200bc{tags('y')}d\u200be\n\u200b{tags('z')}"
    assert [(how, start) for how, start, *_ in told(text)] == [
        (TAGS, 1),
        (INSIDE, 3),
        (STRAY, 10),
        (TAGS, 11),
    ]
    assert [each[3].partition(", and ")[2] for each in told(text)] == [
        "1 more on this line",
        "1 more on this line",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("line", "is_balanced"),
    [
        ("\u2067a\u2069", True),
        ("\u202b\u2066a\u2069b\u202c", True),
        ("\u202b\u2066a\u202c\u2069", False),
        ("a\u2069", False),
        ("\u202aa", False),
    ],
)
def test_an_order_is_ended_on_its_line(line: str, is_balanced: bool) -> None:
    (found,) = concealed(f"x\n{line}\n\u0634")
    assert (found.how, found.is_balanced) == (ORDER, is_balanced)


def test_at_most_a_hundred_are_told() -> None:
    assert len(told("a\u200bb\n" * 300)) == LIMIT


@pytest.mark.parametrize(
    ("part", "count"),
    [
        ("a\u200b", 260_000),
        ("\u200b", 340_000),
        ("a\u202e", 260_000),
        ("\u05d0\u200e", 200_000),
        ("a\u200b\n", 200_000),
        ("a\u200bb\n", 170_000),
        ("a \u200b ", 170_000),
        ("\u06a9\u200c", 200_000),
        ("a" + " " * 80, 12_000),
        ("\n" * 40 + "a", 25_000),
        ("\n" * 39 + "a", 25_000),
        (" " * 20_000 + "\n", 39),
        ("\t" * 9 + "a", 100_000),
        ("\U000e0100\U000e0130", 130_000),
        ("\U0001f3f4\U000e0067", 130_000),
    ],
)
@pytest.mark.no_cover
def test_a_megabyte_of_anything_is_looked_through_at_once(part: str, count: int) -> None:
    begin = time.process_time()
    told(part * count + "a")
    # The limit of a file is a second; a machine may be slow, and measure branches.
    assert time.process_time() - begin < 5


def test_five_hundred_beside_words_are_no_slip() -> None:
    assert told("a \u200b\n" * 500) == [
        (STRAY, 2, 3, "U+200B (zero width space) is not seen, and 499 more"),
    ]
    assert told("a \u200b\n" * 600) == [
        (INSIDE, 2, 3, "U+200B (zero width space) is not seen, and 500 more"),
    ]


def test_signs_that_command_a_terminal_are_told_once_a_line() -> None:
    found = [
        (each.how, each.start, each.end, each.told) for each in controls("a\x1b[8mb\x08\tc\n\x9b\x0c\x85")
    ]
    assert found == [
        (INSIDE, 1, 2, "U+001B (a control character) may hide what is around it"),
        (INSIDE, 10, 11, "U+009B (a control character) may hide what is around it"),
    ]
    assert len(tuple(controls("\x08\n" * 300))) == LIMIT
    assert tuple(controls("a\tb\x0c\n")) == ()


def test_all_that_unicode_ignores_by_default_is_looked_for() -> None:
    # DerivedCoreProperties.txt 16.0, Default_Ignorable_Code_Point, by hand.
    ignorable = (
        "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF"
    )
    ignorable += " FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"
    looked_for = _expanded(UNSEEN)
    for part in ignorable.split():
        first, _, last = part.partition("-")
        assert set(range(int(first, 16), int(last or first, 16) + 1)) <= looked_for, part
    # A blank of Braille, marks of annotations, a musical sign without a picture.
    assert len(looked_for) - 4174 == 1 + 3 + 1


def _expanded(brackets: str) -> set[int]:
    codes, index = set[int](), 0
    while index < len(brackets):
        is_range = brackets[index + 1 : index + 2] == "-"
        last = ord(brackets[index + 2]) if is_range else ord(brackets[index])
        codes |= set(range(ord(brackets[index]), last + 1))
        index += 3 if is_range else 1
    return codes
