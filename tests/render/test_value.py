from dataclasses import replace

from plmctl.core.change import Fact
from plmctl.core.report import Report
from plmctl.core.value import Value
from plmctl.render.line import Paper
from plmctl.render.text import text
from tests.render.sample import CHANGED_TEXT, INPUT_ADDED, judged

PLAIN = Paper()


def test_what_the_message_says_is_not_said_again() -> None:
    said = judged(CHANGED_TEXT, "'language' changed from 'en' to 'de'", old="en", new="de")
    whole = judged(INPUT_ADDED, "prompt/greet was removed", pointer=(), fact=Fact.REMOVED, old="prompt/greet")
    report = Report(command="diff", judgements=(said, whole))
    assert (
        text(report, PLAIN)
        == """\
prompt/greet  breaking, needs major
├─ PRM040 text-changed: 'language' changed from 'en' to 'de'
└─ PRM010 required-input-added: prompt/greet was removed
       accept: plmctl accept 3f9a1c22b0de --reason WHY

1 artifact changed
"""
    )


def test_data_is_shown_by_its_amount_and_only_where_the_message_has_it_not() -> None:
    old: Value = {"md5": f"{'a' * 32}.dir", "size": 18081, "nfiles": 36}
    new: Value = {"md5": f"{'b' * 32}.dir", "size": 18081, "nfiles": 36}
    said = judged(CHANGED_TEXT, "the data changed: md5 aaaaaaaaaaaa to bbbbbbbbbbbb", old=old, new=new)
    silent = judged(CHANGED_TEXT, "'data.dvc' was added", fact=Fact.ADDED, new=new)
    assert (
        text(Report(command="diff", judgements=(said, silent)), PLAIN)
        == """\
prompt/greet  behavioural, needs minor
├─ PRM040 text-changed: the data changed: md5 aaaaaaaaaaaa to bbbbbbbbbbbb
└─ PRM040 text-changed: 'data.dvc' was added
       + 36 files, 18081 bytes, md5 bbbbbbbbbbbb

1 artifact changed
"""
    )


def test_long_values_are_cut_and_say_so() -> None:
    parts = judged(CHANGED_TEXT, "the list changed", old=["x" * 100], new=["y"])
    lines = judged(CHANGED_TEXT, "the text changed", old=None, new="\n".join("abcdefgh" * 6))
    many = judged(CHANGED_TEXT, "the book changed", old="\n" * 5000, new="short")
    shown = text(Report(command="diff", judgements=(parts, lines, many)), PLAIN).split("\n")
    assert shown[0:4] == [
        "prompt/greet  behavioural, needs minor",
        "├─ PRM040 text-changed: the list changed",
        '│      - ["' + "x" * 68 + "…",
        '│      + ["y"]',
    ]
    assert shown[5:7] == ["│      + a", "│      + b"]
    assert shown[45:48] == [
        "│      … 8 more lines",
        "└─ PRM040 text-changed: the book changed",
        "       -",
    ]
    assert shown[87:] == [
        "       … 4,961 more lines",
        "",
        "1 artifact changed",
        "",
    ]


def test_of_blanks_alone_only_the_lines_are_counted() -> None:
    old = "One line of words that is long enough.\nAnd another one.\n"
    change = judged(CHANGED_TEXT, "only whitespace changed", old=old, new=old.replace(" that", "\nthat"))
    assert "       … no word changed; 2 lines before, 3 lines now\n" in text(
        Report(command="diff", judgements=(change,)), PLAIN
    )


def test_empty_lines_are_signed_and_have_no_blanks_at_their_end() -> None:
    old, new = "Stay calm.\n\nSay hello.\n", "Stay calm.\n\n\nWave.\n\nSay hello.\n"
    change = judged(CHANGED_TEXT, "the text of message 1 changed", old=old, new=new)
    # What stands before them is the tree's.
    assert text(Report(command="diff", judgements=(change,)), PLAIN).split("\n")[2:-3] == [
        "       … 1 unchanged line",
        "       ",
        "       +",
        "       + Wave.",
        "       +",
        "         Say hello.",
    ]


def test_of_a_hash_the_first_digits_are_shown() -> None:
    old, new = "sha256:" + "0123456789abcdef" * 4, "sha256:" + "f" * 64
    change = judged(CHANGED_TEXT, "the file changed", old=old, new=new)
    assert "       sha256:0123456789ab… -> sha256:ffffffffffff…\n" in text(
        Report(command="diff", judgements=(change,)), PLAIN
    )


def test_two_texts_that_do_not_fit_on_a_line_stand_below_each_other() -> None:
    change = judged(CHANGED_TEXT, "the title changed", old="a" * 40, new="b" * 40)
    assert text(Report(command="diff", judgements=(change,)), PLAIN).split("\n")[1:4] == [
        "└─ PRM040 text-changed: the title changed",
        f"       - {'a' * 40}",
        f"       + {'b' * 40}",
    ]


def test_a_short_text_that_is_prose_is_marked_by_words_where_an_arrow_has_no_room() -> None:
    old, new = "Sums up a text for a given audience.", "Sums up a text for a given reader, well."
    change = judged(CHANGED_TEXT, "the description changed", old=old, new=new)
    prose = replace(change, change=replace(change.change, is_prose=True))
    assert text(Report(command="diff", judgements=(prose,)), PLAIN).split("\n")[2] == (
        "       ~ Sums up a text for a given [-audience-]{+reader, well+}."
    )
    assert text(Report(command="diff", judgements=(prose,)), Paper(width=120)).split("\n")[2] == (
        f'       "{old}" -> "{new}"'
    )
