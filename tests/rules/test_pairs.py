"""Every rule over changes fires where its pair says, and not where the same field changes harmlessly."""

import re

import pytest

from plmctl.commands.catalogue import REGISTRY_RULES, change_tables
from plmctl.commands.diff import judge
from plmctl.core.diff import compare
from plmctl.core.finding import Level
from plmctl.core.reg import TAG_RULES
from plmctl.rules.examples import DAY, Side, example_of
from plmctl.rules.pairs import Pair, pair_codes, pair_like, pair_of
from tests.programs import REPOSITORY

NEEDS_A_REPOSITORY = {
    "REG003": "tests/acceptance/test_refused_release.py",
    "REG004": "tests/core/test_tag_gaps.py",
    "REG005": "tests/acceptance/test_forgery.py",
    "REG008": "tests/commands/test_lock.py",
    "REG009": "tests/acceptance/test_verify_faults.py",
    "REG011": "tests/rules/test_overrides.py",
    "REG012": "tests/acceptance/test_verify_faults.py",
    "REG013": "tests/acceptance/test_verify_faults.py",
    "REG014": "tests/acceptance/test_refused_release.py",
    "REG015": "tests/core/test_tag.py",
    "REG016": "tests/commands/test_lock.py",
    "REG017": "tests/acceptance/test_verify_faults.py",
    "REG018": "tests/acceptance/test_forgery.py",
    "REG019": "tests/commands/test_lock.py",
    "REG020": "tests/rules/test_overrides.py",
    "REG021": "tests/rules/test_overrides.py",
    "REG022": "tests/core/test_accepted.py",
    "REG023": "tests/commands/test_retirement.py",
    "REG024": "tests/hostile/test_data_storage.py",
}
"""Codes about tags and locks, which no two trees show, and the tests of them."""

MISSING: dict[str, str] = {}
"""Codes that have no pair yet. It only shrinks."""


def pair(code: str) -> Pair:
    found = pair_of(code)
    assert found is not None
    return found


def lines(code: str, newer: Side) -> list[str]:
    """What `plmctl diff` judges, as the lines of a pair's expected file."""
    before, after = pair(code).before.registry, newer.registry
    judged = judge(before, after, compare(before, after), DAY)
    return [f"{newer.name} {judgement.change.artifact} {judgement.code}" for judgement in judged]


def faults(side: Side) -> list[str]:
    found = (finding for finding in side.findings() if finding.level is Level.ERROR)
    return [f"{side.name} {finding.location} {finding.code}" for finding in found]


def without_a_pair() -> set[str]:
    """The codes over changes that no pair and no repository shows."""
    every = {rule.code for _, rules in (*change_tables(), ("", REGISTRY_RULES + TAG_RULES)) for rule in rules}
    shared = {code for code in every if code[:3] != "PRM" and pair_like(code) is not None}
    return every - shared - {*pair_codes()} - NEEDS_A_REPOSITORY.keys()


@pytest.mark.parametrize("code", pair_codes())
def test_what_is_judged_of_a_pair_is_what_was_written_down(code: str) -> None:
    found = [*lines(code, pair(code).after), *lines(code, pair(code).silent)]
    assert sorted(found) == sorted(pair(code).expected)


@pytest.mark.parametrize("code", pair_codes())
def test_a_rule_fires_on_its_pair_and_is_silent_on_the_harmless_change(code: str) -> None:
    fired = {tuple(line.split()[::2]) for line in pair(code).expected}
    assert ("after", code) in fired
    assert ("silent", code) not in fired
    assert pair(code).silent.files != pair(code).before.files


@pytest.mark.parametrize("code", pair_codes())
def test_the_registries_of_a_pair_are_right_but_for_what_was_written_down(code: str) -> None:
    sides = (pair(code).before, pair(code).after, pair(code).silent)
    assert sorted(line for side in sides for line in faults(side)) == sorted(pair(code).faults)


@pytest.mark.parametrize("code", pair_codes())
def test_a_page_shows_what_fires_and_what_does_not(code: str) -> None:
    firing, harmless = pair(code).firing(), pair(code).harmless()
    assert code in {judgement.code for judgement in firing.judgements}
    assert code not in {judgement.code for judgement in harmless.judgements}
    assert firing.diff
    assert harmless.diff


def test_every_rule_over_changes_has_a_pair() -> None:
    missing = {f"{letters}{number}" for letters, numbers in MISSING.items() for number in numbers.split()}
    assert without_a_pair() - missing == set()


@pytest.mark.parametrize("code", NEEDS_A_REPOSITORY)
def test_a_code_that_needs_a_repository_is_shown_where_it_says(code: str) -> None:
    assert re.search(rf"\b{code}\b", (REPOSITORY / NEEDS_A_REPOSITORY[code]).read_text(encoding="utf-8"))


def test_a_rule_of_every_kind_is_shown_by_that_of_a_prompt() -> None:
    assert pair_like("TOL901") is pair("PRM901")
    assert pair_like("OWN900") is pair("OWN900")
    assert pair_like("TOL907") is None


def test_no_code_has_a_pair_and_an_example() -> None:
    assert [code for code in pair_codes() if example_of(code) is not None] == []


def test_a_code_without_a_pair_has_none() -> None:
    assert pair_of("TPL001") is None
