"""What a change of a Route means."""

from collections.abc import Iterator

from plmctl.core.diff import ANY, Change, Fact
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, change_rule
from plmctl.rules.words import item_name, shown, told

_MATCH = ("spec", "match")
_FALLBACKS = ("fallbacks", "contextWindowFallbacks")
_LIMITS = ("rateLimit", "budgets", "retries", "timeoutSeconds")


@change_rule("RTE001", "removed", BREAKING)
def route_removed(change: Change) -> Iterator[str]:
    """A route is gone: prompts that name it no longer resolve.

    Point them to another route or a model first.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("RTE002", "match-narrowed", BREAKING)
def match_narrowed(change: Change) -> Iterator[str]:
    """Calls that had models of their own no longer match, and go to the default ones.

    Make sure that those can serve them, or keep the old match beside the new one.
    """
    if _is_match(change) and (
        _is_condition(change) is (change.fact is Fact.ADDED) or change.fact is Fact.CHANGED
    ):
        yield _match_told(change)


@change_rule("RTE023", "match-widened", BEHAVIOURAL)
def match_widened(change: Change) -> Iterator[str]:
    """Calls that went to the default models now match, and go elsewhere.

    Evaluate with calls of that sort.
    """
    if _is_match(change):
        yield _match_told(change)


def _is_match(change: Change) -> bool:
    is_rule = change.at(*_MATCH) or change.at(*_MATCH, ANY)
    return change.fact is not Fact.REORDERED and (is_rule or change.below(*_MATCH, ANY, "when"))


def _is_condition(change: Change) -> bool:
    """Whether more of it lets fewer calls match: one more key does, one more value or rule does not."""
    return change.at(*_MATCH, ANY, "when", ANY)


def _match_told(change: Change) -> str:
    steps = change.pointer[2:]
    if not steps:
        return told(change)
    rule = f"match {int(change.place[2]) + 1}"
    if len(steps) < 3:
        return told(change, rule)
    value = shown(change.old if change.new is None else change.new)
    return told(change, f"'{steps[2]}' of {rule}" + (f": {value}" if len(steps) > 3 else ""))


@change_rule("RTE020", "target-changed", BEHAVIOURAL)
def target_changed(change: Change) -> Iterator[str]:
    """Other models answer.

    Evaluate what uses the route with each of them.
    """
    if change.fact is Fact.REORDERED:
        return
    for place in _target_lists():
        if change.at(*place, ANY):
            yield told(change, f"target '{item_name(change.key)}'")
        elif change.at(*place):
            yield told(change)


@change_rule("RTE021", "weight-changed", BEHAVIOURAL)
def weight_changed(change: Change) -> Iterator[str]:
    """Calls are shared out between models in another way.

    Look at costs and limits.
    """
    for place in _target_lists():
        if change.at(*place, ANY, "weight"):
            yield told(change, f"the weight of '{item_name(change.pointer[-2])}'")


@change_rule("RTE022", "order-changed", BEHAVIOURAL)
def order_changed(change: Change) -> Iterator[str]:
    """Another model, or another rule, is tried first.

    Evaluate with the one that comes first now.
    """
    places = (*_target_lists(), _MATCH, *(("spec", name) for name in _FALLBACKS))
    if change.fact is Fact.REORDERED and any(change.at(*place) for place in places):
        yield told(change)


def _target_lists() -> tuple[tuple[object, ...], ...]:
    return (("spec", "targets"), (*_MATCH, ANY, "targets"))


@change_rule("RTE024", "cache-changed", BEHAVIOURAL)
def cache_changed(change: Change) -> Iterator[str]:
    """Answers are remembered in another way: they may be older, or come from a similar question.

    Make sure that nothing personal is shared.
    """
    if change.below("spec", "cache"):
        yield told(change)


@change_rule("RTE025", "guardrail-changed", BEHAVIOURAL)
def guardrail_changed(change: Change) -> Iterator[str]:
    """Other checks are made around every call of the route.

    Make sure that what was held back still is.
    """
    if change.below("spec", "guardrails"):
        yield told(change, _member(change, "guardrail"))


@change_rule("RTE030", "fallback-added", SAFE)
def fallback_added(change: Change) -> Iterator[str]:
    """Where a call failed, one more model is tried.

    Nothing that worked behaves differently.
    """
    if change.fact is Fact.ADDED and any(change.below("spec", name) for name in _FALLBACKS):
        yield told(change, _member(change, "fallback"))


def _member(change: Change, noun: str) -> str | None:
    value = change.old if change.new is None else change.new
    return f"{noun} '{value}'" if isinstance(value, str) else None


@change_rule("RTE031", "limit-changed", SAFE)
def limit_changed(change: Change) -> Iterator[str]:
    """More or less may be asked for, spent or waited for.

    Answers are the same; watch refusals.
    """
    if any(change.below("spec", name) for name in _LIMITS):
        yield told(change)


ROUTE_RULES = (
    route_removed,
    match_narrowed,
    match_widened,
    target_changed,
    weight_changed,
    order_changed,
    cache_changed,
    guardrail_changed,
    fallback_added,
    limit_changed,
)
