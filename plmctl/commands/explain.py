"""explain: the page of one rule."""

from dataclasses import replace

from plmctl.commands.catalogue import rules_named
from plmctl.commands.levels import here, rule_here
from plmctl.commands.rules import rule_value
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding, Rule
from plmctl.core.judgement import Judgement
from plmctl.core.page import Page, Trial
from plmctl.core.ports import Repo
from plmctl.core.report import Report
from plmctl.core.value import Value
from plmctl.rules.examples import example_of
from plmctl.rules.pairs import pair_like


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOptions:
    """Which code or name, in any case, and the day (YYYY-MM-DD) that ends overrides."""

    code: str
    today: str | None = None


def explain(repo: Repo | None, options: ExplainOptions) -> Report:
    """What a code means, its level here, its example. Raises PlmctlError when no one rule is meant."""
    rules = rules_named(options.code)
    around = here(repo)
    found = [rule_here(rule, around, options.today) for rule in rules]
    page = _page(rules, found[0].said())
    return Report(
        command="explain",
        page=page,
        data={
            "rules": [rule_value(rule) for rule in found],
            "example": _example_value(page),
            "pair": _pair_value(page),
        },
        notes=around.notes,
    )


def _page(rules: tuple[Rule, ...], said: tuple[str, ...]) -> Page:
    page = Page(rules=rules, here=said)
    example, pair = example_of(rules[0].code), pair_like(rules[0].code)
    if example is not None:
        page = replace(page, example=example.shown(), mending=example.mending())
    if pair is not None:
        page = replace(page, pair_code=pair.code, firing=pair.firing(), harmless=pair.harmless())
    return page


def _example_value(page: Page) -> Value:
    if page.example is None:
        return None
    return {"finding": _finding_value(page.example), "mending": list(page.mending)}


def _pair_value(page: Page) -> Value:
    if page.firing is None or page.harmless is None:
        return None
    return {
        "code": page.pair_code,
        "firing": _trial_value(page.firing),
        "harmless": _trial_value(page.harmless),
    }


def _trial_value(trial: Trial) -> Value:
    return {"diff": list(trial.diff), "changes": [_judgement_value(j) for j in trial.judgements]}


def _judgement_value(judgement: Judgement) -> Value:
    return {
        "artifact": judgement.change.artifact,
        "code": judgement.code,
        "name": judgement.rule.name,
        "level": judgement.level.value,
        "bump": judgement.bump.label,
        "message": judgement.message,
    }


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
