from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.commands.explain import ExplainOptions, explain
from plmctl.core.finding import Level, Location, PlmctlError
from plmctl.core.page import Page
from plmctl.core.report import exit_code
from plmctl.core.value import Value, as_items, as_mapping
from tests.commands.ground import folder_at, opened

SETTINGS = """\
apiVersion: plmctl/v1
kind: Registry
metadata: {name: shop}
spec:
  rules:
    - {code: TPL002, level: info, reason: inputs are shared}
"""


def page(code: str) -> Page:
    report = explain(None, ExplainOptions(code=code))
    assert report.page is not None
    return report.page


def ruled(data: Mapping[str, Value]) -> Mapping[str, Value]:
    """The first of the rules."""
    return as_mapping(as_items(data["rules"])[0])


def test_a_page_has_the_example_as_it_is_found_and_as_it_is_mended() -> None:
    found = page("sch005")
    assert found.rules[0].name == "value-not-allowed"
    assert found.example is not None
    assert found.example.message == (
        "spec.messages[0].role is 'users': it must be system, developer, user, assistant or tool"
    )
    assert found.example.location == Location(path="prompts/role.yaml", line=8, column=13, end_column=18)
    assert found.example.source == "    - role: users"
    assert [line for line in found.mending if line.startswith(("-", "+"))] == [
        "--- bad/prompts/role.yaml",
        "+++ good/prompts/role.yaml",
        "-    - role: users",
        "+    - role: user",
    ]


def test_a_rule_about_changes_has_the_change_it_speaks_of_and_one_it_does_not() -> None:
    found = page("PRM043")
    assert (found.example, found.mending, found.pair_code) == (None, (), "PRM043")
    assert found.firing is not None
    assert found.harmless is not None
    assert [j.message for j in found.firing.judgements] == ["'examples' was reordered"]
    assert [j.code for j in found.harmless.judgements] == ["PRM042"]
    assert [line for line in found.harmless.diff if line.startswith(("-", "+"))] == [
        "--- before/prompts/faq.yaml",
        "+++ silent/prompts/faq.yaml",
        "-      output: In the old town.",
        "+      output: In the new town.",
    ]


def test_the_pair_is_there_for_programs() -> None:
    report = explain(None, ExplainOptions(code="PRM043"))
    assert report.data is not None
    assert report.data["example"] is None
    pair = as_mapping(report.data["pair"])
    assert pair["code"] == "PRM043"
    assert as_mapping(pair["harmless"])["changes"] == [
        {
            "artifact": "prompt/faq",
            "code": "PRM042",
            "name": "example-changed",
            "level": "warning",
            "bump": "minor",
            "message": "'examples.place.output' changed from 'In the old town.' to 'In the new town.'",
        }
    ]
    assert as_items(as_mapping(pair["firing"])["diff"])[:2] == [
        "--- before/prompts/faq.yaml",
        "+++ after/prompts/faq.yaml",
    ]
    assert (report.judgements, exit_code(report)) == ((), 0)


def test_a_rule_of_every_kind_has_the_pair_of_a_prompt() -> None:
    found = page("MDL903")
    assert found.pair_code == "PRM903"
    assert found.firing is not None
    assert [j.code for j in found.firing.judgements] == ["PRM903"]


def test_a_rule_about_tags_has_no_example() -> None:
    found = page("REG009")
    assert (found.example, found.firing, found.harmless, found.pair_code) == (None, None, None, "")
    data = explain(None, ExplainOptions(code="REG009")).data
    assert data is not None
    assert (ruled(data)["bump"], data["example"], data["pair"]) == (None, None, None)


def test_a_code_of_several_rules_has_all_their_meanings() -> None:
    assert [rule.level for rule in page("TOL900").rules] == [Level.ERROR, Level.WARNING, Level.INFO]


def test_the_level_here_is_told_with_its_reason(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q")
    (tmp_path / "plmctl.yaml").write_text(SETTINGS, encoding="utf-8")
    with opened(folder) as repo:
        report = explain(repo, ExplainOptions(code="TPL002", today="2026-05-31"))
    assert report.page is not None
    assert report.page.here == ("info: inputs are shared",)
    assert report.page.rules[0].level is Level.WARNING
    assert report.data is not None
    assert (ruled(report.data)["level"], ruled(report.data)["levelHere"]) == ("warning", "info")


def test_the_example_is_there_for_programs_and_is_no_finding_of_this_registry() -> None:
    report = explain(None, ExplainOptions(code="LNT002"))
    assert report.data is not None
    assert report.data["example"] == {
        "finding": {
            "path": "partials/case.yaml",
            "line": None,
            "column": None,
            "endColumn": None,
            "message": "'partials/case.yaml' and 'partials/Case.yaml' are one name on Windows and macOS",
            "help": "rename one of them",
            "source": None,
        },
        "mending": [],
    }
    assert (report.findings, exit_code(report)) == ((), 0)


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(PlmctlError, match="there is no rule 'TPL999'"):
        explain(None, ExplainOptions(code="TPL999"))
