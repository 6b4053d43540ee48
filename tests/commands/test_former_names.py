"""What ran under a name that an application had before is its own past."""

import json
from pathlib import Path

import pytest

from plmctl.commands.find import FindOptions, find
from plmctl.commands.history import HistoryOptions, history
from plmctl.commands.lock import LockOptions
from plmctl.commands.rename import RenameOptions, rename
from plmctl.commands.status import StatusOptions, status
from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report
from plmctl.core.value import Value, as_items, as_mapping
from tests.commands.builder import (
    APPLICATION,
    checked_locks,
    copied,
    failures,
    made_locks,
    make_release,
    opened,
    problems,
    told,
    verified,
)
from tests.commands.life import events_of
from tests.commands.stages import made, prepared, promoted, promotion, stages, version_in, way_back
from tests.git.builder import Folder

OLD, NEW = "environments/{0}/desk.lock", "environments/{0}/kiosk.lock"


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Staging ran 1.0.0, 1.1.0, 1.2.0 and production 1.0.0, 1.1.0 of desk, which is kiosk since."""
    folder = stages(tmp_path_factory.mktemp("former") / "shop")
    promoted(folder, "desk@1.1.0", "staging")
    promoted(folder, "desk@1.2.0", "staging")
    promoted(folder, "desk@1.1.0", "production")
    with opened(folder) as repo:
        assert rename(repo, RenameOptions(artifact="application/desk", name="kiosk")).problems == ()
    folder.commit({}, "rename")
    return folder


@pytest.fixture(scope="module")
def released(renamed: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The locks moved, the new name released, and in staging."""
    folder = copied(renamed, tmp_path_factory.mktemp("former") / "released")
    made_locks(folder)
    folder.commit({}, "locks")
    assert make_release(folder) == ("application/kiosk 1.4.0",)
    promoted(folder, "kiosk@1.4.0", "staging")
    return folder


@pytest.fixture
def shop(renamed: Folder, tmp_path: Path) -> Folder:
    """A copy of the first, to be changed."""
    return copied(renamed, tmp_path / "shop")


@pytest.fixture
def later(released: Folder, tmp_path: Path) -> Folder:
    """A copy of the second, to be changed."""
    return copied(released, tmp_path / "shop")


def committed(folder: Folder, path: str) -> bytes:
    return f"{folder.git('show', f'HEAD:{path}')}\n".encode()


def version(folder: Folder, environment: str, former: str = "kiosk") -> str | None:
    """The version in a committed lock, under the name that its root has there."""
    data = folder.git("show", f"HEAD:{NEW.format(environment)}")
    assert f'"root": "application/{former}"' in data
    return version_of(data, former)


def version_of(data: str, name: str) -> str | None:
    entry: str = json.loads(data)["artifacts"][f"application/{name}"]["version"]
    return entry


def test_a_lock_that_was_not_moved_yet_is_told_with_what_moves_it(renamed: Folder) -> None:
    report = checked_locks(renamed)
    assert told(report) == [
        f"REG008 environments/{name}.yaml:{place}: {OLD.format(name)} "
        "is the lock of application/kiosk by its former name"
        for name, place in (("production", "9:12"), ("staging", "8:12"))
    ]
    assert [finding.help for finding in report.findings] == [
        "run 'plmctl lock production kiosk'",
        "run 'plmctl lock staging kiosk'",
    ]


def test_lock_moves_it_and_changes_not_a_byte(shop: Folder) -> None:
    then = {name: committed(shop, OLD.format(name)) for name in ("production", "staging")}
    report = made_locks(shop)
    assert report.done == tuple(
        line
        for name in ("production", "staging")
        for line in (f"wrote {NEW.format(name)}", f"removed {OLD.format(name)}: it is {NEW.format(name)} now")
    )
    assert {name: (shop.path / NEW.format(name)).read_bytes() for name in then} == then
    assert not (shop.path / OLD.format("staging")).exists()
    assert (checked_locks(shop).findings, failures(verified(shop))) == ((), [])
    assert made_locks(shop).summary == {"written": 0, "unchanged": 2}


def test_a_lock_of_something_else_under_the_former_name_stays(shop: Folder) -> None:
    made_locks(shop)
    shop.write(OLD.format("staging"), "{}")
    assert made_locks(shop).done == ()
    assert [line.partition(": ")[2] for line in told(checked_locks(shop))] == [
        "no environment pins what this lock is of"
    ]


