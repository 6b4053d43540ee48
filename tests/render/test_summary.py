"""The headline of a diff claims nothing that nobody knows: what was not compared is counted in it."""

from dataclasses import replace

from plmctl.core.report import Problem, Report
from plmctl.render.html import html
from plmctl.render.line import Paper
from plmctl.render.markdown import markdown
from plmctl.render.text import text
from tests.render.sample import PRICE, judged

UNREAD = Report(
    command="diff",
    problems=(Problem(message="a.yaml cannot be read and was not compared", exit_code=1),),
    summary={"artifacts": 0, "major": 0, "minor": 0, "patch": 0, "unread": 1},
)
CHANGED = replace(
    UNREAD,
    judgements=(judged(PRICE, "the price changed", artifact="model/gpt", old=0.5, new=0.25),),
    summary={"artifacts": 1, "major": 0, "minor": 0, "patch": 1, "unread": 2},
)
NEXT_RELEASE = "The next release needs"


def headings(report: Report) -> tuple[str, str, str]:
    page = html(report)
    heading = page[page.index("<h1>") + 4 : page.index("</h1>")]
    return text(report, Paper()).splitlines()[-1], markdown(report).splitlines()[2], heading


def test_nothing_is_not_said_of_what_was_not_compared() -> None:
    said = "1 manifest was not compared"
    assert headings(UNREAD) == (said, f"### {said}", said)


def test_what_changed_is_counted_and_so_is_what_was_not_compared() -> None:
    said = "1 artifact changed: 1 patch; 2 manifests were not compared"
    assert headings(CHANGED) == (said, f"### {said}", said)


def test_the_next_release_is_told_only_where_all_was_compared() -> None:
    assert NEXT_RELEASE not in markdown(CHANGED)
    assert NEXT_RELEASE not in html(CHANGED)
    whole = replace(CHANGED, problems=(), summary={"artifacts": 1, "major": 0, "minor": 0, "patch": 1})
    assert f"{NEXT_RELEASE} a **patch** version." in markdown(whole)
    assert f"{NEXT_RELEASE} a <strong>patch</strong> version." in html(whole)
