"""Fuzzing, reduced: `make fuzz` runs a million inputs of each target (hostile.md, How it is tested)."""

from collections.abc import Iterator, Mapping

import pytest

from tests.fuzz.catalogue import TARGETS
from tests.fuzz.planted import FOUND_WITHIN, PLANTS, found
from tests.fuzz.pool import Pool
from tests.fuzz.reach import reached
from tests.fuzz.tally import told
from tests.fuzz.targets.rendering import RENDERERS

SEED = 1
# 50,000 together: those that are dear get fewer. A report is printed in each format, an input for each.
INPUTS: Mapping[str, int] = {
    "reader": 8_700,
    "schema": 8_700,
    "mustache": 7_000,
    "jinja": 2_500,
    "lock": 8_000,
    "tag": 7_000,
    "pointer": 6_600,
    "diff": 500,
    "renderers": 1_000,
}
# Two at a time, the dearest first.
REACHING: Mapping[str, int] = {
    "diff": 700,
    "renderers": 1_600,
    "schema": 3_000,
    "reader": 1_000,
    "jinja": 500,
    "lock": 500,
    "mustache": 500,
    "pointer": 500,
    "tag": 400,
}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Two processes that fuzz."""
    with Pool() as made:
        yield made


@pytest.fixture(scope="module", params=sorted(TARGETS))
def name(request: pytest.FixtureRequest) -> str:
    """The name of a target."""
    return str(request.param)


def test_all_targets_together_get_50_000_inputs() -> None:
    assert INPUTS.keys() == REACHING.keys() == TARGETS.keys()
    assert sum(INPUTS.values()) == 50_000


def test_whatever_the_bytes_are_there_is_an_answer(name: str, pool: Pool) -> None:
    # In one test: of two, each may get a process of its own, and its own campaign.
    tally = pool.campaign(name, SEED, INPUTS[name])
    assert [*told(tally.finds)] == []
    assert tally.inputs == INPUTS[name]
    # Many inputs are read, and some are valid.
    assert tally.decoded > tally.inputs * 0.9
    assert tally.parsed > tally.inputs * 0.3
    assert tally.valid > tally.inputs * 0.1
    # Bytes that are no text, texts that nobody can read, and values that are wrong are there too.
    assert (
        tally.inputs > tally.decoded > tally.parsed > tally.valid or tally.inputs > tally.parsed > tally.valid
    )


def test_their_inputs_alone_come_to_most_branches() -> None:
    shares = reached(REACHING)
    assert shares.keys() == TARGETS.keys()
    assert {name: share for name, share in shares.items() if share < 80} == {}


def test_a_crash_is_planted_behind_every_target_and_renderer() -> None:
    assert {plant.target for plant in PLANTS.values()} == TARGETS.keys()
    assert set(PLANTS) == {*TARGETS, *RENDERERS} - {"renderers"}
    assert len({plant.finds for plant in PLANTS.values()}) == 5


@pytest.mark.parametrize("plant", sorted(PLANTS))
def test_a_planted_crash_is_found(plant: str, pool: Pool) -> None:
    tally = found(plant, SEED, pool)
    assert tally.inputs <= FOUND_WITHIN
    assert [find for find in tally.finds if not find.what.startswith(PLANTS[plant].finds)] == []
    assert tally.finds


def test_an_input_is_the_same_in_every_run(name: str) -> None:
    numbers = range(50)
    first, second = ([TARGETS[name].input(SEED, n) for n in numbers] for _ in range(2))
    assert first == second
    assert first != [TARGETS[name].input(SEED + 1, n) for n in numbers]
