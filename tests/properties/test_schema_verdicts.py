"""Verdicts on JSON Schemas against an independent oracle, the jsonschema library."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from jsonschema import Draft202012Validator

from plmctl.core.jsonschema_diff import Comparison, compared
from plmctl.core.verdict import SAME, Verdict
from tests.properties.schema_instances import instances
from tests.properties.schema_makers import MAKERS, WORDS
from tests.properties.schema_pairs import (
    AIMS,
    BOTH,
    NARROWED,
    WIDENED,
    Pair,
    blind_pairs,
    pairs,
    word_pairs,
)
from tests.properties.schema_pairs import SAME as THE_SAME

SEED = "plmctl"
# Each pair is looked at in both directions, and so is one of each verdict.
COUNTS = {NARROWED: 208, THE_SAME: 101, BOTH: 103}
LEAST = 200
BLIND = 40
TRIED = 8
MOST_UNDECIDED = 0.05


def word(verdict: Verdict) -> str:
    """What the pair is counted as."""
    if not verdict.is_decided:
        return "undecided"
    if verdict.is_narrowed:
        return BOTH if verdict.is_widened else NARROWED
    return WIDENED if verdict.is_widened else THE_SAME


def contradictions(pair: Pair, verdict: Verdict, rng: Random) -> Iterator[str]:
    """What the oracle says against a verdict."""
    old, new = Draft202012Validator(pair.old), Draft202012Validator(pair.new)
    for shown, accepting, refusing in ((verdict.refused, old, new), (verdict.accepted, new, old)):
        if shown is not None and not (accepting.is_valid(shown.value) and not refusing.is_valid(shown.value)):
            yield f"{pair}: {shown} is no witness"
    if verdict.is_narrowed and verdict.is_widened:
        return
    for value in instances([pair.old, pair.new], rng, TRIED):
        was, is_now = old.is_valid(value), new.is_valid(value)
        if (was and not is_now and not verdict.is_narrowed) or (
            is_now and not was and not verdict.is_widened
        ):
            yield f"{pair}: {verdict} is wrong about {value!r}"


def swapped(verdict: Verdict) -> Verdict:
    """The verdict on the same change the other way round."""
    return Verdict(
        refused=verdict.accepted,
        accepted=verdict.refused,
        is_narrowed=verdict.is_widened,
        is_widened=verdict.is_narrowed,
    )


@pytest.mark.parametrize("keyword", MAKERS)
def test_the_oracle_confirms_every_verdict_on_a_keyword(keyword: str) -> None:
    rng, counted, wrong = Random(f"{SEED} {keyword}"), Counter[str](), []
    for pair in (*pairs(keyword, SEED, COUNTS), *blind_pairs(keyword, SEED, BLIND)):
        comparison = Comparison()
        verdict, back = comparison.verdict(pair.old, pair.new), comparison.verdict(pair.new, pair.old)
        wrong += [*contradictions(pair, verdict, rng)]
        wrong += [f"{pair}: {verdict} backwards is {back}"] if back != swapped(verdict) else []
        counted.update((word(verdict), word(back)))
    assert wrong == []
    assert {aim: counted[aim] for aim in AIMS if counted[aim] < LEAST} == {}
    assert counted["undecided"] <= MOST_UNDECIDED * counted.total()


@pytest.mark.parametrize("keyword", WORDS)
def test_what_is_for_readers_accepts_the_same(keyword: str) -> None:
    rng, wrong = Random(f"{SEED} {keyword}"), list[str]()
    for pair in word_pairs(keyword, SEED, 20):
        wrong += [] if compared(pair.old, pair.new) == SAME else [str(pair)]
        wrong += contradictions(pair, SAME, rng)
    assert wrong == []
