"""`verify` reads each manifest by the schemas of its own release (release.md: Verify)."""

from pathlib import Path

import pytest

from tests.commands.builder import LOCK, answers, copied, failures, make_release, verified
from tests.commands.personas import ADA, KIND, MANIFEST, PERSONAS, persona_shop
from tests.git.builder import Folder

STRICTER = PERSONAS[KIND].replace('"maximum": 5', '"maximum": 3').replace('"strength": 5', '"strength": 3')


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with a kind of its own, its first release, and a lock of it."""
    return persona_shop(tmp_path_factory.mktemp("own") / "registry")


@pytest.fixture
def folder(first: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(first, tmp_path / "registry")


def test_an_own_kind_s_manifest_is_judged_by_the_schema_of_its_release(folder: Folder) -> None:
    folder.commit({KIND: STRICTER, MANIFEST: ADA.replace("strength: 4", "strength: 3")}, "stricter")
    make_release(folder)

    report = verified(folder, "v1.0.0", LOCK, "plm.lock")

    assert failures(report) == []
    assert answers(report, "schema") == [
        f"{name}: ok: every manifest is valid" for name in ("v1.0.0", LOCK, "plm.lock")
    ]


def test_a_release_of_a_manifest_that_its_schema_refuses_fails(folder: Folder) -> None:
    """Only the schema is another one: every digest, every tag and the chain are as they should be."""
    forged = folder.commit({KIND: STRICTER}, "stricter")
    tags = folder.git("tag").splitlines()
    registry = "v1.0.0"
    text = folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{registry}")
    for tag in (name for name in tags if name != registry):
        before = folder.git("rev-parse", f"refs/tags/{tag}")
        words = folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
        folder.git("tag", "-f", "-a", "-m", words, tag, forged)
        text = text.replace(before, folder.git("rev-parse", f"refs/tags/{tag}"))
    folder.git("tag", "-f", "-a", "-m", text, registry, forged)

    (found,) = failures(verified(folder, "plm.lock"))

    assert found.startswith("plm.lock schema: personas/ada.yaml:11:")
    assert "3" in found
