"""A command that is killed, or whose disk fills up, at any step: whole or not there (hostile.md K)."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.campaign import campaign, warmed
from tests.faults.fault import Mode, steps
from tests.faults.planted import PLANTED
from tests.faults.sizes import SIZES, Campaigns, grouped, tallies
from tests.faults.tracer import Warm

Record = Callable[[str, object], None]
# Programs that are ended after the push: a release asks the remote, and where its commits stand.
PUSHED = {"push": 6, "promote --push": 4}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "registry"), grouped(SIZES))
def test_nothing_is_half_and_the_next_run_finishes(
    name: str, registry: str, campaigns: Campaigns, record_property: Record
) -> None:
    made = campaigns(name, registry)
    sizes = SIZES[name, registry]
    counted = list(tallies(made, sizes))
    for tally in counted:
        record_property("faults", [*tally.lines][-1])
    assert [line for tally in counted for line in tally.broken] == []
    assert [tally.killed for tally in counted] == [min(size, len(made.points)) for size in sizes.values()]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "registry"), grouped((name, "packed") for name in PUSHED))
def test_a_program_that_ends_once_the_remote_has_all_makes_nothing_untrue(
    name: str, registry: str, campaigns: Campaigns, record_property: Record
) -> None:
    made = campaigns(name, registry)
    last = max(point.number for point in made.points if point.step.endswith("exec git-receive-pack"))
    starts = [point.number for point in made.points if point.step == "plmctl: exec git"]
    after = [number for number in starts if number > last][: PUSHED[name]]
    tally = made.tally(Mode.PROCESS, lambda _: after)
    record_property("faults", [*tally.lines][-1])
    assert tally.broken == []
    assert tally.killed == PUSHED[name]


# The point at which each shows: between the step that it does too early or not at all, and the next.
PLANTED_AT = {
    "registry tag first": (
        "git update-ref: mkdir clone/.git/refs/tags/application",
        "half a release is seen",
    ),
    "no pending ref": ("git update-ref: rename clone/.git/refs/tags/v1.2.0", "the next run ends elsewhere"),
    "lock written in place": (
        "plmctl: write clone/environments/production/desk.lock",
        "production/desk.lock is neither old nor new",
    ),
}


@pytest.fixture(scope="module")
def planting() -> Iterator[Warm]:
    """A process that runs commands with planted faults."""
    with warmed("tests.faults.planted") as process:
        yield process


@pytest.mark.xdist_group("faults planted")
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str, planting: Warm, record_property: Record) -> None:
    step, told = PLANTED_AT[name]
    made = campaign(planting, name, PLANTED[name], "packed")
    tally = made.tally(Mode.MACHINE, lambda points: steps(tuple(points))[step][:1])
    assert any(told in line for line in tally.broken), tally.broken
    record_property("faults", f"planted: {name}: found at {step}")
