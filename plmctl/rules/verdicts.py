"""What becomes of the values that a JSON Schema accepts, in words."""

import json

from plmctl.core.change import Change, Fact
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value
from plmctl.core.verdict import Instance, Verdict
from plmctl.rules.words import named

_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How it is said that a value goes or comes, of something that is named before."""

    goes: str
    comes: str
    less: str
    more: str


TAKEN = Wording(
    goes="{} was accepted and is refused now",
    comes="{} was refused and is accepted now",
    less="no longer accepts {}",
    more="accepts {} too",
)
"""Of what somebody sends."""

PROMISED = Wording(
    goes="{} was possible and is ruled out now",
    comes="{} was ruled out and is possible now",
    less="is never {}",
    more="can be {} too",
)
"""Of what somebody gets."""


def verdict_told(what: str, change: Change, verdict: Verdict, wording: Wording) -> str:
    """The verdict, with a value that shows it."""
    shows = {
        "narrowed": _shown(wording.goes, verdict.refused),
        "widened": _shown(wording.comes, verdict.accepted),
    }
    counts = {"narrowed": verdict.is_narrowed, "widened": verdict.is_widened}
    if not verdict.is_decided:
        unknown = [word for word, is_so in counts.items() if is_so and not shows[word]]
        known = "".join(f": {shown}" for shown in shows.values() if shown)
        return f"{what} changed{known}; whether it is {' or '.join(unknown)} cannot be decided"
    if change.pointer[-2:-1] == ("enum",) and change.fact is not Fact.CHANGED:
        if change.fact is Fact.ADDED:
            return f"{what} {wording.more.format(named(change.new))}"
        return f"{what} {wording.less.format(named(change.old))}"
    words = [word for word in counts if shows[word]]
    return f"{what} is {' and '.join(words)}: {', '.join(shown for shown in shows.values() if shown)}"


def _shown(template: str, instance: Instance | None) -> str:
    return template.format(_written(instance.value)) if instance is not None else ""


def _written(value: Value) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= _LONGEST:
        return text
    if isinstance(value, str):
        return f'{text[:_LONGEST]}..." ({len(value)} characters)'
    return f"{text[:_LONGEST]}..."
