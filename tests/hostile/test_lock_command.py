"""Locks, tags and bundles that somebody touched (hostile.md L), through the real command: exit 4, and why."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.builder import LOCK, copied, released_shop
from tests.git.builder import Folder
from tests.git.signatory import SshKey, ssh_key
from tests.hostile.stranger import Answer, plmctl, state_of
from tests.hostile.test_locks import spelt

GREET = "prompt/greet"
BUNDLE = "desk.plmz"
LOADING = "import sys; from plmctl.runtime import load; load(sys.argv[1], source=sys.argv[2])"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A small registry with three releases and a lock at the second. Copy it."""
    return released_shop(tmp_path_factory.mktemp("released") / "registry")


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A copy of it."""
    return copied(released, tmp_path / "registry")


@pytest.fixture
def key(tmp_path: Path) -> SshKey:
    """Ada's key of SSH."""
    return ssh_key(tmp_path)


def verified(folder: Folder, *words: str) -> Answer:
    """What `verify` says, which changes nothing."""
    before = state_of(folder.path)
    answer = plmctl(folder.path, "verify", *words)
    assert state_of(folder.path) == before
    assert "Traceback" not in answer.err
    return answer


def failed(folder: Folder, *words: str) -> str:
    """The lines of a check that FAILED, which ends with exit code 4."""
    answer = verified(folder, *words)
    assert answer.code == 4, answer
    return "\n".join(line for line in answer.out.splitlines() if "FAILED" in line)


def changed(folder: Folder, change: Callable[[bytes], bytes]) -> None:
    """Put another lock in the place of the one that is there."""
    path = folder.path / LOCK
    path.write_bytes(change(path.read_bytes()))


def moved_artifact(data: bytes) -> bytes:
    lock = json.loads(data)
    lock["artifacts"] = dict(reversed(lock["artifacts"].items()))
    return spelt(lock)


CHANGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "l01-bit": (lambda data: flipped(data), "digest: the lock says"),
    "l01-keys-in-another-order": (moved_artifact, " form: "),
    "l01-a-key-twice": (lambda data: data.replace(b'  "root"', b'  "root": null,\n  "root"', 1), " form: "),
    "l01-an-unknown-field": (
        lambda data: data.replace(b'  "root"', b'  "signed": true,\n  "root"', 1),
        "form",
    ),
    "l01-an-unknown-version": (
        lambda data: data.replace(b'"lockVersion": 1', b'"lockVersion": 2', 1),
        "form",
    ),
    "l11-nothing": (lambda data: b"", " form: "),
    "l11-half": (lambda data: data[: len(data) // 2], " form: "),
    "l11-without-its-last-byte": (lambda data: data[:-1], " form: "),
}


def flipped(data: bytes) -> bytes:
    """The lock with a digit of a digest that is another."""
    at = data.index(b'"digest": "sha256:') + len('"digest": "sha256:')
    return data[:at] + (b"0" if data[at : at + 1] != b"0" else b"1") + data[at + 1 :]


@pytest.mark.parametrize("name", CHANGES)
def test_a_lock_that_was_changed_fails_by_its_name(name: str, folder: Folder) -> None:
    assert verified(folder, LOCK).code == 0
    change, why = CHANGES[name]
    changed(folder, change)
    said = failed(folder, LOCK)
    assert why in said, said


def test_l02_a_bundle_with_a_changed_a_missing_or_one_more_file_is_not_loaded(
    folder: Folder, tmp_path: Path
) -> None:
    made = plmctl(folder.path, "bundle", "--lock", LOCK, "-o", str(tmp_path / BUNDLE))
    assert (made.code, made.err) == (0, made.err)
    with zipfile.ZipFile(tmp_path / BUNDLE) as read:
        entries = {name: read.read(name) for name in read.namelist()}
    assert loaded(folder, tmp_path / BUNDLE)[0] == 0
    first, *_, last = sorted(entries)
    others = {
        "changed": {**entries, last: entries[last] + b" "},
        "missing": {name: data for name, data in entries.items() if name != first},
        "more": {**entries, "evil.py": b"raise SystemExit(0)\n"},
        "outside": {**entries, "../evil.py": b"raise SystemExit(0)\n"},
    }
    for name, files in others.items():
        path = tmp_path / f"{name}.plmz"
        with zipfile.ZipFile(path, "w") as write:
            for entry, data in files.items():
                write.writestr(entry, data)
        code, error = loaded(folder, path)
        assert (code, f"{path.name}: " in error, "hint: " in error) == (1, True, True), error


def loaded(folder: Folder, bundle: Path) -> tuple[int, str]:
    """The exit code of a service that loads a bundle, and what it says."""
    done = subprocess.run(
        [sys.executable, "-c", LOADING, str(folder.path / LOCK), str(bundle)],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr


def test_l03_a_tag_that_was_moved_or_deleted_is_told_with_both_ids(folder: Folder) -> None:
    tag = f"{GREET}@v1.1.0"
    before = folder.git("rev-parse", f"refs/tags/{tag}")
    folder.git("tag", "-f", "-a", "-m", message(folder, tag), tag, "HEAD")
    after = folder.git("rev-parse", f"refs/tags/{tag}")
    said = failed(folder, LOCK)
    assert before in said
    assert after in said
    folder.git("tag", "-d", tag)
    assert "REG017 tag-missing: v1.1.0 released" in failed(folder, LOCK)


def message(folder: Folder, tag: str) -> str:
    return folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")


def sign(folder: Folder, key: SshKey, tag: str) -> None:
    """The tag made again where it is, with a signature."""
    settings = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key.path}")
    folder.git(*settings, "tag", "-f", "-s", "-m", message(folder, tag), tag, f"{tag}^{{commit}}")


def test_l04_l06_l07_only_a_signature_of_who_may_under_its_own_name_counts(
    folder: Folder, key: SshKey, tmp_path: Path
) -> None:
    allowed = tmp_path / "signers"
    allowed.write_bytes(key.allowed())
    asked = ("v1.2.0", "--signatures", "--allowed-signers", str(allowed))
    sign(folder, key, "v1.2.0")
    assert verified(folder, *asked).code == 0
    good = folder.git("rev-parse", "refs/tags/v1.2.0")
    # L04: Git says that it is good.
    sign(folder, key, "v1.1.0")
    folder.git("update-ref", "refs/tags/v1.2.0", folder.git("rev-parse", "refs/tags/v1.1.0"))
    assert "REG013 tag-misnamed" in failed(folder, *asked)
    folder.git("update-ref", "refs/tags/v1.2.0", good)
    # L07: of somebody else, and of somebody who may no more.
    (tmp_path / "other").mkdir()
    allowed.write_bytes(ssh_key(tmp_path / "other").allowed())
    assert "signature: " in failed(folder, *asked)
    allowed.write_bytes(key.allowed())
    folder.commit({".plmctl/revoked_signers": f"{key.public}\n"}, "revoke")
    assert "is revoked" in failed(folder, *asked)
    # L06: signing is asked for, and the tag has no signature, or is no tag object.
    settings = (folder.path / "plmctl.yaml").read_text() + "spec: {release: {sign: registry}}\n"
    folder.commit({"plmctl.yaml": settings}, "sign")
    folder.git("tag", "-f", "-a", "-m", unsigned(folder, "v1.2.0"), "v1.2.0", "v1.2.0^{commit}")
    assert "is not signed" in failed(folder, *asked)
    folder.git("update-ref", "refs/tags/v1.2.0", folder.git("rev-parse", "v1.2.0^{commit}"))
    assert "v1.2.0" in failed(folder, *asked)


def unsigned(folder: Folder, tag: str) -> str:
    return message(folder, tag).partition("-----BEGIN")[0]


def test_l05_a_tag_of_another_registry_is_refused(folder: Folder) -> None:
    text = message(folder, "v1.2.0").replace("Registry: shop", "Registry: other")
    folder.git("tag", "-f", "-a", "-m", text, "v1.2.0", "v1.2.0^{}")
    assert "belongs to the registry 'other'" in failed(folder, "v1.2.0")


def test_l08_an_older_lock_fails_where_a_newer_one_was_seen(folder: Folder) -> None:
    assert verified(folder, LOCK, "--not-older-than", "v1.1.0").code == 0
    assert "v1.1.0 is older than v1.2.0" in failed(folder, LOCK, "--not-older-than", "v1.2.0")


def test_l09_files_of_two_releases_are_no_lock(folder: Folder) -> None:
    def mixed(data: bytes) -> bytes:
        lock = json.loads(data)
        first = json.loads(folder.git("show", "v1.0.0:plm.lock"))["artifacts"]
        lock["artifacts"][GREET] = first[GREET]
        return spelt(lock)

    changed(folder, mixed)
    assert GREET in failed(folder, LOCK)


def test_l10_an_object_with_the_content_of_another_is_told_by_its_sha256_or_its_id(folder: Folder) -> None:
    first, second = (folder.git("rev-parse", f"{tag}:prompts/greet.md") for tag in ("v1.1.0", "v1.2.0"))
    assert first != second
    folder.loose(first).write_bytes(folder.loose(second).read_bytes())
    answer = verified(folder, LOCK)
    assert (answer.code, first in answer.out + answer.err) == (4, True)
