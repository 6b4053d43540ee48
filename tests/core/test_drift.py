from collections.abc import Mapping

from plmctl.core.drift import Drift, DriftKind, Offer, drifts, most_serious
from plmctl.core.finding import Level
from plmctl.core.slot import Slot
from plmctl.core.tag import RegistryTag
from tests.core.slots import DESK, entry, lock_at, slot_of, version


def release(name: str) -> RegistryTag:
    return RegistryTag(
        name=name,
        version=version(name.removeprefix("v")),
        object_id=f"object of {name}",
        commit="c",
        released=(),
        removed=(),
        lock="",
        previous=None,
    )


def offer(
    *versions: str,
    yanked: Mapping[str, Mapping[str, str]] | None = None,
    retired: frozenset[str] = frozenset(),
    former: Mapping[str, str] | None = None,
    today: str | None = "2026-03-04",
) -> Offer:
    return Offer(
        releases={"v1.0.0": release("v1.0.0")},
        versions={DESK: tuple(version(v) for v in versions)},
        yanked=yanked or {},
        retired=retired,
        former=former or {},
        today=today,
    )


def told(slot: Slot, of: Offer | None = None, before: tuple[str, Slot | None] | None = None) -> list[str]:
    return [f"{d.kind.value}: {d.message}" for d in drifts(slot, of or offer("1.0.0"), before)]


def test_what_is_as_it_should_be_has_not_drifted() -> None:
    staging = slot_of(lock_at("1.0.0"), environment="staging")
    assert told(slot_of(lock_at("1.0.0")), before=("staging", staging)) == []


def test_no_lock_is_missing_where_something_could_be_locked() -> None:
    assert told(slot_of(None)) == ["missing: there is no lock: run 'plmctl lock production desk'"]
    assert told(slot_of(None, pin="^2")) == ["unreleased: no released version fits the pin '^2'"]
    assert told(slot_of(None, pin="^2", is_elsewhere=True)) == [
        "missing: there is no lock: run 'plmctl lock production desk'"
    ]


def test_what_cannot_be_read_is_broken_or_in_conflict_and_nothing_else() -> None:
    broken = slot_of(None, trouble="not a lock", is_committed=False)
    assert told(broken) == ["broken: environments/production/desk.lock: not a lock"]
    conflict = slot_of(None, trouble="it has conflict markers", is_conflicted=True)
    assert told(conflict) == ["conflict: environments/production/desk.lock: it has conflict markers"]


def test_a_lock_is_stale_against_its_pin() -> None:
    run = "run 'plmctl lock production desk'"
    assert told(slot_of(lock_at("1.0.0"), pin="^1.1")) == [f"stale: 1.0.0 is not in the pin '^1.1': {run}"]
    assert told(slot_of(lock_at("1.0.0"), pin=">=1.0")) == [
        f"stale: it was made for '^1.0', the pin is '>=1.0': {run}"
    ]
    assert told(slot_of(lock_at("1.0.0", arm="b"))) == [f"stale: it is the lock of production.b: {run}"]
    assert told(slot_of(lock_at("1.0.0", root="application/other"))) == [
        f"stale: it locks application/other: {run}"
    ]


def test_a_former_name_is_no_other_application() -> None:
    known = offer("1.0.0", former={"application/helpdesk": DESK})
    assert told(slot_of(lock_at("1.0.0", root="application/helpdesk")), known) == []


def test_a_lock_is_stale_against_the_replacements() -> None:
    run = "run 'plmctl lock production desk'"
    large = {"model/large": entry("1.0.0")}
    assert told(slot_of(lock_at("1.0.0", others=large), bind={"model/large": "model/small"})) == [
        f"stale: model/large is not replaced by model/small: {run}"
    ]
    assert told(slot_of(lock_at("1.0.0", bind={"model/large": "model/small"}))) == [
        f"stale: model/large is replaced by model/small, which the environment does not say: {run}"
    ]
    bound = lock_at("1.0.0", others={"model/small": entry("1.0.0")}, bind={"model/large": "model/small"})
    assert told(slot_of(bound, bind={"model/large": "model/small", "model/unused": "model/small"})) == []


def test_what_was_exchanged_is_replaced() -> None:
    both = {"model/a": entry("1.0.0"), "model/b": entry("1.0.0")}
    exchange = {"model/a": "model/b", "model/b": "model/a"}
    assert told(slot_of(lock_at("1.0.0", others=both, bind=exchange), bind=exchange)) == []


def test_a_release_that_is_not_here_or_another_is_told() -> None:
    assert told(slot_of(lock_at("1.0.0", release="v2.0.0"))) == [
        "no release: the tag v2.0.0 is not here: run 'git fetch --tags'"
    ]
    moved = offer("1.0.0")
    moved = Offer(releases={"v1.0.0": release("v1.0.1")}, versions=moved.versions)
    said = "tag moved: v1.0.0 is another tag object than was locked"
    assert told(slot_of(lock_at("1.0.0")), moved) == [
        f"{said}: run 'plmctl verify environments/production/desk.lock'"
    ]


