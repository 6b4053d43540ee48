from pathlib import Path

import pytest

from plmctl.commands.rules import RulesOptions, rules
from plmctl.core.finding import Level, PlmctlError
from plmctl.core.report import Report
from tests.commands.ground import folder_at, opened
from tests.git.builder import Folder

OVERRIDES = """\
apiVersion: plmctl/v1
kind: Registry
metadata: {name: shop}
spec:
  rules:
    - {code: TPL002, level: error, reason: callers pay for inputs}
    - {code: TPL002, level: "off", reason: moving, artifacts: [prompt/old/*], until: "2026-12-31"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = folder_at(tmp_path / "shop")
    made.path.mkdir()
    made.git("init", "-q", "-b", "main")
    (made.path / "plmctl.yaml").write_text(OVERRIDES, encoding="utf-8")
    return made


def listed(folder: Folder, prefix: str = "", level: Level | None = None) -> Report:
    with opened(folder) as repo:
        return rules(repo, RulesOptions(prefix=prefix, level=level, today="2026-05-31"))


def rows(report: Report) -> tuple[tuple[str, ...], ...]:
    assert report.table is not None
    return (report.table.headings, *report.table.rows)


def test_rules_are_listed_with_level_and_bump() -> None:
    report = rules(None, RulesOptions(prefix="yml00"))
    assert rows(report)[:4] == (
        ("code", "name", "level", "bump"),
        ("YML001", "too-large", "error", "-"),
        ("YML002", "not-utf8", "error", "-"),
        ("YML003", "byte-order-mark", "warning", "-"),
    )
    assert report.next == ("plmctl explain YML001",)
    assert ("PRM010", "required-input-added", "error", "major") in rows(rules(None, RulesOptions()))


def test_a_code_whose_rules_differ_in_level_has_a_row_for_each() -> None:
    report = rules(None, RulesOptions(prefix="PRM900"))
    assert rows(report)[1:] == (
        ("PRM900", "changed", "error", "major"),
        ("PRM900", "changed", "warning", "minor"),
        ("PRM900", "changed", "info", "patch"),
    )


def test_a_rule_whose_finding_decides_has_its_range_until_an_override_sets_it(folder: Folder) -> None:
    name = ("REG006", "dependency-changed")
    assert rows(rules(None, RulesOptions(prefix="REG006")))[1:] == (
        (*name, "info to warning", "patch to major"),
    )
    calm = OVERRIDES.replace("{code: TPL002, level: error,", "{code: REG006, level: warning, bump: minor,")
    (folder.path / "plmctl.yaml").write_text(calm, encoding="utf-8")
    assert rows(listed(folder, "REG006"))[1][:4] == (*name, "warning", "minor")


def test_the_level_is_that_of_the_registry_with_its_reasons(folder: Folder) -> None:
    assert rows(listed(folder, "TPL00"))[:5] == (
        ("code", "name", "level", "bump", "in plmctl.yaml"),
        ("TPL001", "undeclared-variable", "error", "-", ""),
        ("TPL002", "unused-input", "error", "-", "off for prompt/old/* until 2026-12-31: moving"),
        ("", "", "", "", "error: callers pay for inputs"),
        ("TPL003", "template-syntax", "error", "-", ""),
    )


def test_a_rule_for_programs_has_its_own_level_and_the_one_here(folder: Folder) -> None:
    data = listed(folder, "tpl002").data
    assert data is not None
    (rule,) = data["rules"] if isinstance(data["rules"], list) else []
    assert isinstance(rule, dict)
    assert isinstance(rule["overrides"], list)
    assert isinstance(rule["meaning"], str)
    assert [rule[key] for key in ("code", "name", "level", "bump", "levelHere", "bumpHere")] == [
        "TPL002",
        "unused-input",
        "warning",
        None,
        "error",
        None,
    ]
    assert len(rule["overrides"]) == 2
    assert rule["meaning"].startswith("An input is declared, and nothing uses it")


def test_rules_of_one_level_are_those_that_have_it_here(folder: Folder) -> None:
    codes = {row[0] for row in rows(listed(folder, "TPL", Level.WARNING))}
    assert codes == {"code", "TPL008", "TPL009", "TPL010"}
    assert "TPL002" in {row[0] for row in rows(listed(folder, "TPL", Level.ERROR))}


def test_no_rule_of_a_level_is_an_empty_table(folder: Folder) -> None:
    report = listed(folder, "TPL", Level.OFF)
    assert (rows(report), report.next) == ((("code", "name", "level", "bump"),), ())


def test_letters_that_no_code_begins_with_are_refused() -> None:
    with pytest.raises(PlmctlError) as error:
        rules(None, RulesOptions(prefix="xyz"))
    assert error.value.message == "no code begins with 'xyz'"
    assert error.value.hint is not None
    assert error.value.hint.startswith("codes begin with APP, CTX, DST, ENV, ")
