"""Merges of generated edits: they commute, lose no side, make nothing up, and keep ours' comments."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plmctl.core.document import Document, read_document
from plmctl.core.kinds import BUILT_IN
from plmctl.core.merge import _SENTENCE
from plmctl.core.merged import same
from plmctl.core.merging import Merge, Three, merge
from plmctl.core.schema import KINDS
from plmctl.core.value import Value
from tests.properties.commented import Written, commented
from tests.properties.donors import donors
from tests.properties.edits import EDITS, Edit, What
from tests.properties.states import State

EXAMPLES = 400
CLEAN, CONFLICT, BOTH, ADDED, BRACKETS, CRLF = "clean", "conflict", "both", "added", "brackets", "CRLF"
HARD_CASES = (CLEAN, CONFLICT, BOTH, ADDED, BRACKETS, CRLF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A manifest, two edits of it, and how ours is written."""

    files: Three
    ours: Written
    theirs_only_adds: bool
    cases: tuple[str, ...]


def fork(chance: Random) -> Fork:
    """Two people who edit one manifest, each in a layout of their own."""
    kind = chance.choice(KINDS)
    mine, other = (tuple(chance.choices(EDITS[kind], k=chance.choice((1, 1, 2, 3)))) for _ in range(2))
    state = chance.choice(donors(kind))
    for edit in (*mine, *other):
        state = edit.arrange(state)
    sides = state, applied(state, mine), applied(state, other)
    texts = [laid_out(side, chance) for side in sides]
    cases = [BOTH] if not any(same(sides[0].value, side.value) for side in sides[1:]) else []
    if chance.random() < 0.2:
        texts = [Written(text=json.dumps(side.value), comments=[], cases=Counter()) for side in sides]
        cases.append(BRACKETS)
    data = [text.text.encode() for text in texts]
    if chance.random() < 0.2:
        data[1] = data[1].replace(b"\n", b"\r\n")
        cases.append(CRLF)
    is_adding = all(edit.what is What.ADDED for edit in other)
    return Fork(
        files=Three(base=data[0], ours=data[1], theirs=data[2]),
        ours=texts[1],
        theirs_only_adds=is_adding and not mine_changes(sides[0].value, sides[2].value),
        cases=(*cases, *([ADDED] if is_adding else [])),
    )


def applied(state: State, edits: tuple[Edit, ...]) -> State:
    for edit in edits:
        state = edit.apply(state)
    return state


def laid_out(state: State, chance: Random) -> Written:
    assert isinstance(state.value, dict)
    return commented(state.value, chance)


def mine_changes(base: Value, theirs: Value) -> bool:
    """Whether theirs took something out, or put another value in its place."""
    return not Counter(leaves(base)) <= Counter(leaves(theirs))


def leaves(value: Value) -> Iterator[str]:
    """The keys, and the sentences and other values, anywhere in a value."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield f"{key}:"
            yield from leaves(child)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str):
        yield from _SENTENCE.split(value)
    else:
        yield json.dumps(value)


def value_of(data: bytes) -> Value:
    found = read_document("", data)
    assert isinstance(found, Document), data.decode()
    return found.value


def done(files: Three) -> Merge:
    found = merge(files, BUILT_IN)
    assert found is not None, files
    return found


def resolved(data: bytes, side: str) -> bytes:
    """The file when somebody took one side of every conflict."""
    kept, at = [], None
    for line in data.splitlines(keepends=True):
        mark = {b"<" * 7: "ours", b"=" * 7: "theirs", b">" * 7: None}
        head = line[:7]
        if head in mark and line[7:8] in (b" ", b"\n", b"\r"):
            at = mark[head]
        elif at in (None, side):
            kept.append(line)
    return b"".join(kept)


def require_a_merge(files: Three) -> Merge:
    found, swapped = done(files), done(Three(base=files.base, ours=files.theirs, theirs=files.ours))
    assert found.is_clean == swapped.is_clean
    if found.is_clean:
        assert same(value_of(found.data), value_of(swapped.data))
    known = {leaf for data in (files.ours, files.theirs) for leaf in leaves(value_of(data))}
    for side in ("ours", "theirs"):
        value = value_of(resolved(found.data, side))
        assert set(leaves(value)) <= known
        assert same(value, value_of(resolved(swapped.data, "theirs" if side == "ours" else "ours")))
    return found


@pytest.mark.slow
def test_clean_merges_commute_and_make_nothing_up() -> None:
    cases: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES)
    @given(st.integers(0, 2**64))
    def merges(seed: int) -> None:
        one = fork(Random(seed))
        found = require_a_merge(one.files)
        cases.update((*one.cases, CLEAN if found.is_clean else CONFLICT))
        if one.theirs_only_adds:
            lost = [text for _, text in one.ours.comments if text.encode() not in found.data]
            assert lost == [], found.data.decode()

    merges()
    assert {case: cases[case] for case in HARD_CASES if cases[case] < 20} == {}


@settings(max_examples=100)
@given(st.integers(0, 2**64))
def test_a_side_that_changed_nothing_takes_the_other(seed: int) -> None:
    files = fork(Random(seed)).files
    kept = Three(base=files.base, ours=files.ours, theirs=files.base)
    assert done(kept) == Merge(data=files.ours, is_clean=True)
    taken = done(Three(base=files.base, ours=files.base, theirs=files.theirs))
    assert taken.is_clean
    assert same(value_of(taken.data), value_of(files.theirs))
    both = Three(base=files.base, ours=files.ours, theirs=files.ours)
    assert done(both) == Merge(data=files.ours, is_clean=True)
