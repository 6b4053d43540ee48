"""What a change of a ContextPolicy means."""

from collections.abc import Iterator

from plmctl.core.change import Change, Fact
from plmctl.rules.contract import Contract
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, change_rule
from plmctl.rules.words import told

_SESSION = Contract(place=("spec", "session"), noun="session field")


@change_rule("CTX001", "removed", BREAKING)
def context_removed(change: Change) -> Iterator[str]:
    """A context policy is gone: prompts that name it no longer resolve.

    Point them to another one first, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("CTX010", "session-field-removed", BREAKING)
def session_field_removed(change: Change) -> Iterator[str]:
    """A field of the session is gone: templates print nothing for it, callers that send it may be refused.

    Take it out of the templates first.
    """
    for name in _SESSION.removed(change):
        yield f"session field '{name}' was removed"
    yield from _SESSION.inner_removed(change)


@change_rule("CTX900", "changed", BREAKING)
def session_narrowed(change: Change) -> Iterator[str]:
    """The session takes less than it did: callers that send what they did may be refused.

    Make a new field optional, and take old values still. What cannot be compared counts as narrowed.
    """
    for name in _SESSION.added(change):
        if _SESSION.needs(change, name):
            yield f"required session field '{name}' was added"
    if not _SESSION.added(change):
        yield from _SESSION.narrowed(change)


@change_rule("CTX900", "changed", SAFE)
def session_widened(change: Change) -> Iterator[str]:
    """The session takes more than it did: one more field, or other values.

    What callers send stays right.
    """
    for name in _SESSION.added(change):
        yield f"session field '{name}' was added"
    yield from _SESSION.widened(change)


@change_rule("CTX020", "window-changed", BEHAVIOURAL)
def window_changed(change: Change) -> Iterator[str]:
    """The model sees more or less of a conversation, or has other room to answer.

    Long conversations come out differently, and cost more or less. Evaluate with some that fill the
    window.
    """
    if change.below("spec", "window"):
        yield told(change)


@change_rule("CTX021", "history-changed", BEHAVIOURAL)
def history_changed(change: Change) -> Iterator[str]:
    """Earlier turns reach the model in another way: it may forget what a customer said, or remember more.

    Evaluate with conversations of several turns.
    """
    if change.below("spec", "history"):
        yield told(change)


@change_rule("CTX022", "memory-changed", BEHAVIOURAL)
def memory_changed(change: Change) -> Iterator[str]:
    """What is remembered across conversations changed.

    Customers who come back are answered differently. Evaluate with some of them, and look at what may be
    kept of people.
    """
    if change.below("spec", "memory"):
        yield told(change)


@change_rule("CTX023", "overflow-changed", BEHAVIOURAL)
def overflow_changed(change: Change) -> Iterator[str]:
    """A conversation that is too long is treated in another way.

    With `error` callers are refused who got an answer: they must expect it first. With the others the
    model answers, knowing less.
    """
    if change.at("spec", "overflow"):
        yield told(change, "overflow")


CONTEXT_RULES = (
    context_removed,
    session_field_removed,
    session_narrowed,
    session_widened,
    window_changed,
    history_changed,
    memory_changed,
    overflow_changed,
)
