from dataclasses import replace

from plmctl.core.slot import chain, in_order, own_slots
from tests.core.slots import DESK, entry, lock_at, slot_of, version


def test_a_slot_has_the_version_of_its_root() -> None:
    assert slot_of(lock_at("1.2.0")).version == version("1.2.0")
    assert slot_of(lock_at(None)).version is None
    assert slot_of(None).version is None


def test_an_arm_stands_after_a_dot() -> None:
    assert slot_of(None).name == "desk"
    assert slot_of(None, arm="b").name == "desk.b"


def test_the_shortest_way_leads_from_the_root() -> None:
    others = {
        "prompt/a": entry("1.0.0", "prompt/b", "partial/x"),
        "prompt/b": entry("1.0.0", "model/m", "model/gone"),
        "partial/x": entry("1.0.0", "prompt/a"),
        "model/m": entry("1.0.0"),
        "model/apart": entry("1.0.0"),
    }
    lock = lock_at("1.0.0", others=others)
    assert chain(lock, DESK) == (DESK,)
    assert chain(lock, "prompt/b") == (DESK, "prompt/b")
    assert chain(lock, "nothing") == ()


def test_a_way_goes_through_what_requires() -> None:
    members = {"prompt/a": entry("1.0.0", "model/m"), "model/m": entry("1.0.0", "model/gone")}
    lock = replace(lock_at("1.0.0"), artifacts={DESK: entry("1.0.0", "prompt/a"), **members})
    assert chain(lock, "model/m") == (DESK, "prompt/a", "model/m")
    assert chain(replace(lock, root="application/other"), "model/m") == ()
    assert chain(replace(lock, root=None), "model/m") == ()


def test_environments_come_in_the_order_of_promotions() -> None:
    after = {"production": "staging", "canary": "staging", "staging": "development", "development": None}
    assert in_order(after) == ("development", "staging", "canary", "production")


def test_an_order_that_leads_nowhere_or_around_ends() -> None:
    assert in_order({"a": "b", "b": "a", "c": "gone", "d": None}) == ("d", "a", "b", "c")


def test_a_slot_is_named_by_environment_and_application() -> None:
    arm, own = slot_of(None, arm="b"), slot_of(None)
    moved = replace(own, path="elsewhere.lock")
    assert own_slots((arm, own, moved)) == {("production", DESK): own}
    assert own_slots((arm,)) == {}
