"""What a change of a Guardrail means."""

from collections.abc import Iterator

from plmctl.core.change import Change, Fact
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, change_rule
from plmctl.rules.words import told

ACTIONS = ("flag", "retry", "mask", "block")
"""What a guardrail can do, from the mildest to the strictest."""


@change_rule("GRD001", "removed", BREAKING)
def guardrail_removed(change: Change) -> Iterator[str]:
    """A guardrail is gone: whatever names it no longer resolves, and nothing checks in its place.

    Take it out of prompts, routes and applications first.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("GRD020", "stage-changed", BEHAVIOURAL)
def stage_changed(change: Change) -> Iterator[str]:
    """The check looks at something else: what goes in, what was found, what a tool said, or what comes out.

    What it held back before may now pass. Keep the old check and add a second one where both places
    matter.
    """
    if change.at("spec", "stage"):
        yield told(change, "stage")


@change_rule("GRD021", "engine-changed", BEHAVIOURAL)
def engine_changed(change: Change) -> Iterator[str]:
    """Something else decides: other texts are caught than before.

    Run both on recorded traffic and look at what only one of them catches before this is promoted.
    """
    if change.at("spec", "engine") or change.at("spec", "model"):
        yield told(change)


@change_rule("GRD022", "action-weakened", BEHAVIOURAL)
def action_weakened(change: Change) -> Iterator[str]:
    """What is caught is treated more mildly: texts reach people that did not.

    Say in the pull request why that is meant, and look at what it caught lately.
    """
    if _strictness(change) < 0:
        yield told(change, "action")


@change_rule("GRD023", "action-strengthened", BEHAVIOURAL)
def action_strengthened(change: Change) -> Iterator[str]:
    """What is caught is treated more strictly: callers are refused, or get less, where they got an answer.

    Begin with `flag` and count, where it is not urgent; then watch how often it happens.
    """
    if _strictness(change) > 0:
        yield told(change, "action")


def _strictness(change: Change) -> int:
    if not change.at("spec", "action") or change.fact is not Fact.CHANGED:
        return 0
    ranks = {action: rank for rank, action in enumerate(ACTIONS)}
    return ranks.get(str(change.new), 0) - ranks.get(str(change.old), 0)


@change_rule("GRD024", "config-changed", BEHAVIOURAL)
def config_changed(change: Change) -> Iterator[str]:
    """The settings of the check changed, or what happens when the check itself fails.

    Other texts may be caught than before, and an outage of the check may let everything pass. Run it on
    recorded traffic.
    """
    if change.below("spec", "config") or change.at("spec", "onError"):
        yield told(change)


GUARDRAIL_RULES = (
    guardrail_removed,
    stage_changed,
    engine_changed,
    action_weakened,
    action_strengthened,
    config_changed,
)
