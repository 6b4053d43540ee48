"""The rules that every kind has, with the kind's own letters."""

from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact
from plmctl.core.finding import Bump, Level
from plmctl.rules.contract import is_same_contract
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, ChangeRule, Meaning, change_rule
from plmctl.rules.words import field_name, told

NEW_NAME = Meaning(level=Level.INFO, bump=Bump.MINOR)

STABILITIES = ("retired", "deprecated", "experimental", "stable")
"""From the least settled to the most."""

# Lists that stand for sets: their order says nothing to anyone.
_SETS: dict[str, tuple[tuple[object, ...], ...]] = {
    "Tool": (("spec", "mcp", "tools"),),
    "Model": (("spec", "capabilities"), ("spec", "modalities", ANY)),
    "Dataset": (("spec", "purpose"), ("spec", "personalData", "categories"), ("spec", "key")),
    "Retriever": (("spec", "datasets"),),
    "EvalSuite": (("spec", "cases"), ("spec", "metrics")),
    "Application": (("spec", "uses"), ("spec", "evals"), ("spec", "files"), ("spec", "monitoring")),
}


def leading_rules(prefix: str) -> tuple[ChangeRule, ...]:
    """What is asked before a kind's own rules."""
    return (
        change_rule(f"{prefix}904", "artifact-added", NEW_NAME)(artifact_added),
        change_rule(f"{prefix}905", "artifact-renamed", NEW_NAME)(artifact_renamed),
        change_rule(f"{prefix}906", "written-differently", SAFE)(written_differently),
    )


def closing_rules(prefix: str) -> tuple[ChangeRule, ...]:
    """What is asked after a kind's own rules; one of them has an answer to any change."""
    return (
        change_rule(f"{prefix}902", "stability-raised", SAFE)(stability_raised),
        change_rule(f"{prefix}903", "yanked", SAFE)(yanked),
        change_rule(f"{prefix}901", "metadata-changed", SAFE)(metadata_changed),
        change_rule(f"{prefix}900", "changed", SAFE)(changed_safely),
        change_rule(f"{prefix}900", "changed", BEHAVIOURAL)(changed_in_behaviour),
        change_rule(f"{prefix}900", "changed", BREAKING)(changed_in_contract),
    )


def artifact_added(change: Change) -> Iterator[str]:
    """An artifact is new: nobody depends on it yet, so nothing can break.

    Nothing to do: it gets its first version with the next release.
    """
    if change.at() and change.fact is Fact.ADDED:
        yield f"{change.artifact} was added"


def artifact_renamed(change: Change) -> Iterator[str]:
    """An artifact has another name, and `metadata.formerly` keeps the old one: those who use it still work.

    Move them on to the new name: the old one stays reserved and is answered with a warning. The numbers go
    on.
    """
    if change.fact is Fact.RENAMED:
        yield f"{change.old} was renamed to {change.new}"


def written_differently(change: Change) -> Iterator[str]:
    """The same meaning in other words: a default written out, a set in another order, a full id for a name.

    Nothing behaves differently, and there is nothing to do. Where the digest is another one, it is released
    as a patch.
    """
    if change.fact is Fact.REWRITTEN:
        yield f"{change.key} is written differently and means the same"
    elif is_same_contract(change) or _is_set_reordered(change):
        yield f"{field_name(change.pointer)} is written differently and means the same"


def _is_set_reordered(change: Change) -> bool:
    places = _SETS.get(change.kind, ())
    return change.fact is Fact.REORDERED and any(change.at(*place) for place in places)


def stability_raised(change: Change) -> Iterator[str]:
    """It is more settled: experimental work became stable, or a deprecation was taken back.

    Nothing behaves differently, and those who use it have nothing to do. Leaving experimental, it is
    released as 1.0.0, and what breaks it is major from then on.
    """
    if stability_step(change) > 0:
        yield told(change, "stability")


def yanked(change: Change) -> Iterator[str]:
    """A released version should no longer be used: ranges skip it, and who pins it exactly is warned.

    Move exact pins to another version, and make the locks that hold it anew.
    """
    if change.fact is not Fact.ADDED or not change.below("metadata", "yanked"):
        return
    items = change.new if isinstance(change.new, list) else [change.new]
    for item in items:
        if isinstance(item, dict):
            yield f"version {item.get('version')} was yanked: {item.get('reason')}"


def metadata_changed(change: Change) -> Iterator[str]:
    """Who looks after it, what it is called or how it is labelled changed: nothing behaves differently.

    Nothing to do: only the metadataDigest is another one, and it is released as a patch.
    """
    if change.below("metadata"):
        yield told(change)


def changed_safely(change: Change) -> Iterator[str]:
    """A field changed that no rule speaks of, and its schema says that nobody is affected.

    Nothing to do.
    """
    if change.meaning == "safe":
        yield told(change)


def changed_in_behaviour(change: Change) -> Iterator[str]:
    """A field changed that no rule speaks of, and its schema says that what comes out may differ for users.

    The contract holds. Run the evaluations before it is released.
    """
    if change.meaning == "behavioural":
        yield told(change)


def changed_in_contract(change: Change) -> Iterator[str]:
    """A field changed that no rule speaks of, and its schema says that callers or consumers can break.

    What cannot be decided is judged like this too. Keep the field as it was, or accept the change where it
    is meant.
    """
    yield told(change)


def stability_step(change: Change) -> int:
    """How far a change of `metadata.stability` goes up, below zero for down, zero for another change."""
    if not change.at("metadata", "stability"):
        return 0
    ranks = {name: rank for rank, name in enumerate(STABILITIES)}
    return ranks.get(str(change.new), 0) - ranks.get(str(change.old), 0)
