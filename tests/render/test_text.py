from dataclasses import replace

from plmctl.core.change import Fact
from plmctl.core.finding import Bump, ConfigurationError, Location, UsageError
from plmctl.core.report import Check, Moved, Problem, Report, State, Table
from plmctl.core.version import FIRST
from plmctl.render.line import Paper
from plmctl.render.text import refusal, remarks, text
from tests.render.sample import (
    CHANGED_TEXT,
    DANGLING,
    INPUT_ADDED,
    PIN,
    PRICE,
    SILENCED,
    UNUSED_INPUT,
    judged,
    plan_of,
    planned,
)

PLAIN = Paper()


def test_findings_show_the_source_with_the_place_underlined() -> None:
    report = Report(
        command="validate", findings=(DANGLING, UNUSED_INPUT, SILENCED), summary={"manifests": 41}
    )
    assert (
        text(report, PLAIN)
        == """\
error[REF001] no-such-artifact: no Model is named 'gpt-5'
  --> prompts/greet.yaml:12:10
   |
12 |   model: gpt-5
   |          ^^^^^
   = help: did you mean 'gpt-4'?
           run 'plmctl list model' to see all

warning[TPL003] unused-input: input 'name' is never used
 --> prompts/greet.yaml:3

1 error, 1 warning in 41 manifests
"""
    )


def test_a_place_without_an_end_is_one_character_wide() -> None:
    at = replace(
        DANGLING, location=Location(path="a.yaml", line=1, column=3), source="  \u6f22: 1", help=None
    )
    assert (
        text(Report(command="release", findings=(at,)), PLAIN)
        == """\
error[REF001] no-such-artifact: no Model is named 'gpt-5'
 --> a.yaml:1:3
  |
1 |   \u6f22: 1
  |   ^^

1 error
"""
    )


def test_a_line_without_a_column_is_shown_and_not_underlined() -> None:
    whole = replace(DANGLING, location=Location(path="a.yaml", line=7), source="", help=None)
    assert (
        text(Report(command="validate", findings=(whole,), summary={"manifests": 1}), PLAIN)
        == """\
error[REF001] no-such-artifact: no Model is named 'gpt-5'
 --> a.yaml:7
  |
7 |

1 error in 1 manifest
"""
    )


def test_valid_manifests_are_counted() -> None:
    assert text(Report(command="validate", summary={"manifests": 1}), PLAIN) == "1 manifest is valid\n"
    assert (
        text(Report(command="validate", summary={"manifests": 1234}), PLAIN) == "1,234 manifests are valid\n"
    )


def test_a_diff_is_a_tree_for_each_artifact_and_a_summary() -> None:
    old = "\n".join(("You are kind.", "Be brief.", "Stay calm.", "Say hello.", "Sign as Ada."))
    new = old.replace("Say hello.", "Say hello twice, " + "and smile, " * 8 + "please.")
    report = Report(
        command="diff",
        judgements=(
            judged(CHANGED_TEXT, "the text of message 1 changed", old=old, new=new),
            judged(INPUT_ADDED, "input 'tone' was added", fact=Fact.ADDED, new={"type": "string"}),
            judged(PRICE, "the price changed", artifact="model/gpt", old=0.5, new=0.25),
            judged(PIN, "the pin rose", artifact="environment/live", old="^1.4", new="^1.5"),
        ),
        moved=(Moved(artifact="prompt/bye", old="a.yaml", new="b.yaml"),),
        summary={"artifacts": 3, "major": 1, "minor": 0, "patch": 1},
    )
    assert (
        text(report, PLAIN)
        == """\
prompt/greet  breaking, needs major
├─ PRM040 text-changed: the text of message 1 changed
│      … 2 unchanged lines
│        Stay calm.
│      ~ Say hello {+twice, and smile, and smile, and smile, and smile, and
│          smile, and smile, and smile, and smile, please+}.
│        Sign as Ada.
└─ PRM010 required-input-added: input 'tone' was added
       + {"type": "string"}
       accept: plmctl accept 3f9a1c22b0de --reason WHY

model/gpt  safe, needs patch
└─ MDL032 price-changed: the price changed
       0.5 -> 0.25

environment/live  changed
└─ ENV010 pin-raised: the pin rose
       "^1.4" -> "^1.5"

prompt/bye  moved
└─ moved: a.yaml -> b.yaml

4 artifacts changed: 1 major, 1 patch
"""
    )


