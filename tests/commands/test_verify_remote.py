"""`verify --remote`: a tag that moved, or is gone, here or there (hostile.md L03)."""

from pathlib import Path

import pytest

from plmctl.commands.verify import VerifyOptions
from plmctl.core.report import Report, exit_code
from tests.commands.builder import (
    LOCK,
    SETTINGS,
    answers,
    copied,
    failures,
    make_release,
    plmctl,
    problems,
    shop,
    verified,
)
from tests.commands.test_verify_elsewhere import fetch, lock_of
from tests.commands.test_verify_told import service_at
from tests.git.builder import Folder

ASKED = VerifyOptions(asks_remote=True)
GREET_1 = "prompt/greet@v1.1.0"


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A registry whose origin has all that it has."""
    folder = copied(released, tmp_path / "registry")
    folder.git("clone", "-q", "--bare", ".", str(tmp_path / "origin.git"))
    folder.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    return folder


@pytest.fixture
def origin(folder: Folder, tmp_path: Path) -> Folder:
    """The origin of that registry."""
    return folder.at(tmp_path / "origin.git")


def asked(folder: Folder, *names: str) -> Report:
    return verified(folder, *names, asked=ASKED)


def object_of(folder: Folder, tag: str) -> str:
    return folder.git("rev-parse", f"refs/tags/{tag}")


def test_tags_that_are_the_same_there_are_counted(folder: Folder, origin: Folder) -> None:
    report = asked(folder)
    assert answers(report, "remote") == [
        f"{LOCK}: ok: 5 tags are the same at origin",
        "plm.lock: ok: 7 tags are the same at origin",
    ]
    assert exit_code(report) == 0


@pytest.mark.parametrize("tag", [GREET_1, "v1.0.0", "v1.1.0"])
def test_a_tag_that_is_another_there_fails_with_both_ids(tag: str, folder: Folder, origin: Folder) -> None:
    origin.git("tag", "-f", "-a", "-m", "mine", tag, f"{tag}^{{commit}}")
    here, there = object_of(folder, tag), object_of(origin, tag)
    report = asked(folder, LOCK)
    assert failures(report) == [f"{LOCK} remote: the tag {tag} is {here} here, and {there} at origin"]
    assert exit_code(report) == 4


def test_every_tag_that_is_another_there_is_told_in_the_order_of_their_names(
    folder: Folder, origin: Folder
) -> None:
    for tag in origin.git("tag").split():
        origin.git("tag", "-f", tag, f"{tag}^{{commit}}")
    assert [line.split(" is ")[0] for line in failures(asked(folder, "v1.2.0"))] == [
        "v1.2.0 remote: the tag application/desk@v1.2.0",
        "v1.2.0 remote: the tag model/small@v1.0.0",
        "v1.2.0 remote: the tag prompt/bye@v1.0.0",
        "v1.2.0 remote: the tag prompt/greet@v1.2.0",
        "v1.2.0 remote: the tag v1.0.0",
        "v1.2.0 remote: the tag v1.1.0",
        "v1.2.0 remote: the tag v1.2.0",
    ]


def test_a_lightweight_tag_there_is_another(folder: Folder, origin: Folder) -> None:
    origin.git("tag", "-f", GREET_1, f"{GREET_1}^{{commit}}")
    here, commit = object_of(folder, GREET_1), object_of(origin, GREET_1)
    assert failures(asked(folder, LOCK)) == [
        f"{LOCK} remote: the tag {GREET_1} is {here} here, and {commit} at origin"
    ]


@pytest.mark.parametrize(
    ("tag", "later"), [(GREET_1, "v1.1.0"), ("v1.1.0", "v1.2.0"), ("model/small@v1.0.0", "v1.0.0")]
)
def test_a_tag_that_is_gone_there_fails_where_a_release_there_rests_on_it(
    tag: str, later: str, folder: Folder, origin: Folder
) -> None:
    origin.git("tag", "-d", tag)
    here = object_of(folder, tag)
    report = asked(folder, LOCK)
    told = f"the tag {tag} is {here} here, and gone at origin: {later} there rests on it"
    assert failures(report) == [f"{LOCK} remote: {told}"]
    assert answers(report, "remote") == [f"{LOCK}: FAILED: {told}"]


def test_a_release_that_is_not_there_yet_is_not_failed(folder: Folder, origin: Folder) -> None:
    for tag in ("v1.2.0", "prompt/greet@v1.2.0", "application/desk@v1.2.0"):
        origin.git("tag", "-d", tag)
    report = asked(folder)
    assert answers(report, "remote") == [
        f"{LOCK}: ok: 5 tags are the same at origin",
        "plm.lock: not checked: origin does not have application/desk@v1.2.0 and 2 more yet",
    ]
    assert (failures(report), exit_code(report)) == ([], 3)


def test_of_a_release_that_is_half_there_what_is_not_there_yet_is_told(
    folder: Folder, origin: Folder
) -> None:
    for tag in ("v1.2.0", "application/desk@v1.2.0"):
        origin.git("tag", "-d", tag)
    assert answers(asked(folder, "plm.lock"), "remote") == [
        "plm.lock: not checked: origin does not have application/desk@v1.2.0 and 1 more yet"
    ]


def test_a_tag_that_is_gone_here_is_told_with_the_id_that_is_there(folder: Folder, origin: Folder) -> None:
    folder.git("tag", "-d", GREET_1)
    there = object_of(origin, GREET_1)
    assert f"{LOCK} remote: the tag {GREET_1} is gone here, and {there} at origin" in failures(
        asked(folder, LOCK)
    )


def test_a_tag_that_is_gone_here_and_there_is_not_the_same(folder: Folder, origin: Folder) -> None:
    for each in (folder, origin):
        each.git("tag", "-d", GREET_1)
    assert answers(asked(folder, LOCK), "remote") == [
        f"{LOCK}: FAILED: the tag {GREET_1} is gone here, and at origin: v1.1.0 there rests on it"
    ]


def test_a_version_that_is_nowhere_was_not_taken_away(folder: Folder, origin: Folder) -> None:
    text = (folder.path / LOCK).read_text(encoding="utf-8")
    assert text.count('"version": "1.0.0"') == 1
    folder.write(LOCK, text.replace('"version": "1.0.0"', '"version": "9.9.9"'))
    report = asked(folder, LOCK)
    assert answers(report, "remote") == [f"{LOCK}: not checked: origin does not have model/small@v9.9.9 yet"]
    assert failures(report)[0] == f"{LOCK} version model/small version: no release confirms 9.9.9"


def test_a_release_that_is_only_there_is_told_with_its_id(folder: Folder, origin: Folder) -> None:
    folder.git("tag", "-d", "v1.1.0")
    there = object_of(origin, "v1.1.0")
    report = asked(folder, LOCK, "v1.1.0", "v9.9.9")
    assert problems(report) == [
        f"3: {LOCK}: the release v1.1.0 is not here, at origin it is {there}",
        f"3: the tag v1.1.0 is not here, at origin it is {there}",
        "2: no lock and no release tag v9.9.9",
    ]
    assert {problem.hint for problem in report.problems[:2]} == {"run 'git fetch --tags'"}


def test_a_lock_of_another_tag_object_than_the_remote_s_fails(folder: Folder, origin: Folder) -> None:
    before = object_of(folder, "v1.1.0")
    origin.git("tag", "-f", "-a", "-m", "mine", "v1.1.0", "v1.1.0^{commit}")
    folder.git("tag", "-d", "v1.1.0")
    assert failures(asked(folder, LOCK)) == [
        (
            f"{LOCK} source source.tagObject: the lock says {before!r},"
            f" at origin it is {object_of(origin, 'v1.1.0')}, and it is not here"
        )
    ]


def test_a_remote_that_does_not_answer_is_asked_once(folder: Folder, tmp_path: Path) -> None:
    folder.git("remote", "set-url", "origin", str(tmp_path / "nowhere.git"))
    report = asked(folder)
    found = answers(report, "remote")
    assert [line.split(": ", 2)[1] for line in found] == ["not checked", "not checked"]
    assert all("origin" in line for line in found)
    assert (failures(report), exit_code(report)) == ([], 3)


def test_without_a_remote_nothing_is_compared(folder: Folder) -> None:
    folder.git("remote", "remove", "origin")
    report = asked(folder, "v1.0.0")
    assert answers(report, "remote") == ["v1.0.0: not checked: this repository has no remote"]
    assert exit_code(report) == 3


def test_the_command_asks_the_remote_only_when_told_to(folder: Folder, origin: Folder) -> None:
    origin.git("tag", "-d", GREET_1)
    plmctl(folder, "verify")
    assert "gone at origin" in plmctl(folder, "verify", "--remote", code=4).stdout


def test_each_lock_of_a_registry_elsewhere_is_held_to_the_remote_that_it_says(tmp_path: Path) -> None:
    """The registry says since its second release where it is published."""
    registry, service = shop(tmp_path / "shop"), service_at(tmp_path / "service")
    make_release(registry)
    address = registry.path.as_uri()
    settings = f"{SETTINGS}spec: {{git: '{address}'}}\n"
    registry.commit({"plmctl.yaml": settings, "prompts/greet.md": "Greet {{name}} warmly.\n"}, "publish")
    make_release(registry)
    for release in ("v1.0.0", "v1.1.0"):
        fetch(service, registry, release)
        service.write(release, lock_of(registry, release))
    told = {
        "v1.0.0": "not checked: the lock does not say where shop is published: verify it in a clone of shop",
        "v1.1.0": f"ok: 5 tags are the same at {address}",
    }
    for names in (("v1.0.0", "v1.1.0"), ("v1.1.0", "v1.0.0", "v1.1.0")):
        report = asked(service, *names)
        assert answers(report, "remote") == [f"{name}: {told[name]}" for name in names]
        assert (failures(report), problems(report), exit_code(report)) == ([], [], 3)
