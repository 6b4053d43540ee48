import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.render.visible import (
    cut,
    cut_middle,
    visible,
    visible_lines,
    width,
    window,
    without_commands,
    wrapped,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("caf\u00e9 \u6f22\u5b57", "caf\u00e9 \u6f22\u5b57"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]8;;http://x\x07link", "\\x1b]8;;http://x\\x07link"),
        ("c1 \x9b31m", "c1 \\x9b31m"),
        ("a\nb\rc", "a\\x0ab\\x0dc"),
        ("a\tb", "a    b"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("line\u2028end", "line\\u2028end"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("byte \udcff", "byte \\xff"),
        ("half \ud800", "half \\ud800"),
        ("bom \ufeff", "bom \\ufeff"),
        ("pay\u200dpal", "pay\\u200dpal"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("\u200cx", "\\u200cx"),
        ("\u202e\u200dx", "\\u202e\\u200dx"),
        ("filler \u3164\u034f.", "filler \\u3164\\u034f."),
        ("\u2764\ufe0f 1\ufe0f\u20e3", "\u2764\ufe0f 1\ufe0f\u20e3"),
        ("\u2764\ufe0f\ufe01\ufe02", "\u2764\ufe0f\\ufe01\\ufe02"),
        ("a\ufe00", "a\\ufe00"),
        ("\u845b\U000e0100\U000e0101", "\u845b\U000e0100\\U000e0101"),
        ("\u2764\U000e0148", "\u2764\\U000e0148"),
    ],
)
def test_what_hides_or_moves_the_cursor_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_are_kept_and_their_controls_shown() -> None:
    assert visible_lines("one\ntwo\x07\n") == ("one", "two\\x07")


@pytest.mark.parametrize(
    ("line", "harmless"),
    [
        ("::error::forged", "\\::error::forged"),
        ("   ::stop-commands::x", "   \\::stop-commands::x"),
        ("##vso[task.complete]", "\\##vso[task.complete]"),
        ("text ##[add-mask]x", "text ##\\[add-mask]x"),
        ("error[X]: ::error::", "error[X]: ::error::"),
        ("3 | ## A heading", "3 | ## A heading"),
    ],
)
def test_no_line_is_a_command_of_a_ci_service(line: str, harmless: str) -> None:
    assert without_commands(line) == harmless


def test_width_counts_the_columns_of_a_screen() -> None:
    assert [width(t) for t in ("abc", "\u6f22\u5b57", "e\u0301", "\U0001f469\u200d\U0001f4bb")] == [
        3,
        4,
        1,
        4,
    ]


def test_a_text_is_cut_by_columns() -> None:
    assert [cut("abcdef", 6), cut("abcdef", 4), cut("\u6f22\u5b57\u6f22", 4)] == ["abcdef", "abc…", "\u6f22…"]


def test_a_text_is_wrapped_at_spaces_and_nothing_is_lost() -> None:
    pieces = wrapped("one two three " + "x" * 12, 8)
    assert pieces == ("one two ", "three ", "xxxxxxxx", "xxxx")


def test_a_wide_character_goes_into_a_column_that_is_too_narrow() -> None:
    assert wrapped("\u6f22\u5b57", 1) == ("\u6f22", "\u5b57", "")


@pytest.mark.parametrize(
    ("text", "start", "end", "columns", "expected"),
    [
        ("model: x", 7, 8, 40, ("model: x", "       ^")),
        ("\tkey: value", 1, 4, 40, ("    key: value", "    ^^^")),
        ("\u6f22\u5b57: value", 4, 9, 40, ("\u6f22\u5b57: value", "      ^^^^^")),
        ("name: \u6f22\u5b57", 6, 8, 40, ("name: \u6f22\u5b57", "      ^^^^")),
        ("short", 5, 6, 40, ("short", "     ^")),
        (
            "a" * 50 + "HERE" + "b" * 50,
            50,
            54,
            20,
            ("…" + "a" * 7 + "HERE" + "b" * 7 + "…", " " * 8 + "^^^^"),
        ),
        ("a" * 50 + "HERE", 50, 54, 20, ("…aaaaaaaaaaaaaaaHERE", "                ^^^^")),
        ("HERE" + "b" * 50, 0, 4, 20, ("HERE" + "b" * 15 + "…", "^^^^")),
        ("x: " + "y" * 50, 3, 53, 20, ("x: " + "y" * 16 + "…", "   " + "^" * 17)),
    ],
)
def test_a_long_line_is_cut_around_its_place(
    text: str, start: int, end: int, columns: int, expected: tuple[str, str]
) -> None:
    assert window(text, start, end, columns) == expected


@given(st.text(), st.integers(0, 60), st.integers(1, 60), st.integers(8, 90))
def test_a_line_and_its_marks_always_fit(source: str, start: int, length: int, columns: int) -> None:
    start = min(start, len(source))
    line, marks = window(source, start, start + length, columns)
    assert width(line) <= columns
    assert 1 <= marks.count("^") == len(marks.strip())
    assert width(marks) <= columns + 1


@given(st.text("a0\n\u200d\u202e\u2764\ufe00\ufe0f\u845b\U000e0100") | st.text())
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.text(), st.integers(1, 40))
def test_wrapping_loses_nothing(text: str, columns: int) -> None:
    assert "".join(wrapped(text, columns)) == text


@pytest.mark.parametrize(
    ("columns", "cut"),
    [(30, "prompt/support/triage"), (21, "prompt/support/triage"), (20, "prompt/sup…rt/triage"), (3, "p…e")],
)
def test_the_middle_of_a_name_is_cut(columns: int, cut: str) -> None:
    assert cut_middle("prompt/support/triage", columns) == cut


def test_wide_characters_are_cut_by_their_width() -> None:
    assert cut_middle("漢字漢字漢字", 7) == "漢…漢字"
