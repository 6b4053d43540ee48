"""`lock` is no side door: what was never in the environment before comes to none that comes after it."""

from pathlib import Path

import pytest

from plmctl.commands.lock import LockOptions
from plmctl.core.report import exit_code
from tests.commands.builder import checked_locks, copied, made_locks, make_release, problems, told
from tests.commands.stages import PRODUCTION, STAGING, made, promoted, promotion, stages, version_in
from tests.git.builder import Folder

LOCK = "environments/production/desk.lock"
WIDE = PRODUCTION.replace("desk: 1.0.0 # exact", "desk: ^1.0")
FORCED = "'plmctl promote desk@{0} --to production --force --reason TEXT'"
FIRST = "run 'plmctl promote desk@{0} --to staging' first, or " + FORCED


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Four versions; staging ran 1.0.0 and runs 1.1.0, production 1.0.0, with a range. Not to be changed."""
    folder = stages(tmp_path_factory.mktemp("order") / "shop")
    promoted(folder, "desk@1.1.0", "staging")
    folder.commit({"environments/production.yaml": WIDE}, "a range")
    made_locks(folder)
    folder.commit({}, "lock it")
    return folder


@pytest.fixture
def shop(history: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(history, tmp_path / "shop")


def runs(folder: Folder) -> str | None:
    """The version that production has in the work tree."""
    folder.git("add", "-A")
    folder.git("commit", "-q", "--allow-empty", "-m", "work")
    return version_in(folder, "production")


def never(version: str) -> str:
    return f"application/desk {version} was never in staging, and production comes after it"


def test_lock_leaves_alone_what_is_locked(shop: Folder) -> None:
    promoted(shop, "desk@1.2.0", "staging")
    assert made_locks(shop, LockOptions(environment="production")).summary == {"written": 0, "unchanged": 1}


def test_update_takes_the_newest_that_the_environment_before_ran_and_tells_of_newer_ones(
    shop: Folder,
) -> None:
    report = made_locks(shop, LockOptions(environment="production", update={}))
    assert (report.done, report.problems) == ((f"wrote {LOCK}",), ())
    assert report.notes == (f"{never('1.3.0')}: run 'plmctl promote desk@1.3.0 --to staging' first",)
    assert runs(shop) == "1.1.0"
    assert checked_locks(shop).findings == ()


def test_update_of_all_takes_nothing_that_came_to_the_environment_before_by_the_same_run(
    shop: Folder,
) -> None:
    made_locks(shop, LockOptions(update={}))
    assert runs(shop) == "1.1.0"
    assert version_in(shop, "staging") == "1.3.0"
    made_locks(shop, LockOptions(update={}))
    assert runs(shop) == "1.3.0"


def test_update_to_a_version_that_was_never_there_is_refused_as_a_promotion_is(shop: Folder) -> None:
    report = made_locks(shop, LockOptions(environment="production", update={"desk": "1.2.0"}))
    assert problems(report) == [f"1: production application/desk: {never('1.2.0')}"]
    assert [problem.hint for problem in report.problems] == [FIRST.format("1.2.0")]
    assert problems(made(shop, promotion("desk@1.2.0", "production"))) == [f"1: {never('1.2.0')}"]
    assert runs(shop) == "1.0.0"


def test_update_to_what_was_there_is_taken(shop: Folder) -> None:
    made_locks(shop, LockOptions(environment="production", update={"desk": "1.1.0"}))
    assert runs(shop) == "1.1.0"


def test_update_keeps_what_was_promoted_by_force(shop: Folder) -> None:
    made(shop, promotion("desk@1.2.0", "production", reason="a customer waits"))
    report = made_locks(shop, LockOptions(environment="production", update={}))
    assert (report.done, report.summary) == ((), {"written": 0, "unchanged": 1})
    assert runs(shop) == "1.2.0"


def first(folder: Folder, pin: str, *, after: str = "staging") -> str:
    """An environment that comes after another, with a pin and no lock."""
    text = WIDE.replace("name: production", "name: canary").replace("^1.0", pin)
    folder.commit({"environments/canary.yaml": text.replace("after: staging", f"after: {after}")}, "canary")
    return "environments/canary/desk.lock"


@pytest.mark.parametrize(("pin", "version"), [("^1.0", "1.1.0"), ("<1.1.0", "1.0.0"), ('">=1.0"', "1.1.0")])
def test_the_first_lock_takes_the_newest_that_was_there(pin: str, version: str, shop: Folder) -> None:
    path = first(shop, pin)
    assert made_locks(shop, LockOptions(environment="canary")).done == (f"wrote {path}",)
    runs(shop)
    assert version_in(shop, "canary") == version


def test_the_first_lock_of_what_was_never_there_is_refused(shop: Folder) -> None:
    first(shop, '">=1.2"')
    said = never("1.3.0").replace("production", "canary")
    hint = FIRST.format("1.3.0").replace("production", "canary")
    report = made_locks(shop, LockOptions(environment="canary"))
    assert problems(report) == [f"1: canary application/desk: {said}"]
    assert [problem.hint for problem in report.problems] == [hint]
    checked = checked_locks(shop)
    assert told(checked) == [
        f"REG008 environments/canary.yaml:9:11: there is no lock for application/desk: {said}"
    ]
    assert (checked.findings[0].help, exit_code(checked)) == (hint, 1)


def test_the_first_lock_where_the_environment_before_has_none_is_refused(shop: Folder) -> None:
    shop.commit({"environments/empty.yaml": STAGING.replace("staging", "empty")}, "empty")
    first(shop, "^1.0", after="empty")
    report = made_locks(shop, LockOptions(environment="canary"))
    said = never("1.3.0").replace("production", "canary").replace("staging", "empty")
    assert problems(report) == [f"1: canary application/desk: {said}"]


def test_environments_that_begin_together_are_locked_in_their_order(shop: Folder) -> None:
    before = STAGING.replace("staging", "young").replace("^1.0", "<1.3.0")
    shop.commit({"environments/young.yaml": before}, "young")
    path = first(shop, "^1.0", after="young")
    report = made_locks(shop)
    assert (report.done, report.notes) == ((f"wrote {path}", "wrote environments/young/desk.lock"), ())
    runs(shop)
    assert (version_in(shop, "canary"), version_in(shop, "young")) == ("1.2.0", "1.2.0")


@pytest.mark.parametrize(("pin", "version"), [("1.2.0", "1.2.0"), ("^1.2", "1.3.0")])
def test_a_pin_that_somebody_changed_is_followed_with_a_note(pin: str, version: str, shop: Folder) -> None:
    shop.write("environments/production.yaml", WIDE.replace("^1.0", pin))
    report = made_locks(shop, LockOptions(environment="production"))
    assert (report.done, report.problems) == ((f"wrote {LOCK}",), ())
    assert report.notes == (f"{never(version)}; the pin '{pin}' in environments/production.yaml has it",)
    assert runs(shop) == version
    assert checked_locks(shop).findings == ()


def test_a_changed_range_is_followed_to_what_was_in_the_environment_before(shop: Folder) -> None:
    shop.write("environments/production.yaml", WIDE.replace("^1.0", '">=1.0.1"'))
    assert made_locks(shop, LockOptions(environment="production")).notes == ()
    assert runs(shop) == "1.1.0"


def test_a_lock_that_was_deleted_comes_back_as_it_was(shop: Folder) -> None:
    then = (shop.path / LOCK).read_bytes()
    promoted(shop, "desk@1.2.0", "staging")
    (shop.path / LOCK).unlink()
    made_locks(shop, LockOptions(environment="production"))
    assert (shop.path / LOCK).read_bytes() == then


def test_a_broken_lock_that_was_deleted_is_made_anew(shop: Folder) -> None:
    shop.commit({LOCK: "{}"}, "break it")
    (shop.path / LOCK).unlink()
    made_locks(shop, LockOptions(environment="production"))
    assert runs(shop) == "1.1.0"


def test_a_reverted_promotion_leaves_every_lock_true(shop: Folder) -> None:
    promoted(shop, "desk@1.1.0", "production")
    shop.git("revert", "--no-edit", "HEAD")
    assert checked_locks(shop).findings == ()
    assert made_locks(shop).summary == {"written": 0, "unchanged": 2}
    assert runs(shop) == "1.0.0"


def test_what_ran_in_an_arm_was_there(shop: Folder) -> None:
    arms = "  arms:\n    desk:\n      - {name: short, version: 1.2.0}\n"
    shop.commit({"environments/staging.yaml": STAGING + arms}, "an experiment")
    made_locks(shop, LockOptions(environment="staging"))
    shop.commit({}, "lock it")
    shop.git("rm", "-q", "environments/staging/desk.short.lock")
    shop.commit({"environments/staging.yaml": STAGING}, "it is over")
    made_locks(shop, LockOptions(environment="production", update={}))
    assert runs(shop) == "1.2.0"


def test_a_yanked_version_is_left_for_nothing_that_was_never_there(shop: Folder) -> None:
    text = (shop.path / "applications/desk.yaml").read_text()
    rows = ", ".join(f"{{version: {v}, reason: leaks}}" for v in ("1.0.0", "1.1.0"))
    shop.commit(
        {"applications/desk.yaml": text.replace("{name: desk}", f"{{name: desk, yanked: [{rows}]}}")}, "yank"
    )
    make_release(shop)
    report = made_locks(shop, LockOptions(environment="production", update={}))
    assert problems(report) == [f"1: production application/desk: {never('1.3.1')}"]
    assert runs(shop) == "1.0.0"
