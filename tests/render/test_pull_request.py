"""A pull request of 300 changed artifacts in every format, within its limits; what is left out is counted."""

import json
import re
from collections import Counter

import pytest

from plmctl.core.finding import Bump
from plmctl.core.report import Report
from plmctl.render.concise import concise
from plmctl.render.github import MOST, github
from plmctl.render.html import html
from plmctl.render.json import json_text
from plmctl.render.line import Paper
from plmctl.render.markdown import markdown
from plmctl.render.sarif import sarif
from plmctl.render.text import text
from tests.render.elements import outline
from tests.render.official import official
from tests.render.pull_request import pull_request

COUNT = 300
ARTIFACT = re.compile(r"<summary><code>([^<]+)</code> (?:<b>)?(\w+)")
LEFT_OUT = re.compile(
    r"\*\*Left out for want of room\*\*: (?P<changes>\d+) changes, (?P<breaking>none|\d+) of them breaking; "
    r"(?P<artifacts>\d+) whole artifacts; the values of (?P<values>\d+) changes that are listed\."
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What the real command finds."""
    return pull_request(tmp_path_factory.mktemp("pull") / "request", COUNT)


def test_it_is_large_and_has_something_of_everything(report: Report) -> None:
    artifacts = {judgement.change.artifact for judgement in report.judgements}
    assert len(artifacts) == COUNT
    assert len({judgement.change.kind for judgement in report.judgements}) == 12
    bumps = Counter(judgement.bump for judgement in report.judgements)
    assert min(bumps[bump] for bump in (Bump.MAJOR, Bump.MINOR, Bump.PATCH)) >= 10
    assert max(len(str(judgement.change.new)) for judgement in report.judgements) > 1_200


def test_a_comment_has_what_breaks_and_counts_the_rest(report: Report) -> None:
    comment = markdown(report)
    assert max(len(comment), len(comment.encode()) * 60_000 / 65_536) <= 60_000
    shown = ARTIFACT.findall(comment)
    found = LEFT_OUT.search(comment)
    assert found
    assert len(shown) + int(found["artifacts"]) == COUNT
    # A judgement begins an item with its code; the table of artifacts has none in bold.
    said = len(re.findall(r"^<li><b>[A-Z]{3}\d{3} ", comment, re.MULTILINE))
    assert said + int(found["changes"]) == len(report.judgements)
    assert found["breaking"] == "none"
    major = {j.change.artifact for j in report.judgements if j.bump is Bump.MAJOR}
    assert [name for name, meaning in shown if meaning == "breaking"] == sorted(major)
    assert outline(comment.partition("\n")[2]).is_balanced


def test_the_table_of_a_comment_counts_its_rest_too(report: Report) -> None:
    comment = markdown(report)
    table = comment.partition("<summary><b>Artifacts</b></summary>")[2].partition("</table>")[0]
    more = re.search(r"<tr><td>… (\d+) more</td></tr>", table)
    assert more
    assert table.count("<tr><td><code>") + int(more[1]) == COUNT


def test_a_page_has_them_all(report: Report) -> None:
    page = html(report)
    assert len(page.encode()) < 5_000_000
    assert page.count('<details class="artifact"') == page.count('<li><a href="#a') == COUNT
    assert page.count("<li><p><span class=") == len(report.judgements)
    assert "for want of room" not in page


def test_the_other_formats_have_them_all_or_say_how_many_more(report: Report) -> None:
    count = len(report.judgements)
    assert len(json.loads(json_text(report))["changes"]) == count
    assert len(concise(report).splitlines()) == count
    printed = text(report, Paper(width=80))
    assert len(re.findall(r"^[├└]─ [A-Z]{3}\d{3} ", printed, re.MULTILINE)) == count
    annotations = github(report).splitlines()
    assert len(annotations) == MOST
    assert f"::{count - MOST + 1} more annotations left out: run 'plmctl diff'" in annotations[-1]
    assert all(line.startswith("::error ") for line in annotations)


def test_sarif_has_them_all_and_is_valid(report: Report) -> None:
    log = json.loads(sarif(report))
    assert len(log["runs"][0]["results"]) == len(report.judgements)
    assert official().is_valid(log)
