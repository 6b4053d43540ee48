import pytest

from plmctl.core.prose import prose_runs
from plmctl.render.prose import LeftOut, Mark, prose_lines


def shown(old: str, new: str, around: int = 1) -> list[str]:
    """The lines as a terminal shows them, without folding."""
    return [
        f"… {part.count}" if isinstance(part, LeftOut) else part.sign + "".join(map(_shown, part.pieces))
        for part in prose_lines(prose_runs(old, new), around)
    ]


def _shown(piece: tuple[Mark, str]) -> str:
    mark, text = piece
    return {Mark.SAME: text, Mark.OLD: f"[-{text}-]", Mark.NEW: f"{{+{text}+}}"}[mark]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Be brief.\n", "Be kind.\n", ["~Be [-brief-]{+kind+}."]),
        ("one\ntwo\nthree\nfour\n", "one\ntwo\nthree\n4\n", ["… 2", " three", "-[-four-]", "+{+4+}"]),
        ("a\n\nb\n", "a\n\nnew\n\nb\n", ["… 1", " ", "+{+new+}", "+{++}", " b"]),
        ("a\nold\nb", "a\nb", [" a", "-[-old-]", " b"]),
        ("first\nlast", "last", ["-[-first-]", " last"]),
        ("x", "y", ["-[-x-]", "+{+y+}"]),
        # The end of a line and the beginning of the next one changed: no line is on neither side.
        (
            "in the text.\nSay no more",
            "in the source.\nTell no more",
            ["~in the [-text.-]{+source.+}", "~[-Say-]{+Tell+} no more"],
        ),
        ("go on,\nSay it", "go on;\nTell it", ["~go on[-,-]{+;+}", "~[-Say-]{+Tell+} it"]),
        (
            "one, a\nb\nc, two",
            "one, x\ny, two",
            ["~one, [-a-]{+x+}", "-[-b-]", "~[-c-]{+y+}, two"],
        ),
        # A paragraph with other line breaks is shown as it is now, and only its words are marked.
        (
            "Say what\nthe text says.",
            "Say what the\ntext means.",
            [" Say what the", "~text [-says-]{+means+}."],
        ),
        ("Say what\nthe text says.", "Say what the\ntext says.", []),
        ("", "", []),
    ],
)
def test_lines_are_signed_and_words_are_marked(old: str, new: str, expected: list[str]) -> None:
    assert shown(old, new) == expected


def test_lines_far_from_a_change_are_counted() -> None:
    old = "\n".join(f"line {word}" for word in "abcdefghi")
    assert shown(old, old.replace("line e", "line E")) == [
        "… 3",
        " line d",
        "~line [-e-]{+E+}",
        " line f",
        "… 3",
    ]
    assert shown(old, old.replace("line e", "line E"), around=0) == ["… 4", "~line [-e-]{+E+}", "… 4"]


FAR = "This sentence is as long as sentences are and nobody touched it. " * 3


def test_of_a_long_line_the_sentences_that_changed_are_shown() -> None:
    old = f"{FAR}Keep this short. {FAR}"
    new = old.replace("short", "very short")
    assert shown(old, new) == ["~… Keep this {+very +}short. …"]


def test_between_two_changes_both_sentences_are_shown() -> None:
    old = f"Begin with a yes. {FAR}End with a no."
    new = old.replace("yes", "smile").replace("no.", "wave.")
    assert shown(old, new) == ["~Begin with a [-yes-]{+smile+}. … End with a [-no-]{+wave+}."]


def test_where_no_sentence_ends_a_few_words_are_shown() -> None:
    words = "word " * 60
    assert shown(f"{words}here {words}", f"{words}there {words}") == [
        f"~… {'word ' * 15}[-here-]{{+there+}}{' word' * 15} …"
    ]
    letters = "x" * 300
    assert shown(f"{letters},a,{letters}", f"{letters},b,{letters}") == [
        f"~… {'x' * 79},[-a-]{{+b+}},{'x' * 79} …"
    ]
