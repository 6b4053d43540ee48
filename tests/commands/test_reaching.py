from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest

from plmctl.core.finding import Bump
from plmctl.core.reach import Cost, Reach, Running
from plmctl.core.tokenizer import estimated
from tests.commands.reached import EDITS, WORLD, Files, edited, reached, reaching, replaced
from tests.commands.timeline import Timeline
from tests.core.test_picture import manifest

LIVE_DESK = Running(
    environment="environment/live", application="application/desk", pin="^1.0", locked="1.2.0"
)
LIVE_SHOP = Running(environment="environment/live", application="application/shop", pin="1.0.0")


def told(found: Iterable[Reach]) -> list[str]:
    """What is reached, as `artifact bump: chain`."""
    return [f"{r.artifact} {r.bump.label}: {' '.join(r.chain)}" for r in found]


def test_a_text_reaches_applications_where_they_are_pinned_and_evaluations() -> None:
    why = ("prompt/reply PRM040 text-changed",)
    assert reached(edited("a text")) == (
        Reach(
            artifact="application/desk",
            bump=Bump.MINOR,
            why=why,
            chain=("prompt/reply", "application/desk"),
            running=(LIVE_DESK,),
        ),
        Reach(
            artifact="application/shop",
            bump=Bump.MINOR,
            why=why,
            chain=("prompt/reply", "application/shop"),
            running=(LIVE_SHOP,),
        ),
        Reach(artifact="prompt/reply", bump=Bump.MINOR, why=why, chain=("prompt/reply",)),
        Reach(
            artifact="evalsuite/tone",
            bump=Bump.NONE,
            chain=("prompt/reply", "evalsuite/tone"),
            is_about=True,
            is_to_run=True,
        ),
    )


def test_a_price_reaches_what_keeps_its_version() -> None:
    found = reached(edited("a price"))
    assert told(found) == [
        "application/desk none: model/large route/main prompt/reply application/desk",
        "application/shop none: model/large route/main prompt/reply application/shop",
        "model/large patch: model/large",
        "route/main none: model/large route/main",
        "prompt/reply none: model/large route/main prompt/reply",
        "evalsuite/tone none: model/large route/main prompt/reply evalsuite/tone",
    ]
    assert [r.is_to_run for r in found] == [False] * 6


def test_a_chain_begins_at_the_worst_reason() -> None:
    found = reached(edited("a model", "a contract that broke", "a tool"))
    shop = next(r for r in found if r.artifact == "application/shop")
    assert shop.chain == ("prompt/sort", "application/shop")
    assert shop.why == (
        "prompt/sort PRM010 required-input-added",
        "prompt/sort PRM011 input-removed",
    )


def test_an_environment_runs_what_it_binds_and_not_what_it_replaces() -> None:
    bound = {
        "environments/live.yaml": manifest("Environment", "live", "{pins: {desk: ^1}, bind: {main: small}}")
    }
    desk = Running(environment="environment/live", application="application/desk", pin="^1", locked="1.2.0")
    large = reached({**WORLD, **bound, **replaced("models/large.yaml", "08-06", "11-20")}, {**WORLD, **bound})
    assert [(r.artifact, r.running) for r in large if r.is_application] == [
        ("application/desk", ()),
        ("application/shop", ()),
    ]
    small = reached({**edited("a model"), **bound}, {**WORLD, **bound})
    assert [(r.artifact, r.bump.label, r.chain, r.running) for r in small if r.is_application] == [
        ("application/shop", "minor", ("model/small", "prompt/sort", "application/shop"), ()),
        ("application/desk", "none", (), (desk,)),
    ]


def test_what_is_gone_reaches_those_who_had_it() -> None:
    use = manifest("Application", "shop", "{uses: [prompt/sort]}")
    after = {
        path: text
        for path, text in WORLD.items()
        if path not in ("applications/desk.yaml", "evals/tone.yaml")
    }
    found = reached({**after, "applications/shop.yaml": use})
    assert told(found) == [
        "application/desk major: application/desk",
        "application/shop major: application/shop",
        "evalsuite/tone minor: evalsuite/tone",
    ]
    assert [r.running for r in found] == [(LIVE_DESK,), (LIVE_SHOP,), ()]
    assert [r.is_to_run for r in found] == [False] * 3


def test_who_had_a_prompt_that_is_gone_is_in_reach_of_it() -> None:
    after = {path: text for path, text in WORLD.items() if path != "prompts/reply.yaml"}
    assert told(reached(after)) == [
        "application/desk major: prompt/reply application/desk",
        "application/shop major: prompt/reply application/shop",
        "prompt/reply major: prompt/reply",
        "evalsuite/tone none: prompt/reply evalsuite/tone",
    ]


def test_a_new_name_is_followed() -> None:
    moved = WORLD["prompts/reply.yaml"].replace("{name: reply}", "{name: answer, formerly: [reply]}")
    after = {path: text.replace("prompt/reply", "prompt/answer") for path, text in WORLD.items()}
    found = reached({**after, "prompts/reply.yaml": moved})
    assert told(found) == [
        "application/desk patch: application/desk",
        "application/shop patch: application/shop",
        "prompt/answer minor: prompt/answer",
        "evalsuite/tone patch: evalsuite/tone",
    ]


