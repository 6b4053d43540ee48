"""Changes of values that know what stands at the same place elsewhere."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from plmctl.core.value import Value

HARD: Sequence[Value] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    7,
    2**53,
    2**64,
    10**30,
    0.5,
    -0.0,
    1e300,
    1e-300,
    "",
    " ",
    "x",
    "é",
    "e\u0301",
    "null",
    "1.0",
    "true",
    "a/b",
    "../x",
    "/etc/passwd",
    "~",
    "-x",
    "x" * 300,
    "one\ntwo\n",
    "\n\n x",
    "  x",
    "x\n\n\n",
    "# x",
    "a: b",
    "- a",
    "{{name}}",
    "{{#a}}{{/a}}",
    "{% if a %}{% endif %}",
    "{{{x}}}",
    "\u202ex",
    "a\u200bb",
    "\U0001f600",
    "::error::x",
    "<script>x</script>",
    "```\nx\n```",
    "[x](y)",
    "@team",
    "sk-" + "a" * 40,
    "2026-13-45",
    "^1.0",
    "1.2.3",
    "prompt/x",
    "model/small",
    "object",
    "string",
    "^(a+)+$",
    "#/$defs/a",
    "https://example.com/x.git",
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"x-y": [1, {"z": "q"}]},
    {"type": "string"},
    {"type": "object", "properties": {"a": {"type": "string"}}},
    {"$ref": "#/$defs/a"},
    {"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^a"}]},
    {"const": [1.0]},
    {"type": "array", "items": {"enum": ["a", "b", 1]}, "minItems": 2, "uniqueItems": True},
)
Place = tuple[str, ...]


class Donors:
    """Values by the place that they stand at, and the keys that stand beside each other there."""

    def __init__(self, values: Iterable[Value]):
        self._values: defaultdict[Place, list[Value]] = defaultdict(list)
        self._keys: defaultdict[Place, dict[str, None]] = defaultdict(dict)
        for value in values:
            self._take(_head(value), value)

    def _take(self, place: Place, value: Value) -> None:
        self._values[place].append(value)
        for step, inner in _inside(value):
            if isinstance(value, dict):
                self._keys[place][step] = None
            # What is named by the author has other names elsewhere: by the last two fields it is found too.
            self._take((*place, step), inner)
            self._values[(step,)].append(inner)

    def value(self, place: Place, chance: Random) -> Value:
        """A value that stands at such a place somewhere."""
        found = self._values.get(place) or self._values.get(place[-1:]) or HARD
        return found[int(chance.random() * len(found))]

    def key(self, place: Place, chance: Random) -> str:
        """A key that stands at such a place somewhere."""
        found: Sequence[str] = [*self._keys.get(place, ())] or ["x", "type", "name", "x-y", ""]
        return found[int(chance.random() * len(found))]


def changed(value: Value, chance: Random, donors: Donors) -> Value:
    """The value with some changes inside, most of them of what may stand there."""
    for _ in range(1 + int(chance.expovariate(1.2))):
        value = _changed(value, chance, donors, _head(value))
    return value


def _head(value: Value) -> Place:
    kind = value.get("kind") if isinstance(value, dict) else None
    return (kind if isinstance(kind, str) else "",)


def _inside(value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value, dict):
        yield from value.items()
    for item in value if isinstance(value, list) else ():
        yield "[]", item


def _changed(value: Value, chance: Random, donors: Donors, place: Place) -> Value:
    if isinstance(value, dict) and value:
        # The first levels say what it is: most changes are below.
        if len(place) > 2 and chance.random() < 0.25:
            return _mapping(value, chance, donors, place)
        key = chance.choice([*value])
        inner = _changed(value[key], chance, donors, (*place, key))
        return {**value, key: inner}
    if isinstance(value, list) and value:
        if chance.random() < 0.4:
            return _items(value, chance, donors, place)
        at = int(chance.random() * len(value))
        inner = _changed(value[at], chance, donors, (*place, "[]"))
        return [*value[:at], inner, *value[at + 1 :]]
    if isinstance(value, str) and chance.random() < 0.3:
        return text(value, chance)
    return donors.value(place, chance) if chance.random() < 0.8 else chance.choice(HARD)


def _mapping(value: dict[str, Value], chance: Random, donors: Donors, place: Place) -> Value:
    what, key = int(chance.random() * 6), chance.choice([*value])
    if what == 0:
        return {k: v for k, v in value.items() if k != key}
    if what == 1:
        return {(text(k, chance) if k == key else k): v for k, v in value.items()}
    if what == 2:
        return dict(chance.sample([*value.items()], len(value)))
    if what == 3:
        return donors.value(place, chance)
    added = donors.key(place, chance)
    return {**value, added: donors.value((*place, added), chance)}


def _items(value: list[Value], chance: Random, donors: Donors, place: Place) -> Value:
    what, at = int(chance.random() * 5), int(chance.random() * len(value))
    if what == 0:
        return [*value[:at], *value[at + 1 :]]
    if what == 1:
        return [*value, value[at]]
    if what == 2:
        return chance.sample(value, len(value))
    if what == 3:
        return donors.value(place, chance)
    return [*value[:at], donors.value((*place, "[]"), chance), *value[at:]]


def text(value: str, chance: Random) -> str:
    """The text with a piece changed."""
    start = int(chance.random() * (len(value) + 1))
    end = start + int(chance.random() * 8)
    said = chance.choice(_TEXTS)
    return value[:start] + said + (value[end:] if chance.random() < 0.5 else value[start:])


# What stands around a value in a text: blanks, a mark, the number in a name, the end of a line.
_AROUND = 8
_TEXTS = tuple(each for each in HARD if isinstance(each, str))


def deepened(value: Value, chance: Random) -> Value:
    """The value in many lists and mappings."""
    for _ in range(int(chance.random() * 80)):
        value = [value] if chance.random() < 0.5 else {"a": value}
    return value


def grown(value: Value, chance: Random, most: int) -> Value:
    """The value with one of its parts so often, with other names or words, that it is about `most` long."""
    if isinstance(value, dict) and value:
        key = chance.choice([*value])
        if chance.random() < 0.8:
            return {**value, key: grown(value[key], chance, most)}
        count = most // (len(key) + len(json.dumps(value[key])) + _AROUND)
        return {**value, **{f"{key}-{n}": value[key] for n in range(count)}}
    if isinstance(value, list) and value:
        at = int(chance.random() * len(value))
        if chance.random() < 0.4:
            return [*value[:at], grown(value[at], chance, most), *value[at + 1 :]]
        count = most // (len(json.dumps(value[at])) + _AROUND)
        return [*value, *(_numbered(value[at], n) for n in range(count))]
    if isinstance(value, str) and value:
        between = chance.choice((" ", "\n", "\n\n", ". ", "", "-"))
        is_counted = chance.random() < 0.5
        count = most // (len(value) + 4)
        return between.join(f"{value}{n if is_counted else ''}" for n in range(count))
    return value


def _numbered(value: Value, number: int) -> Value:
    """The value under another name, if it has one."""
    if isinstance(value, dict):
        return {
            key: f"{inner}-{number}" if key in ("name", "ref", "id") else inner
            for key, inner in value.items()
        }
    return f"{value}-{number}" if isinstance(value, str) else value
