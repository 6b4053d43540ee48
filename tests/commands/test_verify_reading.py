"""What `verify` reads of a registry: what its lock is of, once; and not what is worked on."""

from pathlib import Path

import pytest

from plmctl.commands.verify import VerifyOptions, verify
from plmctl.core.document import read_document
from plmctl.core.finding import PlmctlError
from plmctl.core.form import identity_of
from plmctl.git.disk import read_file
from plmctl.git.process import Git
from tests.commands.builder import LOCK, opened
from tests.commands.counting import counted
from tests.commands.ground import FILES, folder_at
from tests.commands.ground import released as make_release
from tests.commands.test_read_once import CHANGED, prompt, with_prompts
from tests.commands.test_verify_elsewhere import fetch, lock_of
from tests.commands.test_verify_told import published, service_at
from tests.git.builder import Folder


def verified(folder: Folder, *names: str) -> tuple[dict[str, object], dict[str, int]]:
    """What verify sums up, and what it took."""
    with opened(folder) as repo, counted(read_document, identity_of, read_file, Git.command) as found:
        report = verify(repo, VerifyOptions(names=names))
    assert report.problems == ()
    return dict(report.summary or {}), found


@pytest.mark.parametrize("count", [5, 50])
def test_a_lock_is_verified_by_what_was_released_alone(tmp_path: Path, count: int) -> None:
    folder = with_prompts(tmp_path / "registry", count)
    make_release(folder)
    # What is worked on differs in each manifest, and is no part of the answer.
    folder.commit({f"prompts/p{n}.yaml": prompt(n, "Good night.") for n in range(count)})
    summary, took = verified(folder, "plm.lock")
    assert summary == {"locks": 1, "ok": 8, "failed": 0, "notChecked": 1}
    manifests = 1 + 2 * count
    # The settings now and then; of the work tree the first manifest tells that there are any.
    assert took["read_document"] == manifests + 2 + 1
    assert took["identity_of"] == manifests
    # plmctl.yaml, that manifest, and the lock.
    assert took["read_file"] == 3
    # The files (two), tags, their objects, branches, and what the release and the branch descend from.
    assert took["command"] == 7


def test_of_a_second_release_only_what_is_another_is_parsed(tmp_path: Path) -> None:
    folder = with_prompts(tmp_path / "registry", 20)
    first = make_release(folder)
    folder.commit({f"prompts/p{n}.yaml": prompt(n, "Good night.") for n in range(CHANGED)})
    second = make_release(folder)
    _, took = verified(folder, first, second)
    assert took["read_document"] == (1 + 2 * 20) + CHANGED + 2 + 2


def test_of_a_lock_of_an_environment_a_manifest_that_is_what_was_released_is_parsed_once(
    released: Folder,
) -> None:
    _, took = verified(released, LOCK)
    # Five manifests, the one that tells that there are any; the settings first, here, and at the release.
    assert took["read_document"] == 5 + 1 + 3


def test_of_what_was_fetched_a_manifest_is_parsed_once(tmp_path: Path) -> None:
    registry, service = published(tmp_path / "shop", "shop"), service_at(tmp_path / "service")
    fetch(service, registry, "v1.0.0")
    service.write("desk.lock", lock_of(registry, "v1.0.0"))
    _, took = verified(service, "desk.lock")
    assert took["read_document"] == 5 + 2


def test_a_registry_without_manifests_is_none_that_is_verified(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({"plmctl.yaml": FILES["plmctl.yaml"], "prompts/notes.yaml": "just: notes\n"})
    with opened(folder) as repo, pytest.raises(PlmctlError) as caught:
        verify(repo, VerifyOptions())
    assert caught.value.message == "no manifests found below the top of the repository"
