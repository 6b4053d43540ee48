import re
from dataclasses import replace

from plmctl.core.finding import Level, Location
from plmctl.core.report import Check, Problem, Report, State, unchecked
from plmctl.render.github import github
from tests.render.sample import (
    ACCEPTED,
    CHANGED_TEXT,
    DANGLING,
    INPUT_ADDED,
    PIN,
    SILENCED,
    UNUSED_INPUT,
    judged,
)

COMMAND = re.compile(r"::(?P<name>[a-z]+) (?P<properties>[^:]*)::(?P<message>.*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it back."""
    match = COMMAND.fullmatch(line)
    assert match, line
    properties = dict(part.split("=", 1) for part in match["properties"].split(","))
    return match["name"], {k: _plain(v) for k, v in properties.items()}, _plain(match["message"])


def _plain(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_the_worst_comes_first_with_its_place() -> None:
    report = Report(command="validate", findings=(UNUSED_INPUT, SILENCED, DANGLING))
    assert (
        github(report)
        == """\
::error file=prompts/greet.yaml,line=12,endLine=12,col=10,endColumn=15,title=REF001 no-such-artifact::no \
Model is named 'gpt-5'%0Adid you mean 'gpt-4'?%0Arun 'plmctl list model' to see all
::warning file=prompts/greet.yaml,line=3,title=TPL003 unused-input::input 'name' is never used
"""
    )


def test_what_is_accepted_is_a_notice_and_what_is_not_says_how() -> None:
    accepted = judged(INPUT_ADDED, "input 'tone' was added", acceptance=ACCEPTED)
    report = Report(
        command="diff",
        judgements=(
            accepted,
            judged(INPUT_ADDED, "input 'name' was added"),
            judged(CHANGED_TEXT, "other words"),
        ),
    )
    assert (
        github(report)
        == """\
::error title=PRM010 required-input-added::prompt/greet: input 'name' was added (needs major)%0Aif it is \
meant, run: plmctl accept 3f9a1c22b0de --reason WHY
::warning title=PRM040 text-changed::prompt/greet: other words (needs minor)
::notice title=PRM010 required-input-added::prompt/greet: input 'tone' was added (needs major)%0Aaccepted \
by Ada <ada@example.com>: nobody calls it
"""
    )


def test_problems_and_what_failed_come_before_all() -> None:
    report = Report(
        command="verify",
        problems=(Problem(message="no tags", hint="fetch them"),),
        checks=(
            Check(subject="plm.lock", name="form", state=State.OK),
            Check(subject="plm.lock", name="equal", state=State.FAILED, detail="1 is not 2"),
            unchecked("plm.lock", "data", "nobody asked"),
            unchecked("plm.lock", "remote", "it is away", is_asked=True),
        ),
        judgements=(
            judged(CHANGED_TEXT, "the text changed"),
            judged(PIN, "the pin rose", artifact="environment/live"),
        ),
    )
    assert (
        github(report)
        == """\
::error title=plmctl::no tags%0Afetch them
::error file=plm.lock,title=verify%3A equal::equal: 1 is not 2
::error file=plm.lock,title=verify%3A remote::remote: it is away
::warning title=PRM040 text-changed::prompt/greet: the text changed (needs minor)
::notice title=ENV010 pin-raised::environment/live: the pin rose
"""
    )


def test_ten_are_shown_and_of_eleven_the_last_says_that_there_are_more() -> None:
    warnings = tuple(replace(UNUSED_INPUT, message=f"m{n}") for n in range(11))
    ten = github(Report(command="lock", findings=warnings[:10])).splitlines()
    eleven = github(Report(command="lock", findings=warnings)).splitlines()
    assert [read(line)[2] for line in ten] == [f"m{n}" for n in range(10)]
    assert [read(line)[2] for line in eleven[:9]] == [f"m{n}" for n in range(9)]
    assert eleven[9:] == [
        "::warning title=plmctl::2 more annotations left out: run 'plmctl lock --check' to see all"
    ]
    errors = tuple(replace(DANGLING, message=f"e{n}") for n in range(12))
    assert github(Report(command="validate", findings=errors)).splitlines()[9] == (
        "::error title=plmctl::3 more annotations left out: run 'plmctl validate' to see all"
    )


def test_nothing_of_a_manifest_is_a_command_or_a_property() -> None:
    evil = replace(
        DANGLING,
        message="100% \n::error::forged\r\x1b[0m",
        help="a,b:c\n##[add-mask]x",
        location=Location(path="a,line=1::b%0A.yaml", line=2),
        level=Level.INFO,
    )
    (line,) = github(Report(command="validate", findings=(evil,))).splitlines()
    assert read(line) == (
        "notice",
        {"file": "a,line=1::b%0A.yaml", "line": "2", "title": "REF001 no-such-artifact"},
        "100% \n::error::forged\\x0d\\x1b[0m\na,b:c\n##[add-mask]x",
    )


def test_nothing_wrong_is_no_annotation() -> None:
    assert github(Report(command="validate", summary={"manifests": 2})) == ""
