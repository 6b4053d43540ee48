"""The values that a place in a template can see while it is rendered."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final, Literal

from plmctl.core.template.grammar import shown
from plmctl.core.template.program import ITERATOR, Name
from plmctl.core.value import Value

Frames = tuple[dict[str, Value], ...]
"""The objects of the sections around a place, innermost first, then what the whole template gets."""


class Absence(Enum):
    """Where a name leads when nothing is there."""

    ABSENT = "absent"


ABSENT: Final = Absence.ABSENT
Found = Value | Literal[Absence.ABSENT]
Finder = Callable[[Frames, Value], Found]
"""What a name is, by the frames and the item that `{{.}}` stands for."""


def outermost(values: Value, extra: Mapping[str, Value]) -> Frames:
    """The frame of the values of a whole template; `extra` fills what they leave out."""
    inputs = values if isinstance(values, dict) else {}
    return (inputs if type(inputs) is dict and not extra else {**extra, **inputs},)


def within(frames: Frames, value: dict[str, Value]) -> Frames:
    """The frames inside a section over an object."""
    # A subclass could make up values for keys that are not there.
    return (value if type(value) is dict else dict(value), *frames)


def finder(name: Name) -> Finder:
    """How a name is looked up: its first segment innermost first, the others strictly in what that is."""
    if name == ITERATOR:
        return lambda _, item: item
    head, rest = name[0], name[1:]

    def found(frames: Frames, _: Value) -> Found:
        value = looked_up(head, frames)
        for part in rest:
            if not isinstance(value, dict) or part not in value:
                return ABSENT
            value = value[part]
        return value

    return found


def looked_up(name: str, frames: Frames) -> Found:
    """What the innermost object that has a name says that it is."""
    for frame in frames:
        if name in frame:
            return frame[name]
    return ABSENT


def absence(name: Name, frames: Frames) -> tuple[str, tuple[str, ...]]:
    """Why a name that was not found is not there, and the names that are, sorted."""
    for depth in range(len(name) - 1, 0, -1):
        owner = finder(name[:depth])(frames, None)
        if owner is not ABSENT:
            here = shown(".".join(name[:depth]))
            if isinstance(owner, dict):
                return f"'{here}' has no field '{shown(name[depth])}'", _names((owner,))
            return f"'{here}' is {_kind(owner)} and has no field '{shown(name[depth])}'", ()
    return f"'{shown(name[0])}' has no value", _names(frames)


def _names(frames: Frames) -> tuple[str, ...]:
    return tuple(sorted({key for frame in frames for key in map(str, frame)}))


def _kind(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case list():
            return "a list"
    return "a text"