def test_nothing_changed_is_said() -> None:
    assert text(Report(command="diff"), PLAIN) == "nothing changed\n"


def test_a_plan_is_a_table_and_what_is_removed() -> None:
    minor = judged(CHANGED_TEXT, "the text changed")
    report = Report(
        command="release",
        plan=plan_of(
            planned("prompt/greet", minor, minor, version=FIRST.bumped(Bump.MINOR), previous=FIRST),
            planned("model/gpt", version=FIRST.bumped(Bump.PATCH), previous=FIRST),
            planned("tool/new", version=FIRST, previous=None),
            removed=("prompt/old",),
            kept=3,
        ),
        done=("released v1.1.0",),
    )
    assert (
        text(report, PLAIN)
        == """\
artifact      version  from   bump   why
prompt/greet  1.1.0    1.0.0  minor  PRM040 text-changed
model/gpt     1.0.1    1.0.0  patch  raised
tool/new      1.0.0    -      -      first release

removed: prompt/old
v1.1.0  3 new versions, 3 artifacts unchanged
released v1.1.0
"""
    )


def test_a_plan_of_removals_alone_has_no_table() -> None:
    report = Report(command="release", plan=plan_of(removed=("prompt/old",)))
    assert text(report, PLAIN) == "removed: prompt/old\nv1.1.0  0 new versions\n"


def test_an_empty_plan_says_nothing() -> None:
    assert text(Report(command="release", plan=plan_of(kept=3)), PLAIN) == ""


def test_what_failed_comes_first() -> None:
    report = Report(
        command="verify",
        checks=(
            Check(subject="plm.lock", name="form", state=State.OK),
            Check(subject="plm.lock", name="data", state=State.NOT_CHECKED, detail="not asked for"),
            Check(
                subject="plm.lock",
                name="equal",
                state=State.FAILED,
                detail="1 is not 2",
                artifact="prompt/greet",
                field="digest",
            ),
        ),
    )
    assert (
        text(report, PLAIN)
        == """\
plm.lock
  FAILED       prompt/greet: digest: 1 is not 2
  ok           form
  not checked  data: not asked for
1 ok, 1 FAILED, 1 not checked
"""
    )


def test_a_table_is_folded_in_its_last_column_at_a_terminal_alone() -> None:
    table = Table(
        headings=("id", "title"), rows=(("prompt/\u6f22\u5b57", "a long title of words"), ("m", ""))
    )
    report = Report(command="list", table=table)
    wide = "id           title\nprompt/\u6f22\u5b57  a long title of words\nm\n"
    folded = "id           title\nprompt/\u6f22\u5b57  a long title of \n             words\nm\n"
    assert text(report, PLAIN) == wide
    assert text(report, Paper(width=30, is_terminal=True)) == folded.replace("of \n", "of\n")


def test_the_width_of_the_paper_decides_what_is_cut() -> None:
    far = replace(DANGLING, source="  model: gpt-5 # " + "c" * 150, help=None)
    report = Report(command="validate", findings=(far,), summary={"manifests": 1})
    widths = [max(len(line) for line in text(report, Paper(width=w)).split("\n")) for w in (80, 160, 400)]
    assert widths == [80, 160, 5 + 17 + 150]


def test_locks_are_counted() -> None:
    checked = Report(command="lock", summary={"locks": 2, "manifests": 41})
    written = Report(command="lock", summary={"written": 1, "unchanged": 1}, done=("wrote a.lock",))
    first = replace(written, summary={"written": 1, "unchanged": 0})
    assert text(checked, PLAIN) == "2 locks are up to date\n"
    assert text(replace(checked, summary={"locks": 1}), PLAIN) == "1 lock is up to date\n"
    assert text(written, PLAIN) == "wrote a.lock\n1 lock unchanged\n"
    assert text(first, PLAIN) == "wrote a.lock\n"
    assert text(replace(checked, problems=(Problem(message="no"),)), PLAIN) == ""