def test_only_what_is_shown_reaches_something_and_applications_owe_all() -> None:
    found = reaching(WORLD, edited("a text", "a contract that broke"), shown=["prompt/reply"])
    assert told(found.reach) == [
        "application/shop major: prompt/sort application/shop",
        "application/desk minor: prompt/reply application/desk",
        "prompt/reply minor: prompt/reply",
        "evalsuite/tone none: prompt/reply evalsuite/tone",
    ]
    alone = reaching(WORLD, edited("a text"), shown=["application/desk"])
    assert [(r.artifact, r.chain, r.running) for r in alone.reach] == [
        ("application/desk", ("prompt/reply", "application/desk"), (LIVE_DESK,))
    ]
    assert reaching(WORLD, edited("a text"), shown=[]).reach == ()


def test_of_reasons_that_weigh_the_same_those_that_are_shown_come_first() -> None:
    after = edited("a model", "a text")
    both = ("model/small MDL021 snapshot-changed", "prompt/reply PRM040 text-changed")
    assert [r.why for r in reaching(WORLD, after).reach if r.artifact == "application/shop"] == [both]
    shown = reaching(WORLD, after, shown=["prompt/reply"]).reach
    assert [(r.why, r.chain) for r in shown if r.artifact == "application/shop"] == [
        (both[::-1], ("prompt/reply", "application/shop"))
    ]


@cache
def ids(*names: str) -> frozenset[str]:
    """What some edits reach."""
    return frozenset(reach.artifact for reach in reached(edited(*names)))


def test_what_two_changes_reach_is_what_either_reaches() -> None:
    pairs = [(a, b) for a, b in combinations(EDITS, 2) if not EDITS[a].keys() & EDITS[b].keys()]
    for one, other in pairs:
        together, apart = ids(one, other), ids(one) | ids(other)
        # A new use is one more way for the other change.
        assert together >= apart if "a use" in (one, other) else together == apart, (one, other)


@pytest.mark.parametrize("size", [1, 2])
def test_every_bump_and_version_is_the_one_that_a_release_plans(size: int) -> None:
    timeline = Timeline()
    timeline.release(WORLD)
    ancestors = frozenset(timeline.registries)
    seen: set[tuple[str, str]] = set()
    for names in combinations(EDITS, size):
        after = edited(*names)
        planned = {p.artifact: (p.bump, str(p.version)) for p in timeline.planned(after).planned}
        found = reaching(WORLD, after).versions(timeline.past, ancestors)
        owed = {r.artifact: (r.bump, r.next_version) for r in found if r.bump is not Bump.NONE}
        assert owed == planned, names
        assert {r.version for r in found} <= {"1.0.0"}
        assert [r.next_version for r in found if r.bump is Bump.NONE] == [
            None for r in found if r.bump is Bump.NONE
        ]
        seen |= {(artifact, bump.label) for artifact, (bump, _) in planned.items()}
    assert {("application/shop", bump) for bump in ("patch", "minor", "major")} <= seen
    assert {("application/desk", bump) for bump in ("minor",)} <= seen


def test_what_is_new_has_its_first_version_and_what_is_gone_none() -> None:
    timeline = Timeline()
    timeline.release(WORLD)
    new = {"prompts/new.yaml": WORLD["prompts/sort.yaml"].replace("name: sort", "name: new")}
    after = {path: text for path, text in {**WORLD, **new}.items() if path != "evals/tone.yaml"}
    found = reaching(WORLD, after).versions(timeline.past, frozenset(timeline.registries))
    assert [(r.artifact, r.version, r.next_version) for r in found] == [
        ("evalsuite/tone", None, None),
        ("prompt/new", None, "1.0.0"),
    ]


def costs(after: Files, before: Files = WORLD) -> list[Cost]:
    return list(reaching(before, after).costs(estimated))


def cost(artifact: str, before: int | None, after: int) -> Cost:
    return Cost(artifact=artifact, counter="estimate", tokens_before=before, tokens_after=after)


def priced(before: float | None, after: float, tokens: tuple[int, int] = (5, 5)) -> Cost:
    """The cost of prompt/reply, which a route sends to model/large."""
    return replace(
        cost("prompt/reply", *tokens),
        model="model/large",
        currency="USD",
        cost_before=before,
        cost_after=after,
    )


def test_a_partial_costs_where_it_is_sent() -> None:
    # 'Be kind.' has 3 tokens, 'Be very kind.' 4, ' Answer.' 2; 1,000 calls of 5 cost 0.01 at 2 USD a million.
    assert costs(edited("a partial")) == [cost("partial/rules", 3, 4), priced(0.01, 0.012, (5, 6))]


def test_a_price_alone_costs_something_else_and_so_does_another_target() -> None:
    assert costs(edited("a price")) == [priced(0.01, 0.005)]
    assert costs(edited("a route")) == []
    assert costs(WORLD, edited("a route")) == [priced(None, 0.01)]


def test_what_changes_no_text_costs_nothing() -> None:
    assert costs(edited("a model", "a tool", "a pin")) == []
    assert costs(edited("nothing")) == []


def test_what_is_gone_costs_nothing_and_what_is_new_all_it_has() -> None:
    assert costs({path: text for path, text in WORLD.items() if path != "prompts/sort.yaml"}) == []
    new = {"partials/new.yaml": manifest("Partial", "new", "{content: Thank you.}")}
    assert costs({**WORLD, **new}) == [cost("partial/new", None, 3)]
