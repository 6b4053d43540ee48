"""Data from one clone to another with the real DVC: added, refused, pushed, released; pulled and verified."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands.data import FAQ_MD5, FAQ_SHA256, FILES, HELLO_MD5, RETRIEVER, object_path
from tests.commands.test_verify_data import APPLICATION, ENVIRONMENT
from tests.conftest import GIT_CONFIGURATION, IDENTITY
from tests.store.dvc import Project
from tests.warm import run

pytestmark = pytest.mark.slow
KEPT = ("plmctl.yaml", ".dvc/.gitignore")
OK = "  ok           dataset/faq: datasets/faq.dvc: 2 files, sha256"


def plmctl(project: Project, *words: str) -> tuple[int, str]:
    done = run(words, project.path, {**project.environment, "LC_ALL": "C.UTF-8", "TERM": "dumb"})
    return done.returncode, (done.stdout + done.stderr).decode()


def ran(project: Project, *words: str, told: str, code: int = 0) -> None:
    """A run that exits so and says so."""
    done, said = plmctl(project, *words)
    assert (done, told in said) == (code, True), said


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A second clone: what the first one released is locked there, and its data was pulled."""
    folder = tmp_path_factory.mktemp("clones")
    made = Project.made(folder)
    own = replace(made, environment={**made.environment, **IDENTITY, "PYTHONPATH": os.getcwd()})
    home = Path(own.environment["HOME"])
    home.mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text(GIT_CONFIGURATION, encoding="utf-8")
    for name in KEPT:
        own.write(name, FILES[name])
    own.write(".dvc/config", "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../remote\n")
    own.write("retrievers/docs.yaml", RETRIEVER)
    own.write("applications/desk.yaml", APPLICATION.replace(", model/triage", ""))
    own.write("environments/production.yaml", ENVIRONMENT)
    own.write("datasets/faq/a.txt", "hello\n")
    own.write("datasets/faq/sub/b.txt", "1")
    words = ("data", "add", "datasets/faq", "--name", "faq", "--purpose", "rag")
    ran(own, *words, told="datasets/faq.dvc points to datasets/faq: 2 files, 7 bytes")
    own.git("add", "--all")
    own.git("commit", "-q", "-m", "begin")
    own.git("init", "-q", "--bare", "-b", "main", "../bare.git")
    own.git("remote", "add", "origin", "../bare.git")
    own.git("push", "-q", "-u", "origin", "main")

    ran(own, "release", "--push", "--yes", code=1, told="the DVC remote 'store' has it not")
    ran(own, "data", "push", told="the remote store has dataset/faq: 2 files, 7 bytes")
    ran(own, "release", "--push", "--yes", told="released v1.0.0 and pushed it to origin")

    own.git("clone", "-q", "../bare.git", "../other")
    clone = replace(own, path=own.path.parent / "other")
    ran(clone, "lock", "production", told="wrote environments/production/desk.lock")
    ran(clone, "verify", "--data", code=3, told="datasets/faq not in the cache")
    ran(clone, "data", "pull", told="datasets/faq: 2 files, 7 bytes of dataset/faq, from the remote store")
    return clone


def test_what_the_other_clone_pulled_is_what_was_released(other: Project) -> None:
    for lock in ("plm.lock", "environments/production/desk.lock"):
        assert f'"md5": "{FAQ_MD5}"' in (other.path / lock).read_text(encoding="utf-8")
        assert f'"sha256": "{FAQ_SHA256}"' in (other.path / lock).read_text(encoding="utf-8")
    code, said = plmctl(other, "verify", "--data")
    assert (code, said.splitlines().count(OK)) == (0, 2), said


@pytest.mark.parametrize(
    ("md5", "told"),
    [
        (HELLO_MD5, "in the cache changed: datasets/faq/a.txt"),
        (FAQ_MD5, f"files/md5/{FAQ_MD5[:2]}/{FAQ_MD5[2:]} is not the one that was added"),
    ],
)
def test_one_byte_of_the_cache_fails_and_names_the_file(md5: str, told: str, other: Project) -> None:
    place = other.path / object_path(".dvc/cache", md5)
    before = place.read_bytes()
    place.chmod(0o644)
    place.write_bytes(bytes([before[0] ^ 1]) + before[1:])
    code, said = plmctl(other, "verify", "--data")
    place.write_bytes(before)
    assert (code, said.count(told)) == (4, 2), said
