from plmctl.core.course import Step, last_of, way_back


def steps(*versions: str | None) -> tuple[Step, ...]:
    return tuple(Step(version=version, commit=str(n)) for n, version in enumerate(versions))


def way(*versions: str | None) -> list[tuple[str | None, str]]:
    return [(step.version, step.commit) for step in way_back(steps(*versions))]


def test_every_promotion_is_a_step_further() -> None:
    assert way("1.0.0", "1.1.0", "1.2.0") == [("1.0.0", "0"), ("1.1.0", "1"), ("1.2.0", "2")]


def test_a_rollback_leaves_all_that_ran_since() -> None:
    assert way("1.0.0", "1.1.0", "1.2.0", "1.0.0", "1.3.0") == [("1.0.0", "3"), ("1.3.0", "4")]


def test_a_lock_that_is_made_anew_is_the_same_step() -> None:
    assert way("1.0.0", "1.1.0", "1.1.0") == [("1.0.0", "0"), ("1.1.0", "2")]


def test_a_lock_that_was_taken_away_is_no_step() -> None:
    assert way("1.0.0", None, "1.1.0", None) == [("1.0.0", "0"), ("1.1.0", "2")]
    assert way() == []


def test_what_a_rollback_left_and_was_promoted_again_is_on_the_way() -> None:
    assert [version for version, _ in way("1.0.0", "1.1.0", "1.0.0", "1.1.0", "1.2.0")] == [
        "1.0.0",
        "1.1.0",
        "1.2.0",
    ]


def test_a_version_is_as_it_ran_last() -> None:
    assert last_of(steps("1.0.0", "1.1.0", "1.0.0"), "1.0.0") == Step(version="1.0.0", commit="2")
    assert last_of(steps("1.0.0"), "1.1.0") is None
