from dataclasses import replace
from xml.etree import ElementTree

import pytest

from plmctl.core.finding import Level, Location
from plmctl.core.report import Check, Problem, Report, State, unchecked
from plmctl.render.junit import junit
from plmctl.render.visible import visible_lines
from tests.render.attacks import ATTACKS, attacked
from tests.render.flaws import commands, hidden
from tests.render.sample import DANGLING, SILENCED, UNUSED_INPUT

# The elements of surefire's XML, as Jenkins reads it: what stands inside, what must be and what may be said.
SHAPE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"testsuite"}, set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": ({"testcase"}, {"name", "tests", "failures", "errors"}, {"skipped", "file", "package"}),
    "testcase": (
        {"failure", "error", "skipped", "system-out"},
        {"name", "classname"},
        {"time", "group"},
    ),
    "failure": (set(), set(), {"type", "message"}),
    "error": (set(), set(), {"type", "message"}),
    "skipped": (set(), set(), {"type", "message"}),
    "system-out": (set(), set(), set()),
}


def parsed(report: Report, fail_on: Level = Level.ERROR) -> ElementTree.Element:
    """The suite, read by another program than wrote it, of the shape that Jenkins knows."""
    root = ElementTree.fromstring(junit(report, fail_on).encode())
    for element in root.iter():
        inside, needed, allowed = SHAPE[element.tag]
        assert {child.tag for child in element} <= inside
        assert needed <= set(element.keys()) <= needed | allowed
    (suite,) = root
    cases = list(suite)
    counted = {name: sum(case.find(name) is not None for case in cases) for name in ("failure", "error")}
    for element in (root, suite):
        assert (element.get("tests"), element.get("failures"), element.get("errors")) == (
            str(len(cases)),
            str(counted["failure"]),
            str(counted["error"]),
        )
    return suite


def test_an_error_is_a_failed_test_and_a_warning_one_that_passed_and_speaks() -> None:
    report = Report(command="validate", findings=(DANGLING, UNUSED_INPUT, SILENCED))
    assert (
        junit(report)
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="plmctl" tests="2" failures="1" errors="0">
  <testsuite name="plmctl validate" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="prompts/greet.yaml" name="REF001 no-such-artifact: no Model is named 'gpt-5'">
      <failure type="error" message="no Model is named 'gpt-5'">prompts/greet.yaml:12:10
did you mean 'gpt-4'?
run 'plmctl list model' to see all</failure>
    </testcase>
    <testcase classname="prompts/greet.yaml" name="TPL003 unused-input: input 'name' is never used">
      <system-out>warning: prompts/greet.yaml:3</system-out>
    </testcase>
  </testsuite>
</testsuites>
"""
    )
    assert parsed(report).get("failures") == "1"


def test_a_warning_fails_where_warnings_fail_the_command() -> None:
    report = Report(command="validate", findings=(UNUSED_INPUT,))
    assert [parsed(report, level).get("failures") for level in (Level.ERROR, Level.WARNING)] == ["0", "1"]


def test_nothing_wrong_is_one_test_that_passed() -> None:
    (case,) = parsed(Report(command="validate", summary={"manifests": 2}))
    assert (case.attrib, list(case)) == (
        {"classname": "plmctl validate", "name": "2 manifests are valid"},
        [],
    )
    (case,) = parsed(Report(command="lock"))
    assert case.attrib == {"classname": "plmctl lock", "name": "no findings"}


def test_two_findings_of_one_name_are_two_tests() -> None:
    lower = replace(DANGLING, location=Location(path="prompts/greet.yaml", line=40, column=3))
    names = [case.get("name") for case in parsed(Report(command="validate", findings=(DANGLING, lower)))]
    assert names == [
        "REF001 no-such-artifact: no Model is named 'gpt-5'",
        "REF001 no-such-artifact: no Model is named 'gpt-5' (2)",
    ]


def test_a_check_passed_failed_or_was_skipped_and_a_problem_is_an_error() -> None:
    report = Report(
        command="verify",
        checks=(
            Check(subject="plm.lock", name="form", state=State.OK, detail="as written"),
            Check(
                subject="plm.lock",
                name="equal",
                state=State.FAILED,
                detail="1 is not 2",
                artifact="prompt/greet",
                field="digest",
            ),
            Check(subject="plm.lock", name="data", state=State.NOT_CHECKED, detail="not asked for"),
            unchecked("plm.lock", "remote", "origin cannot be reached", is_asked=True),
        ),
        problems=(Problem(message="no tags", hint="fetch them"), Problem(message="no branch")),
    )
    said = [
        (
            case.get("classname"),
            case.get("name"),
            [(part.tag, part.get("message"), part.text) for part in case],
        )
        for case in parsed(report)
    ]
    assert said == [
        ("plmctl verify", "no tags", [("error", "no tags", "fetch them")]),
        ("plmctl verify", "no branch", [("error", "no branch", None)]),
        ("plm.lock", "form", []),
        (
            "plm.lock",
            "equal: prompt/greet: digest",
            [("failure", "1 is not 2", "prompt/greet: digest: 1 is not 2")],
        ),
        ("plm.lock", "data", [("skipped", "not asked for", "data: not asked for")]),
        (
            "plm.lock",
            "remote",
            [("error", "origin cannot be reached", "remote: origin cannot be reached")],
        ),
    ]
    assert parsed(report).get("skipped") == "1"


def test_any_text_is_sayable_in_xml() -> None:
    evil = "]]></failure><x a='\"'>&\x00\x1b\x7f\x85\ufffe\uffff\udcff\u2028\n\U0001f469"
    finding = replace(DANGLING, message=evil, help=evil, location=Location(path=evil, line=1))
    (case,) = parsed(Report(command="validate", findings=(finding,)))
    shown = "]]></failure><x a='\"'>&\\x00\\x1b\\x7f\\x85\\ufffe\\uffff\\xff\\u2028{newline}\U0001f469"
    assert case.get("classname") == shown.format(newline="\\x0a")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == shown.format(newline="\\x0a")
    assert failure.text == "{0}:1\n{0}".format(shown.format(newline="\n"))


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_a_log_has_no_command_and_the_report_has_its_text(attack: str) -> None:
    report = attacked(ATTACKS[attack])
    printed = junit(report)
    assert commands(printed) == []
    assert hidden(printed) == set()
    said = [element.text or "" for element in ElementTree.fromstring(printed).iter("failure")]
    shown = (
        "\n".join(visible_lines(ATTACKS[attack])).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    )
    assert any(shown[:20] in text for text in said)
