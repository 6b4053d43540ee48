"""What a repository holds at one moment, read from its files where Git would cost a process."""

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from plmctl.core.tag import history
from plmctl.git.repository import Repository
from tests.commands.ground import folder_at
from tests.commands.timeline import registry_of
from tests.faults.fault import TEMPORARY

PENDING = "refs/plmctl/pending/"
# What a file is called while it is not yet one: nothing of it may be left when a run has succeeded.
UNFINISHED = re.compile(r"\.lock$|^plmctl-new-|\.plmctl-new$")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Refs, files of the work tree and index of a repository, and what may lie around in it."""

    refs: Mapping[str, str]
    files: Mapping[str, str]
    index: tuple[str, ...]
    unfinished: tuple[str, ...]

    @property
    def is_pending(self) -> bool:
        """Whether something was begun and not finished."""
        return any(ref.startswith(PENDING) for ref in self.refs)


def git_dir(path: Path) -> Path:
    """The Git directory of a work tree or a bare repository; of a linked work tree, that of all of them."""
    inside = path / ".git"
    if inside.is_file():
        return Path(inside.read_text("utf-8").removeprefix("gitdir: ").strip()).parent.parent
    return inside if inside.is_dir() else path


def state_of(path: Path) -> State:
    """The state of a repository."""
    inside = git_dir(path)
    lines = folder_at(path).git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    is_bare = inside == path
    files = {} if is_bare else dict(_work_tree(path))
    return State(
        refs=dict(line.split(" ", 1) for line in lines),
        files=files,
        index=() if is_bare else tuple(folder_at(path).git("ls-files", "-s").splitlines()),
        unfinished=tuple(
            sorted(os.path.relpath(p, path) for p in inside.rglob("*") if UNFINISHED.search(p.name))
        ),
    )


def _work_tree(path: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_file() and name.partition("/")[0] != ".git":
            yield name, hashlib.sha256(file.read_bytes()).hexdigest()


def releases_of(path: Path) -> Mapping[str, tuple[str, ...]]:
    """What a consumer sees: each registry release, its tag object, and the versions that it confirms."""
    with Repository.discover(str(path)) as repo:
        past = history(repo.tags(), registry_of({}).settings)
    confirmed: dict[str, list[str]] = {}
    for tags in past.versions.values():
        for tag in tags:
            if tag.release is not None:
                confirmed.setdefault(tag.release.name, []).append(f"{tag.name} {tag.object_id}")
    return {
        release.name: (release.object_id, *sorted(confirmed.get(release.name, ())))
        for release in past.releases
    }


def faults_of(path: Path) -> tuple[str, ...]:
    """What `git fsck --strict` has to say of a repository; nothing if all is well."""
    command = ["git", "fsck", "--strict", "--no-dangling", "--no-progress"]
    done = subprocess.run(command, cwd=path, capture_output=True, text=True, check=False)
    said = tuple((done.stdout + done.stderr).splitlines())
    return said or (f"exit code {done.returncode}",) if done.returncode or said else ()


def footprint(run: Path) -> str:
    """A digest of all that is on disk, but for times, and names and content of temporary objects."""
    digest = hashlib.sha256()
    for file in sorted(run.rglob("*")):
        name = file.relative_to(run).as_posix()
        if TEMPORARY.search(name):
            digest.update(TEMPORARY.sub(r"\1", name).encode() + b"\0")
        elif file.is_file():
            data = file.read_bytes()
            content = hashlib.sha256(_timeless(data) if file.name.startswith("index") else data).digest()
            digest.update(name.encode() + b"\0" + content)
        else:
            digest.update(name.encode() + b"/\0")
    return digest.hexdigest()


def _timeless(index: bytes) -> bytes:
    """An index without times and inodes: what `git ls-files -s` reads of it, and its length."""
    entry = re.compile(rb"(.{40})(.{20}..)([\x20-\x7e]+)\0", re.DOTALL)
    return b"%d" % len(index) + b"".join(m[2] + m[3] for m in entry.finditer(index, 12))
