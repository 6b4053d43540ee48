"""explain: the page of one rule."""

from dataclasses import dataclass

from plmctl.commands.catalogue import rules_named
from plmctl.commands.levels import here, rule_here
from plmctl.commands.rules import rule_value
from plmctl.core.finding import Finding, Rule
from plmctl.core.page import Page
from plmctl.core.ports import Repo
from plmctl.core.report import Report
from plmctl.core.value import Value
from plmctl.rules.examples import Example, example_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOptions:
    """Which code or name, in any case, and the day (YYYY-MM-DD) that ends overrides."""

    code: str
    today: str | None = None


def explain(repo: Repo | None, options: ExplainOptions) -> Report:
    """What a code means, its level here, its example. Raises PlmctlError when no one rule is meant."""
    rules = rules_named(options.code)
    around = here(repo)
    found = [rule_here(rule, around.overrides, options.today) for rule in rules]
    example = example_of(rules[0].code)
    return Report(
        command="explain",
        page=_page(rules, example, found[0].said()),
        data={"rules": [rule_value(rule) for rule in found], "example": _example_value(example)},
        notes=around.notes,
    )


def _page(rules: tuple[Rule, ...], example: Example | None, said: tuple[str, ...]) -> Page:
    if example is None:
        return Page(rules=rules, here=said)
    return Page(rules=rules, here=said, example=example.shown(), mending=example.mending())


def _example_value(example: Example | None) -> Value:
    if example is None:
        return None
    return {"finding": _finding_value(example.shown()), "mending": list(example.mending())}


def _finding_value(found: Finding) -> Value:
    place = found.location
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "endColumn": place.end_column,
        "message": found.message,
        "help": found.help,
        "source": found.source,
    }
