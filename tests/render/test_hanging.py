from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.finding import UsageError
from plmctl.core.report import Check, Moved, Problem, Report, State
from plmctl.render.line import Line, Paper, Style, hanging, line
from plmctl.render.text import refusal, remarks, text
from plmctl.render.visible import breaks, folded, width
from tests.render.sample import CHANGED_TEXT, DANGLING, judged

NARROW = Paper(width=40, is_terminal=True)
LONG = "input 'name' is declared and no line of the template uses it, here or in a partial"


def test_a_finding_is_folded_by_words_at_a_narrow_terminal() -> None:
    finding = replace(DANGLING, message=LONG, help=f"delete it, or write {{{{name}}}} somewhere\n\n{LONG}")
    assert (
        text(Report(command="validate", findings=(finding,), summary={"manifests": 1}), NARROW)
        == """\
error[REF001] no-such-artifact: input
    'name' is declared and no line of
    the template uses it, here or in a
    partial
  --> prompts/greet.yaml:12:10
   |
12 |   model: gpt-5
   |          ^^^^^
   = help: delete it, or write {{name}}
           somewhere

           input 'name' is declared and
           no line of the template uses
           it, here or in a partial

1 error in 1 manifest
"""
    )


def test_carets_stand_under_wide_and_combined_characters() -> None:
    source = "  \u6f22\u5b57: e\u0301\u0301 \U0001f469\u200d\U0001f4bb wrong # \uc11c\uc6b8"
    start = source.index("wrong") + 1
    place = replace(DANGLING.location, column=start, end_column=start + 5)
    shown = text(
        Report(command="validate", findings=(replace(DANGLING, source=source, location=place),)), NARROW
    ).split("\n")
    marks = next(part for part in shown if part.endswith("^^^^^"))
    under = shown[shown.index(marks) - 1]
    assert width(marks) - 5 == width(under[: under.index("wrong")])


def test_a_change_is_folded_inside_its_tree() -> None:
    report = Report(
        command="diff",
        judgements=(judged(CHANGED_TEXT, LONG, artifact="prompt/support/a-long-name-of-a-prompt"),),
        moved=(
            Moved(
                artifact="prompt/support/a-long-name-of-a-prompt",
                old="prompts/support/a.yaml",
                new="prompts/other/b.yaml",
            ),
        ),
    )
    assert (
        text(report, NARROW)
        == """\
prompt/support/a-long-name-of-a-prompt
  behavioural, needs minor
├─ PRM040 text-changed: input 'name' is
│      declared and no line of the
│      template uses it, here or in a
│      partial
└─ moved: prompts/support/a.yaml ->
       prompts/other/b.yaml

1 artifact changed
"""
    )


def test_checks_and_what_is_done_hang_too() -> None:
    check = Check(subject="plm.lock", name="equal", state=State.FAILED, detail=LONG)
    report = Report(command="verify", checks=(check,), done=(LONG,))
    assert (
        text(report, NARROW)
        == """\
plm.lock
  FAILED       equal: input 'name' is
               declared and no line of
               the template uses it,
               here or in a partial
input 'name' is declared and no line of
  the template uses it, here or in a
  partial
1 FAILED
"""
    )


def test_what_is_said_beside_hangs_and_a_command_to_paste_stays_whole() -> None:
    command = "git push --atomic origin main v1.0.0 prompt/support/triage@v1.0.0"
    report = Report(
        command="release", notes=(LONG,), problems=(Problem(message=LONG, hint=LONG),), next=(command,)
    )
    assert (
        remarks(report, NARROW)
        == f"""\
note: input 'name' is declared and no
      line of the template uses it, here
      or in a partial
error: input 'name' is declared and no
       line of the template uses it,
       here or in a partial
hint: input 'name' is declared and no
      line of the template uses it, here
      or in a partial
next: {command}
"""
    )
    assert refusal(UsageError(LONG), NARROW).split("\n")[1] == "       line of the template uses it,"


def test_styles_are_kept_and_an_indent_gives_way_to_words() -> None:
    part = line((Style.ERROR, "one two"), (Style.STRONG, " three four five"))
    narrow = Paper(width=18, is_terminal=True)
    assert list(hanging(part, narrow, 6)) == [
        Line(((Style.ERROR, "one two"), (Style.STRONG, " three four"))),
        Line(((Style.PLAIN, "  "), (Style.STRONG, "five"))),
    ]
    assert list(hanging(part, Paper(width=18), 6)) == [part]


def test_a_digest_stays_whole_where_the_terminal_is_wide_enough() -> None:
    digest = "sha256:" + "ab" * 32
    part = line(f"  ok           lock: {digest}: pin it")
    folds = [one.plain for one in hanging(part, Paper(width=80, is_terminal=True), 15)]
    assert folds == ["  ok           lock:", f"        {digest}:", "        pin it"]
    folds = [one.plain for one in hanging(part, Paper(width=71, is_terminal=True), 15)]
    assert folds[1] != digest
    assert all(width(fold) <= 71 for fold in folds)


def test_a_text_breaks_at_spaces_then_after_a_slash_or_a_dot_then_anywhere() -> None:
    assert folded("one two three", 7) == ("one two", "three")
    assert folded("one two  three", 8) == ("one two", "three")
    assert folded("see prompt/support/triage", 12) == ("see", "prompt/", "support/", "triage")
    assert folded("prompt/support/triage", 15) == ("prompt/support/", "triage")
    assert folded("'cases.one.two'", 10) == ("'cases.", "one.two'")
    assert folded("x" * 7, 3) == ("xxx", "xxx", "x")
    assert folded("\u6f22\u5b57", 1) == ("\u6f22", "\u5b57")
    assert tuple(breaks("aa bb cc", 5, 2)) == ((0, 5), (6, 8))


def test_a_quoted_command_that_fits_on_a_line_is_not_broken() -> None:
    hint = "run 'plmctl data add data/faq' if that is meant; 'dvc checkout --force data/faq' discards it"
    assert folded(hint, 34) == (
        "run 'plmctl data add data/faq' if",
        "that is meant;",
        "'dvc checkout --force data/faq'",
        "discards it",
    )
    assert folded("say 'git push';", 14) == ("say", "'git push';")
    # What is longer than a line is broken as any text, and so is what is no command.
    assert folded("run 'plmctl data add data/faq'", 20) == ("run 'plmctl data add", "data/faq'")
    assert folded("not 'plmctls data' here", 12) == ("not 'plmctls", "data' here")


@given(st.text(st.sampled_from("ab/ \u6f22e\u0301"), max_size=60), st.integers(2, 20), st.integers(2, 20))
def test_every_line_fits_and_only_spaces_are_gone(text: str, first: int, rest: int) -> None:
    pieces = [text[start:end] for start, end in breaks(text, first, rest)]
    sizes = (first, *[rest] * (len(pieces) - 1))
    assert all(width(piece) <= size for piece, size in zip(pieces, sizes, strict=True))
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
