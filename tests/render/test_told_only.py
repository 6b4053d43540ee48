"""A problem with exit code 0 stops nothing: every format says it as less than an error."""

import json

from plmctl.core.report import Problem, Report
from plmctl.render.github import github
from plmctl.render.json import json_value
from plmctl.render.line import Paper
from plmctl.render.sarif import sarif
from plmctl.render.text import remarks

TOLD = Report(command="diff", problems=(Problem(message="a was not compared", hint="see a", exit_code=0),))


def test_for_people_it_is_a_warning() -> None:
    assert remarks(TOLD, Paper()) == "warning: a was not compared\nhint: see a\n"


def test_for_programs_it_is_no_failure() -> None:
    assert github(TOLD) == "::warning title=plmctl::a was not compared%0Asee a\n"
    assert json_value(TOLD)["problems"] == [{"message": "a was not compared", "hint": "see a", "exitCode": 0}]
    (invocation,) = json.loads(sarif(TOLD))["runs"][0]["invocations"]
    assert invocation == {
        "executionSuccessful": True,
        "toolExecutionNotifications": [
            {"level": "warning", "message": {"text": "a was not compared\nsee a"}}
        ],
    }
