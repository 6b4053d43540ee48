"""What `verify` says where there is nothing to verify, or not what was locked, and what to do about it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.verify import VerifyOptions
from plmctl.core.configuration import NoRegistry
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.value import Value, as_mapping
from tests.commands.builder import (
    ENVIRONMENT,
    LOCK,
    SETTINGS,
    answers,
    failures,
    made_locks,
    make_release,
    problems,
    released_shop,
    shop,
    verified,
)
from tests.commands.ground import folder_at
from tests.commands.tampering import spelt
from tests.commands.test_verify_elsewhere import fetch, lock_of
from tests.git.builder import Folder


def test_a_registry_without_a_lock_says_what_makes_one(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    with pytest.raises(PlmctlError) as refused:
        verified(folder)
    assert (refused.value.message, refused.value.hint) == (
        "there is no lock here",
        "run 'plmctl release', or 'plmctl lock ENV APP'",
    )


def test_a_folder_without_a_registry_is_told_as_that(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({"README.md": "x\n", "poetry.lock": "# not ours\n"}, "begin")
    with pytest.raises(NoRegistry):
        verified(folder)
    (problem,) = verified(folder, "v1.0.0").problems
    assert (problem.message, problem.hint) == (
        "no lock v1.0.0 here",
        "name a lock's path; tags are those of a registry",
    )


def test_a_registry_that_asks_for_a_newer_plmctl_is_not_verified_by_this_one(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    folder.write("plmctl.yaml", f"{SETTINGS}spec: {{requiredVersion: '>=99.0.0'}}\n")
    with pytest.raises(UsageError, match=r"^plmctl\.yaml requires plmctl >=99\.0\.0, this is "):
        verified(folder, "v1.0.0")


def test_a_lock_is_known_by_its_place_and_elsewhere_by_how_it_begins(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    for path in (LOCK, "deploy/plm.lock"):
        folder.write(path, "{}\n")
    folder.write("deploy/other.lock", f'{{"packages": [{" " * 64}], "lockVersion": 3}}\n')
    (folder.path / "deploy/link.lock").symlink_to(folder.path / "plm.lock")
    report = verified(folder)
    assert [line.partition(":")[0] for line in failures(report)] == ["deploy/plm.lock form", f"{LOCK} form"]
    assert [check.subject for check in report.checks if check.name == "form"] == [
        "deploy/plm.lock",
        LOCK,
        "plm.lock",
    ]
    assert problems(report) == []


def test_the_report_is_of_verify_and_counts_what_a_release_follows(tmp_path: Path) -> None:
    report = verified(released_shop(tmp_path / "registry"), "v1.0.0", "v1.1.0")
    assert report.command == "verify"
    assert answers(report, "chain") == [
        "v1.0.0: ok: 1 registry release",
        "v1.1.0: ok: 2 registry releases",
    ]


def published(path: Path, name: str) -> Folder:
    """A registry of this name with one release, which says where it is published."""
    folder = shop(path)
    settings = SETTINGS.replace("shop", name)
    folder.commit({"plmctl.yaml": f"{settings}spec: {{git: '{path.as_uri()}'}}\n"}, "publish")
    make_release(folder)
    return folder


def service_at(path: Path) -> Folder:
    """A repository that has no registry, and a cache of its own."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    return replace(folder, environment={**folder.environment, "XDG_CACHE_HOME": str(path / ".cache")})


def test_locks_of_two_registries_are_each_verified_by_their_own(tmp_path: Path) -> None:
    service = service_at(tmp_path / "service")
    for name in ("shop", "store"):
        registry = published(tmp_path / name, name)
        service.write(f"{name}.lock", lock_of(registry, "v1.0.0"))
        fetch(service, registry, "v1.0.0")

    for names in (("shop.lock", "store.lock", "shop.lock"), ("store.lock", "shop.lock")):
        report = verified(service, *names)
        assert (failures(report), problems(report)) == ([], [])
        assert [check.subject for check in report.checks if check.name == "content"] == [*names]


def hints(service: Folder, name: str, data: bytes) -> list[str | None]:
    """What to do about a lock that nothing here can tell of."""
    report = verified(service, name, asked=VerifyOptions(given={name: data}))
    return [problem.hint for problem in report.problems]


