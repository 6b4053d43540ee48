"""Locks for deployments that live elsewhere: ranges, what is kept, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.deployment import FileOptions, check_file, lock_file
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.report import exit_code
from tests.commands.builder import APPLICATION, MODEL, copied, make_release, opened, plmctl, problems, told
from tests.commands.elsewhere import (
    FILE,
    asked,
    checked,
    deployment,
    made,
    made_as,
    moved_away,
    served_shop,
    with_cache,
)
from tests.git.builder import Folder

VERSIONS = "1.0.0, 1.1.0 (yanked), 1.2.0, 1.2.1"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases: desk 1.0.0, 1.1.0, 1.2.0. Read it, or copy it."""
    return served_shop(tmp_path_factory.mktemp("served") / "shop")


@pytest.fixture(scope="module")
def locked(shop: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A deployment that locked desk ^1.0 at its second version."""
    folder = deployment(tmp_path_factory.mktemp("locked") / "deployment")
    made(folder, root="desk@^1.0", registry=str(shop.path), at="v1.1.0")
    folder.commit({}, "lock")
    return folder


@pytest.fixture
def folder(locked: Folder, tmp_path: Path) -> Folder:
    """A copy of it, with a copy of its cache."""
    there = copied(locked, tmp_path / "deployment")
    copied(locked.at(locked.path.parent / "cache"), tmp_path / "cache")
    return with_cache(there, tmp_path / "cache")


@pytest.fixture
def registry(shop: Folder, tmp_path: Path) -> Folder:
    """A copy of the registry, to be changed."""
    return copied(shop, tmp_path / "shop")


def locked_as(folder: Folder) -> tuple[str, str, str | None]:
    """Version, release and range of a lock."""
    lock = json.loads((folder.path / FILE).read_bytes())
    return lock["artifacts"][lock["root"]]["version"], lock["source"]["release"], lock.get("want")


def refused(folder: Folder, **words: str) -> tuple[int, str, str | None]:
    """Exit code, message and hint of a lock that cannot be."""
    return refused_as(folder, asked(folder, **words))


def refused_as(folder: Folder, options: FileOptions) -> tuple[int, str, str | None]:
    """The same with any options."""
    with pytest.raises(PlmctlError) as caught:
        made_as(folder, options)
    return caught.value.exit_code, caught.value.message, caught.value.hint


def test_locked_version_is_kept_while_the_range_allows_it(folder: Folder, shop: Folder) -> None:
    again = made(folder, root="desk", registry=str(shop.path))

    assert again.data is None
    assert again.report.summary == {"written": 0, "unchanged": 1}
    assert locked_as(folder) == ("1.1.0", "v1.1.0", "^1.0")


def test_update_takes_the_newest_in_the_range(folder: Folder, shop: Folder) -> None:
    report = made(folder, registry=str(shop.path), update="").report

    assert report.done == (f"wrote {FILE}: application/desk 1.2.0 of v1.2.0",)
    assert locked_as(folder) == ("1.2.0", "v1.2.0", "^1.0")


def test_update_takes_the_version_that_is_named(folder: Folder, shop: Folder) -> None:
    made(folder, registry=str(shop.path), update="1.0.0")

    assert locked_as(folder) == ("1.0.0", "v1.0.0", "^1.0")


def test_another_range_takes_what_it_allows(folder: Folder, shop: Folder) -> None:
    made(folder, root="desk@>=1.2, <2", registry=str(shop.path))

    assert locked_as(folder) == ("1.2.0", "v1.2.0", ">=1.2, <2")


def test_an_application_is_read_where_it_was_made_and_the_rest_at_the_newest(
    shop: Folder, tmp_path: Path
) -> None:
    folder = deployment(tmp_path / "deployment")

    made(folder, root="desk@~1.1", registry=str(shop.path))
    application = locked_as(folder)
    made(folder, root="bye@1.0.0", registry=str(shop.path))

    assert application == ("1.1.0", "v1.1.0", "~1.1")
    assert locked_as(folder) == ("1.0.0", "v1.2.0", "1.0.0")


def test_a_prompt_locked_alone_gets_its_newest_model(registry: Folder, tmp_path: Path) -> None:
    registry.commit({"models/small.yaml": MODEL.replace("openai\n", "openai\n  parameters: {seed: 1}\n")})
    make_release(registry)
    folder = deployment(tmp_path / "deployment")

    made(folder, root="bye@^1", registry=str(registry.path))

    lock = json.loads((folder.path / FILE).read_bytes())
    assert lock["source"]["release"] == "v1.3.0"
    assert {name: entry["version"] for name, entry in lock["artifacts"].items()} == {
        "model/small": "1.1.0",
        "prompt/bye": "1.0.0",
    }


def test_release_that_is_named_overrides(shop: Folder, tmp_path: Path) -> None:
    folder = deployment(tmp_path / "deployment")

    made(folder, root="bye", registry=str(shop.path), at="v1.0.0")
    first = locked_as(folder)
    kept = made(folder, root="bye", registry=str(shop.path))

    assert first == ("1.0.0", "v1.0.0", None)
    assert kept.data is None


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ({"root": "dsk"}, 3, "there is no artifact 'dsk'"),
        ({"root": "desk@1.x"}, 2, "'1.x' is no version and no range"),
        ({"at": "v1.9.0"}, 2, "--at v1.9.0: there is no such release"),
        ({"update": "2.0.0"}, 2, "2.0.0 is not in '^1.0'"),
        ({"registry": "--upload-pack=touch x"}, 2, "not an address: --upload-pack=touch x"),
        ({"registry": "ext::sh -c touch x"}, 2, "an address that starts a program: ext::sh -c touch x"),
        ({"registry": "x\x1b[31m"}, 2, "not an address: x\x1b[31m"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    words: dict[str, str], code: int, message: str, folder: Folder, shop: Folder
) -> None:
    before = (folder.path / FILE).read_bytes()

    assert refused(folder, **{"registry": str(shop.path), **words})[:2] == (code, message)
    assert (folder.path / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"root": "desk@^2"},
            "no version of application/desk fits '^2': its versions are 1.0.0, 1.1.0, 1.2.0",
        ),
        ({"root": "desk@^1.1", "at": "v1.0.0"}, "at v1.0.0 it is 1.0.0, which is not in '^1.1'"),
        (
            {"update": "1.7.0"},
            "application/desk has no version 1.7.0: its versions are 1.0.0, 1.1.0, 1.2.0",
        ),
    ],
)
def test_what_was_not_released_is_told(
    words: dict[str, str], message: str, folder: Folder, shop: Folder
) -> None:
    report = made(folder, **{"registry": str(shop.path), **words}).report

    assert problems(report) == [f"1: {FILE}: {message}"]
    assert exit_code(report) == 1


def test_plm_lock_beside_a_registry_is_left_to_release(folder: Folder) -> None:
    code, message, _ = refused_as(
        folder, replace(asked(folder, root="desk"), name="plm.lock", is_beside_registry=True)
    )

    assert (code, message) == (
        2,
        "-o plm.lock: beside a plmctl.yaml it is written by 'plmctl release' alone",
    )


def test_locks_of_environments_are_left_to_their_pins(shop: Folder) -> None:
    options = replace(asked(shop, root="desk"), path="environments/production/desk.lock")

    assert refused_as(shop, options) == (
        2,
        f"-o {FILE}: the locks of environments are made of their pins",
        "run 'plmctl lock ENV APP'",
    )


def test_without_a_registry_it_must_be_named(tmp_path: Path) -> None:
    assert refused(deployment(tmp_path / "deployment"), root="desk") == (
        2,
        "there is no registry here",
        "say where it is: '--registry GIT'",
    )


def test_an_empty_address_is_none_of_a_registry(registry: Folder) -> None:
    # An empty variable of a script, in a registry that has the artifact too.
    assert refused(registry, root="desk", registry="")[:2] == (2, "not an address: ")


def test_in_the_registry_itself_nothing_is_fetched(registry: Folder, tmp_path: Path) -> None:
    folder = with_cache(registry, tmp_path / "cache")

    made(folder, root="desk@^1")

    assert locked_as(folder) == ("1.2.0", "v1.2.0", "^1")
    assert told(checked(folder)) == []
    assert not (tmp_path / "cache").exists()


def test_registry_is_found_by_what_the_locks_name(registry: Folder, tmp_path: Path) -> None:
    address = registry.path.as_uri()
    text = (registry.path / "plmctl.yaml").read_text(encoding="utf-8")
    registry.commit({"plmctl.yaml": f"{text}spec:\n  git: {address}\n"})
    registry.commit({"prompts/bye.yaml": (registry.path / "prompts/bye.yaml").read_text() + "# x\n"})
    registry.commit({"prompts/greet.md": "Greet {{name}} once.\n"})
    make_release(registry)
    folder = deployment(tmp_path / "deployment")
    made(folder, root="desk@^1", registry=str(registry.path))
    assert json.loads((folder.path / FILE).read_bytes())["registry"] == {"name": "shop", "git": address}
    folder.write("poetry.lock", "[[package]]\n")

    assert made_as(folder, replace(asked(folder, root="desk"), data=None)).report.done == (
        f"wrote {FILE}: application/desk 1.3.0 of v1.3.0",
    )
    other = {"lockVersion": 1, "registry": {"git": "https://git.example.com/other.git"}}
    folder.write("other.lock", json.dumps(other))
    assert refused_as(folder, replace(asked(folder, root="desk"), data=None))[:2] == (
        2,
        f"there are several registries: {address}, https://git.example.com/other.git",
    )


def test_lock_is_checked_without_the_registry(folder: Folder, registry: Folder, shop: Folder) -> None:
    made(folder, registry=str(registry.path))
    moved_away(registry)

    assert told(checked(folder)) == []
    text = (folder.path / FILE).read_text(encoding="utf-8")
    folder.write(FILE, text.replace('"want": "^1.0"', '"want": "~1.0"'))
    report = checked(folder)
    assert told(report) == [f"REG008 {FILE}: 1.1.0 is not in '~1.0'"]
    assert report.findings[0].help == f"run 'plmctl lock -o {FILE}'"
    assert exit_code(report) == 1


def test_changed_lock_is_told_by_its_first_difference(folder: Folder) -> None:
    value = json.loads((folder.path / FILE).read_bytes())
    value["artifacts"]["prompt/greet"]["digest"] = f"sha256:{'0' * 64}"
    folder.write(FILE, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    (line,) = told(checked(folder))

    assert line.startswith(f"REG008 {FILE}: prompt/greet: digest is 'sha256:{'0' * 64}', v1.1.0 of shop has")


def test_lock_of_a_registry_that_was_never_fetched_cannot_be_checked(folder: Folder, tmp_path: Path) -> None:
    with opened(with_cache(folder, tmp_path / "empty")) as repo, pytest.raises(PlmctlError) as caught:
        check_file(repo, asked(folder))

    assert (caught.value.exit_code, caught.value.message) == (
        3,
        f"{FILE}: the release v1.1.0 of shop was not fetched",
    )


def test_conflicted_lock_starts_at_the_version_of_head(folder: Folder, shop: Folder) -> None:
    before = (folder.path / FILE).read_bytes()
    folder.write(FILE, b"<<<<<<< ours\n" + before + b"=======\n>>>>>>> theirs\n")

    assert told(checked(folder)) == [f"REG008 {FILE}: it has conflict markers"]
    made(folder, root="desk", registry=str(shop.path))
    assert (folder.path / FILE).read_bytes() == before


def test_yanked_version_is_told_and_passed_over(folder: Folder, registry: Folder) -> None:
    yanked = APPLICATION.replace("desk}", 'desk, yanked: [{version: "1.1.0", reason: rude}]}')
    registry.commit({"applications/desk.yaml": yanked}, "yank")
    make_release(registry)

    kept = made(folder, registry=str(registry.path))
    assert kept.report.notes == ("application/desk 1.1.0 was yanked: rude",)
    made(folder, root="desk@~1.1", registry=str(registry.path), at="v1.1.0")
    report = checked(folder)
    assert told(report) == [f"REG019 {FILE}: application/desk 1.1.0 was yanked: rude"]
    assert exit_code(report) == 0
    assert problems(made(folder, registry=str(registry.path), update="").report) == [
        f"1: {FILE}: no version of application/desk fits '~1.1': its versions are {VERSIONS}"
    ]


def test_release_that_became_another_one_is_refused(folder: Folder, registry: Folder) -> None:
    """A stolen push token moves the newest release: no later one tells of it."""
    made(folder, registry=str(registry.path), update="")
    old = registry.git("rev-parse", "v1.2.0")
    message = registry.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    registry.git("tag", "-f", "-a", "v1.2.0", "-m", message.replace("Run: 0", "Run: 1"), "v1.2.0^{}")
    new = registry.git("rev-parse", "v1.2.0")

    first = refused(folder, registry=str(registry.path))
    (folder.path.parent / "cache").rename(folder.path.parent / "old")
    second = refused(folder, registry=str(registry.path))

    assert first[0] == second[0] == 4
    assert first[1] == (f"{registry.path}: the release v1.2.0 was {old} when it was fetched, and is {new}")
    assert second[1] == f"the release v1.2.0 was {old} when this was locked, and is {new}"


def test_tag_of_a_dependency_that_was_moved_is_refused(registry: Folder, tmp_path: Path) -> None:
    name = "prompt/greet@v1.2.0"
    message = registry.git("for-each-ref", "--format=%(contents)", f"refs/tags/{name}")
    registry.git("tag", "-f", "-a", name, "-m", f"x{message}", f"{name}^{{}}")

    code, told_of, _ = refused(
        deployment(tmp_path / "deployment"), root="desk@^1", registry=str(registry.path)
    )

    assert (code, told_of) == (4, f"{registry.path}: {name} is not what was released")


def test_repository_without_releases_has_nothing_to_lock(tmp_path: Path) -> None:
    folder = deployment(tmp_path / "deployment")
    other = deployment(tmp_path / "other")
    other.commit({"a": "b"})
    other.git("tag", "-a", "v1.0.0", "-m", "one\n\nRegistry: shop\n")

    assert refused(folder, root="desk", registry=str(other.path))[:2] == (
        3,
        f"{other.path} has no release of a registry",
    )


def test_lock_of_a_whole_registry_is_verified_instead(shop: Folder) -> None:
    with opened(shop) as repo, pytest.raises(PlmctlError) as caught:
        check_file(repo, replace(asked(shop), name="plm.lock", data=(shop.path / "plm.lock").read_bytes()))

    assert (caught.value.exit_code, caught.value.hint) == (2, "run 'plmctl verify plm.lock'")


def test_artifact_must_be_named_once(tmp_path: Path, shop: Folder) -> None:
    with opened(deployment(tmp_path / "deployment")) as repo, pytest.raises(PlmctlError) as caught:
        lock_file(repo, replace(asked(shop), root=None, data=None, registry=str(shop.path)))

    assert caught.value.message == f"-o {FILE}: of which artifact?"


def test_broken_lock_is_refused(folder: Folder, shop: Folder) -> None:
    folder.write(FILE, "{}\n")

    with pytest.raises(IntegrityError):
        made(folder, root="desk", registry=str(shop.path))


def test_registry_whose_releases_commit_nothing_is_locked_from_its_tags(
    registry: Folder, tmp_path: Path
) -> None:
    settings = (registry.path / "plmctl.yaml").read_text(encoding="utf-8")
    registry.commit({"plmctl.yaml": f"{settings}spec: {{release: {{commit: false}}}}\n"}, "protect")
    registry.commit({"prompts/greet.md": "Greet {{name}} twice.\n"}, "twice")
    registry.commit({"applications/desk.yaml": f"{APPLICATION}# same\n"}, "more history")
    remote = tmp_path / "origin.git"
    registry.git("clone", "-q", "--bare", str(registry.path), str(remote))
    registry.git("remote", "add", "origin", str(remote))
    plmctl(registry, "release", "--yes", "--push", "-o", str(tmp_path / "plm.lock"))
    folder = deployment(tmp_path / "deployment")

    made(folder, root="desk@^1", registry=str(remote))

    assert locked_as(folder) == ("1.3.0", "v1.3.0", "^1")
    assert told(checked(folder)) == []
