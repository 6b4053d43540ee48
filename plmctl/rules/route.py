"""What a change of a Route means."""

from collections.abc import Iterator

from plmctl.core.canonical import canonical_json
from plmctl.core.change import ANY, Change, Fact, Side
from plmctl.core.manifest import Manifest
from plmctl.core.value import Value, as_items, as_mapping, as_text
from plmctl.rules.ability import shortfalls
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, change_rule
from plmctl.rules.words import field_name, item_name, shown, step_name, told

_MATCH = ("spec", "match")
_DEFAULT = ("spec", "targets")
_FALLBACKS = ("fallbacks", "contextWindowFallbacks")
_LIMITS = ("rateLimit", "budgets", "retries", "timeoutSeconds")


@change_rule("RTE001", "removed", BREAKING)
def route_removed(change: Change) -> Iterator[str]:
    """A route is gone: prompts that name it no longer resolve.

    Point them to another route or a model first, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("RTE002", "match-narrowed", BREAKING)
def match_narrowed(change: Change) -> Iterator[str]:
    """Calls that had models of their own no longer match, and go to the default ones.

    Make sure that those can serve them, or keep the old match beside the new one.
    """
    if _is_match(change) and _match_step(change) < 0:
        yield _match_told(change)


@change_rule("RTE906", "written-differently", SAFE)
def match_written_differently(change: Change) -> Iterator[str]:
    """The same calls match: one value alone or in a list, or the values of a list in another order."""
    is_same = change.fact is Fact.CHANGED and _match_step(change) == 0
    if (change.fact is Fact.REORDERED or is_same) and change.at(*_MATCH, ANY, "when", ANY):
        yield f"{field_name(change.pointer)} is written differently and means the same"


@change_rule("RTE023", "match-widened", BEHAVIOURAL)
def match_widened(change: Change) -> Iterator[str]:
    """Calls that went to the default models now match, and go elsewhere.

    Evaluate with calls of that sort on the models that get them now.
    """
    if _is_match(change):
        yield _match_told(change)


def _is_match(change: Change) -> bool:
    is_rule = change.at(*_MATCH) or change.at(*_MATCH, ANY)
    return change.fact is not Fact.REORDERED and (is_rule or change.below(*_MATCH, ANY, "when"))


def _match_step(change: Change) -> int:
    """Whether more calls match (1) or some no longer do (-1); 0 where the same do."""
    is_condition = change.at(*_MATCH, ANY, "when", ANY)
    if change.fact is not Fact.CHANGED:
        # One more key lets fewer calls match; one more value, or rule, lets more.
        return 1 if is_condition is (change.fact is Fact.REMOVED) else -1
    old, new = _accepted(change.old), _accepted(change.new)
    return -1 if not is_condition or old - new else int(bool(new - old))


def _accepted(value: Value) -> frozenset[bytes]:
    """The values that a condition accepts: those of a list, or the one."""
    return frozenset(canonical_json(item) for item in (value if isinstance(value, list) else [value]))


def _match_told(change: Change) -> str:
    steps = change.pointer[2:]
    if not steps:
        return told(change)
    rule = f"match {step_name(change.place[2])}"
    if len(steps) < 3:
        return told(change, rule)
    value = shown(change.old if change.new is None else change.new)
    return told(change, f"'{steps[2]}' of {rule}" + (f": {value}" if len(steps) > 3 else ""))


@change_rule("RTE003", "default-removed", BREAKING)
def default_removed(change: Change) -> Iterator[str]:
    """No target is left for the calls that match nothing: the route has no answer for them.

    `targets` is the default of a route. It is gone, or empty, or every share of a weighted one is 0. Keep a
    target with a share, a cheap one if few calls should come there.
    """
    is_extra = change.at(*_DEFAULT, ANY) and change.fact is Fact.ADDED
    is_here = change.below(*_DEFAULT) or change.at("spec", "strategy")
    if is_here and not is_extra and _has_default(change.before) and not _has_default(change.after):
        yield f"{_default_told(change)}: calls that match nothing have no target"


def _has_default(side: Side | None) -> bool:
    """Whether a target may be picked where nothing matches."""
    targets = as_items(side.value(*_DEFAULT)) if side is not None else []
    is_weighted = side is not None and side.value("spec", "strategy") == "weighted"
    return any(as_mapping(target).get("weight") != 0 or not is_weighted for target in targets)


def _default_told(change: Change) -> str:
    if change.at(*_DEFAULT, ANY):
        return told(change, f"target '{_target_name(change)}'")
    return told(change, _share(change) if change.at(*_DEFAULT, ANY, "weight") else None)


def _share(change: Change) -> str:
    return f"the weight of '{item_name(change.pointer[-2])}'"


@change_rule("RTE010", "target-incompatible", BREAKING)
def target_incompatible(change: Change) -> Iterator[str]:
    """A new target cannot do what each of the old ones could: calls that count on it fail when it is picked.

    Compared are task, capabilities, modalities and limits, as far as both models state them. In a failover
    route only the first target is looked at: the others answer calls that would fail anyway. Take a model
    that can do as much, or give the calls that need more a `match` of their own.
    """
    older, newer = change.before, change.after
    if older is None or newer is None:
        return
    for place in _target_lists():
        model = _new_target(change, newer, *place)
        lacks = tuple(shortfalls(_models_before(change, older, newer), model)) if model is not None else ()
        if model is not None and lacks:
            yield f"target '{model.id}' cannot do what the targets could: {'; '.join(lacks)}"


def _new_target(change: Change, newer: Side, *place: object) -> Manifest | None:
    """The model that a change brings into a list of targets; in a failover route, the one tried first."""
    is_item, is_model = change.at(*place, ANY), change.at(*place, ANY, "model")
    is_new = (is_item and change.fact is Fact.ADDED) or is_model
    is_failover = newer.value("spec", "strategy") == "failover"
    if not is_new or (is_failover and change.place[len(place)] != 0):
        return None
    return newer.target(change.new if is_model else as_mapping(change.new).get("model"))


def _models_before(change: Change, older: Side, newer: Side) -> tuple[Manifest, ...]:
    """The models of the older list that the change is in; of a failover route, the one tried first."""
    ids = [as_mapping(target).get("model") for target in _list_before(change, older, newer)]
    ids = ids[:1] if older.value("spec", "strategy") == "failover" else ids
    return tuple(model for written in ids if (model := older.target(written)) is not None)


def _list_before(change: Change, older: Side, newer: Side) -> list[Value]:
    if change.below(*_DEFAULT):
        return as_items(older.value(*_DEFAULT))
    # Rules are matched by their content: the one before is the one for the same calls.
    rule = change.place[2]
    if not isinstance(rule, int):
        return []
    when = as_mapping(as_items(newer.value(*_MATCH))[rule]).get("when")
    same = (as_mapping(rule) for rule in as_items(older.value(*_MATCH)))
    return next((as_items(rule.get("targets")) for rule in same if rule.get("when") == when), [])


@change_rule("RTE020", "target-changed", BEHAVIOURAL)
def target_changed(change: Change) -> Iterator[str]:
    """Other models answer some of the calls: style, abilities and mistakes differ.

    Evaluate what uses the route with each of its targets.
    """
    if change.fact is Fact.REORDERED:
        return
    for place in _target_lists():
        if change.at(*place, ANY):
            yield told(change, f"target '{_target_name(change)}'")
        elif change.at(*place) or change.at(*place, ANY, "model"):
            yield told(change)


def _target_name(change: Change) -> str:
    """The model of a target: the key of its list, or what it says where two are of one model."""
    value = change.old if change.new is None else change.new
    return as_text(as_mapping(value).get("model")) or item_name(change.key)


@change_rule("RTE021", "weight-changed", BEHAVIOURAL)
def weight_changed(change: Change) -> Iterator[str]:
    """Calls are shared out between models in another way.

    Each answers as before; more people get the one than did. Look at costs, and at the limits of the one
    that gets more.
    """
    for place in _target_lists():
        if change.at(*place, ANY, "weight"):
            yield told(change, _share(change))


@change_rule("RTE022", "order-changed", BEHAVIOURAL)
def order_changed(change: Change) -> Iterator[str]:
    """Another model, or another rule, is tried first.

    Most calls of a failover route go to its first target. Evaluate with the one that comes first now.
    """
    places = (*_target_lists(), _MATCH, *(("spec", name) for name in _FALLBACKS))
    if change.fact is Fact.REORDERED and any(change.at(*place) for place in places):
        yield told(change)


def _target_lists() -> tuple[tuple[object, ...], ...]:
    return (_DEFAULT, (*_MATCH, ANY, "targets"))


@change_rule("RTE024", "cache-changed", BEHAVIOURAL)
def cache_changed(change: Change) -> Iterator[str]:
    """Answers are remembered in another way: they may be older, or come from a similar question.

    Make sure that no customer is shown what was answered to another: a semantic cache may.
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

    Answers are the same. Callers that come to a lower limit are refused: watch refusals and timeouts.
    """
    if any(change.below("spec", name) for name in _LIMITS):
        yield told(change)


ROUTE_RULES = (
    route_removed,
    match_narrowed,
    match_written_differently,
    match_widened,
    default_removed,
    target_incompatible,
    target_changed,
    weight_changed,
    order_changed,
    cache_changed,
    guardrail_changed,
    fallback_added,
    limit_changed,
)