def test_what_fetches_a_registry_is_said_for_each_kind_of_lock(tmp_path: Path) -> None:
    registry = published(tmp_path / "shop", "shop")
    data = lock_of(registry, "v1.0.0")
    lock: dict[str, Value] = json.loads(data)
    service = service_at(tmp_path / "service")

    assert hints(service, "my desk.lock", data) == ["run 'plmctl lock -o 'my desk.lock''"]
    no_address = spelt({**lock, "registry": {"name": "shop"}})
    assert hints(service, "desk.lock", no_address) == ["run 'plmctl lock -o desk.lock --registry GIT'"]
    whole = registry.git("show", "v1.0.0:plm.lock").encode() + b"\n"
    assert hints(service, "plm.lock", whole) == ["run it in a clone of shop, with the path of plm.lock"]

    environment = ENVIRONMENT.replace("spec:", f"spec:\n  registry: {{git: '{registry.path.as_uri()}'}}")
    settings = SETTINGS.replace("shop", "deployments")
    service.commit({"plmctl.yaml": settings, "environments/production.yaml": environment}, "environment")
    assert hints(service, LOCK, data) == ["run 'plmctl lock production desk'"]


def test_a_lock_that_lies_anywhere_in_its_registry_is_held_to_its_tags(tmp_path: Path) -> None:
    registry = published(tmp_path / "shop", "shop")
    lock: dict[str, Value] = json.loads(lock_of(registry, "v1.0.0"))
    said = {**as_mapping(lock["source"]), "tagObject": "0" * 40}
    for address in ({"git": registry.path.as_uri()}, {}):
        data = spelt({**lock, "registry": {"name": "shop", **address}, "source": said})
        report = verified(registry, "deploy/x.lock", asked=VerifyOptions(given={"deploy/x.lock": data}))
        assert problems(report) == []
        assert failures(report)[0].startswith("deploy/x.lock content source.tagObject: the lock says")


