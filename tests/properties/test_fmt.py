"""fmt on generated manifests: digest, value and every comment stay, and a second run changes nothing."""

import json
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plmctl.core.comments import comments_of
from plmctl.core.document import Document, read_document
from plmctl.core.form import Identity, identity_of
from plmctl.core.kinds import BUILT_IN
from plmctl.core.layout import formatted
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.schema import KINDS
from plmctl.core.value import Pointer, Value, as_mapping
from tests.programs import drawn
from tests.properties.comment_places import comment_places
from tests.properties.commented import AFTER, BEFORE, FLOW, HEADER, KEEPS_SPACES, Written, commented
from tests.properties.donors import donors
from tests.properties.hard_texts import HARD
from tests.properties.states import State

Pair = tuple[Pointer, str]

MANIFESTS = drawn(5000)
# Of a sample some cases are rare.
LEAST = drawn(25)
ALL, CRLF, ASTRAL, BOM = "manifests", "CRLF", "beyond the BMP", "byte order mark"
HARD_CASES = (BEFORE, AFTER, HEADER, FLOW, KEEPS_SPACES, CRLF, ASTRAL, BOM)
ODD: list[Value] = [
    [],
    {},
    [[]],
    [[], {}],
    {"a": {}},
    [[1, [2, [3]]], {"a": [{"b": None}]}],
    [None, True, 0.5, "no", -0.0],
    {"no": {"1.10": "0x1F"}},
    {"a: b": 1, "": 2, "- x": [3], "{x}": {"y": "z"}},
    1e22,
    1e-7,
    12,
    None,
    False,
    {"long": ["a rather long item, to be sure"] * 6},
    [{"name": "one", "text": "a\nb\n"}, {"name": "two", "items": [{"x": 1, "y": [2]}]}],
]


def with_odd_things(value: dict[str, Value], chance: Random) -> dict[str, Value]:
    """A manifest some of whose texts are hard to write, with fields that no schema knows."""
    metadata, spec = as_mapping(value.get("metadata")), as_mapping(value.get("spec"))
    labels: dict[str, Value] = {word: chance.choice(HARD) for word in chance.sample(HARD, 2)}
    more: dict[str, Value] = {f"x-{n}": chance.choice((*ODD, *HARD)) for n in range(chance.randint(0, 3))}
    keeps = f"{' ' * chance.randint(1, 3)}indented\nmore{chr(10) * chance.randint(2, 4)}"
    return {
        **value,
        "metadata": {**_harder(metadata, chance), "name": metadata["name"], "labels": labels},
        "spec": {**_harder(spec, chance), **more, "x-keeps": keeps, "x-face": chance.choice(HARD[-24:])},
    }


def _harder(value: object, chance: Random) -> dict[str, Value]:
    changed = _changed(value, chance)
    assert isinstance(changed, dict)
    return changed


def _changed(value: object, chance: Random) -> Value:
    if isinstance(value, dict):
        return {key: _changed(child, chance) for key, child in value.items()}
    if isinstance(value, list):
        return [_changed(item, chance) for item in value]
    if isinstance(value, str) and chance.random() < 0.1:
        return chance.choice(HARD)
    assert value is None or isinstance(value, bool | int | float | str)
    return value


def written(state: State, chance: Random) -> tuple[bytes, Written]:
    """The bytes of a manifest that is hard to read, and what is in it."""
    value = state.value
    assert isinstance(value, dict)
    found = commented(with_odd_things(value, chance), chance)
    text = found.text
    found.cases[ASTRAL] += any(ord(character) > 0xFFFF for character in text)
    if chance.random() < 0.3:
        found.cases[CRLF] += 1
        text = text.replace("\n", "\r\n")
    if chance.random() < 0.2:
        found.cases[BOM] += 1
        text = f"\ufeff{text}"
    return text.encode(), found


def document_of(data: bytes) -> Document:
    """A document that can be read."""
    found = read_document("a.yaml", data)
    assert isinstance(found, Document), (found.findings, data.decode())
    return found


def identity(state: State, data: bytes) -> Identity:
    """The digests of a manifest in its registry."""
    registry = load(MemoryTree({**state.files, state.path: data}))
    manifest = next(m for m in registry.manifests.values() if m.path == state.path)
    return identity_of(manifest, registry)


def lost(found: Sequence[Pair], expected: Sequence[Pair]) -> list[str]:
    """What is in one list of comments and not in the other."""
    assert len(found) == len(set(expected))
    return sorted(map(repr, set(found) ^ set(expected)))


def require_the_same(state: State, chance: Random) -> Counter[str]:
    """Format one manifest; what was hard in it."""
    data, found = written(state, chance)
    before = document_of(data)
    schema = BUILT_IN.schema_of(state.kind)
    assert lost([*comments_of(before).pairs().elements()], found.comments) == [], found.text
    text = formatted(before, schema)
    after = document_of(text.encode())
    assert json.dumps(after.value, sort_keys=True) == json.dumps(before.value, sort_keys=True), text
    assert lost(comment_places(text), found.comments) == [], text
    assert formatted(after, schema) == text
    assert identity(state, text.encode()) == identity(state, data)
    assert text.endswith("\n")
    return found.cases


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_values_digests_and_comments_stay(kind: str) -> None:
    cases: Counter[str] = Counter()
    wanted = -(-MANIFESTS // len(KINDS))

    @settings(max_examples=wanted)
    @given(st.integers(0, 2**64))
    def formatted_manifest_is_the_same(seed: int) -> None:
        chance = Random(seed)
        cases.update(require_the_same(chance.choice(donors(kind)), chance))
        cases[ALL] += 1

    formatted_manifest_is_the_same()
    assert cases[ALL] >= wanted
    few = {case: cases[case] for case in HARD_CASES if cases[case] < LEAST}
    assert few == {}
