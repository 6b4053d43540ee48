import pytest

from plmctl.core.finding import Level
from plmctl.core.report import Report
from plmctl.render.concise import concise
from plmctl.render.form import Form, written
from plmctl.render.github import github
from plmctl.render.html import html
from plmctl.render.json import json_text
from plmctl.render.junit import junit
from plmctl.render.line import Paper
from plmctl.render.markdown import markdown
from plmctl.render.sarif import sarif
from plmctl.render.text import text
from tests.render.sample import DANGLING, UNUSED_INPUT

REPORT = Report(command="validate", findings=(DANGLING, UNUSED_INPUT), summary={"manifests": 2})


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("text", text(REPORT, Paper(width=60))),
        ("concise", concise(REPORT)),
        ("json", json_text(REPORT)),
        ("markdown", markdown(REPORT)),
        ("github", github(REPORT)),
        ("sarif", sarif(REPORT)),
        ("junit", junit(REPORT)),
        ("html", html(REPORT)),
    ],
)
def test_each_name_is_a_format(form: Form, expected: str) -> None:
    assert written(REPORT, form, Paper(width=60)) == expected


def test_what_fails_the_command_fails_its_tests() -> None:
    assert written(REPORT, "junit", Paper(), Level.WARNING) == junit(REPORT, Level.WARNING)
