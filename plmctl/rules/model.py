"""What a change of a Model means."""

import re
from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact, Side
from plmctl.core.deferred import deferred
from plmctl.core.value import as_mapping, as_text
from plmctl.rules.pin import BINDING, PINS, family, pin_of
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, change_rule
from plmctl.rules.words import content_told, told

# What a caller may ask for at most, and what it may count on at least.
_RATES = frozenset({"requestsPerMinute", "tokensPerMinute"})
_ABILITIES = (("spec", "capabilities"), ("spec", "modalities"))
_EXTRA = ("spec", "parameters", "extra")
_PATIENCE = deferred("timeout|retry|retries", re.IGNORECASE)


@change_rule("MDL001", "removed", BREAKING)
def model_removed(change: Change) -> Iterator[str]:
    """A model is gone: prompts, routes and retrievers that name it no longer resolve.

    Point them to another one first, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("MDL010", "provider-changed", BREAKING)
def provider_changed(change: Change) -> Iterator[str]:
    """The model runs elsewhere: the protocol, the credential, the rules for data may all be others.

    Add a second model, move prompts to it one by one, and remove the old one.
    """
    if change.at("spec", "provider"):
        yield told(change, "provider")


@change_rule("MDL011", "credential-changed", BREAKING)
def credential_changed(change: Change) -> Iterator[str]:
    """The model runs where it ran, under another credential: where that is not set up, calls are refused.

    Its `provider` is another Provider now, which differs from the old one in nothing but the credential; a
    credential that changed in the Provider itself is PRV011. Set the new one up in every environment before
    this is promoted.
    """
    if change.at("spec", "provider") and _differs_in_credential_alone(change):
        yield f"{told(change, 'provider')}: the credential is another one"


def _differs_in_credential_alone(change: Change) -> bool:
    old = change.before.target(change.old) if change.before is not None else None
    new = change.after.target(change.new) if change.after is not None else None
    if old is None or new is None:
        return False
    different = {name for name in {*old.spec, *new.spec} if old.spec.get(name) != new.spec.get(name)}
    return different == {"credential"}


@change_rule("MDL012", "capability-dropped", BREAKING)
def capability_dropped(change: Change) -> Iterator[str]:
    """The model can do less: prompts that send images or call tools fail.

    `plmctl impact` names them. Move them to another model first; where the manifest was wrong and the
    model never could, accept it.
    """
    if _is_ability(change) and change.fact in (Fact.REMOVED, Fact.CHANGED):
        yield _ability_told(change)


@change_rule("MDL033", "capability-added", SAFE)
def capability_added(change: Change) -> Iterator[str]:
    """The model can do more, or more is known of what it can do.

    Nothing that exists uses it. Prompts may begin to.
    """
    if _is_ability(change):
        yield _ability_told(change)


def _is_ability(change: Change) -> bool:
    return any(change.below(*place) for place in _ABILITIES)


def _ability_told(change: Change) -> str:
    value = change.old if change.new is None else change.new
    if not isinstance(value, str) or change.at("spec", "modalities"):
        return told(change)
    way = f"{change.pointer[2]} modality" if change.below("spec", "modalities") else "capability"
    return told(change, f"{way} '{value}'")


@change_rule("MDL013", "limit-lowered", BREAKING)
def limit_lowered(change: Change) -> Iterator[str]:
    """Less fits, or less may be asked for: calls at the old limit are refused or cut.

    Make prompts, context policies and callers fit first, or add a second model with the smaller limit.
    """
    if any(step < 0 for step in _limit_steps(change)):
        yield told(change)


@change_rule("MDL030", "limit-raised", SAFE)
def limit_raised(change: Change) -> Iterator[str]:
    """More fits, or more may be asked for; or a size is stated that was not.

    Nothing that exists needs it. Checks that knew no limit begin to look at it.
    """
    steps = tuple(_limit_steps(change))
    if steps and all(step > 0 for step in steps):
        yield told(change)


def _limit_steps(change: Change) -> Iterator[int]:
    """For each limit that the change is about, 1 for more room, -1 for less, 0 for what cannot be said."""
    if change.at("spec", "limits"):
        limits = change.old if change.fact is Fact.REMOVED else change.new
        for name in limits if isinstance(limits, dict) else {}:
            yield _statement_step(name, change.fact)
    elif change.at("spec", "limits", ANY):
        old, new = change.old, change.new
        if isinstance(old, (int, float)) and isinstance(new, (int, float)):
            # An index has the dimensions that it has: more is as wrong as less.
            yield -1 if new < old else int(change.key != "dimensions")
        else:
            yield _statement_step(change.key, change.fact)


def _statement_step(name: str, fact: Fact) -> int:
    # A rate that is stated takes something away; a size that is stated is only known now.
    step = {Fact.ADDED: 1, Fact.REMOVED: -1}.get(fact, 0)
    return -step if name in _RATES else step


@change_rule("MDL014", "pin-loosened", BREAKING)
def pin_loosened(change: Change) -> Iterator[str]:
    """The id is bound less firmly: another model may come to stand behind it, and nothing here will show it.

    Evaluations of today then speak of a model that is gone tomorrow. Name a dated snapshot or a
    `revision`, or accept it with a reason.
    """
    if _pin_step(change) < 0:
        yield f"the pin loosened from {_pin(change.before)} to {_pin(change.after)}"


@change_rule("MDL906", "written-differently", SAFE)
def pin_written_out(change: Change) -> Iterator[str]:
    """The pin is stated as the shape of the id already told, or no longer stated."""
    if change.at("spec", "pin") and _pin_step(change) == 0:
        yield "'pin' is written differently and means the same"


@change_rule("MDL900", "changed", SAFE)
def pin_tightened(change: Change) -> Iterator[str]:
    """The id is bound more firmly: what could change behind it no longer does."""
    if change.at("spec", "pin"):
        yield f"the pin tightened from {_pin(change.before)} to {_pin(change.after)}"


def _pin_step(change: Change) -> int:
    if not any(change.at("spec", field) for field in ("pin", "model", *BINDING)):
        return 0
    ranks = {pin: rank for rank, pin in enumerate(PINS)}
    return ranks.get(_pin(change.after), 0) - ranks.get(_pin(change.before), 0)


def _pin(side: Side | None) -> str:
    spec = side.value("spec") if side is not None else None
    return pin_of(spec if isinstance(spec, dict) else {})


@change_rule("MDL021", "snapshot-changed", BEHAVIOURAL)
def snapshot_changed(change: Change) -> Iterator[str]:
    """The same model in another snapshot: answers differ in small things.

    Evaluate what uses it, the longest and the strictest prompts first.
    """
    is_other_date = change.at("spec", "model") and family(str(change.old)) == family(str(change.new))
    if is_other_date or change.at("spec", "revision"):
        yield told(change)


@change_rule("MDL020", "model-changed", BEHAVIOURAL)
def model_changed(change: Change) -> Iterator[str]:
    """Another model answers: style, abilities and mistakes differ.

    Evaluate everything that uses it; `plmctl impact` names it. A second model, moved to prompt by prompt,
    keeps the way back open.
    """
    if change.at("spec", "model"):
        yield told(change, "model")


@change_rule("MDL031", "retry-or-timeout-changed", SAFE)
def patience_changed(change: Change) -> Iterator[str]:
    """How long a call may take, or how often it is tried again, changed among the provider's own settings.

    A Model has no field for it: it is read off the names in `parameters.extra`, such as `num_retries` and
    `request_timeout`. Answers are the same; watch how many calls fail, and what callers wait for.
    """
    if change.below(*_EXTRA) and _is_of_patience(change):
        yield told(change)


def _is_of_patience(change: Change) -> bool:
    """Whether only settings for retries and timeouts are in it."""
    depth = len(change.pointer) - len(_EXTRA)
    if depth > 1:
        return any(_PATIENCE.search(str(step)) for step in change.pointer[len(_EXTRA) + 1 :])
    whole = as_mapping(change.old if change.new is None else change.new)
    settings = [name for part in whole.values() for name in as_mapping(part)] if depth == 0 else [*whole]
    return bool(settings) and all(_PATIENCE.search(name) for name in settings)


@change_rule("MDL023", "stop-changed", BEHAVIOURAL)
def stop_changed(change: Change) -> Iterator[str]:
    """Other texts end an answer: it may come out longer, or cut.

    Evaluate prompts whose answers contain those texts; code that cuts answers at them must follow.
    """
    if change.below("spec", "parameters", "stop"):
        yield (
            told(change, "'parameters.stop'")
            if change.at("spec", "parameters", "stop")
            else _stop_told(change)
        )


def _stop_told(change: Change) -> str:
    return told(change, f"stop text '{change.old or change.new}'")


@change_rule("MDL022", "sampling-changed", BEHAVIOURAL)
def sampling_changed(change: Change) -> Iterator[str]:
    """Answers are chosen in another way: more or less varied, longer or shorter.

    It reaches every prompt that does not say otherwise in its own `parameters`. Evaluate those, or set it
    in the one prompt that needs it.
    """
    if change.below("spec", "parameters"):
        yield told(change)


@change_rule("MDL025", "safety-setting-changed", BEHAVIOURAL)
def safety_setting_changed(change: Change) -> Iterator[str]:
    """The provider refuses more or less than before.

    People may see what was held back, or be refused what they were answered. Evaluate with the texts that
    come close, and look at the guardrails behind it.
    """
    if change.below("spec", "safety"):
        yield told(change)


@change_rule("MDL900", "changed", SAFE)
def weights_moved(change: Change) -> Iterator[str]:
    """The weights have another address, and the sha256 that is stated of them is the same."""
    sides = [side for side in (change.before, change.after) if side is not None]
    stated = {as_text(side.value("spec", "weights", "sha256")) for side in sides}
    if change.at("spec", "weights", "uri") and len(stated) == 1 and None not in stated:
        yield f"{told(change)}; the sha256 of the weights is the same"


@change_rule("MDL026", "weights-changed", BEHAVIOURAL)
def weights_changed(change: Change) -> Iterator[str]:
    """Other weights answer under the same name.

    Evaluate everything that uses it, as for a new model.
    """
    if change.below("spec", "weights"):
        yield content_told(change, "weights")


@change_rule("MDL027", "fine-tuning-changed", BEHAVIOURAL)
def fine_tuning_changed(change: Change) -> Iterator[str]:
    """What is recorded of the training changed: base, data, settings or code.

    Either the weights changed with it and want evaluating, or the record was wrong: say which in the pull
    request.
    """
    if change.below("spec", "fineTuning"):
        yield told(change)


@change_rule("MDL028", "serving-changed", BEHAVIOURAL)
def serving_changed(change: Change) -> Iterator[str]:
    """The same weights are served in another way: engine, quantisation, chat template.

    Answers differ in small things, with another chat template in large ones. Evaluate what uses it.
    """
    if change.below("spec", "serving"):
        yield told(change)


@change_rule("MDL032", "price-changed", SAFE)
def price_changed(change: Change) -> Iterator[str]:
    """A call costs more or less.

    Nothing behaves differently. Look at the budgets of the routes that lead here.
    """
    if change.below("spec", "pricing"):
        yield told(change)


@change_rule("MDL034", "card-changed", SAFE)
def card_changed(change: Change) -> Iterator[str]:
    """What is written about the model changed: intended use, limitations, license.

    Nothing behaves differently. A use that is no longer intended wants a word with those who rely on it.
    """
    if change.below("spec", "card"):
        yield told(change)


MODEL_RULES = (
    model_removed,
    credential_changed,
    provider_changed,
    capability_dropped,
    capability_added,
    limit_lowered,
    limit_raised,
    pin_loosened,
    pin_written_out,
    pin_tightened,
    snapshot_changed,
    model_changed,
    patience_changed,
    stop_changed,
    sampling_changed,
    safety_setting_changed,
    weights_moved,
    weights_changed,
    fine_tuning_changed,
    serving_changed,
    price_changed,
    card_changed,
)
