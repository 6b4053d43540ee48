"""Environments whose registry lives in another repository: their locks are made from there."""

import json
from pathlib import Path

import pytest

from plmctl.commands.lock import LockOptions, check, lock
from plmctl.core.report import Report, exit_code
from tests.commands.builder import SETTINGS, copied, failures, opened, problems, told, verified
from tests.commands.elsewhere import deployment, moved_away, served_shop, with_cache
from tests.git.builder import Folder

DESK = "environments/production/desk.lock"
OLD = "environments/production/desk.old.lock"


def environment(registry: Folder, pin: str = "^1.0") -> str:
    """An environment with a pin and an arm, of a registry elsewhere."""
    return (
        "apiVersion: plmctl/v1\nkind: Environment\nmetadata: {name: production}\nspec:\n"
        f"  registry: {{git: {registry.path.as_uri()}}}\n"
        f'  pins: {{desk: "{pin}"}}\n'
        '  arms: {application/desk: [{name: old, version: "1.0.0"}]}\n'
        '  hold: {desk: {reason: wrong refunds, until: "2026-10-01"}}\n'
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The registry: desk 1.0.0, 1.1.0, 1.2.0. Read it, or copy it."""
    return served_shop(tmp_path_factory.mktemp("served") / "shop")


@pytest.fixture
def registry(shop: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be taken away."""
    return copied(shop, tmp_path / "shop")


@pytest.fixture
def folder(registry: Folder, tmp_path: Path) -> Folder:
    """A repository of environments, committed; nothing is locked or fetched."""
    folder = deployment(tmp_path / "deployment")
    settings = SETTINGS.replace("shop", "deployments")
    folder.commit({"plmctl.yaml": settings, "environments/production.yaml": environment(registry)})
    return folder


def made(folder: Folder, wanted: LockOptions | None = None) -> Report:
    """What `plmctl lock` reports."""
    with opened(folder) as repo:
        return lock(repo, wanted or LockOptions())


def checked(folder: Folder) -> Report:
    """What `plmctl lock --check` reports."""
    with opened(folder) as repo:
        return check(repo, LockOptions())


def test_locks_are_made_checked_and_verified_without_the_registry(folder: Folder, registry: Folder) -> None:
    missing = told(checked(folder))
    report = made(folder)
    moved_away(registry)

    assert missing == [
        "REG008 environments/production.yaml:6:16: there is no lock for application/desk",
        "REG008 environments/production.yaml:7:50: there is no lock for application/desk.old",
    ]
    assert report.done == (f"wrote {DESK}", f"wrote {OLD}")
    lock = json.loads((folder.path / OLD).read_bytes())
    assert (lock["registry"]["name"], lock["arm"], lock["source"]["release"]) == ("shop", "old", "v1.0.0")
    assert told(checked(folder)) == []
    folder.commit({}, "lock")
    assert failures(verified(folder)) == []
    assert problems(verified(folder)) == []


def test_registry_that_does_not_answer_is_asked_once(folder: Folder, registry: Folder) -> None:
    moved_away(registry)

    report = made(folder)

    why = f"cannot ask {registry.path}: there is no such repository, or not for you"
    assert [line.partition(" (")[0] for line in problems(report)] == [
        f"3: production application/desk: {why}",
        f"3: production application/desk.old: {why}",
    ]
    assert not (folder.path / DESK).exists()


def test_what_was_not_fetched_is_compared_with_its_pin_alone(
    folder: Folder, registry: Folder, tmp_path: Path
) -> None:
    made(folder)
    stranger = with_cache(folder, tmp_path / "empty")

    report = checked(stranger)
    folder.write("environments/production.yaml", environment(registry, "~1.1"))
    moved = checked(stranger)
    text = (folder.path / DESK).read_text(encoding="utf-8")
    folder.write(DESK, text.replace('"want": "^1.0"', '"want": "~1.1"'))
    outside = checked(stranger)

    assert told(report) == []
    assert problems(report)[0] == (
        f"0: {DESK}: compared with its pin alone, {registry.path.as_uri()} was not fetched here"
    )
    assert exit_code(report) == 0
    place = "REG008 environments/production.yaml:6:16"
    assert told(moved) == [f"{place}: {DESK} is stale: want is '^1.0', the pin demands '~1.1'"]
    assert told(outside) == [f"{place}: {DESK} is stale: 1.2.0 is not in '~1.1'"]


def test_a_hold_holds_from_elsewhere_too(folder: Folder) -> None:
    made(folder)

    report = made(folder, LockOptions(update={"desk.old": None}, today="2026-09-30"))

    assert problems(report) == ["1: production application/desk.old: it is on hold: wrong refunds"]
    assert made(folder, LockOptions(update={}, today="2026-10-02")).summary == {"written": 0, "unchanged": 2}


def test_application_that_the_registry_has_not_is_told(folder: Folder, registry: Folder) -> None:
    text = environment(registry).replace("pins: {desk:", "pins: {dsk:")
    folder.write("environments/production.yaml", text)

    assert problems(made(folder))[0] == (
        "1: production application/dsk: no version of application/dsk fits '^1.0': it has no released version"
    )
