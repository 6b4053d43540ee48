import json
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.lock import LockOptions
from plmctl.core.finding import PlmctlError
from plmctl.core.report import exit_code
from tests.commands.builder import (
    ENVIRONMENT,
    LOCK,
    checked_locks,
    copied,
    failures,
    made_locks,
    make_release,
    problems,
    released_shop,
    shop,
    told,
    verified,
)
from tests.git.builder import Folder

UPDATE = LockOptions(update={})


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases, and a lock at the second."""
    return released_shop(tmp_path_factory.mktemp("released") / "registry")


@pytest.fixture
def folder(three: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(three, tmp_path / "registry")


def version(folder: Folder) -> str:
    """The version that the lock holds, and the range it was asked for."""
    lock = json.loads((folder.path / LOCK).read_text(encoding="utf-8"))
    return f"{lock['artifacts']['application/desk']['version']} of {lock['want']}"


def pinned(folder: Folder, pin: str) -> None:
    """Another pin in the environment."""
    folder.write("environments/production.yaml", ENVIRONMENT.replace("^1.0", pin))


def test_lock_keeps_its_version_while_the_pin_allows_it(folder: Folder) -> None:
    assert made_locks(folder).summary == {"written": 0, "unchanged": 1}
    assert version(folder) == "1.1.0 of ^1.0"
    assert told(checked_locks(folder)) == []


def test_update_takes_the_newest(folder: Folder) -> None:
    assert made_locks(folder, UPDATE).done == (f"wrote {LOCK}",)
    assert version(folder) == "1.2.0 of ^1.0"
    assert failures(verified(folder, LOCK)) == []


def test_update_takes_the_version_that_is_named(folder: Folder) -> None:
    made_locks(folder, replace(UPDATE, update={"desk": "1.0.0"}))

    assert version(folder) == "1.0.0 of ^1.0"


def test_update_to_a_version_that_was_never_made_is_refused(folder: Folder) -> None:
    report = made_locks(folder, replace(UPDATE, update={"desk": "1.5.0"}))

    assert problems(report) == [
        (
            "1: production application/desk: application/desk has no version 1.5.0: "
            "its versions are 1.0.0, 1.1.0, 1.2.0"
        )
    ]
    assert version(folder) == "1.1.0 of ^1.0"


@pytest.mark.parametrize(
    ("update", "message", "hint"),
    [
        ({"dsk": None}, "--update dsk: no pin is of it", "did you mean 'desk'?"),
        (
            {"kiosk9": None},
            "--update kiosk9: no pin is of it",
            "name an application that an environment pins",
        ),
        (
            {"desk": "2.0.0"},
            "2.0.0 is not in the pin '^1.0'",
            "change the pin in environments/production.yaml",
        ),
    ],
)
def test_update_of_what_is_not_pinned_is_refused(
    update: dict[str, str | None], message: str, hint: str, folder: Folder
) -> None:
    with pytest.raises(PlmctlError) as caught:
        made_locks(folder, replace(UPDATE, update=update))

    assert (caught.value.exit_code, caught.value.message, caught.value.hint) == (2, message, hint)


@pytest.mark.parametrize(
    ("pin", "held"), [("1.0.0", "1.0.0"), ("~1.0", "1.0.0"), (">=1.2", "1.2.0"), ("<1.1.0", "1.0.0")]
)
def test_pin_that_leaves_the_lock_behind_makes_it_stale(pin: str, held: str, folder: Folder) -> None:
    pinned(folder, pin)

    report = checked_locks(folder)

    assert [line.split(": ")[0] for line in told(report)] == ["REG008 environments/production.yaml:5:16"]
    assert report.findings[0].help == "run 'plmctl lock production desk'"
    assert exit_code(report) == 1
    made_locks(folder)
    assert version(folder) == f"{held} of {pin}"
    assert told(checked_locks(folder)) == []


def test_pin_that_nothing_fits_is_refused(folder: Folder) -> None:
    pinned(folder, "^9")

    report = made_locks(folder)

    assert problems(report) == [
        (
            "1: production application/desk: no version of application/desk fits '^9': "
            "its versions are 1.0.0, 1.1.0, 1.2.0"
        )
    ]
    assert exit_code(report) == 1


def test_a_lock_before_the_first_release_says_to_release(tmp_path: Path) -> None:
    report = made_locks(shop(tmp_path / "registry"))
    assert [problem.hint for problem in report.problems] == ["run 'plmctl release' first"]


def test_pin_before_the_first_release_is_only_told(tmp_path: Path) -> None:
    report = checked_locks(shop(tmp_path / "registry"))

    assert told(report) == [
        (
            "REG016 environments/production.yaml:5:16: no version of application/desk fits '^1.0': "
            "it has no released version"
        )
    ]
    assert exit_code(report) == 0


def test_conflicted_lock_is_stale_and_made_anew_from_the_version_at_head(folder: Folder) -> None:
    before = (folder.path / LOCK).read_bytes()
    folder.write(LOCK, "<<<<<<< ours\n=======\n>>>>>>> theirs\n")

    assert told(checked_locks(folder)) == [
        f"REG008 environments/production.yaml:5:16: {LOCK} has conflict markers"
    ]
    made_locks(folder)
    assert (folder.path / LOCK).read_bytes() == before


def test_conflict_that_was_committed_takes_the_newest(folder: Folder) -> None:
    folder.commit({LOCK: "<<<<<<< ours\n=======\n>>>>>>> theirs\n"}, "conflict")

    made_locks(folder)

    assert version(folder) == "1.2.0 of ^1.0"


def test_broken_lock_is_an_integrity_problem(folder: Folder) -> None:
    folder.write(LOCK, "{}\n")

    report = checked_locks(folder)

    assert problems(report) == [f'4: {LOCK}: the whole file: "lockVersion" is a required property']
    assert problems(made_locks(folder))[0].startswith("4: production application/desk: ")


def test_lock_that_nothing_pins_is_told(folder: Folder) -> None:
    folder.write("environments/production/old.lock", "{}\n")

    assert told(checked_locks(folder)) == [
        "REG008 environments/production/old.lock: no environment pins what this lock is of"
    ]


def yank(folder: Folder, version: str) -> None:
    """A release that withdraws a version of the application."""
    text = (folder.path / "applications/desk.yaml").read_text(encoding="utf-8")
    yanked = text.replace("{name: desk}", f'{{name: desk, yanked: [{{version: "{version}", reason: rude}}]}}')
    folder.commit({"applications/desk.yaml": yanked}, "yank")
    make_release(folder)


def test_yanked_version_is_skipped_by_ranges_and_warned_of_by_exact_pins(folder: Folder) -> None:
    yank(folder, "1.2.0")

    pinned(folder, "<1.2.1")
    assert made_locks(folder, UPDATE).notes == ()
    assert version(folder) == "1.1.0 of <1.2.1"
    pinned(folder, "1.2.0")
    assert made_locks(folder).notes == ("production application/desk 1.2.0 was yanked: rude",)
    assert version(folder) == "1.2.0 of 1.2.0"
    report = checked_locks(folder)
    assert told(report) == [
        "REG019 environments/production.yaml:5:16: application/desk 1.2.0 was yanked: rude"
    ]
    assert report.findings[0].help == "pin another version"
    assert exit_code(report) == 0


def test_locked_version_that_was_yanked_since_stays_and_is_told(folder: Folder) -> None:
    yank(folder, "1.1.0")

    assert made_locks(folder).summary == {"written": 0, "unchanged": 1}
    assert [f.help for f in checked_locks(folder).findings] == ["run 'plmctl lock production --update desk'"]


def test_range_of_which_all_is_yanked_says_so(folder: Folder) -> None:
    yank(folder, "1.1.0")
    pinned(folder, "~1.1")

    assert problems(made_locks(folder, UPDATE)) == [
        (
            "1: production application/desk: no version of application/desk fits '~1.1': "
            "its versions are 1.0.0, 1.1.0 (yanked), 1.2.0, 1.2.1"
        )
    ]


@pytest.mark.parametrize(("branch", "named"), [("main", "HEAD"), ("feature", "main")])
def test_plm_lock_in_conflict_takes_the_side_of_the_release_branch(
    branch: str, named: str, folder: Folder
) -> None:
    folder.git("checkout", "-q", "-B", branch)
    folder.write("plm.lock", "<<<<<<< HEAD\n=======\n>>>>>>> other\n")

    for report in (made_locks(folder), checked_locks(folder)):
        assert problems(report) == ["1: plm.lock has conflict markers: it is as the release branch has it"]
        assert report.problems[0].hint == f"run 'git checkout {named} -- plm.lock'"
    folder.git("checkout", "-q", named, "--", "plm.lock")
    assert problems(checked_locks(folder)) == []


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (LockOptions(environment="prodction"), "no environment prodction"),
        (LockOptions(environment="production", application="dsk"), "production pins no application/dsk"),
    ],
)
def test_what_is_not_there_is_wrong_usage(wanted: LockOptions, message: str, folder: Folder) -> None:
    with pytest.raises(PlmctlError) as caught:
        made_locks(folder, wanted)

    assert (caught.value.exit_code, caught.value.message) == (2, message)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("did you mean '")
