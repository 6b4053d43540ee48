"""What is hard about an input is drawn, each case of it, and often enough to be met in a short run."""

import json
from collections import Counter
from collections.abc import Iterator
from random import Random

from plmctl.core.document import Document, read_document
from plmctl.core.value import Value
from tests.fuzz.corpus import manifests
from tests.fuzz.odd import AS_IT_WAS, ODD, oddity
from tests.fuzz.target import Input
from tests.fuzz.targets.registries import pair_made
from tests.fuzz.targets.releases import TAG, TIMES

DRAWS = 5_000
DEEPEST = 5


def test_each_odd_thing_stands_on_each_side_with_each_other_and_at_each_depth() -> None:
    chance, names, depths = Random(1), Counter[tuple[str, str]](), Counter[int]()
    for _ in range(DRAWS):
        made = oddity(chance.choice(manifests()), chance)
        names[made.names] += 1
        depths[len(made.place)] += 1
    pairs = {(one, other) for one in ODD for other in ODD} - {(AS_IT_WAS, AS_IT_WAS)}
    assert {pair: names[pair] for pair in pairs if names[pair] < 10} == {}
    assert names.keys() == pairs
    assert {depth: depths[depth] for depth in range(1, DEEPEST + 1) if depths[depth] < 30} == {}


def type_of(value: Value) -> str:
    """What a value is, as far as who reads it may be wrong about that."""
    if value in ("", [], {}):
        return f"empty {type(value).__name__}"
    return type(value).__name__


TYPES = ("dict", "list", "str", "int", "float", "bool", "NoneType", "empty str", "empty list", "empty dict")
# Of these there is one value each, which does not differ from itself.
ALONE = ("NoneType", "empty str", "empty list", "empty dict")


def apart(old: Value, new: Value) -> Iterator[tuple[str, str]]:
    """The types of what stands at the same places of two values and is not the same."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() & new.keys():
        for key in old.keys() & new.keys():
            yield from apart(old[key], new[key])
    if json.dumps(old) != json.dumps(new):
        yield type_of(old), type_of(new)


def value_of(data: bytes) -> Value:
    """The value of a file, None for one that cannot be read."""
    document = read_document("x.yaml", data)
    return document.value if isinstance(document, Document) else None


def sides(given: Input) -> Iterator[tuple[Value, Value]]:
    """Each file that is on both sides and differs."""
    for path, data in given.items():
        name = path.removeprefix("before/")
        other = given.get(f"after/{name}", data)
        if name != path and other != data:
            yield value_of(data), value_of(other)


def test_things_of_each_type_meet_things_of_each_other_in_a_comparison() -> None:
    met = Counter[tuple[str, str]]()
    for number in range(DRAWS):
        for old, new in sides(pair_made(Random(f"1 diff {number}"))):
            met.update({*apart(old, new)})
    pairs = {(one, other) for one in TYPES for other in TYPES if one != other or one not in ALONE}
    assert {pair: met[pair] for pair in pairs if not met[pair]} == {}


def test_each_hard_time_is_said_by_a_tag() -> None:
    said = Counter[bytes]()
    for number in range(DRAWS):
        said.update({tagger(raw) for raw in TAG.input(1, number).values()})
    assert {name: said[when] for name, when in TIMES.items() if said[when] < 10} == {}


def tagger(raw: bytes) -> bytes:
    """When a tag says that it was made."""
    return raw.partition(b"\ntagger Ada <ada@example.com> ")[2].partition(b"\n")[0]
