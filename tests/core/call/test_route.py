"""What a route picks."""

from collections import Counter

import pytest

from plmctl.core.call.route import Pick, Route, arm_at, point, route_of
from plmctl.core.finding import UsageError
from plmctl.core.value import Value
from tests.core.call.artifacts import artifact

A, B, C, D, E = (f"model/{letter}" for letter in "abcde")


def route(strategy: str, *weights: float, **more: Value) -> Route:
    """A route over models a, b, c... with these weights."""
    targets: Value = [
        {"model": model, "weight": weight} for model, weight in zip((A, B, C), weights, strict=False)
    ]
    return route_of(artifact("route/r", {"strategy": strategy, "targets": targets, **more}))


def test_a_key_falls_where_sha256_says() -> None:
    # printf 'route/r\nuser-1' | sha256sum
    assert point("route/r", "user-1") == 0xE407CE8B5E0077E7


def test_a_key_stays_with_its_model() -> None:
    picked = [route("weighted", 9, 1).pick(key=f"user-{n}").model for n in range(300)]
    assert picked == [route("weighted", 9, 1).pick(key=f"user-{n}").model for n in range(300)]
    assert Counter(picked) == {A: 261, B: 39}


def test_more_weight_for_the_last_moves_only_those_who_have_to() -> None:
    before = [route("weighted", 9, 1).pick(key=str(n)).model for n in range(100)]
    after = [route("weighted", 0.8, 0.2).pick(key=str(n)).model for n in range(100)]
    assert {(old, new) for old, new in zip(before, after, strict=True)} == {(A, A), (A, B), (B, B)}


@pytest.mark.parametrize(
    ("weights", "place", "model"),
    [
        ((1, 1, 2), 0, A),
        ((1, 1, 2), 2**62 - 1, A),
        ((1, 1, 2), 2**62, B),
        ((1, 1, 2), 2**63, C),
        ((1, 1, 2), 2**64 - 1, C),
        ((0.1, 0.2, 0.7), 3 * 2**64 // 10, B),
        ((0.1, 0.2, 0.7), 3 * 2**64 // 10 + 1, C),
        ((0.0000004, 1), 0, B),
        ((0, 1, 0), 0, B),
    ],
)
def test_shares_are_exact(weights: tuple[float, ...], place: int, model: str) -> None:
    assert arm_at(route("weighted", *weights).arms, place).model == model


def test_a_target_without_a_weight_has_the_weight_1() -> None:
    found = route_of(
        artifact("route/r", {"strategy": "weighted", "targets": [{"model": A}, {"model": B, "weight": 3}]})
    )
    assert [arm_at(found.arms, place).model for place in (2**62 - 1, 2**62)] == [A, B]


def test_where_there_is_nothing_to_choose_no_key_is_needed() -> None:
    assert route("weighted", 1).pick().model == A
    assert route("weighted", 0, 5).pick().model == B
    assert route("weighted", 0, 0).pick().model == A


def test_a_weighted_route_asks_for_a_key() -> None:
    with pytest.raises(UsageError) as caught:
        route("weighted", 1, 1).pick({"tenant": "acme"})
    assert (caught.value.message, caught.value.hint) == (
        "route/r@1.0.0 is weighted: it needs a key to choose by",
        "give the id of the user or of the conversation as key, or name one of its models",
    )


def test_failover_is_the_order_of_the_targets_then_the_fallbacks() -> None:
    found = route("failover", 1, 1, fallbacks=[D, A], contextWindowFallbacks=[A, E])
    assert found.pick() == Pick(model=A, then=(B, D), too_long=(E,), is_measured=False)
    assert found.models == (A, B, D, E)


def test_the_one_that_was_picked_by_weight_is_followed_by_the_fallbacks_alone() -> None:
    found = route("weighted", 0, 1, fallbacks=[D, B])
    assert found.pick() == Pick(model=B, then=(D,), too_long=(), is_measured=False)


@pytest.mark.parametrize("strategy", ["least-latency", "least-cost", "least-busy"])
def test_what_must_be_measured_is_said_and_has_the_order_of_the_targets(strategy: str) -> None:
    assert route(strategy, 1, 1).pick() == Pick(model=A, then=(B,), too_long=(), is_measured=True)


def test_the_first_rule_that_matches_has_its_own_targets() -> None:
    rules: Value = [
        {"when": {"tenant": ["acme", "initech"], "beta": True}, "targets": [{"model": D}]},
        {"when": {"tenant": "acme"}, "targets": [{"model": E, "weight": 1}, {"model": A, "weight": 0}]},
    ]
    found = route("weighted", 1, 1, match=rules)
    assert found.pick({"tenant": "initech", "beta": True}).model == D
    assert found.pick({"tenant": "acme", "beta": False}).model == E
    with pytest.raises(UsageError):
        found.pick({"tenant": "initech"})
    assert found.models == (A, B, D, E)