def row(folder: Folder, at: str | None = None) -> list[tuple[Value, Value, list[Value]]]:
    with opened(folder) as repo:
        report = status(repo, StatusOptions(at=at, today="2026-03-04"))
    rows = [
        as_mapping(row)
        for environment in as_items((report.data or {})["environments"])
        for row in as_items(as_mapping(environment)["applications"])
    ]
    return [
        (r["application"], r["version"], [as_mapping(d)["kind"] for d in as_items(r["drift"])]) for r in rows
    ]


def test_status_sees_what_runs_before_the_lock_is_moved_and_after(renamed: Folder, released: Folder) -> None:
    assert row(renamed) == [
        ("application/kiosk", "1.2.0", ["stale", "newer"]),
        ("application/kiosk", "1.1.0", ["stale", "behind", "newer"]),
    ]
    assert row(released) == [
        ("application/kiosk", "1.4.0", []),
        ("application/kiosk", "1.1.0", ["behind", "newer"]),
    ]
    assert row(released, at="HEAD~4") == [
        ("application/desk", "1.2.0", ["newer"]),
        ("application/desk", "1.1.0", ["behind", "newer"]),
    ]


def uses(folder: Folder, artifact: str, at: str) -> list[Value]:
    with opened(folder) as repo:
        report = status(repo, StatusOptions(at=at, uses=artifact, today="2026-03-04"))
    return [as_mapping(use)["artifact"] for use in as_items((report.data or {})["uses"])]


def test_uses_of_the_past_are_found_by_the_name_of_now(released: Folder) -> None:
    assert uses(released, "application/kiosk", "HEAD~4") == ["application/desk", "application/desk"]
    assert uses(released, "kiosk@1.1.0", "HEAD~4") == ["application/desk"]
    assert uses(released, "prompt/greet", "HEAD~4") == ["prompt/greet", "prompt/greet"]
    with pytest.raises(PlmctlError, match="there is no artifact 'toaster'"):
        uses(released, "toaster", "HEAD~4")


def history_of(folder: Folder, application: str) -> list[tuple[Value, Value, Value]]:
    with opened(folder) as repo:
        report = history(repo, HistoryOptions(environment="staging", application=application))
    return [(e["kind"], e["from"], e["to"]) for e in events_of(report)]


@pytest.mark.parametrize("name", ["kiosk", "desk"])
def test_history_is_one_and_a_moved_lock_is_no_event(name: str, released: Folder) -> None:
    assert history_of(released, name) == [
        ("added", None, "1.0.0"),
        ("promotion", "1.0.0", "1.1.0"),
        ("promotion", "1.1.0", "1.2.0"),
        ("promotion", "1.2.0", "1.4.0"),
    ]


def places(folder: Folder, digest: str) -> list[tuple[Value, Value, Value]]:
    with opened(folder) as repo:
        report = find(repo, FindOptions(digest=digest))
    found = (as_mapping(place) for place in as_items((report.data or {})["places"]))
    return [(p["artifact"], p["version"], p["until"]) for p in found if p["name"] == "production kiosk"]


def test_find_tells_one_period_across_the_move(released: Folder) -> None:
    lock = released.git("show", f"HEAD:{NEW.format('production')}")
    closure = lock.partition('"closure": "sha256:')[2][:64]
    assert places(released, closure) == [("application/desk", "1.1.0", None)]


def test_what_ran_before_under_the_former_name_may_come_after(shop: Folder) -> None:
    report = promoted(shop, "kiosk@1.2.0", "production")
    assert report.move is not None
    assert (report.move.old, report.move.new) == ("1.1.0", "1.2.0")
    assert [(m.artifact, m.old, m.new, [r.code for r in m.rules]) for m in report.move.artifacts] == [
        ("application/kiosk", "1.1.0", "1.2.0", ["REG006"]),
        ("prompt/greet", "1.1.0", "1.2.0", ["PRM040"]),
    ]
    changed = shop.git("show", "--format=", "--name-status", "--no-renames", "HEAD").split("\n")
    production = ["M\tenvironments/production.yaml", f"D\t{OLD.format('production')}"]
    assert sorted(changed) == sorted([*production, f"A\t{NEW.format('production')}"])
    assert version(shop, "production", "desk") == "1.2.0"
    assert shop.git("status", "--short") == ""
    refused = made(shop, promotion("kiosk@1.3.0", "production"))
    assert problems(refused) == [
        "1: application/kiosk 1.3.0 was never in staging, and production comes after it"
    ]