def test_a_lock_that_lies_anywhere_and_says_another_registry_is_held_to_that_one(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    text = (folder.path / LOCK).read_text(encoding="utf-8")
    folder.write("deploy/x.lock", text.replace('"name": "shop"', '"name": "store"'))
    report = verified(folder, "deploy/x.lock")
    assert (failures(report), problems(report)) == (
        [],
        ["3: deploy/x.lock: v1.1.0 of the registry store is not here"],
    )


def test_a_lock_that_says_another_release_is_told_with_its_own(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    text = (folder.path / LOCK).read_text(encoding="utf-8")
    for said in ("v1.0.0", "v9.9.9"):
        folder.write(LOCK, text.replace('"release": "v1.1.0"', f'"release": "{said}"'))
        assert failures(verified(folder, LOCK)) == [
            f"{LOCK} source source.release: this is the lock of v1.1.0, it says {said}"
        ]


def test_the_whole_lock_that_says_another_release_is_told_with_its_own(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    text = (folder.path / "plm.lock").read_text(encoding="utf-8")
    own = json.loads(text)["source"]["release"]
    for said in ("v1.0.0", "v9.9.9"):
        folder.write("plm.lock", text.replace(f'"release": "{own}"', f'"release": "{said}"'))
        assert failures(verified(folder, "plm.lock")) == [
            f"plm.lock source source.release: this is the lock of {own}, it says {said}"
        ]
    folder.write(
        "plm.lock", text.replace(f'"release": "{own}"', '"release": "v9.9.9"').replace("1.0.0", "1.0.1")
    )
    assert failures(verified(folder, "plm.lock")) == [
        "plm.lock source source.release: there is no release v9.9.9, and the file is not the committed one"
    ]


def test_a_release_may_be_named_with_any_letter(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.commit({"plmctl.yaml": f"{SETTINGS}spec: {{release: {{tag: 'stück-{{version}}'}}}}\n"}, "name")
    make_release(folder)
    text = (folder.path / "plm.lock").read_text(encoding="utf-8")
    folder.write("plm.lock", text.replace("stück-1.0.0", "stück-2.0.0"))
    assert failures(verified(folder, "plm.lock")) == [
        "plm.lock source source.release: this is the lock of stück-1.0.0, it says stück-2.0.0"
    ]


def test_the_whole_lock_is_the_blob_at_its_release_and_the_one_that_its_tag_names(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    told = [f"{check.name}: {check.detail}" for check in verified(folder, "plm.lock").checks]
    assert told[:4] == [
        "form: as plmctl writes it",
        "blob: the same as at v1.2.0",
        "tag: the one that v1.2.0 names",
        "content: 4 artifacts: files, digests, closures",
    ]
    text = (folder.path / "plm.lock").read_text(encoding="utf-8")
    old = text.partition('"metadataDigest": "sha256:')[2][:64]
    folder.write("plm.lock", text.replace(old, "0" * 64, 1))
    assert failures(verified(folder, "plm.lock"))[:2] == [
        "plm.lock blob: not the plm.lock at v1.2.0's commit",
        "plm.lock tag: not the one that v1.2.0 names",
    ]


def test_a_lock_whose_closure_cannot_be_made_is_told_with_the_reason(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    lock: dict[str, Value] = json.loads((folder.path / LOCK).read_bytes())
    folder.write("x.lock", spelt({**lock, "root": "application/none"}))
    assert failures(verified(folder, "x.lock")) == [
        "x.lock closure root: application/none does not exist at v1.1.0"
    ]


def test_a_version_that_is_not_what_was_wanted_is_told_with_both(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    lock: dict[str, Value] = json.loads((folder.path / LOCK).read_bytes())
    for wanted in ("^1.2", "9.9.9"):
        folder.write("x.lock", spelt({**lock, "want": wanted}))
        assert failures(verified(folder, "x.lock")) == [f"x.lock want want: 1.1.0 is not in '{wanted}'"]
    del lock["want"]
    folder.write("x.lock", spelt(lock))
    report = verified(folder, "x.lock")
    assert (failures(report), problems(report), answers(report, "want")) == ([], [], [])


def test_an_application_is_read_at_the_release_that_made_it_where_it_is_deployed(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    make_release(folder)
    made_locks(folder)
    bye = (folder.path / "prompts/bye.yaml").read_text(encoding="utf-8")
    folder.commit({"prompts/bye.yaml": bye.replace("content: ", "content: So. ")}, "another prompt")
    assert make_release(folder) == ("prompt/bye 1.1.0",)
    lock: dict[str, Value] = json.loads((folder.path / LOCK).read_bytes())
    tag_object, commit = folder.git("rev-parse", "v1.1.0"), folder.git("rev-parse", "v1.1.0^{}")
    source: Value = {"release": "v1.1.0", "tagObject": tag_object, "commit": commit}
    there = {**lock, "source": source}
    folder.write("x.lock", spelt(there))
    assert failures(verified(folder, "x.lock")) == [
        "x.lock source source.release: v1.0.0 made application/desk 1.0.0, the lock says v1.1.0"
    ]
    del there["environment"]
    folder.write("x.lock", spelt(there))
    assert answers(verified(folder, "x.lock"), "source") == ["x.lock: ok: made by v1.0.0, read at v1.1.0"]
    folder.write("x.lock", lock_of(folder, "v1.1.0", root="prompt/greet"))
    report = verified(folder, "x.lock")
    assert (failures(report), answers(report, "source")) == ([], [])


def test_versions_are_confirmed_beside_what_was_never_released(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    assert make_release(folder, "model/small") == ("model/small 1.0.0",)
    report = verified(folder, "plm.lock")
    assert (failures(report), answers(report, "versions")) == (
        [],
        ["plm.lock: ok: 1 confirmed by their tags"],
    )


def test_a_lock_in_its_place_is_held_to_the_registry_there_whatever_it_says(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    told = "content registry.name: the lock says 'store', Git has 'shop'"
    for name in (LOCK, "plm.lock"):
        text = (folder.path / name).read_text(encoding="utf-8")
        folder.write(name, text.replace('"name": "shop"', '"name": "store"'))
        report = verified(folder, name)
        assert (failures(report)[-1], problems(report)) == (f"{name} {told}", [])


def test_the_lock_of_one_root_is_not_that_of_the_whole_registry(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "registry")
    folder.write("plm.lock", (folder.path / LOCK).read_text(encoding="utf-8"))
    assert failures(verified(folder, "plm.lock")) == [
        "plm.lock root root: the lock says 'application/desk', plm.lock is the lock of the whole registry"
    ]