def test_of_a_registry_elsewhere_nothing_is_known_here() -> None:
    lock = lock_at("1.0.0", release="v9.0.0", others={"model/a": entry("1.0.0")})
    gone = offer(yanked={"model/a": {"1.0.0": "leaks"}})
    assert told(slot_of(lock, is_elsewhere=True), gone) == []


def test_what_was_withdrawn_is_told_of_every_artifact_under_its_names() -> None:
    lock = lock_at("1.0.0", others={"model/old": entry("1.0.0"), "prompt/p": entry("1.1.0")})
    known = offer(
        "1.0.0",
        former={"model/old": "model/new"},
        yanked={"model/new": {"1.0.0": "leaks names"}, "prompt/p": {"1.0.0": "old"}},
        retired=frozenset(("prompt/p",)),
    )
    assert told(slot_of(lock), known) == [
        "yanked: model/old 1.0.0: leaks names",
        "retired: prompt/p 1.1.0 runs here, and the artifact is retired",
    ]


def test_a_lock_without_a_pin_and_one_that_is_not_committed_are_told() -> None:
    assert told(slot_of(lock_at("1.0.0"), pin=None, is_committed=False)) == [
        "unpinned: environments/production/desk.lock is of what the environment does not pin",
        "uncommitted: environments/production/desk.lock is not as it is committed",
    ]


def test_a_hold_is_told_with_its_reason_and_its_end() -> None:
    lock = lock_at("1.0.0")
    assert told(slot_of(lock, hold={"reason": "wrong answers"})) == ["on hold: wrong answers"]
    assert told(slot_of(lock, hold={})) == ["on hold: no reason is given"]
    ends = {"reason": "wrong answers", "until": "2026-03-04"}
    assert told(slot_of(lock, hold=ends)) == ["on hold: until 2026-03-04: wrong answers"]
    assert told(slot_of(lock, hold={**ends, "until": "2026-03-03"})) == [
        "hold expired: since 2026-03-03: wrong answers"
    ]
    assert told(slot_of(lock, hold=ends), offer("1.0.0", today=None)) == [
        "on hold: until 2026-03-04: wrong answers"
    ]
    assert told(slot_of(lock_at("1.0.0", arm="b"), arm="b", hold=ends)) == []


def test_an_arm_ends_on_its_last_day() -> None:
    lock = lock_at("1.0.0", arm="b")
    assert told(slot_of(lock, arm="b", until="2026-03-04")) == []
    assert told(slot_of(lock, arm="b", until="2026-03-03")) == [
        "arm ended: since 2026-03-03: take the arm out of the manifest"
    ]
    assert told(slot_of(lock, arm="b", until="2026-03-03"), offer("1.0.0", today=None)) == []


def test_newer_versions_are_told_inside_the_pin_and_outside() -> None:
    update = "'plmctl promote desk@1.1.0 --to production' takes it"
    known = offer("1.0.0", "1.1.0", "1.2.0", "2.0.0", "2.1.0-rc.1", yanked={DESK: {"1.2.0": "no"}})
    assert told(slot_of(lock_at("1.0.0")), known) == [
        f"newer: 1.1.0 is released: {update}",
        "newer: 2.0.0 is released, outside the pin '^1.0'",
    ]
    assert told(slot_of(lock_at("1.1.0")), known) == ["newer: 2.0.0 is released, outside the pin '^1.0'"]
    assert told(slot_of(lock_at("2.0.0", want="2.0.0"), pin="2.0.0"), known) == []


def test_a_newer_version_of_an_arm_is_promoted_there() -> None:
    assert told(slot_of(lock_at("1.0.0", arm="b"), arm="b"), offer("1.0.0", "1.1.0")) == [
        "newer: 1.1.0 is released: 'plmctl promote desk@1.1.0 --to production --arm b' takes it"
    ]


def test_a_lock_is_behind_or_ahead_of_the_environment_before() -> None:
    def before(text: str | None) -> tuple[str, Slot | None]:
        return "staging", slot_of(lock_at(text), environment="staging") if text else None

    here = slot_of(lock_at("1.1.0"))
    known = offer("1.1.0")
    assert told(here, known, before("1.2.0")) == ["behind: staging has 1.2.0"]
    assert told(here, known, before("1.0.0")) == ["ahead: staging has 1.0.0"]
    assert told(here, known, before(None)) == ["ahead: staging does not run it"]
    assert told(slot_of(lock_at("1.1.0", arm="b"), arm="b"), known, before("1.2.0")) == []


def test_the_most_serious_drift_is_the_first_error_then_warning_then_info() -> None:
    kinds = (DriftKind.NEWER, DriftKind.UNCOMMITTED, DriftKind.YANKED, DriftKind.STALE)
    made = [Drift(kind=kind, message="m") for kind in kinds]
    assert [drift.level for drift in made] == [Level.INFO, Level.WARNING, Level.ERROR, Level.ERROR]
    assert most_serious(made) == made[3]
    assert most_serious(made[:2]) == made[1]
    assert most_serious(()) is None


def test_a_drift_is_of_an_application_or_of_a_release() -> None:
    (found,) = drifts(slot_of(None), offer("1.0.0"), None)
    assert found.subject == "production desk"
    assert Drift(kind=DriftKind.UNFINISHED, message="m", release="v1.0.0").subject == "v1.0.0"
