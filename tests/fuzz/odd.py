"""Something odd at one place of a manifest: before, after, or on both sides of a comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from plmctl.core.value import Pointer, Value, as_items

AS_IT_WAS = "as it was"
"""The name of the side that nothing odd stands on."""
ODD: Mapping[str, Sequence[Value]] = {
    "a mapping": ({"type": "object", "a": {"name": "b", "c": 1}}, {"name": ["a"], "type": 7}, {"": {"": 1}}),
    "an empty mapping": ({},),
    "a list": ([[], {"name": {}}], [None, 7, "a"], [{"name": "a"}, {"name": "a"}], [["a"], ["b"]]),
    "an empty list": ([],),
    "a text": ("x/../../y", "a", "object", "9999-99-99", "\u202e{{a}}\n"),
    "an empty text": ("",),
    "an integer": (7, 0, -1, 2**53 - 1),
    "a fraction": (0.5, 1e300, -0.0),
    "true or false": (True, False),
    "null": (None,),
    AS_IT_WAS: (),
}
"""By their names: a side has one of each as often as of the others."""
_NAMES = (*ODD,)
_STOPS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One manifest before and after, and the names of what stands at the place that they differ at."""

    before: Value
    after: Value
    place: Pointer
    names: tuple[str, str]


def oddity(value: Value, chance: Random) -> Oddity:
    """The value with something odd at one of its places, on one side or on both."""
    place = _place(value, chance)
    first = _NAMES[int(chance.random() * len(_NAMES))]
    # Where it is as it was on both sides there is nothing to compare.
    names = first, _NAMES[int(chance.random() * (len(_NAMES) - (first == AS_IT_WAS)))]
    before, after = (put(value, place, ODD[name], chance) for name in names)
    return Oddity(before=before, after=after, place=place, names=names)


def _place(value: Value, chance: Random) -> Pointer:
    """A place below the first level, which says what it is; what holds much is as likely as what is in it."""
    place: Pointer = ()
    while isinstance(value, (dict, list)) and value and (len(place) < 2 or chance.random() > _STOPS):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        steps: list[tuple[str | int, Value]] = [*pairs]
        step, value = chance.choice(steps)
        place = (*place, step)
    return place


def put(value: Value, place: Pointer, odd: Sequence[Value], chance: Random) -> Value:
    """The value with one of those at a place; with none of them it is as it was."""
    if not odd:
        return value
    if not place:
        return odd[int(chance.random() * len(odd))]
    step, inner = place[0], place[1:]
    if isinstance(value, dict):
        return {key: put(each, inner, odd, chance) if key == step else each for key, each in value.items()}
    items = enumerate(as_items(value))
    return [put(each, inner, odd, chance) if at == step else each for at, each in items]
