import pytest

from plmctl.core.finding import ConfigurationError, Finding, Level, Location, PlmctlError, Rule
from plmctl.core.report import Check, Problem, Report, State, checked, exit_code, failed, refused, unchecked

RULE = Rule(code="LNT001", name="odd", level=Level.WARNING, meaning="It is odd.")


def finding(level: Level) -> Finding:
    return Finding(rule=RULE, message="odd", location=Location(path="a.yaml"), level=level)


def check(state: State) -> Check:
    return Check(subject="plm.lock", name="form", state=state)


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (Report(command="x"), 0),
        (Report(command="x", findings=(finding(Level.ERROR),)), 1),
        (Report(command="x", findings=(finding(Level.WARNING),)), 0),
        (Report(command="x", findings=(finding(Level.OFF),)), 0),
        (Report(command="x", problems=(Problem(message="no"),)), 3),
        (Report(command="x", problems=(Problem(message="no", exit_code=2),)), 2),
        (Report(command="x", checks=(check(State.OK), check(State.NOT_CHECKED))), 0),
        (Report(command="x", checks=(check(State.FAILED),)), 4),
        (Report(command="x", checks=(unchecked("plm.lock", "remote", "away", is_asked=True),)), 3),
        (Report(command="x", checks=(unchecked("a", "b", "c", is_asked=True), check(State.FAILED))), 4),
        (
            Report(command="x", findings=(finding(Level.ERROR),), problems=(Problem(message="no"),)),
            3,
        ),
        (Report(command="x", checks=(check(State.FAILED),), problems=(Problem(message="no"),)), 4),
    ],
)
def test_exit_code_is_the_highest(report: Report, code: int) -> None:
    assert exit_code(report) == code


@pytest.mark.parametrize(
    ("level", "fail_on", "code"),
    [
        (Level.WARNING, Level.WARNING, 1),
        (Level.ERROR, Level.WARNING, 1),
        (Level.INFO, Level.WARNING, 0),
        (Level.INFO, Level.INFO, 1),
        (Level.OFF, Level.INFO, 0),
        (Level.OFF, Level.OFF, 0),
    ],
)
def test_findings_count_from_the_level_asked_for(level: Level, fail_on: Level, code: int) -> None:
    assert exit_code(Report(command="x", findings=(finding(level),)), fail_on) == code


def test_an_error_is_the_problem_of_the_command_that_it_ended() -> None:
    assert refused("show", PlmctlError("no", hint="do")) == Report(
        command="show", problems=(Problem(message="no", hint="do", exit_code=3),)
    )


def test_a_broken_configuration_has_its_findings_beside_the_problem() -> None:
    found = (finding(Level.ERROR), finding(Level.WARNING))
    assert refused("list", ConfigurationError(found)) == Report(
        command="list", findings=found, problems=(Problem(message="a.yaml cannot be used", exit_code=2),)
    )


def test_a_check_that_was_made_says_one_of_two_things() -> None:
    assert [checked("plm.lock", "tag", is_ok, "good", "bad", "source") for is_ok in (True, False)] == [
        Check(subject="plm.lock", name="tag", state=State.OK, detail="good", field="source"),
        failed("plm.lock", "tag", "bad", field="source"),
    ]
