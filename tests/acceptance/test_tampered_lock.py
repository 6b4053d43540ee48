"""Changing any one JSON value of a lock makes `verify` exit 4 and name the artifact and field (issue 2)."""

import json
from pathlib import Path

import pytest

from plmctl.commands.archive import Archive
from plmctl.commands.claims import Claims
from plmctl.commands.loading import Around
from plmctl.commands.moment import current
from plmctl.commands.site import Site
from plmctl.core.lock import named
from plmctl.core.report import Check, Report, State, exit_code
from plmctl.core.value import Value
from tests.commands.builder import (
    ENVIRONMENT,
    LARGE,
    copied,
    failures,
    made_locks,
    make_release,
    opened,
    plmctl,
    shop,
    verified,
)
from tests.commands.tampering import Pointer, plausible, replaced, scalars, spelt
from tests.git.builder import Folder

BOUND = "environments/staging/support-bot.lock"


def names_it(checks: tuple[Check, ...], pointer: Pointer) -> bool:
    """Whether a FAILED check names the place: in its fields, or in what is said of a lock in another form."""
    wanted = named(pointer)
    failed = [check for check in checks if check.state is State.FAILED]
    places = {": ".join(word for word in (c.artifact, c.field) if word) for c in failed}
    return wanted in places or any(f": {wanted}" in c.detail for c in failed if c.name == "form")


def unseen_changes(folder: Folder, path: str) -> tuple[int, list[str]]:
    """How many changed values were tried, and those that were not found and named."""
    data = (folder.path / path).read_bytes()
    value: Value = json.loads(data)
    assert spelt(value) == data
    unseen: list[str] = []
    count = 0
    with opened(folder) as repo:
        registry = current(repo.work_tree())
        claims = Claims(Archive(repo, Around.of(registry)), Site(Around.of(registry)))
        whole = claims.lock_checks(path, data)
        assert [check for check in whole if check.state is State.FAILED] == []
        for pointer, old in scalars(value):
            for new in plausible(pointer, old):
                count += 1
                checks = claims.lock_checks(path, spelt(replaced(value, pointer, new)))
                report = Report(command="verify", checks=checks)
                if exit_code(report) != 4 or not names_it(checks, pointer):
                    unseen.append(f"{pointer}: {old!r} -> {new!r}: {failures(report)[:2]}")
    return count, unseen


@pytest.mark.parametrize("path", [BOUND, "plm.lock"])
def test_each_changed_value_is_named(path: str, example: Folder) -> None:
    count, unseen = unseen_changes(example, path)
    assert unseen == []
    assert count > 300


ARMED = (
    ENVIRONMENT
    + """\
  bind: {model/small: model/large}
  arms: {desk: [{name: bold, version: ">=1.0", weight: 1}]}
"""
)
ARM = "environments/production/desk.bold.lock"


def test_each_changed_value_of_an_arm_is_named(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.commit({"models/large.yaml": LARGE, "environments/production.yaml": ARMED}, "experiment")
    make_release(folder)
    made_locks(folder)
    text = (folder.path / ARM).read_text(encoding="utf-8")
    assert '"arm": "bold"' in text
    assert '"model/small": "model/large"' in text
    count, unseen = unseen_changes(folder, ARM)
    assert unseen == []
    assert count > 50


def test_console_script_exits_4_and_names_the_field(example: Folder, tmp_path: Path) -> None:
    folder = copied(example, tmp_path / "registry")
    text = (folder.path / BOUND).read_text(encoding="utf-8")
    folder.write(BOUND, text.replace('"environment": "staging"', '"environment": "production"', 1))

    done = plmctl(folder, "verify", BOUND, code=4)

    assert "environment: the lock says 'production'" in done.stdout


def test_changed_lock_that_is_committed_is_found_too(example: Folder, tmp_path: Path) -> None:
    folder = copied(example, tmp_path / "registry")
    text = (folder.path / "plm.lock").read_text(encoding="utf-8")
    folder.commit({"plm.lock": text.replace('"release": "v2.0.0"', '"release": "v1.9.0"')}, "tampered")

    report = verified(folder, "plm.lock")

    assert failures(report) == ["plm.lock source source.release: this is the lock of v2.0.0, it says v1.9.0"]


def test_lock_without_its_bind_is_found(example: Folder) -> None:
    data = (example.path / BOUND).read_bytes()
    value = json.loads(data)
    del value["bind"]
    with opened(example) as repo:
        registry = current(repo.work_tree())
        checks = Claims(Archive(repo, Around.of(registry)), Site(Around.of(registry))).lock_checks(
            BOUND, spelt(value)
        )
    assert "content bind" in " ".join(failures(Report(command="verify", checks=checks)))
