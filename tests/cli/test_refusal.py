"""What a refused command prints where a program reads it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from plmctl.core.value import Value, as_items, as_mapping
from tests.cli.running import changed, git, plmctl
from tests.programs import REPOSITORY

PUBLISHED = json.loads((REPOSITORY / "schemas/output/report.json").read_text(encoding="utf-8"))
FORMS = ("json", "markdown", "sarif", "github", "junit", "concise")
PLACE = "plmctl.yaml:10:3"
SAID = "'relaese' is not a field of spec"


@pytest.fixture
def misconfigured(registry: Path) -> Path:
    """A registry whose plmctl.yaml has a field that there is not."""
    changed(registry / "plmctl.yaml", {"\nspec:\n": "\nspec:\n  relaese: {}\n"})
    return registry


def problems(text: str) -> Sequence[Value]:
    """The problems of a report as JSON, which is as it is published."""
    report: Mapping[str, Value] = json.loads(text)
    assert [str(error) for error in jsonschema_rs.validator_for(PUBLISHED).iter_errors(report)] == []
    return as_items(report["problems"])


def test_a_broken_configuration_is_told_in_every_format_and_report(
    misconfigured: Path, tmp_path: Path
) -> None:
    reports = [word for form in FORMS for word in ("--report", f"{form}={tmp_path}/{form}.out")]
    text = plmctl("validate", *reports, at=misconfigured)
    assert (text.code, text.out) == (2, "")
    assert text.err.endswith("\nerror: plmctl.yaml cannot be used\n")
    told = {}
    for form in FORMS:
        done = plmctl("validate", "--format", form, at=misconfigured)
        assert (done.code, done.err) == (2, text.err)
        assert (tmp_path / f"{form}.out").read_text(encoding="utf-8") == done.out
        told[form] = done.out
    assert told["concise"] == f"{PLACE}: SCH002 error {SAID}\n"
    assert f"<code>{PLACE}</code>" in told["markdown"]
    assert "::error file=plmctl.yaml,line=10,endLine=10,col=3,endColumn=10,title=SCH002 " in told["github"]
    assert problems(told["json"]) == [{"message": "plmctl.yaml cannot be used", "hint": None, "exitCode": 2}]
    assert as_mapping(as_items(json.loads(told["json"])["findings"])[0])["code"] == "SCH002"
    run = json.loads(told["sarif"])["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == ["SCH002"]
    assert run["invocations"][0]["executionSuccessful"] is False
    suite = ElementTree.fromstring(told["junit"])
    assert (suite.get("errors"), suite.get("failures")) == ("1", "1")


def test_a_broken_schema_of_an_own_kind_is_told_where_it_stands(registry: Path) -> None:
    changed(registry / "plmctl.yaml", {"\nspec:\n": "\nspec:\n  schemas: [kinds]\n"})
    (registry / "kinds").mkdir()
    (registry / "kinds/rubric.json").write_text("{\n", encoding="utf-8")
    done = plmctl("validate", "--format", "concise", "--report", "sarif=out.sarif", at=registry)
    assert done.code == 2
    assert done.out.startswith("kinds/rubric.json:")
    run = json.loads((registry / "out.sarif").read_text(encoding="utf-8"))["runs"][0]
    uris = [place["physicalLocation"] for result in run["results"] for place in result["locations"]]
    assert {place["artifactLocation"]["uri"] for place in uris} == {"kinds/rubric.json"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("show", "nope"), 3, "there is no artifact 'nope'"),
        (("list", "prompts"), 2, "'prompts' is not a kind"),
        (("rules", "XYZ"), 3, "no code begins with 'XYZ'"),
        (("explain", "XYZ001"), 3, "there is no rule 'XYZ001'"),
        (("graph", "nope"), 3, "there is no artifact 'nope'"),
        (("validate", "--as-of", "soon"), 2, "no such day: soon"),
        (("lock", "--update", "x", "--check"), 2, "--check writes nothing, --update does"),
        (("release", "--bump", "x"), 2, "--bump x: not ID=BUMP"),
    ],
)
def test_a_refused_command_is_a_report_with_its_error_as_the_problem(
    registry: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = plmctl(*arguments, "--format", "json", at=registry)
    text = plmctl(*arguments, at=registry)
    assert (text.code, text.out, text.err) == (done.code, "", done.err)
    (problem,) = map(as_mapping, problems(done.out))
    assert (done.code, problem["exitCode"], json.loads(done.out)["command"]) == (code, code, arguments[0])
    assert str(problem["message"]).startswith(message)
    assert done.err.startswith(f"error: {problem['message']}\nhint: {problem['hint']}\n")


def test_outside_a_repository_there_is_a_report_too(tmp_path: Path) -> None:
    done = plmctl("verify", "--format", "junit", "--report", "json=out.json", at=tmp_path)
    assert done.code == 3
    assert ElementTree.fromstring(done.out).get("errors") == "1"
    (problem,) = map(as_mapping, problems((tmp_path / "out.json").read_text(encoding="utf-8")))
    assert str(problem["message"]).startswith("not a Git repository: ")


def test_a_text_report_of_a_refused_command_claims_nothing(tmp_path: Path) -> None:
    for command in ("validate", "diff"):
        assert plmctl(command, "--report", "text=out", at=tmp_path).code == 3
        assert (tmp_path / "out").read_text(encoding="utf-8") == ""


def test_a_drawing_tells_no_error(registry: Path) -> None:
    done = plmctl("graph", "nope", "--format", "dot", at=registry)
    assert (done.code, done.out) == (3, "")


def test_a_wrong_report_is_itself_told_and_no_file_written(tmp_path: Path) -> None:
    done = plmctl("verify", "--format", "json", "--report", "sarif=out", at=tmp_path)
    (problem,) = map(as_mapping, problems(done.out))
    assert (done.code, problem["message"]) == (2, "--report sarif=out: no format 'sarif'")
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_was_written_stays_where_another_cannot_be(registry: Path) -> None:
    done = plmctl(
        "validate", "--format", "json", "--report", "json=out", "--report", "sarif=/dev/full", at=registry
    )
    said = "the report /dev/full cannot be written: No space left on device"
    assert (done.code, done.err) == (3, f"error: {said}\n")
    assert problems(done.out) == [{"message": said, "hint": None, "exitCode": 3}]
    assert problems((registry / "out").read_text(encoding="utf-8")) == []


def test_the_first_error_is_told_where_its_report_cannot_be_written(misconfigured: Path) -> None:
    done = plmctl("validate", "--report", "sarif=/dev/full", at=misconfigured)
    assert done.code == 2
    assert done.err.endswith("\nerror: plmctl.yaml cannot be used\n")


def test_a_command_line_that_is_not_understood_has_no_report(tmp_path: Path) -> None:
    done = plmctl("validate", "--format", "json", "--staegd", at=tmp_path)
    assert (done.code, done.out) == (2, "")


def test_what_is_not_committed_is_no_reason_to_say_that_nothing_changed(released: Path) -> None:
    changed(released / "models/gpt-4o.yaml", {"temperature: 0.3": "temperature: 0.4"})
    done = plmctl("release", "--dry-run", at=released)
    assert done.code == 1
    assert "nothing changed" not in done.err
    git("checkout", "-q", "models", at=released)
    assert "nothing changed" in plmctl("release", "--dry-run", at=released).err
