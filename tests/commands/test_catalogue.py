import pkgutil
from importlib import import_module

import pytest

import plmctl
from plmctl.commands.catalogue import catalogue, rules_named, tables, validation_tables
from plmctl.core.finding import PlmctlError, Rule
from plmctl.rules.retired import RETIRED
from plmctl.rules.rule import ChangeRule, CheckRule


def rules_of_all_modules() -> set[str]:
    """The codes of every rule that a module of the package holds by name."""
    names = [module.name for module in pkgutil.walk_packages(plmctl.__path__, "plmctl.")]
    modules = [import_module(name) for name in names if not name.endswith("__main__")]
    held = [value for module in modules for value in vars(module).values()]
    bare = {value.code for value in held if isinstance(value, Rule)}
    return bare | {value.rule.code for value in held if isinstance(value, CheckRule | ChangeRule)}


def test_no_rule_is_forgotten() -> None:
    assert rules_of_all_modules() - set(catalogue()) == set()


def test_the_catalogue_is_sorted_and_whole() -> None:
    codes = {rule.code for _, rules in tables() for rule in rules}
    assert list(catalogue()) == sorted(codes)
    assert {code[:3] for code in codes} >= {"YML", "SCH", "REF", "TPL", "LNT", "REG", "PRM", "OWN", "ENV"}


def test_validation_reports_no_change() -> None:
    assert [r.code for _, rules in validation_tables() for r in rules if r.bump is not None] == []


@pytest.mark.parametrize("written", ["TPL002", "tpl002", "Tpl002", "unused-input", "Unused-Input"])
def test_a_rule_is_found_by_its_code_or_name_in_any_case(written: str) -> None:
    assert [rule.name for rule in rules_named(written)] == ["unused-input"]


def test_a_code_of_several_rules_has_them_all_the_most_serious_first() -> None:
    assert [(r.level.value, r.bump) for r in rules_named("TOL900")] == [
        ("error", 3),
        ("warning", 2),
        ("info", 1),
    ]


def test_a_retired_code_has_no_rule_and_says_why() -> None:
    assert set(RETIRED) & set(catalogue()) == set()
    with pytest.raises(PlmctlError) as error:
        rules_named("tpl007")
    assert error.value.message == (
        "TPL007 is retired, because jinja2 texts are checked now: TPL003, TPL011 and the rules of names"
    )
    assert error.value.hint == "'plmctl rules' lists the codes"


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("TPL099", "TPL009, "),
        ("tpl", "TPL001, TPL002, TPL003"),
        ("LTN001", "LNT001, "),
        ("unused-inptu", "TPL002, "),
    ],
)
def test_an_unknown_code_has_the_nearest_three(written: str, near: str) -> None:
    with pytest.raises(PlmctlError) as error:
        rules_named(written)
    assert (error.value.message, error.value.exit_code) == (f"there is no rule '{written}'", 3)
    assert error.value.hint is not None
    assert error.value.hint.startswith(f"the nearest are {near}")
    assert error.value.hint.endswith(": see 'plmctl rules'")
    assert error.value.hint.count(",") == 2


def test_a_name_of_several_codes_has_them_all() -> None:
    with pytest.raises(PlmctlError) as error:
        rules_named("card-changed")
    assert (error.value.message, error.value.hint, error.value.exit_code) == (
        "several rules are named 'card-changed'",
        "say which: DST031, MDL034",
        3,
    )
