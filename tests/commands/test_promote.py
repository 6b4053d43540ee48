from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Report
from tests.commands.builder import (
    checked_locks,
    copied,
    failures,
    footprint,
    make_release,
    problems,
    verified,
)
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
)
from tests.git.builder import Folder


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two environments, both at the first of four versions; not to be changed."""
    return stages(tmp_path_factory.mktemp("stages") / "shop")


@pytest.fixture
def shop(history: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(history, tmp_path / "shop")


def hints(report: Report) -> list[str | None]:
    return [problem.hint for problem in report.problems]


def moves(report: Report) -> list[tuple[str, str | None, str | None, list[str]]]:
    assert report.move is not None
    return [(m.artifact, m.old, m.new, [rule.code for rule in m.rules]) for m in report.move.artifacts]


def test_a_promotion_is_one_commit_of_the_lock_where_the_pin_allows_the_version(shop: Folder) -> None:
    before = shop.git("rev-parse", "HEAD")
    report = promoted(shop, "desk@1.1.0", "staging")
    head = shop.git("rev-parse", "HEAD")
    assert report.done == ("promoted desk 1.1.0 to staging", f"commit {head[:10]} on main")
    assert shop.git("rev-parse", "HEAD^") == before
    assert shop.git("show", "--format=", "--name-only", "HEAD") == "environments/staging/desk.lock"
    assert shop.git("status", "--short") == ""
    assert checked_locks(shop).findings == ()
    assert failures(verified(shop)) == []


def test_its_message_says_from_what_to_what_and_has_trailers(shop: Folder) -> None:
    promoted(shop, "desk@1.1.0", "staging")
    assert shop.git("log", "-1", "--format=%B") == (
        "Promote desk 1.1.0 to staging\n\nIt ran 1.0.0 before.\n\n"
        "Environment: staging\nApplication: desk\nVersion: 1.1.0\nPrevious: 1.0.0\nRelease: v1.1.0\n"
    )


def test_a_pin_that_does_not_allow_it_changes_in_its_form_and_keeps_its_comments(shop: Folder) -> None:
    promoted(shop, "desk@1.2.0", "staging")
    report = promoted(shop, "desk@1.2.0", "production")
    assert shop.git("show", "HEAD:environments/production.yaml") == (
        PRODUCTION.replace("desk: 1.0.0 # exact", "desk: 1.2.0 # exact").rstrip("\n")
    )
    assert report.move is not None
    assert report.move.pin == ("1.0.0", "1.2.0")
    assert shop.git("show", "--format=", "--name-only", "HEAD") == (
        "environments/production.yaml\nenvironments/production/desk.lock"
    )


def test_without_a_version_it_is_the_newest_one(shop: Folder) -> None:
    report = promoted(shop, "desk", "staging")
    assert (version_in(shop, "staging"), report.move and report.move.why) == ("1.3.0", "the newest version")


def test_without_a_version_it_is_what_the_environment_before_runs(shop: Folder) -> None:
    promoted(shop, "desk@1.1.0", "staging")
    report = promoted(shop, "desk", "production")
    assert version_in(shop, "production") == "1.1.0"
    assert report.move is not None
    assert report.move.why == "the version that staging runs"


def test_the_plan_says_what_changes_and_whose_it_is(shop: Folder) -> None:
    report = prepared(shop, promotion("desk@1.2.0", "staging")).report
    assert moves(report) == [
        ("application/desk", "1.0.0", "1.2.0", ["REG006"]),
        ("prompt/greet", "1.0.0", "1.2.0", ["PRM040"]),
    ]
    assert report.move is not None
    assert (report.move.breaking, report.move.asked) == (0, ())
    forced = prepared(shop, promotion("desk@1.2.0", "production", reason="now")).report
    assert forced.move is not None
    assert forced.move.asked == (("environment/production", ("operations",)),)


def test_a_plan_writes_nothing_at_all(shop: Folder) -> None:
    before = footprint(shop.path)
    assert prepared(shop, promotion("desk", "staging")).report.problems == ()
    assert footprint(shop.path) == before


def test_the_same_promotion_again_changes_nothing(shop: Folder) -> None:
    promoted(shop, "desk@1.1.0", "staging")
    before = footprint(shop.path)
    report = made(shop, promotion("desk@1.1.0", "staging"))
    assert (report.notes, report.done) == (("staging runs desk 1.1.0 already",), ())
    assert footprint(shop.path) == before


def test_what_was_never_in_the_environment_before_is_refused(shop: Folder) -> None:
    report = made(shop, promotion("desk@1.2.0", "production"))
    assert problems(report) == [
        "1: application/desk 1.2.0 was never in staging, and production comes after it"
    ]
    assert hints(report) == [
        "run 'plmctl promote desk@1.2.0 --to staging' first, or say --force --reason TEXT"
    ]
    assert version_in(shop, "production") == "1.0.0"


def test_what_was_in_the_environment_before_once_may_go_on(shop: Folder) -> None:
    promoted(shop, "desk@1.1.0", "staging")
    promoted(shop, "desk@1.2.0", "staging")
    promoted(shop, "desk@1.1.0", "production")
    assert version_in(shop, "production") == "1.1.0"


def test_by_force_it_goes_with_a_reason_in_the_commit(shop: Folder) -> None:
    report = made(shop, promotion("desk@1.2.0", "production", reason="refunds\nare wrong"))
    assert report.notes == ("forced: refunds\\nare wrong",)
    assert shop.git("log", "-1", "--format=%(trailers:key=Forced,valueonly)") == "refunds\\nare wrong\n"


def test_force_and_a_reason_go_together(shop: Folder) -> None:
    forced = replace(promotion("desk", "production"), is_forced=True)
    with pytest.raises(UsageError, match="--force and --reason go together"):
        prepared(shop, replace(forced, reason=" \n"))
    with pytest.raises(UsageError, match="--force and --reason go together"):
        prepared(shop, forced)


def test_a_hold_is_told_with_its_reason_and_its_last_day(shop: Folder) -> None:
    held = STAGING + "  hold: {desk: {reason: wrong refunds, until: 2026-12-01}}\n"
    shop.commit({"environments/staging.yaml": held}, "hold")
    report = made(shop, promotion("desk@1.1.0", "staging"))
    assert problems(report) == ["1: staging holds application/desk until 2026-12-01: wrong refunds"]
    (hint,) = hints(report)
    assert hint == (
        "to promote it all the same and lift the hold, say --lift-hold;"
        " it stands in environments/staging.yaml"
    )


def test_a_hold_can_be_lifted_and_leaves_no_trace(shop: Folder) -> None:
    held = STAGING + "  hold: {desk: {reason: wrong refunds}}\n"
    shop.commit({"environments/staging.yaml": held}, "hold")
    report = made(shop, promotion("desk@1.1.0", "staging", is_hold_lifted=True))
    assert report.notes == ("the hold is lifted: wrong refunds",)
    assert shop.git("show", "HEAD:environments/staging.yaml") == STAGING.rstrip("\n")
    assert "The hold on it is lifted." in shop.git("log", "-1", "--format=%B")
    again = prepared(shop, promotion("desk@1.2.0", "staging", is_hold_lifted=True)).report
    assert again.notes == ("there is no hold to lift",)


def test_a_hold_that_is_over_stops_nothing(shop: Folder) -> None:
    held = STAGING + "  hold: {desk: {reason: wrong refunds, until: 2026-03-03}}\n"
    shop.commit({"environments/staging.yaml": held}, "hold")
    promoted(shop, "desk@1.1.0", "staging")


def test_all_that_is_wrong_is_told_at_once(shop: Folder) -> None:
    text = (shop.path / "applications/desk.yaml").read_text()
    yanked = text.replace("{name: desk}", "{name: desk, yanked: [{version: 1.2.0, reason: leaks}]}")
    shop.commit({"applications/desk.yaml": yanked}, "yank")
    make_release(shop)
    frozen = PRODUCTION + "  hold: {desk: {reason: frozen}}\n"
    retired = yanked.replace("{name: desk", "{name: desk, stability: retired")
    shop.commit({"applications/desk.yaml": retired, "environments/production.yaml": frozen}, "trouble")
    shop.write("environments/production/desk.lock", "mine")
    report = made(shop, promotion("desk@1.2.0", "production"))
    assert problems(report) == [
        "1: production holds application/desk: frozen",
        "1: application/desk 1.2.0 was yanked: leaks",
        "1: application/desk is retired: nothing new runs it",
        "1: application/desk 1.2.0 was never in staging, and production comes after it",
        "1: environments/production/desk.lock was changed and not committed",
    ]


def test_the_newest_version_is_none_that_was_yanked(shop: Folder) -> None:
    text = (shop.path / "applications/desk.yaml").read_text()
    yanked = text.replace("{name: desk}", "{name: desk, yanked: [{version: 1.4.0, reason: x}]}")
    shop.commit({"applications/desk.yaml": yanked}, "yank")
    assert make_release(shop) == ("application/desk 1.3.1",)
    plan = prepared(shop, promotion("desk", "staging")).report
    assert plan.move is not None
    assert plan.move.new == "1.3.1"


@pytest.mark.parametrize(
    ("version", "message", "hint"),
    [
        (
            "1.1",
            "application/desk has no version 1.1",
            "did you mean '1.1.0'? its versions are 1.0.0, 1.1.0, 1.2.0, 1.3.0",
        ),
        (
            "9.9.9",
            "application/desk has no version 9.9.9",
            "its versions are 1.0.0, 1.1.0, 1.2.0, 1.3.0",
        ),
    ],
)
def test_a_version_that_is_not_there_is_told_with_those_that_are(
    version: str, message: str, hint: str, shop: Folder
) -> None:
    report = made(shop, promotion(f"desk@{version}", "staging"))
    assert (problems(report), hints(report)) == ([f"3: {message}"], [hint])


def test_names_that_are_not_there_get_the_nearest(shop: Folder) -> None:
    with pytest.raises(UsageError) as caught:
        made(shop, promotion("desk", "stagin"))
    assert (caught.value.message, caught.value.hint) == ("no environment stagin", "did you mean 'staging'?")
    with pytest.raises(PlmctlError) as other:
        made(shop, promotion("dest", "staging"))
    assert (other.value.message, other.value.hint) == (
        "there is no artifact 'dest'",
        "the nearest are application/desk",
    )
    with pytest.raises(UsageError) as arm:
        made(shop, promotion("desk", "staging", arm="short"))
    assert (arm.value.message, arm.value.hint) == (
        "staging has no arm 'short' of application/desk",
        "its arms are none",
    )


def test_an_application_that_is_not_pinned_yet_gets_a_pin(shop: Folder) -> None:
    shop.commit(
        {
            "applications/kiosk.yaml": "apiVersion: plmctl/v1\nkind: Application\nmetadata: {name: kiosk}\n"
            "spec:\n  uses: [prompt/bye]\n"
        },
        "kiosk",
    )
    assert made(shop, promotion("kiosk", "staging")).problems[0].message == (
        "application/kiosk was never released"
    )
    make_release(shop)
    report = promoted(shop, "kiosk", "staging")
    assert report.notes == ("staging does not pin application/kiosk yet: the pin is new",)
    assert shop.git("show", "HEAD:environments/staging.yaml") == f"{STAGING}    kiosk: 1.0.0"
    assert (version_in(shop, "staging", "kiosk"), checked_locks(shop).findings) == ("1.0.0", ())


def test_an_arm_has_its_own_version_and_lock(shop: Folder) -> None:
    arms = "  arms:\n    desk:\n      - {name: short, version: 1.0.0, weight: 10} # a tenth\n"
    shop.commit({"environments/staging.yaml": STAGING + arms}, "an experiment")
    report = made(shop, promotion("desk@1.2.0", "staging", arm="short"))
    assert report.done[0] == "promoted desk.short 1.2.0 to staging"
    assert shop.git("show", "--format=", "--name-only", "HEAD") == (
        "environments/staging.yaml\nenvironments/staging/desk.short.lock"
    )
    assert shop.git("show", "HEAD:environments/staging.yaml") == (
        STAGING + arms.replace("1.0.0", "1.2.0").rstrip("\n")
    )
    assert (version_in(shop, "staging"), version_in(shop, "staging", "desk.short")) == ("1.0.0", "1.2.0")
    assert checked_locks(shop).findings == ()
    # What an arm of the environment before runs may go on.
    promoted(shop, "desk@1.2.0", "production")


def test_what_an_environment_binds_is_bound_in_the_lock(shop: Folder) -> None:
    large = (shop.path / "models/small.yaml").read_text().replace("name: small", "name: large")
    shop.commit({"models/large.yaml": large}, "large")
    make_release(shop)
    shop.commit({"environments/staging.yaml": STAGING + "  bind: {model/small: model/large}\n"}, "bind")
    (shop.path / "prompts/greet.md").write_text("Greet {{name}} again.\n")
    shop.commit({}, "again")
    make_release(shop)
    promoted(shop, "desk", "staging")
    assert '"model/small": "model/large"' in shop.git("show", "HEAD:environments/staging/desk.lock")
    assert checked_locks(shop).findings == ()


def test_what_is_bound_must_be_released_with_the_version(shop: Folder) -> None:
    large = (shop.path / "models/small.yaml").read_text().replace("name: small", "name: large")
    bound = STAGING + "  bind: {model/small: model/large}\n"
    shop.commit({"models/large.yaml": large, "environments/staging.yaml": bound}, "bind")
    report = made(shop, promotion("desk@1.1.0", "staging"))
    assert problems(report) == ["1: staging desk 1.1.0: 'model/large' in bind does not exist at this release"]
    assert hints(report) == ["see the pins in environments/staging.yaml"]


def test_without_a_commit_the_files_are_staged(shop: Folder) -> None:
    before = shop.git("rev-parse", "HEAD")
    report = made(shop, promotion("desk@1.1.0", "staging", delivery(is_staged=True)))
    assert report.done == ("staged environments/staging/desk.lock",)
    assert report.next == ("git commit",)
    assert shop.git("status", "--short") == "M  environments/staging/desk.lock"
    assert shop.git("rev-parse", "HEAD") == before
    # The same again with a commit takes what is staged.
    promoted(shop, "desk@1.1.0", "staging")
    assert shop.git("status", "--short") == ""


def test_another_branch_gets_the_commit_and_a_second_promotion_joins_it(shop: Folder) -> None:
    before = shop.git("rev-parse", "HEAD")
    shop.write("environments/staging.yaml", "mine")
    made(shop, promotion("desk@1.1.0", "staging", delivery(branch="promote")))
    report = made(shop, promotion("desk@1.1.0", "production", delivery(branch="promote")))
    assert report.done[1].endswith(" on promote")
    assert shop.git("rev-list", "--count", "main..promote") == "2"
    assert shop.git("rev-parse", "HEAD") == before
    assert shop.git("status", "--short") == " M environments/staging.yaml"


def test_a_layout_that_is_canonical_stays_so(shop: Folder) -> None:
    tidy = PRODUCTION.replace("1.0.0 # exact", "1.0.0  # exact")
    shop.commit({"environments/production.yaml": tidy}, "tidy")
    promoted(shop, "desk@1.1.0", "staging")
    promoted(shop, "desk@1.1.0", "production")
    assert shop.git("show", "HEAD:environments/production.yaml") == (
        tidy.replace("desk: 1.0.0", "desk: 1.1.0").rstrip("\n")
    )


def test_a_revert_of_a_promotion_leaves_everything_valid(shop: Folder) -> None:
    promoted(shop, "desk@1.1.0", "staging")
    promoted(shop, "desk@1.1.0", "production")
    shop.git("revert", "--no-edit", "HEAD")
    assert version_in(shop, "production") == "1.0.0"
    assert (checked_locks(shop).findings, failures(verified(shop))) == ((), [])


def test_a_clone_without_the_tags_is_told_what_to_fetch(shop: Folder) -> None:
    shop.git("tag", "-d", "application/desk@v1.1.0")
    report = made(shop, promotion("desk@1.1.0", "staging"))
    assert problems(report) == [
        "3: REG017 tag-missing: v1.1.0 released 'application/desk@v1.1.0', and that tag is not here"
    ]
