"""Facts in words, for the messages of rules."""

import json

from plmctl.core.change import Change, Fact
from plmctl.core.content import content_change, content_of
from plmctl.core.value import Pointer, Value

_LONGEST = 40
_VERBS = {Fact.ADDED: "was added", Fact.REMOVED: "was removed", Fact.REORDERED: "was reordered"}


def told(change: Change, subject: str | None = None) -> str:
    """The change in a few words; the subject is the field where none is given."""
    subject = field_name(change.pointer) if subject is None else subject
    if change.fact in _VERBS:
        return f"{subject} {_VERBS[change.fact]}"
    old, new = shown(change.old), shown(change.new)
    return f"{subject} changed from {old} to {new}" if old and new else f"{subject} changed"


def content_told(change: Change, what: str) -> str:
    """The change of what a DVC pointer points to, by how much it is; of anything else as ever."""
    old, new = content_of(change.old), content_of(change.new)
    return told(change) if old is None or new is None else f"the {what} changed: {content_change(old, new)}"


def field_name(pointer: Pointer) -> str:
    """The place in a manifest, as people write it: 'limits.contextTokens', in quotes."""
    steps = pointer[1:] if pointer[:1] == ("spec",) else pointer
    return f"'{'.'.join(step_name(step) for step in steps)}'" if steps else "the manifest"


def step_name(step: str | int) -> str:
    """One segment of a pointer: the key, the name of a keyed item, or the place in a list, from 1."""
    if isinstance(step, int):
        return str(step + 1)
    return item_name(step)


def item_name(step: str | int) -> str:
    """What a list knows an item by: the part after `name=`, or the segment as it is."""
    return str(step).partition("=")[2] or str(step)


def named(value: Value) -> str:
    """A value as it is written, where it is short."""
    return shown(value) or "a value"


def shown(value: Value) -> str | None:
    """A short value as it is written; None for what is long, or has parts."""
    if isinstance(value, (dict, list)):
        return None
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST and "\n" not in text else None
