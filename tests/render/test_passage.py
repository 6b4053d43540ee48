import pytest

from plmctl.core.change import Fact
from plmctl.core.judgement import Judgement
from plmctl.core.value import Value
from plmctl.render.passage import Pair, brief, clipped, has_values, runs_of, sides, spacing
from plmctl.render.prose import LeftOut, Mark, ProseLine, prose_lines
from tests.render.sample import CHANGED_TEXT, judged


def change(old: Value, new: Value, message: str = "changed") -> Judgement:
    """A judgement of a value that changed."""
    return judged(CHANGED_TEXT, message, old=old, new=new)


def beside(old: str, new: str) -> list[str]:
    """Two texts side by side: the old line, a bar, the new line; `∅` where a side has none."""
    found = sides(runs_of(change(old, new).change))
    return [f"… {part.count}" if isinstance(part, LeftOut) else _row(part) for part in found]


def _row(pair: Pair) -> str:
    return f"{_told(pair.old)} | {_told(pair.new)}"


def _told(line: ProseLine | None) -> str:
    if line is None:
        return "∅"
    marks = {Mark.SAME: "{}", Mark.OLD: "[-{}-]", Mark.NEW: "[+{}+]"}
    return "".join(marks[mark].format(text) for mark, text in line.pieces)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Be brief.", "Be kind.", ["Be [-brief-]. | Be [+kind+]."]),
        ("one\ntwo\n", "one\n2\n", ["one | one", "[-two-] | [+2+]"]),
        ("a\nold\nb", "a\nb", ["a | a", "[-old-] | ∅", "b | b"]),
        ("a\nb", "a\nnew\nb", ["a | a", "∅ | [+new+]", "b | b"]),
        ("1\n2\n3\n4\n5\nsix", "1\n2\n3\n4\n5\n6", ["… 4", "5 | 5", "[-six-] | [+6+]"]),
        (
            "The cat\nsat down here.\nEnd.",
            "The cat sat\ndown there.\nEnd.",
            ["The cat | The cat sat", "sat down [-here-]. | down [+there+].", "End. | End."],
        ),
    ],
)
def test_each_side_keeps_its_lines(old: str, new: str, expected: list[str]) -> None:
    assert beside(old, new) == expected


def test_a_pair_is_the_same_where_nothing_changed() -> None:
    found = sides(runs_of(change("a\nb", "a\nc").change))
    assert [part.is_same for part in found if isinstance(part, Pair)] == [True, False]


def test_one_side_alone_is_whole() -> None:
    assert tuple(prose_lines(runs_of(change(None, "a\nb").change))) == (
        ProseLine(((Mark.NEW, "a"),)),
        ProseLine(((Mark.NEW, "b"),)),
    )
    assert tuple(prose_lines(runs_of(change([1, "x"], None).change))) == (
        ProseLine(((Mark.OLD, '[1, "x"]'),)),
    )


def test_a_large_value_has_lines_and_an_empty_text_is_seen() -> None:
    large: Value = {"name": "x" * 80, "items": [1]}
    lines = prose_lines(runs_of(change(None, large).change))
    assert [line.pieces[0][1] for line in lines if isinstance(line, ProseLine)] == [
        "{",
        f'  "name": "{"x" * 80}",',
        '  "items": [',
        "    1",
        "  ]",
        "}",
    ]
    assert tuple(prose_lines(runs_of(change("", None).change))) == (ProseLine(((Mark.OLD, '""'),)),)


def test_other_line_breaks_alone_are_said_in_numbers() -> None:
    runs = runs_of(change("one two\nthree\n", "one\ntwo\nthree\n").change)
    assert tuple(prose_lines(runs)) == ()
    assert spacing(runs) == "no word changed; 2 lines before, 3 lines now"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (0.3, 0.2, ("0.3", "0.2")),
        (None, "en", (None, '"en"')),
        ({"a": 1}, None, ('{"a": 1}', None)),
        ("a\nb", "c", None),
        ("x" * 59, "y", None),
        ("x" * 58, "y", (f'"{"x" * 58}"', '"y"')),
        ("\u202e", "a", ('"\\u202e"', '"a"')),
        (f"sha256:{'a' * 64}", f"sha256:{'b' * 64}", (f"sha256:{'a' * 12}…", f"sha256:{'b' * 12}…")),
        ({"md5": "a" * 32, "size": 1200}, None, ("1200 bytes, md5 aaaaaaaaaaaa", None)),
    ],
)
def test_what_fits_on_a_line_is_brief(
    old: Value, new: Value, expected: tuple[str | None, str | None] | None
) -> None:
    assert brief(change(old, new).change) == expected


BYTES = "the data changed: 1 byte as before, md5 aaaaaaaaaaaa to bbbbbbbbbbbb"


@pytest.mark.parametrize(
    ("judgement", "expected"),
    [
        (change(0.3, 0.2, "'x' changed from 0.3 to 0.2"), False),
        (change(0.3, 0.2, "'x' changed to 0.2"), True),
        (change(None, "packs", "'packs' was added"), False),
        (change(None, "packs", "'x' was added"), True),
        (change("", "a", "'x' changed to a"), True),
        (change(None, None), False),
        (change([], None, "[] was removed"), True),
        (change({"md5": "a" * 32, "size": 1}, {"md5": "b" * 32, "size": 1}, BYTES), False),
        (change({"md5": "a" * 32, "size": 1}, {"md5": "c" * 32, "size": 1}, BYTES), True),
        (judged(CHANGED_TEXT, "added", pointer=(), fact=Fact.ADDED, new="prompt/x"), False),
    ],
)
def test_values_that_the_message_says_are_not_said_again(judgement: Judgement, expected: bool) -> None:
    assert has_values(judgement) is expected


def test_a_long_line_is_clipped_and_the_rest_counted() -> None:
    line = ProseLine(((Mark.SAME, "abc"), (Mark.OLD, "d\x1bef"), (Mark.NEW, "gh")))
    assert clipped(line, 100) == (((Mark.SAME, "abc"), (Mark.OLD, "d\\x1bef"), (Mark.NEW, "gh")), 0)
    assert clipped(line, 5) == (((Mark.SAME, "abc"), (Mark.OLD, "d\\x1b")), 4)
    assert clipped(line, 3) == (((Mark.SAME, "abc"),), 6)