def test_without_a_version_it_is_the_one_that_the_environment_before_runs(shop: Folder) -> None:
    report = prepared(shop, promotion("kiosk", "production")).report
    assert report.move is not None
    assert (report.move.new, report.move.why) == ("1.2.0", "the version that staging runs")


def test_what_was_not_in_the_environment_before_is_not_locked(shop: Folder) -> None:
    made_locks(shop, LockOptions(update={}))
    assert (shop.path / NEW.format("production")).read_text() == committed(
        shop, OLD.format("production")
    ).decode()


def test_a_rollback_goes_back_to_what_ran_under_the_former_name_byte_for_byte(later: Folder) -> None:
    then = committed(later, f"{NEW.format('staging')}").decode()
    assert version(later, "staging") == "1.4.0"
    report = made(later, way_back("staging", "kiosk"))
    assert (report.problems, report.findings) == ((), ())
    assert report.done[0] == "rolled kiosk in staging back to 1.2.0"
    assert report.move is not None
    assert [(m.artifact, m.old, m.new, m.is_back) for m in report.move.artifacts] == [
        ("application/kiosk", "1.4.0", "1.2.0", True),
        ("prompt/greet", "1.3.0", "1.2.0", True),
    ]
    assert committed(later, NEW.format("staging")).decode() != then
    assert later.git("show", f"HEAD:{NEW.format('staging')}") == later.git(
        "show", f"HEAD~5:{OLD.format('staging')}"
    )
    assert (checked_locks(later).findings, failures(verified(later))) == ((), [])
    made(later, way_back("staging", "kiosk"))
    assert version(later, "staging", "desk") == "1.1.0"


def test_a_rollback_may_go_back_before_the_lock_was_moved(shop: Folder) -> None:
    report = made(shop, way_back("staging", "kiosk"))
    assert report.done[0] == "rolled kiosk in staging back to 1.1.0"
    assert version(shop, "staging", "desk") == "1.1.0"
    assert not (shop.path / OLD.format("staging")).exists()


def test_a_version_that_the_new_name_yanked_is_passed_over(shop: Folder) -> None:
    text = (shop.path / "applications/kiosk.yaml").read_text()
    yanked = text.replace("name: kiosk", "name: kiosk, yanked: [{version: 1.1.0, reason: leaks}]")
    assert yanked != text
    shop.commit({"applications/kiosk.yaml": yanked}, "yank")
    make_release(shop)
    assert made(shop, way_back("staging", "kiosk")).notes == ("1.1.0 is passed over: it was yanked",)


def test_the_former_name_is_told_with_the_one_of_now(renamed: Folder) -> None:
    for options in (promotion("desk", "production"), way_back("staging", "desk")):
        with pytest.raises(PlmctlError) as caught:
            prepared(renamed, options)
        assert (caught.value.message, caught.value.hint) == (
            "application/desk is application/kiosk now",
            "write 'application/kiosk'",
        )


def test_a_past_that_two_claim_is_nobody_s(shop: Folder) -> None:
    other = APPLICATION.replace("{name: desk}", "{name: bar, formerly: [desk]}")
    shop.commit({"applications/bar.yaml": other}, "another")
    said = "application/bar and application/kiosk both say that they were application/desk"
    for options in (promotion("kiosk", "production"), way_back("staging", "kiosk")):
        with pytest.raises(PlmctlError, match=said):
            prepared(shop, options)
    assert [line for line in told(checked_locks(shop)) if "former name" in line and "REG008" in line] == []


def report_of(folder: Folder) -> Report:
    return made(folder, way_back("staging", "kiosk", arm="short"))


def test_an_arm_follows_too(tmp_path: Path) -> None:
    folder = stages(tmp_path / "shop")
    text = (folder.path / "environments/staging.yaml").read_text()
    arms = "  arms:\n    desk:\n      - {name: short, version: 1.0.0}\n"
    folder.commit({"environments/staging.yaml": text + arms}, "an experiment")
    made_locks(folder)
    folder.commit({}, "lock it")
    made(folder, promotion("desk@1.1.0", "staging", arm="short"))
    with opened(folder) as repo:
        rename(repo, RenameOptions(artifact="application/desk", name="kiosk"))
    folder.commit({}, "rename")
    assert report_of(folder).done[0] == "rolled kiosk.short in staging back to 1.0.0"
    assert version_in(folder, "staging", "desk") == "1.0.0"
    names = folder.git("ls-tree", "--name-only", "HEAD", "environments/staging/").split("\n")
    assert names == ["environments/staging/desk.lock", "environments/staging/kiosk.short.lock"]
