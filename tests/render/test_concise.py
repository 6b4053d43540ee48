from dataclasses import replace

from plmctl.core.finding import Level, Location
from plmctl.core.report import Check, Moved, Report, State
from plmctl.render.concise import concise
from tests.render.sample import ACCEPTED, CHANGED_TEXT, DANGLING, INPUT_ADDED, SILENCED, UNUSED_INPUT, judged


def test_each_thing_is_one_line() -> None:
    judgement = judged(CHANGED_TEXT, "the text changed", old="a", new="b")
    report = Report(
        command="validate",
        findings=(DANGLING, UNUSED_INPUT, SILENCED),
        judgements=(judgement, replace(judgement, level=Level.OFF)),
        moved=(Moved(artifact="prompt/bye", old="a.yaml", new="b.yaml"),),
        checks=(Check(subject="plm.lock", name="form", state=State.FAILED, detail="no"),),
    )
    assert (
        concise(report)
        == """\
prompts/greet.yaml:12:10: REF001 error no Model is named 'gpt-5'
prompts/greet.yaml:3: TPL003 warning input 'name' is never used
prompt/greet: PRM040 warning minor the text changed
prompt/bye: moved a.yaml -> b.yaml
FAILED: plm.lock: form: no
"""
    )


def test_what_breaks_says_how_it_is_accepted_or_that_it_is() -> None:
    open_, done = (judged(INPUT_ADDED, "input 'tone' was added", acceptance=a) for a in (None, ACCEPTED))
    assert (
        concise(Report(command="diff", judgements=(open_, done)))
        == """\
prompt/greet: PRM010 error major input 'tone' was added [accept 3f9a1c22b0de]
prompt/greet: PRM010 error major input 'tone' was added [accepted 3f9a1c22b0de]
"""
    )


def test_a_path_is_no_command_and_a_message_no_second_line() -> None:
    evil = replace(DANGLING, location=Location(path="::error file=x::y.yaml"), message="a\nb\x1b[0m")
    report = Report(command="validate", findings=(evil,))
    assert concise(report) == "\\::error file=x::y.yaml: REF001 error a\\x0ab\\x1b[0m\n"
