"""What a change of an artifact of the registry's own kind means, beyond what its schema says."""

from collections.abc import Iterator

from plmctl.core.change import Change, Fact
from plmctl.rules.rule import BREAKING, change_rule


@change_rule("OWN001", "removed", BREAKING)
def own_removed(change: Change) -> Iterator[str]:
    """An artifact of one of the registry's own kinds is gone: what refers to it no longer resolves.

    Point what refers to it to another one first, or rename it with `metadata.formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


OWN_KIND_RULES = (own_removed,)
