"""Forged and missing tags: what must not verify, and what must not be locked (hostile.md G05, L03, M)."""

from pathlib import Path

import pytest

from plmctl.core.report import exit_code
from tests.commands.builder import (
    LOCK,
    accept_all,
    attempted_release,
    copied,
    failures,
    made_locks,
    make_release,
    plmctl,
    problems,
    verified,
)
from tests.git.builder import Folder

PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: sort}
spec:
  model: small
  outputs: {format: text, schema: {type: string, enum: [LABELS]}}
  messages: [{role: user, content: Sort it.}]
"""


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A copy of the registry with three releases, to be tampered with."""
    return copied(released, tmp_path / "registry")


def remade(folder: Folder, tag: str, old: str, new: str) -> None:
    """A tag made again where it was, with another word in its message."""
    text = folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
    assert old in text
    folder.git("tag", "-f", "-a", "-m", text.replace(old, new), tag, f"{tag}^{{}}")


def test_a_moved_registry_tag_fails_when_it_is_looked_at_alone(folder: Folder) -> None:
    remade(folder, "v1.1.0", "Run: 0", "Run: 1")
    report = verified(folder, "v1.1.0")
    assert exit_code(report) == 4
    assert [line.split(":")[0] for line in failures(report)] == ["v1.1.0 chain"]


def test_a_registry_tag_without_its_predecessor_fails(folder: Folder) -> None:
    previous = folder.git("rev-parse", "refs/tags/v1.1.0")
    remade(folder, "v1.2.0", f"Previous: {previous}\n", "")
    report = verified(folder, "v1.2.0")
    assert failures(report) == ["v1.2.0 chain: v1.2.0 does not follow v1.1.0, the newest release before it"]


def test_a_lock_is_read_at_a_release_whose_plm_lock_is_the_named_one(folder: Folder) -> None:
    text = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.1.0")
    lock = next(line for line in text.splitlines() if line.startswith("Lock: "))
    remade(folder, "v1.1.0", lock, f"Lock: sha256:{'0' * 64}")
    report = verified(folder, LOCK)
    assert exit_code(report) == 4
    assert any("is not the one that v1.1.0 names" in line for line in failures(report))


def test_a_release_that_names_another_lock_than_it_committed_fails(folder: Folder) -> None:
    text = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    lock = next(line for line in text.splitlines() if line.startswith("Lock: "))
    remade(folder, "v1.2.0", lock, f"Lock: sha256:{'0' * 64}")
    assert failures(verified(folder, "v1.2.0")) == ["v1.2.0 tag: not the one that v1.2.0 names"]


def test_a_lock_is_not_moved_because_a_tag_is_missing(folder: Folder) -> None:
    before = (folder.path / LOCK).read_bytes()
    folder.git("tag", "-d", "v1.1.0")
    report = made_locks(folder)
    assert exit_code(report) == 4
    assert problems(report)[0].startswith("4: REG018 chain-broken: 'v1.2.0' follows the tag object")
    assert (folder.path / LOCK).read_bytes() == before


def test_a_version_with_other_digests_than_its_commit_is_never_built_on(folder: Folder) -> None:
    """REG005: its tag and the release that names it agree, and only the artifact itself tells."""
    tag, forged = "prompt/greet@v1.2.0", f"sha256:{'0' * 64}"
    text = folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
    digest = next(line for line in text.splitlines() if line.startswith("Digest: ")).removeprefix("Digest: ")
    before, commit = folder.git("rev-parse", tag), folder.git("rev-parse", f"{tag}^{{commit}}")
    remade(folder, tag, f"\nDigest: {digest}", f"\nDigest: {forged}")
    remade(folder, "v1.2.0", f"{before} {digest}", f"{folder.git('rev-parse', tag)} {forged}")
    told = f"REG005 released-version-changed: '{tag}' says other digests than there are at {commit}"

    assert f"{tag} tag: {told}" in failures(verified(folder, tag))
    wrong = f"plm.lock version prompt/greet digest: the tag {tag} says {forged}"
    assert wrong in failures(verified(folder, "plm.lock"))
    folder.commit({"prompts/greet.md": "Greet {{name}}.\n"}, "shorter")
    report = attempted_release(folder)
    assert problems(report) == [f"4: {told}"]
    assert (report.problems[0].hint, exit_code(report)) == (f"run 'plmctl verify {tag}'", 4)
    assert "v1.3.0" not in folder.git("tag").splitlines()


def test_a_version_with_other_metadata_than_is_locked_fails(folder: Folder) -> None:
    tag, forged = "prompt/greet@v1.2.0", f"sha256:{'0' * 64}"
    text = folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
    digest = text.partition("\nMetadata-Digest: ")[2].partition("\n")[0]
    before = folder.git("rev-parse", tag)
    remade(folder, tag, f"\nMetadata-Digest: {digest}", f"\nMetadata-Digest: {forged}")
    remade(folder, "v1.2.0", before, folder.git("rev-parse", tag))

    wrong = f"plm.lock version prompt/greet metadataDigest: the tag {tag} says another"
    assert failures(verified(folder, "plm.lock")) == [wrong]


def test_a_lock_that_is_a_link_is_refused(folder: Folder) -> None:
    (folder.path / LOCK).rename(folder.path / "elsewhere")
    (folder.path / LOCK).symlink_to(folder.path / "elsewhere")
    for command in (("verify",), ("verify", LOCK), ("lock",), ("lock", "--check")):
        told = plmctl(folder, *command, code=4).stderr
        assert f"{LOCK}: a lock is a file, this is a symbolic link" in told
        assert "Traceback" not in told


def test_words_of_a_manifest_break_no_release(folder: Folder) -> None:
    folder.commit({"prompts/sort.yaml": PROMPT.replace("LABELS", "a")}, "sort")
    make_release(folder)
    hostile = "a, '-----BEGIN CERTIFICATE-----', '-----BEGIN PGP SIGNATURE-----', 'Registry: evil'"
    folder.commit({"prompts/sort.yaml": PROMPT.replace("LABELS", hostile)}, "hostile labels")
    accept_all(folder)
    folder.commit({}, "accept")
    assert make_release(folder) == ("prompt/sort 2.0.0",)
    assert failures(verified(folder)) == []
    folder.commit({"prompts/sort.yaml": PROMPT.replace("LABELS", "a")}, "again")
    assert make_release(folder) == ("prompt/sort 2.0.1",)
