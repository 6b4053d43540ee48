import json
from pathlib import Path

from tests.cli.running import plmctl


def test_a_rule_is_explained_outside_of_any_repository(tmp_path: Path) -> None:
    done = plmctl("explain", "ref001", at=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("REF001 no-such-artifact\n\nlevel  error\n\n")
    assert "10 |   model: smal\n" not in done.out
    assert "6 |   model: smal\n  |          ^^^^\n" in done.out
    assert "-  model: smal\n+  model: small\n" in done.out


def test_an_unknown_code_is_exit_3(tmp_path: Path) -> None:
    done = plmctl("explain", "TPL999", at=tmp_path)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: there is no rule 'TPL999'\nhint: the nearest are TPL0")


def test_rules_are_listed_with_the_levels_of_the_registry(registry: Path) -> None:
    settings = registry / "plmctl.yaml"
    rules = "\n  rules:\n    - {code: TPL002, level: error, reason: callers pay for inputs}\n"
    text = settings.read_text(encoding="utf-8")
    assert "\nspec:\n" in text
    settings.write_text(text.replace("\nspec:\n", f"\nspec:{rules}", 1), encoding="utf-8")
    done = plmctl("rules", "tpl", "--level", "error", at=registry)
    assert done.code == 0
    assert done.out.splitlines()[0].split("  ")[-1] == "in plmctl.yaml"
    (row,) = (line for line in done.out.splitlines() if line.startswith("TPL002"))
    assert row.split(None, 4) == ["TPL002", "unused-input", "error", "-", "error: callers pay for inputs"]
    assert done.err == "next: plmctl explain TPL001\n"
    report = json.loads(plmctl("rules", "tpl002", "--format", "json", at=registry).out)
    assert report["data"]["rules"][0]["overrides"][0]["reason"] == "callers pay for inputs"


def test_all_rules_fit_in_80_columns(tmp_path: Path) -> None:
    done = plmctl("rules", at=tmp_path)
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 80


def test_wrong_levels_are_wrong_usage(tmp_path: Path) -> None:
    assert plmctl("rules", "--level", "fatal", at=tmp_path).code == 2