def test_a_text_is_printed_with_its_controls_shown() -> None:
    report = Report(command="show", text="kind: Prompt\ntitle: \x1b[31m\n::error::x\n")
    assert text(report, PLAIN) == "kind: Prompt\ntitle: \\x1b[31m\n\\::error::x\n"


def test_remarks_are_notes_problems_and_what_is_next() -> None:
    report = Report(
        command="release",
        notes=("two come along",),
        problems=(Problem(message="HEAD is detached", hint="run this\nor that"), Problem(message="no tags")),
        next=("git push",),
    )
    assert (
        remarks(report, PLAIN)
        == """\
note: two come along
error: HEAD is detached
hint: run this
hint: or that
error: no tags
next: git push
"""
    )
    assert (
        remarks(report, PLAIN, is_for_people=False)
        == """\
error: HEAD is detached
hint: run this
hint: or that
error: no tags
"""
    )


def test_a_refusal_says_what_where_and_what_to_do() -> None:
    error = UsageError("it is broken", hint="mend it", location=Location(path="a.yaml", line=2))
    assert refusal(error, PLAIN) == "error: it is broken\n --> a.yaml:2\nhint: mend it\n"
    assert refusal(UsageError("no"), PLAIN) == "error: no\n"


def test_a_broken_configuration_shows_its_findings() -> None:
    finding = replace(DANGLING, location=Location(path="plmctl.yaml", line=2), help=None, source=None)
    assert (
        refusal(ConfigurationError((finding,)), PLAIN)
        == """\
error[REF001] no-such-artifact: no Model is named 'gpt-5'
 --> plmctl.yaml:2

error: plmctl.yaml cannot be used
"""
    )


def test_hostile_text_is_escaped_everywhere() -> None:
    evil = "\x1b]0;t\x07[/nope] \u202e\n::error::"
    shown = "\\x1b]0;t\\x07[/nope] \\u202e\\x0a::error::"
    report = Report(
        command="diff",
        findings=(replace(DANGLING, message=evil, location=Location(path=evil, line=1), help=None),),
        judgements=(judged(CHANGED_TEXT, evil, artifact=evil, old=evil, new=None),),
        moved=(Moved(artifact="a", old=evil, new="b"),),
        table=Table(headings=(evil,), rows=((evil,),)),
        done=(evil,),
    )
    expected = f"""\
error[REF001] no-such-artifact: {shown}
 --> {shown}:1
  |
1 |   model: gpt-5

{shown}  behavioural, needs minor
└─ PRM040 text-changed: {shown}
       - \\x1b]0;t\\x07[/nope] \\u202e
       - ::error::

a  moved
└─ moved: {shown} -> b

{shown}
{shown}
{shown}
2 artifacts changed
"""
    assert text(report, PLAIN) == expected
    assert remarks(Report(command="x", notes=(evil,)), PLAIN) == f"note: {shown}\n"


def test_colour_adds_escape_sequences_and_nothing_else() -> None:
    report = Report(
        command="validate",
        findings=(replace(DANGLING, message="[bold]:smile: 1.5[/nope]"),),
        done=("::error::x",),
        summary={"manifests": 1},
    )
    coloured = text(report, Paper(is_coloured=True))
    assert coloured.startswith(
        "\x1b[1;31merror[REF001] no-such-artifact\x1b[0m\x1b[1m: [bold]:smile: 1.5[/nope]\x1b[0m\n"
    )
    assert "\n\\::error::x\n" in coloured
    plain = coloured
    for code in ("\x1b[1;31m", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert plain == text(report, PLAIN)


def test_a_report_without_lines_has_no_colour_either() -> None:
    assert remarks(Report(command="list"), Paper(is_coloured=True)) == ""
