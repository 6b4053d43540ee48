from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.finding import UsageError
from plmctl.core.report import Report
from tests.commands.builder import checked_locks, copied, failures, make_release, problems, verified
from tests.commands.stages import (
    PRODUCTION,
    STAGING,
    delivery,
    made,
    prepared,
    promoted,
    promotion,
    stages,
    version_in,
    way_back,
)
from tests.git.builder import Folder

LOCK = "environments/staging/desk.lock"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Staging at the third of four versions, promoted one by one; not to be changed."""
    folder = stages(tmp_path_factory.mktemp("stages") / "shop")
    promoted(folder, "desk@1.1.0", "staging")
    promoted(folder, "desk@1.2.0", "staging")
    return folder


@pytest.fixture
def shop(history: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(history, tmp_path / "shop")


def rolled_back(folder: Folder, written: str = "desk", environment: str = "staging") -> Report:
    report = made(folder, way_back(environment, written))
    assert (report.problems, report.findings) == ((), ())
    return report


def held(reason: str) -> str:
    return f"{STAGING}  hold: {{desk: {{reason: {reason}}}}}"


def test_the_lock_comes_back_byte_for_byte_with_a_hold(shop: Folder) -> None:
    then = shop.git("show", f"HEAD~1:{LOCK}")
    report = rolled_back(shop)
    assert report.done[0] == "rolled desk in staging back to 1.1.0"
    assert shop.git("show", f"HEAD:{LOCK}") == then
    assert shop.git("show", "HEAD:environments/staging.yaml") == held("rolled back from 1.2.0 to 1.1.0")
    assert (shop.git("status", "--short"), report.data and report.data["restored"]) == ("", True)
    assert (checked_locks(shop).findings, failures(verified(shop))) == ((), [])


def test_its_message_says_what_went_back(shop: Folder) -> None:
    made(shop, way_back("staging", reason="wrong\nrefunds"))
    assert shop.git("log", "-1", "--format=%B") == (
        "Roll desk in staging back to 1.1.0\n\nIt ran 1.2.0 before.\n\n"
        "Environment: staging\nApplication: desk\nVersion: 1.1.0\nPrevious: 1.2.0\nRelease: v1.1.0\n"
        "Reason: wrong\\nrefunds\n"
    )


def test_twice_goes_further_back_and_a_third_time_there_is_nothing(shop: Folder) -> None:
    rolled_back(shop)
    rolled_back(shop)
    assert version_in(shop, "staging") == "1.0.0"
    assert shop.git("show", "HEAD:environments/staging.yaml") == held("rolled back from 1.1.0 to 1.0.0")
    report = made(shop, way_back("staging"))
    assert problems(report) == [
        "1: nothing to go back to: desk 1.0.0 is the first version that ran in staging"
    ]


def test_it_never_goes_forward_to_what_a_rollback_left(shop: Folder) -> None:
    rolled_back(shop)
    made(shop, promotion("desk@1.3.0", "staging", is_hold_lifted=True))
    rolled_back(shop)
    assert version_in(shop, "staging") == "1.1.0"


def test_a_revert_counts_as_a_rollback(shop: Folder) -> None:
    shop.git("revert", "--no-edit", "HEAD")
    assert version_in(shop, "staging") == "1.1.0"
    rolled_back(shop)
    assert version_in(shop, "staging") == "1.0.0"


def test_a_merged_promotion_counts_as_one(shop: Folder) -> None:
    made(shop, promotion("desk@1.3.0", "staging", delivery(branch="side")))
    shop.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    rolled_back(shop)
    assert version_in(shop, "staging") == "1.2.0"


def test_any_version_that_ran_can_be_named(shop: Folder) -> None:
    rolled_back(shop, "desk@1.0.0")
    assert version_in(shop, "staging") == "1.0.0"
    shop.commit({"environments/staging.yaml": STAGING}, "lift the hold")
    rolled_back(shop, "desk@1.2.0")
    assert version_in(shop, "staging") == "1.2.0"


def test_over_a_hold_it_goes_no_way_forward(shop: Folder) -> None:
    rolled_back(shop, "desk@1.0.0")
    set_at = shop.git("rev-parse", "HEAD")[:10]
    for version in ("1.1.0", "1.2.0"):
        report = made(shop, way_back("staging", f"desk@{version}"))
        (problem,) = report.problems
        held = "staging holds application/desk: rolled back from 1.2.0 to 1.0.0"
        assert problem.exit_code == 1
        assert problem.message == (
            f"{held}, set by Ada Author in {set_at}; 1.0.0 runs, and {version} is newer"
        )
        promotion = f"plmctl promote desk@{version} --to staging --lift-hold"
        assert problem.hint == (
            f"to go forward and lift the hold, run '{promotion}'; it stands in environments/staging.yaml"
        )
    assert (version_in(shop, "staging"), shop.git("rev-parse", "HEAD")[:10]) == ("1.0.0", set_at)


def test_a_hold_names_who_wrote_it_last_and_its_last_day(shop: Folder) -> None:
    rolled_back(shop)
    frozen = f"{STAGING}  hold: {{desk: {{reason: frozen, until: 2026-12-31}}}}\n"
    eve = replace(shop, environment={**shop.environment, "GIT_AUTHOR_NAME": "Eve"})
    commit = eve.commit({"environments/staging.yaml": frozen}, "freeze")[:10]
    report = made(shop, way_back("staging", "desk@1.2.0"))
    told = f"staging holds application/desk until 2026-12-31: frozen, set by Eve in {commit}"
    assert problems(report) == [f"1: {told}; 1.1.0 runs, and 1.2.0 is newer"]
    over = f"{STAGING}  hold: {{desk: {{reason: frozen, until: 2026-03-03}}}}\n"
    shop.commit({"environments/staging.yaml": over}, "freeze")
    rolled_back(shop, "desk@1.2.0")
    assert version_in(shop, "staging") == "1.2.0"


def test_a_version_that_never_ran_is_told_with_those_that_did(shop: Folder) -> None:
    report = made(shop, way_back("staging", "desk@1.3.0"))
    assert problems(report) == ["3: desk 1.3.0 never ran in staging"]
    assert report.problems[0].hint == "did you mean '1.2.0'? what ran there is 1.0.0, 1.1.0, 1.2.0"


def test_what_runs_already_is_no_rollback(shop: Folder) -> None:
    report = made(shop, way_back("staging", "desk@1.2.0"))
    assert (report.notes, report.done) == (("staging runs desk 1.2.0 already",), ())


def test_the_pin_of_then_comes_back(shop: Folder) -> None:
    promoted(shop, "desk@1.2.0", "production")
    rolled_back(shop, environment="production")
    assert shop.git("show", "HEAD:environments/production.yaml") == (
        f"{PRODUCTION}  hold: {{desk: {{reason: rolled back from 1.2.0 to 1.0.0}}}}"
    )
    assert checked_locks(shop).findings == ()


def test_the_hold_says_the_reason_and_the_last_day_that_are_given(shop: Folder) -> None:
    made(shop, way_back("staging", reason="wrong refunds", until="2026-12-31"))
    assert shop.git("show", "HEAD:environments/staging.yaml") == (
        f'{STAGING}  hold: {{desk: {{reason: wrong refunds, until: "2026-12-31"}}}}'
    )


def test_a_hold_of_somebody_else_stays_unless_a_reason_is_given(shop: Folder) -> None:
    text = f"{STAGING}  hold: {{desk: {{reason: frozen, until: 2026-12-31}}, bye: {{reason: x}}}}\n"
    shop.commit({"environments/staging.yaml": text.replace(", bye: {reason: x}", "")}, "freeze")
    plan = prepared(shop, way_back("staging")).report
    assert plan.notes == ("staging holds application/desk already: the hold stays as it is",)
    assert plan.data is not None
    assert plan.data["files"] == [LOCK]
    made(shop, way_back("staging", until="2027-01-31"))
    assert shop.git("show", "HEAD:environments/staging.yaml").endswith(
        'hold: {desk: {reason: frozen, until: "2027-01-31"}}'
    )
    made(shop, way_back("staging", reason="worse"))
    assert shop.git("show", "HEAD:environments/staging.yaml").endswith(
        'hold: {desk: {reason: worse, until: "2027-01-31"}}'
    )


def test_a_hold_that_is_over_is_set_anew(shop: Folder) -> None:
    over = f"{STAGING}  hold: {{desk: {{reason: frozen, until: 2026-03-03}}}}\n"
    shop.commit({"environments/staging.yaml": over}, "freeze")
    rolled_back(shop)
    assert shop.git("show", "HEAD:environments/staging.yaml") == held("rolled back from 1.2.0 to 1.1.0")


def test_what_is_bound_now_must_have_been_released_then(shop: Folder) -> None:
    large = (shop.path / "models/small.yaml").read_text().replace("name: small", "name: large")
    bound = STAGING + "  bind: {model/small: model/large}\n"
    shop.commit({"models/large.yaml": large, "environments/staging.yaml": bound}, "bind")
    report = made(shop, way_back("staging"))
    assert problems(report) == ["1: staging desk 1.1.0: 'model/large' in bind does not exist at this release"]


def test_a_change_of_bind_that_is_about_something_else_leaves_the_lock_as_it_was(shop: Folder) -> None:
    then = shop.git("show", f"HEAD~1:{LOCK}")
    bound = STAGING + "  bind: {prompt/bye: prompt/greet}\n"
    shop.commit({"environments/staging.yaml": bound}, "bind")
    assert rolled_back(shop).notes == ()
    assert shop.git("show", f"HEAD:{LOCK}") == then


def test_a_lock_made_anew_has_what_is_bound_now(shop: Folder) -> None:
    bound = STAGING + "  bind: {prompt/greet: prompt/bye}\n"
    shop.commit({"environments/staging.yaml": bound}, "bind")
    report = rolled_back(shop)
    assert report.notes == ("bind of staging has changed since: the lock is made anew, not brought back",)
    assert report.data is not None
    assert report.data["restored"] is False
    assert '"prompt/greet": "prompt/bye"' in shop.git("show", f"HEAD:{LOCK}")
    assert checked_locks(shop).findings == ()


def test_a_version_that_was_yanked_is_passed_over_unless_it_is_named(shop: Folder) -> None:
    text = (shop.path / "applications/desk.yaml").read_text()
    yanked = text.replace("{name: desk}", "{name: desk, yanked: [{version: 1.1.0, reason: leaks}]}")
    shop.commit({"applications/desk.yaml": yanked}, "yank")
    make_release(shop)
    named = prepared(shop, way_back("staging", "desk@1.1.0")).report
    assert named.notes == ("application/desk 1.1.0 was yanked: leaks",)
    report = rolled_back(shop)
    assert report.notes == ("1.1.0 is passed over: it was yanked",)
    assert version_in(shop, "staging") == "1.0.0"


def test_a_lock_of_a_tag_that_moved_is_not_brought_back(shop: Folder) -> None:
    name = "v1.1.0"
    message = shop.git("cat-file", "tag", name).partition("\n\n")[2]
    shop.git("tag", "-d", name)
    shop.git("tag", "-a", "-m", message, name, "v1.0.0^{}")
    report = made(shop, way_back("staging"))
    assert 4 in [problem.exit_code for problem in report.problems]
    assert version_in(shop, "staging") == "1.2.0"


def test_an_arm_goes_back_by_itself(shop: Folder) -> None:
    arms = "  arms:\n    desk:\n      - {name: short, version: 1.0.0}\n"
    shop.commit({"environments/staging.yaml": STAGING + arms}, "an experiment")
    made(shop, promotion("desk@1.1.0", "staging", arm="short"))
    made(shop, promotion("desk@1.3.0", "staging", arm="short"))
    report = made(shop, way_back("staging", arm="short"))
    assert report.done[0] == "rolled desk.short in staging back to 1.1.0"
    assert (version_in(shop, "staging"), version_in(shop, "staging", "desk.short")) == ("1.2.0", "1.1.0")
    assert checked_locks(shop).findings == ()


def test_what_is_not_pinned_cannot_go_back(shop: Folder) -> None:
    text = "apiVersion: plmctl/v1\nkind: Application\nmetadata: {name: kiosk}\nspec:\n  uses: [prompt/bye]\n"
    shop.commit({"applications/kiosk.yaml": text}, "kiosk")
    with pytest.raises(UsageError) as caught:
        made(shop, way_back("staging", "kiosk"))
    assert (caught.value.message, caught.value.hint) == (
        "staging pins no application/kiosk",
        "its pins stand in environments/staging.yaml",
    )


def test_what_was_never_locked_cannot_go_back(shop: Folder) -> None:
    shop.git("rm", "-q", LOCK)
    shop.git("commit", "-q", "--amend", "-m", "x")
    fresh = STAGING.replace("staging", "fresh")
    shop.commit({"environments/fresh.yaml": fresh}, "fresh")
    report = made(shop, way_back("fresh"))
    assert problems(report) == ["1: desk never ran in fresh"]


def test_files_that_somebody_changed_are_left_alone(shop: Folder) -> None:
    shop.write("environments/staging.yaml", STAGING + "# mine\n")
    report = made(shop, way_back("staging"))
    assert problems(report) == ["1: environments/staging.yaml was changed and not committed"]


def test_without_the_tags_nothing_is_brought_back(shop: Folder) -> None:
    shop.git("tag", "-d", "application/desk@v1.1.0")
    report = made(shop, way_back("staging"))
    assert [problem.exit_code for problem in report.problems] == [3]
