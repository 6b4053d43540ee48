"""Whether the manifests of a release are valid: those that a lock holds, and no others."""

from pathlib import Path

import pytest

from tests.commands.builder import answers, copied, verified
from tests.git.builder import Folder

GREET = "prompts/greet.yaml"


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A copy of the registry with three releases, to be tampered with."""
    return copied(released, tmp_path / "registry")


def schema(folder: Folder, name: str, text: str) -> list[str]:
    """What is said of the manifests of the newest release, made again where a file is another."""
    message = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    folder.git("tag", "-f", "-a", "-m", message, "v1.2.0", folder.commit({name: text}, "forged"))
    return answers(verified(folder, "v1.2.0"), "schema")


def test_a_manifest_that_is_not_valid_fails(folder: Folder) -> None:
    text = (folder.path / GREET).read_text(encoding="utf-8")
    assert schema(folder, GREET, f"{text}  extra: 1\n  more: 2\n") == [
        "v1.2.0: FAILED: prompts/greet.yaml:8:3: 'extra' is not a field of spec"
    ]


def test_what_only_warns_fails_nothing(folder: Folder) -> None:
    text = (folder.path / GREET).read_text(encoding="utf-8")
    assert schema(folder, GREET, f"\ufeff{text}") == ["v1.2.0: ok: every manifest is valid"]


def test_a_manifest_that_no_lock_holds_fails_nothing(folder: Folder) -> None:
    text = (folder.path / GREET).read_text(encoding="utf-8").replace("name: greet", "name: new")
    assert schema(folder, "prompts/new.yaml", f"{text}  extra: 1\n") == [
        "v1.2.0: ok: every manifest is valid"
    ]
