"""What a change of an Environment means; it has no version, so nothing here demands a bump."""

from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact
from plmctl.core.finding import Bump, Level
from plmctl.core.value import Value
from plmctl.core.version import Version, parsed_range
from plmctl.rules.rule import Meaning, change_rule
from plmctl.rules.words import told

ERROR = Meaning(level=Level.ERROR, bump=Bump.NONE)
WARNING = Meaning(level=Level.WARNING, bump=Bump.NONE)
INFO = Meaning(level=Level.INFO, bump=Bump.NONE)


@change_rule("ENV001", "removed", ERROR)
def environment_removed(change: Change) -> Iterator[str]:
    """An environment is gone: nothing says any more what runs there, and its locks speak of nothing.

    Take down what runs there first, then remove it with its locks.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("ENV010", "pin-raised", INFO)
def pin_raised(change: Change) -> Iterator[str]:
    """An application may be newer here than before.

    This is what a promotion does. Its lock follows with `plmctl lock`.
    """
    if _pin_step(change) > 0:
        yield told(change, f"the pin of {change.key}")


@change_rule("ENV011", "pin-lowered", WARNING)
def pin_lowered(change: Change) -> Iterator[str]:
    """An application goes back to an older version here.

    Say why in the pull request, and let its lock follow: `plmctl lock`.
    """
    if _pin_step(change) < 0:
        yield told(change, f"the pin of {change.key}")


def _pin_step(change: Change) -> int:
    if not change.at("spec", "pins", ANY):
        return 0
    old, new = _lowest(change.old), _lowest(change.new)
    if old is None or new is None:
        return 0
    return (new > old) - (new < old)


def _lowest(value: Value) -> Version | None:
    """The lowest version that a pin allows."""
    found = parsed_range(value) if isinstance(value, str) else None
    if found is None:
        return None
    return found.exact or max(bound.low for bound in found.bounds)


@change_rule("ENV012", "pin-added", INFO)
def pin_added(change: Change) -> Iterator[str]:
    """One more application runs here.

    It needs a lock of its own before it can be deployed: `plmctl lock`.
    """
    if change.fact is Fact.ADDED:
        for application in _keys(change, change.new, "pins"):
            yield f"a pin of {application} was added"


@change_rule("ENV013", "pin-removed", ERROR)
def pin_removed(change: Change) -> Iterator[str]:
    """An application no longer runs here: its users get nothing.

    Take its lock and its traffic away first.
    """
    if change.fact is Fact.REMOVED:
        for application in _keys(change, change.old, "pins"):
            yield f"the pin of {application} was removed"


@change_rule("ENV014", "hold-set", INFO)
def hold_set(change: Change) -> Iterator[str]:
    """An application stays at its version here until somebody lifts the hold.

    Fixes do not reach its users meanwhile. Give the hold a last day with `until`.
    """
    if change.fact is Fact.ADDED:
        for application in _keys(change, change.new, "hold"):
            yield f"{application} is on hold"


@change_rule("ENV015", "hold-lifted", INFO)
def hold_lifted(change: Change) -> Iterator[str]:
    """An application may be promoted here again.

    The next promotion can bring everything that came while it was held.
    """
    if change.fact is Fact.REMOVED:
        for application in _keys(change, change.old, "hold"):
            yield f"the hold on {application} was lifted"


def _keys(change: Change, value: Value, field: str) -> Iterator[str]:
    """The applications that a mapping gained or lost, one or all of them."""
    if change.at("spec", field, ANY):
        yield change.key
    elif change.at("spec", field) and isinstance(value, dict):
        yield from value


@change_rule("ENV016", "bind-changed", WARNING)
def bind_changed(change: Change) -> Iterator[str]:
    """Another artifact stands in for one that applications refer to: it may not be what was evaluated.

    Locks that exist keep what they hold. Make new ones with `plmctl lock`, and evaluate with what is
    bound.
    """
    if change.below("spec", "bind"):
        yield told(change, f"the replacement of {change.key}" if len(change.pointer) > 2 else None)


@change_rule("ENV017", "order-changed", INFO)
def order_changed(change: Change) -> Iterator[str]:
    """Promotions come from another environment: what was tried there need not be what was tried before.

    Look at the environments on both sides, so that nothing reaches people without having run somewhere.
    """
    if change.at("spec", "after"):
        yield told(change, "after")


@change_rule("ENV018", "arm-changed", WARNING)
def arm_changed(change: Change) -> Iterator[str]:
    """An experiment has other arms, or other shares of the calls: its results so far are of another test.

    Begin counting anew, or end the experiment first and set up the next one.
    """
    if change.below("spec", "arms"):
        yield told(change)


ENVIRONMENT_RULES = (
    environment_removed,
    pin_raised,
    pin_lowered,
    pin_added,
    pin_removed,
    hold_set,
    hold_lifted,
    bind_changed,
    order_changed,
    arm_changed,
)
