"""Promotions and rollbacks in a repository of environments, whose registry is another repository."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
from tests.commands.builder import (
    SETTINGS,
    accept_all,
    checked_locks,
    copied,
    failures,
    footprint,
    made_locks,
    make_release,
    problems,
    verified,
)
from tests.commands.elsewhere import copied_with_cache, deployment, moved_away, served_shop, with_cache
from tests.commands.remotes import with_remote
from tests.commands.stages import delivery, made, prepared, promoted, promotion, version_in, way_back
from tests.git.builder import Folder

STAGING = """\
apiVersion: plmctl/v1
kind: Environment
metadata:
  name: staging
spec:
  registry: {git: ADDRESS}
  pins:
    # What testers see.
    desk: 1.0.0 # exact
"""
PRODUCTION = (
    STAGING.replace("staging", "production").replace("testers see", "people see") + "  after: staging\n"
)
LOCK = "environments/staging/desk.lock"
DESK = "applications/desk.yaml"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The registry: desk 1.0.0, 1.1.0, 1.2.0. Read it, or copy it."""
    return served_shop(tmp_path_factory.mktemp("served") / "shop")


@pytest.fixture(scope="module")
def begun(registry: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two environments of it, locked at the first version, and the cache beside them. Copy both."""
    folder = deployment(tmp_path_factory.mktemp("begun") / "deployment")
    folder.commit({"plmctl.yaml": SETTINGS.replace("shop", "deployments"), **environments(registry)})
    assert made_locks(folder).problems == ()
    folder.commit({}, "lock")
    return folder


@pytest.fixture
def folder(begun: Folder, tmp_path: Path) -> Folder:
    """A copy of it, with the cache."""
    return copied_with_cache(begun, tmp_path)


def environments(registry: Folder, more: str = "") -> dict[str, str]:
    """The manifests of the environments of a registry."""
    texts = {"staging": STAGING + more, "production": PRODUCTION}
    address = registry.path.as_uri()
    return {f"environments/{name}.yaml": text.replace("ADDRESS", address) for name, text in texts.items()}


@contextmanager
def unreachable(registry: Folder) -> Iterator[None]:
    """While this lasts nobody gets to a registry."""
    away = moved_away(registry)
    try:
        yield
    finally:
        away.path.rename(registry.path)


def state(folder: Folder) -> tuple[str, str]:
    """Every ref, and what is not committed."""
    return folder.git("for-each-ref"), folder.git("status", "--short")


def test_a_promotion_is_one_commit_here_of_a_version_from_there(folder: Folder, registry: Folder) -> None:
    before = folder.git("rev-parse", "HEAD")

    report = made(folder, promotion("desk@1.1.0", "staging"))

    head = folder.git("rev-parse", "HEAD")
    assert report.done == ("promoted desk 1.1.0 to staging", f"commit {head[:10]} on main")
    assert (report.problems, folder.git("rev-parse", "HEAD^")) == ((), before)
    assert folder.git("show", "--format=", "--name-only", "HEAD") == f"environments/staging.yaml\n{LOCK}"
    text = environments(registry)["environments/staging.yaml"]
    assert folder.git("show", "HEAD:environments/staging.yaml") == (
        text.replace("desk: 1.0.0 # exact", "desk: 1.1.0 # exact").rstrip("\n")
    )
    assert report.move is not None
    assert [(m.artifact, m.old, m.new, [r.code for r in m.rules]) for m in report.move.artifacts] == [
        ("application/desk", "1.0.0", "1.1.0", ["REG006"]),
        ("prompt/greet", "1.0.0", "1.1.0", ["PRM040"]),
    ]
    assert (checked_locks(folder).findings, failures(verified(folder, LOCK))) == ((), [])
    assert promotion_again(folder) == ("staging runs desk 1.1.0 already",)


def promotion_again(folder: Folder) -> tuple[str, ...]:
    """What the same promotion says that was made."""
    return made(folder, promotion("desk@1.1.0", "staging")).notes


def test_a_plan_writes_nothing_here(folder: Folder) -> None:
    before = footprint(folder.path)
    assert prepared(folder, promotion("desk", "staging")).report.problems == ()
    assert footprint(folder.path) == before


def test_without_a_version_it_is_the_newest_there_or_what_the_environment_before_runs(folder: Folder) -> None:
    report = promoted(folder, "desk", "staging")
    assert (version_in(folder, "staging"), report.move and report.move.why) == ("1.2.0", "the newest version")
    report = promoted(folder, "desk", "production")
    assert report.move is not None
    assert (report.move.new, report.move.why) == ("1.2.0", "the version that staging runs")


def test_the_order_of_environments_and_a_hold_count(folder: Folder, registry: Folder) -> None:
    assert problems(made(folder, promotion("desk@1.1.0", "production"))) == [
        "1: application/desk 1.1.0 was never in staging, and production comes after it"
    ]
    held = environments(registry, "  hold: {desk: {reason: wrong refunds}}\n")
    folder.commit(held, "hold")
    assert problems(made(folder, promotion("desk@1.1.0", "staging"))) == [
        "1: staging holds application/desk: wrong refunds"
    ]
    report = made(folder, promotion("desk@1.1.0", "staging", is_hold_lifted=True))
    assert report.notes == ("the hold is lifted: wrong refunds",)
    promoted(folder, "desk@1.1.0", "production")


def test_what_the_newest_release_withdrew_is_refused(
    folder: Folder, registry: Folder, tmp_path: Path
) -> None:
    moved = copied(registry, tmp_path / "shop")
    text = (moved.path / DESK).read_text(encoding="utf-8")
    marked = "{name: desk, stability: retired, yanked: [{version: 1.1.0, reason: leaks}]}"
    moved.commit({DESK: text.replace("{name: desk}", marked)}, "withdraw")
    moved.git("rm", "-q", "--cached", "-r", "environments")
    shutil.rmtree(moved.path / "environments")
    moved.commit({}, "no environments")
    make_release(moved)
    folder.commit(environments(moved), "move")

    assert problems(made(folder, promotion("desk@1.1.0", "staging"))) == [
        "1: application/desk 1.1.0 was yanked: leaks",
        "1: application/desk is retired: nothing new runs it",
    ]
    moved.git("rm", "-q", DESK)
    moved.commit({}, "remove")
    accept_all(moved)
    moved.commit({}, "accept")
    make_release(moved)
    assert problems(made(folder, promotion("desk@1.1.0", "staging"))) == [
        "1: application/desk was removed from the registry shop"
    ]


def test_what_is_not_there_is_told_with_what_is(folder: Folder) -> None:
    report = made(folder, promotion("dsk", "staging"))
    assert [(p.message, p.hint) for p in report.problems] == [
        ("application/dsk was never released", "did you mean 'desk'?")
    ]
    report = made(folder, promotion("desk@1.9.0", "staging"))
    assert [(p.message, p.hint) for p in report.problems] == [
        (
            "application/desk has no version 1.9.0",
            "did you mean '1.2.0'? its versions are 1.0.0, 1.1.0, 1.2.0",
        )
    ]
    report = made(folder, promotion("kiosk", "staging"))
    assert [problem.hint for problem in report.problems] == ["shop has desk"]


def test_a_registry_that_does_not_answer_is_named_and_nothing_changes(
    folder: Folder, registry: Folder
) -> None:
    before = state(folder)
    with unreachable(registry), pytest.raises(PlmctlError) as caught:
        made(folder, promotion("desk@1.1.0", "staging"))
    assert caught.value.message.startswith(
        f"cannot ask {registry.path}: there is no such repository, or not for you"
    )
    assert (caught.value.exit_code, state(folder)) == (3, before)


def test_a_release_that_became_another_there_is_refused(
    folder: Folder, registry: Folder, tmp_path: Path
) -> None:
    moved = copied(registry, tmp_path / "shop")
    message = moved.git("cat-file", "tag", "v1.0.0").partition("\n\n")[2]
    moved.git("tag", "-f", "-a", "-m", message, "v1.0.0", "v1.2.0^{}")
    folder.commit(environments(moved), "move")

    with pytest.raises(IntegrityError):
        made(folder, promotion("desk@1.1.0", "staging"))
    assert version_in(folder, "staging") == "1.0.0"


def test_without_a_commit_the_files_are_staged(folder: Folder) -> None:
    report = made(folder, promotion("desk@1.1.0", "staging", delivery(is_staged=True)))
    assert report.done == ("staged environments/staging.yaml", f"staged {LOCK}")
    assert folder.git("status", "--short") == f"M  environments/staging.yaml\nM  {LOCK}"


def test_a_promotion_and_a_rollback_are_pushed_here(folder: Folder, tmp_path: Path) -> None:
    """The remote has the environments, and none of the registry's tags."""
    bare = with_remote(folder, tmp_path / "bare.git")
    pushed = delivery(is_pushed=True)

    report = made(folder, promotion("desk@1.1.0", "staging", pushed))
    assert (report.problems, report.done[0]) == ((), "promoted desk 1.1.0 to staging")
    assert made(folder, way_back("staging", how=pushed)).problems == ()
    made(folder, promotion("desk@1.1.0", "production", delivery(branch="next", is_pushed=True)))

    assert bare.git("log", "-3", "--format=%s", "next") == (
        "Promote desk 1.1.0 to production\nRoll desk in staging back to 1.0.0\nPromote desk 1.1.0 to staging"
    )
    assert bare.git("rev-parse", "main") == folder.git("rev-parse", "main")


def test_the_lock_comes_back_byte_for_byte_where_no_registry_answers(
    folder: Folder, registry: Folder
) -> None:
    then = folder.git("show", f"HEAD:{LOCK}")
    promoted(folder, "desk@1.2.0", "staging")

    with unreachable(registry):
        report = made(folder, way_back("staging"))

    assert (report.problems, report.done[0]) == ((), "rolled desk in staging back to 1.0.0")
    assert folder.git("show", f"HEAD:{LOCK}") == then
    assert report.data is not None
    assert report.data["restored"] is True
    assert report.notes == (
        f"{registry.path.as_uri()} was not asked: what it withdrew is known up to v1.2.0",
    )
    assert report.move is not None
    assert [[rule.code for rule in moved.rules] for moved in report.move.artifacts] == [
        ["REG006"],
        ["PRM040"],
    ]
    text = folder.git("show", "HEAD:environments/staging.yaml")
    assert "desk: 1.0.0 # exact" in text
    assert "hold: {desk: {reason: rolled back from 1.2.0 to 1.0.0}}" in text
    assert (checked_locks(folder).findings, failures(verified(folder, LOCK))) == ((), [])


def test_the_way_back_needs_nothing_that_was_fetched(
    folder: Folder, registry: Folder, tmp_path: Path
) -> None:
    promoted(folder, "desk@1.2.0", "staging")
    stranger = with_cache(folder, tmp_path / "empty")

    report = made(stranger, way_back("staging", "desk@1.0.0"))

    assert report.done[0] == "rolled desk in staging back to 1.0.0"
    assert report.notes == (
        f"{registry.path.as_uri()} was not asked: whether it withdrew that version is not known here",
    )
    assert not (tmp_path / "empty").exists()
    with pytest.raises(UsageError, match="staging pins no application/kiosk"):
        made(stranger, way_back("staging", "kiosk"))


def test_after_a_change_of_bind_the_lock_is_made_anew_from_what_was_fetched(
    folder: Folder, registry: Folder, tmp_path: Path
) -> None:
    promoted(folder, "desk@1.2.0", "staging")
    text = (folder.path / "environments/staging.yaml").read_text(encoding="utf-8")
    bound = text.replace("  pins:", "  bind: {prompt/bye: prompt/greet}\n  pins:")
    folder.commit({"environments/staging.yaml": bound}, "bind")

    stranger = with_cache(copied(folder, tmp_path / "stranger"), tmp_path / "empty")
    report = made(stranger, way_back("staging"))
    (problem,) = problems(report)
    assert problem == (
        f"1: staging desk 1.0.0: bind of staging has changed since, and {registry.path.as_uri()}"
        " cannot be read to lock it anew: it was not fetched here"
    )
    assert [problem.hint for problem in report.problems] == [
        "where it can be reached, run 'plmctl promote desk@1.0.0 --to staging'"
    ]
    with unreachable(registry):
        report = made(folder, way_back("staging"))
    assert report.notes[0] == "bind of staging has changed since: the lock is made anew, not brought back"
    assert version_in(folder, "staging") == "1.0.0"


def test_a_registry_that_moved_is_no_obstacle_on_the_way_back(
    folder: Folder, registry: Folder, tmp_path: Path
) -> None:
    promoted(folder, "desk@1.2.0", "staging")
    moved = registry.at(tmp_path / "shop")
    text = (folder.path / "environments/staging.yaml").read_text(encoding="utf-8")
    there = text.replace(registry.path.as_uri(), moved.path.as_uri())
    folder.commit({"environments/staging.yaml": there}, "move")

    report = made(folder, way_back("staging"))

    assert report.done[0] == "rolled desk in staging back to 1.0.0"
    assert report.notes[0] == f"its lock of then was made from {registry.path.as_uri()}"
