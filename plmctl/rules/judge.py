"""What changes mean: an explicit table of rules by kind, and the judgements over facts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from plmctl.core.change import Change, Fact
from plmctl.core.finding import Bump
from plmctl.core.fingerprint import fingerprinted
from plmctl.core.judgement import Judgement
from plmctl.core.secrecy import discreet, hidden, masked, visible_pointer
from plmctl.core.settings import Override, Settings
from plmctl.core.value import Pointer
from plmctl.core.verdict import Instance, Verdict
from plmctl.rules.anykind import closing_rules, leading_rules
from plmctl.rules.application import APPLICATION_RULES
from plmctl.rules.context import CONTEXT_RULES
from plmctl.rules.dataset import DATASET_RULES, is_data_moved
from plmctl.rules.environment import ENVIRONMENT_RULES
from plmctl.rules.evaluation import EVALUATION_RULES
from plmctl.rules.fixed import NEVER_OVERRIDDEN
from plmctl.rules.guardrail import GUARDRAIL_RULES
from plmctl.rules.model import MODEL_RULES
from plmctl.rules.own import OWN_KIND_RULES
from plmctl.rules.prompt import PROMPT_RULES, removed_after_sunset
from plmctl.rules.provider import PROVIDER_RULES
from plmctl.rules.retriever import RETRIEVER_RULES
from plmctl.rules.route import ROUTE_RULES
from plmctl.rules.rule import ChangeRule
from plmctl.rules.tool import TOOL_RULES


def _table(prefix: str, own: tuple[ChangeRule, ...]) -> tuple[ChangeRule, ...]:
    return (*leading_rules(prefix), *own, *closing_rules(prefix))


def _without_bump(rules: tuple[ChangeRule, ...]) -> tuple[ChangeRule, ...]:
    # An Environment is not versioned: Git is its history.
    return tuple(replace(rule, rule=replace(rule.rule, bump=Bump.NONE)) for rule in rules)


CHANGE_RULES: Mapping[str, tuple[ChangeRule, ...]] = {
    "Prompt": _table("PRM", PROMPT_RULES),
    "Partial": _table("PRM", PROMPT_RULES),
    "Tool": _table("TOL", TOOL_RULES),
    "Provider": _table("PRV", PROVIDER_RULES),
    "Model": _table("MDL", MODEL_RULES),
    "Dataset": _table("DST", DATASET_RULES),
    "Retriever": _table("RTV", RETRIEVER_RULES),
    "ContextPolicy": _table("CTX", CONTEXT_RULES),
    "Guardrail": _table("GRD", GUARDRAIL_RULES),
    "Route": _table("RTE", ROUTE_RULES),
    "EvalSuite": _table("EVL", EVALUATION_RULES),
    "Application": _table("APP", APPLICATION_RULES),
    "Environment": _without_bump(_table("ENV", ENVIRONMENT_RULES)),
}
"""The rules of each kind in the order they are asked: the first that has an answer decides."""

OWN_RULES: tuple[ChangeRule, ...] = _table("OWN", OWN_KIND_RULES)
"""The rules of every kind that a registry adds."""


def judgements(
    changes: Iterable[Change], settings: Settings, today: str | None = None, guard: Settings | None = None
) -> tuple[Judgement, ...]:
    """What each change means, in the order of the changes; `today` (YYYY-MM-DD) ends what has a last day.

    Settings weaken no judgement below what those of `guard` make of it: who judges a stranger's changes
    passes the settings that the stranger could not write.
    """
    judged = (judgement for change in changes for judgement in _judged(change, today))
    return tuple(fingerprinted(guarded(judgement, settings, today, guard) for judgement in judged))


def _judged(change: Change, today: str | None) -> Iterator[Judgement]:
    if change.fact is Fact.MOVED and not is_data_moved(change):
        return
    asked = (
        r
        for r in CHANGE_RULES.get(change.kind, OWN_RULES)
        if r is not removed_after_sunset or _is_sunset_past(change, today)
    )
    named = _without_credentials(change)
    answers = ((rule.rule, tuple(rule.messages(named))) for rule in asked)
    # There always is one: the last rule speaks of any change.
    rule, messages = next(answer for answer in answers if answer[1])
    shown = _discreet(named)
    for message in messages:
        yield Judgement(
            rule=rule,
            change=shown,
            level=rule.level,
            bump=rule.bump or Bump.NONE,
            message=masked(_without_values(message, named, shown)),
        )


def _without_credentials(change: Change) -> Change:
    """The change as a rule may speak of it; texts are left as they are, for rules that compare them."""
    old, new = hidden(change.old, change.pointer), hidden(change.new, change.pointer)
    pointer = visible_pointer(change.pointer)
    is_told = pointer == change.pointer and old is change.old and new is change.new
    return change if is_told else replace(change, pointer=pointer, old=old, new=new)


def _without_values(message: str, named: Change, shown: Change) -> str:
    """A message without what is secret only because of its key."""
    for value, told in ((named.old, shown.old), (named.new, shown.new)):
        if isinstance(value, str) and value != told:
            message = message.replace(value, str(told))
    return message


def _discreet(change: Change) -> Change:
    """The change as it may be shown."""
    old, new = discreet(change.old, change.pointer), discreet(change.new, change.pointer)
    verdict = _discreet_verdict(change.verdict, change.pointer) if change.verdict is not None else None
    return replace(change, old=old, new=new, verdict=verdict)


def _discreet_verdict(verdict: Verdict, pointer: Pointer) -> Verdict:
    refused, accepted = (
        Instance(discreet(shown.value, pointer)) if shown is not None else None
        for shown in (verdict.refused, verdict.accepted)
    )
    return replace(verdict, refused=refused, accepted=accepted)


def _is_sunset_past(change: Change, today: str | None) -> bool:
    sunset = change.before.value("metadata", "deprecation", "sunset") if change.before is not None else None
    return isinstance(sunset, str) and today is not None and sunset < today


def guarded(
    judgement: Judgement, settings: Settings, today: str | None = None, guard: Settings | None = None
) -> Judgement:
    """The judgement by the settings, and at least as serious as by those of the guard."""
    found = overridden(judgement, settings, today)
    if guard is None or guard is settings:
        return found
    least = overridden(judgement, guard, today)
    level = max(found.level, least.level, key=lambda level: level.rank)
    bump = max(found.bump, least.bump)
    is_least = level is found.level and bump is found.bump
    return found if is_least else replace(found, level=level, bump=bump)


def overridden(judgement: Judgement, settings: Settings, today: str | None = None) -> Judgement:
    """The judgement by the profile and the overrides of plmctl.yaml; the last override that applies wins.

    A bump is never lowered below patch, or a digest would change within a version; none stays none.
    """
    level = settings.profile.of_change(judgement.code, judgement.level)
    if level is not judgement.level:
        judgement = replace(judgement, level=level)
    for override in settings.overrides:
        if _applies(override, judgement, today):
            judgement = _with(override, judgement)
    return judgement


def _applies(override: Override, judgement: Judgement, today: str | None) -> bool:
    if judgement.code in NEVER_OVERRIDDEN or override.is_over(today):
        return False
    return override.applies_to(judgement.code, judgement.change.artifact)


def _with(override: Override, judgement: Judgement) -> Judgement:
    level = judgement.level if override.level is None else override.level
    if override.bump is None or judgement.bump is Bump.NONE:
        return replace(judgement, level=level)
    return replace(judgement, level=level, bump=max(override.bump, Bump.PATCH))
