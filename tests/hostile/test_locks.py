"""Locks that somebody touched (hostile.md L01, L03, L05, L09, L10, L11): none of them is ever ok."""

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from plmctl.commands.archive import Archive
from plmctl.commands.claims import Claims
from plmctl.commands.loading import Around
from plmctl.commands.moment import current
from plmctl.commands.site import Site
from plmctl.commands.verify import VerifyOptions, verify
from plmctl.core.canonical import sha256_of
from plmctl.core.ports import EntryKind, Tree
from plmctl.core.report import Report, State, exit_code
from plmctl.git.repository import Repository
from tests.commands.builder import GREET as GREET_MANIFEST
from tests.commands.builder import LOCK, copied, failures, opened, plmctl, released_shop, verified
from tests.git.builder import Folder

STEP = int(os.environ.get("PLMCTL_LOCK_STEP", "5"))
"""Of every so many bytes one is changed, and one length tried; 1 for all of them."""

GREET = "prompt/greet"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A small registry with three releases and a lock at the second. Read it, or copy it."""
    return released_shop(tmp_path_factory.mktemp("released") / "registry")


@pytest.fixture(scope="module")
def claims(released: Folder) -> Iterator[Claims]:
    """What its locks claim, each release read once."""
    with opened(released) as repo:
        registry = current(repo.work_tree())
        yield Claims(Archive(repo, Around.of(registry)), Site(Around.of(registry)))


def code(claims: Claims, path: str, data: bytes) -> int:
    return exit_code(Report(command="verify", checks=claims.lock_checks(path, data)))


@pytest.mark.parametrize("path", [LOCK, "plm.lock"])
def test_a_lock_with_one_byte_changed_exits_4(path: str, claims: Claims, released: Folder) -> None:
    data = (released.path / path).read_bytes()
    assert code(claims, path, data) == 0
    unseen = []
    for place in range(0, len(data), STEP):
        for bit in (0x01, 0x20, 0x80):
            changed = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
            if code(claims, path, changed) != 4:
                unseen.append((place, changed[max(0, place - 30) : place + 30]))
    assert unseen == []


@pytest.mark.parametrize("path", [LOCK, "plm.lock"])
def test_a_lock_that_is_cut_off_exits_4(path: str, claims: Claims, released: Folder) -> None:
    data = (released.path / path).read_bytes()
    lengths = [*range(0, len(data) - 1, STEP), len(data) - 1]
    assert [length for length in lengths if code(claims, path, data[:length]) != 4] == []


def spelt(value: object) -> bytes:
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()


def edited(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    """An edit of the JSON value of a lock, spelt as plmctl does."""

    def apply(data: bytes) -> bytes:
        value = json.loads(data)
        change(value)
        return spelt(value)

    return apply


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "keys in another order": lambda data: spelt(dict(reversed(json.loads(data).items()))),
    "a key that stands twice": lambda data: data.replace(b'  "root"', b'  "root": null,\n  "root"', 1),
    "an unknown field": edited(lambda lock: lock.update({"signed": True})),
    "an unknown field of an artifact": edited(lambda lock: lock["artifacts"][GREET].update({"url": "x"})),
    "an unknown version": edited(lambda lock: lock.update({"lockVersion": 2})),
    "a version that is true": edited(lambda lock: lock.update({"lockVersion": True})),
    "other spaces": lambda data: json.dumps(json.loads(data), indent=4).encode() + b"\n",
    "no final newline": lambda data: data[:-1],
    "two final newlines": lambda data: data + b"\n",
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "escaped letters": lambda data: data.replace(b'"root"', b'"\\u0072oot"', 1),
    "not UTF-8": lambda data: data.replace(b"greet", b"gr\xffet", 1),
    "nothing": lambda data: b"",
    "deep nesting": lambda data: b"[" * 100_000,
    "a huge number": lambda data: data.replace(b'"lockVersion": 1', b'"lockVersion": 1' + b"0" * 5_000, 1),
    "conflict markers": lambda data: b"<<<<<<< HEAD\n" + data + b"=======\n" + data + b">>>>>>> other\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", [LOCK, "plm.lock"])
def test_a_lock_in_another_form_fails_by_its_form(
    form: str, path: str, claims: Claims, released: Folder
) -> None:
    changed = FORMS[form]((released.path / path).read_bytes())
    checks = claims.lock_checks(path, changed)
    assert [(check.name, check.state) for check in checks] == [("form", State.FAILED)]


CONTENTS: dict[str, tuple[Callable[[Any], object], str]] = {
    "a dependency less": (lambda lock: lock["artifacts"].pop("model/small"), "model/small"),
    "an artifact more": (
        lambda lock: lock["artifacts"].update({"prompt/other": lock["artifacts"][GREET]}),
        "prompt/other",
    ),
    "a file less": (lambda lock: lock["artifacts"][GREET]["files"].pop("prompts/greet.md"), f"{GREET} files"),
    "a file more": (
        lambda lock: lock["artifacts"][GREET]["files"].update({"prompts/zz.md": f"sha256:{'0' * 64}"}),
        f"{GREET} files.prompts/zz.md",
    ),
    "a requirement less": (lambda lock: lock["artifacts"][GREET].update(requires=[]), f"{GREET} requires"),
    "a requirement more": (
        lambda lock: lock["artifacts"]["model/small"].update(requires=[GREET]),
        "model/small requires",
    ),
    "data that is not there": (
        lambda lock: lock["artifacts"][GREET].update(data=[{"path": "a.dvc", "md5": "0" * 32, "size": 1}]),
        f"{GREET} data",
    ),
    "another address": (
        lambda lock: lock.update(registry={"name": "shop", "git": "https://example.com/evil.git"}),
        "registry.git",
    ),
    "a bind more": (lambda lock: lock.update(bind={"model/small": "model/large"}), "bind"),
}


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("path", [LOCK, "plm.lock"])
def test_a_lock_with_more_or_less_in_it_fails_and_names_it(
    content: str, path: str, claims: Claims, released: Folder
) -> None:
    change, place = CONTENTS[content]
    checks = claims.lock_checks(path, edited(change)((released.path / path).read_bytes()))
    found = failures(Report(command="verify", checks=checks))
    assert any(f" {place}" in line for line in found), found


@pytest.mark.parametrize("field", ["environment", "want", "source.tagObject", "source.commit", "root"])
def test_a_lock_without_one_of_its_fields_fails(field: str, claims: Claims, released: Folder) -> None:
    section, _, name = field.partition(".")

    def removed(lock: Any) -> None:
        (lock[section] if name else lock).pop(name or section)

    data = edited(removed)((released.path / LOCK).read_bytes())
    found = failures(Report(command="verify", checks=claims.lock_checks(LOCK, data)))
    assert any(field in line for line in found), found


def test_files_of_two_releases_are_never_one_lock(claims: Claims, released: Folder) -> None:
    """Each entry is true at its own release (hostile.md L09)."""
    first = json.loads(released.git("show", "v1.0.0:plm.lock"))["artifacts"]
    for artifact in (GREET, "application/desk"):
        for path in (LOCK, "plm.lock"):
            lock = json.loads((released.path / path).read_bytes())
            lock["artifacts"][artifact] = first[artifact]
            assert code(claims, path, spelt(lock)) == 4


def test_the_lock_of_another_release_is_not_this_one_s(claims: Claims, released: Folder) -> None:
    """A valid plm.lock of v1.0.0 that says it is the one of v1.2.0, and is put there."""
    data = released.git("show", "v1.0.0:plm.lock").encode() + b"\n"
    renamed = data.replace(b'"release": "v1.0.0"', b'"release": "v1.2.0"', 1)
    assert code(claims, "plm.lock", data) == 0
    checks = claims.lock_checks("plm.lock", renamed)
    assert failures(Report(command="verify", checks=checks)) == [
        "plm.lock source source.release: this is the lock of v1.0.0, it says v1.2.0"
    ]


def test_a_tag_of_another_registry_is_none_of_this_one_s(released: Folder, tmp_path: Path) -> None:
    """Its release is true there, and Git has all of its objects here (hostile.md L05)."""
    folder = copied(released, tmp_path / "registry")
    text = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    folder.git(
        "tag", "-f", "-a", "-m", text.replace("Registry: shop", "Registry: other"), "v1.2.0", "v1.2.0^{}"
    )
    told = "REG013 tag-misnamed: 'v1.2.0' belongs to the registry 'other'"
    assert failures(verified(folder, "v1.2.0")) == [f"v1.2.0 tag: {told}"]
    assert failures(verified(folder, "plm.lock")) == [f"plm.lock source source.release: {told}"]


class Collided:
    """A tree in which a file is another under the same ids, as after a collision of SHA-1."""

    def __init__(self, tree: Tree, path: str, data: bytes):
        self._tree = tree
        self._path = path
        self._data = data
        self.ceiling = tree.ceiling
        self.root = None

    def paths(self) -> Iterator[str]:
        return self._tree.paths()

    def kind(self, path: str) -> EntryKind | None:
        return self._tree.kind(path)

    def read(self, path: str, *, limit: int) -> bytes:
        return self._data if path == self._path else self._tree.read(path, limit=limit)

    def prefetch(self, paths: Collection[str]) -> None:
        self._tree.prefetch(paths)

    def identity(self, path: str) -> str:
        return self._tree.identity(path)

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        return self._tree.identities(paths)


class CollidedRepository(Repository):
    """A repository in every commit of which a file has another content, and all ids are the same."""

    path, data = "prompts/greet.md", b"Insult {{name}}.\n"

    def commit_tree(self, commit: str) -> Tree:
        return Collided(super().commit_tree(commit), self.path, self.data)


@pytest.mark.parametrize("subject", [LOCK, "plm.lock", "v1.1.0", "prompt/greet@v1.1.0"])
def test_where_ids_of_git_collide_sha256_decides(subject: str, released: Folder) -> None:
    """hostile.md L10"""
    with CollidedRepository.discover(str(released.path), released.environment) as repo:
        report = verify(repo, VerifyOptions(names=(subject,)))
    assert exit_code(report) == 4
    assert any("files.prompts/greet.md" in line for line in failures(report)), failures(report)


class CommentedRepository(CollidedRepository):
    """The same, where only a comment of a manifest is another: no digest tells."""

    path, data = "prompts/greet.yaml", f"# mine\n{GREET_MANIFEST}".encode()


def test_where_ids_collide_the_files_are_those_that_the_release_had(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    lock = json.loads((folder.path / LOCK).read_bytes())
    files = lock["artifacts"][GREET]["files"]
    before = files[CommentedRepository.path]
    files[CommentedRepository.path] = sha256_of(CommentedRepository.data)
    folder.write(LOCK, spelt(lock))
    with CommentedRepository.discover(str(folder.path), folder.environment) as repo:
        report = verify(repo, VerifyOptions(names=(LOCK,)))
    after = files[CommentedRepository.path]
    told = f"the lock says {after!r}, v1.1.0 released {before!r}"
    assert failures(report) == [f"{LOCK} content {GREET} files.prompts/greet.yaml: {told}"]


def test_a_lock_that_says_what_was_released_is_told_what_git_has_where_ids_collide(
    released: Folder, tmp_path: Path
) -> None:
    folder = copied(released, tmp_path / "registry")
    lock = json.loads((folder.path / LOCK).read_bytes())
    before, after = lock["artifacts"][GREET]["files"][CommentedRepository.path], CommentedRepository.data
    with CommentedRepository.discover(str(folder.path), folder.environment) as repo:
        told = f"the lock says {before!r}, Git has {sha256_of(after)!r}"
        assert failures(verify(repo, VerifyOptions(names=(LOCK,)))) == [
            f"{LOCK} content {GREET} files.prompts/greet.yaml: {told}"
        ]
        del lock["artifacts"][GREET]
        folder.write(LOCK, spelt(lock))
        (line,) = failures(verify(repo, VerifyOptions(names=(LOCK,))))
        assert line.startswith(f"{LOCK} content {GREET}: the lock says None, Git has ")


class TwiceCollidedRepository(CommentedRepository):
    """The same, where the prompt's text is another as well."""

    def commit_tree(self, commit: str) -> Tree:
        return Collided(super().commit_tree(commit), CollidedRepository.path, CollidedRepository.data)


def test_files_whose_ids_collide_are_told_in_their_order(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    lock = json.loads((folder.path / LOCK).read_bytes())
    files = lock["artifacts"][GREET]["files"]
    for forged in (CollidedRepository, CommentedRepository):
        files[forged.path] = sha256_of(forged.data)
    folder.write(LOCK, spelt(lock))
    with TwiceCollidedRepository.discover(str(folder.path), folder.environment) as repo:
        report = verify(repo, VerifyOptions(names=(LOCK,)))
    told = [line for line in failures(report) if " v1.1.0 released " in line]
    assert [line.partition(":")[0].split()[-1] for line in told] == [
        "files.prompts/greet.md",
        "files.prompts/greet.yaml",
    ]


def test_the_command_names_what_was_flipped(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    data = (folder.path / "plm.lock").read_bytes()
    place = data.index(b'"metadataDigest": "sha256:') + 30
    (folder.path / "plm.lock").write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    assert "application/desk: metadataDigest" in plmctl(folder, "verify", "plm.lock", code=4).stdout
