"""Bare repositories that registries are pushed to, and releases that are pushed there."""

import stat
from dataclasses import replace
from pathlib import Path

from plmctl.commands.release import Prepared, prepared, release
from plmctl.core.report import Report
from tests.commands.builder import copied, opened, options
from tests.git.builder import Folder

HURRY = {"prompts/greet.md": "Greet {{name}} in a hurry.\n"}


def with_remote(folder: Folder, path: Path, *, is_pushed: bool = True) -> Folder:
    """An empty bare repository that is the `origin` of a registry; or one with all of it, and followed."""
    kind = folder.git("rev-parse", "--show-object-format")
    folder.git("init", "-q", "--bare", "-b", "main", f"--object-format={kind}", str(path))
    folder.git("remote", "add", "origin", str(path))
    if is_pushed:
        folder.git("push", "-q", "-u", "origin", "main", "--tags")
    return folder.at(path)


def copied_with_remote(folder: Folder, path: Path) -> Folder:
    """A copy of a registry and of its remote, `bare.git`, which is beside it as it was beside the first."""
    bare = copied(folder.at(folder.path.parent / "bare.git"), path.parent / "bare.git")
    made = copied(folder, path)
    made.git("remote", "set-url", "origin", str(bare.path))
    return made


def clone_of(bare: Folder, path: Path) -> Folder:
    """A clone, whose origin is the bare repository."""
    bare.git("clone", "-q", str(bare.path), str(path))
    return bare.at(path)


def planned_push(folder: Folder, run: str = "0" * 32) -> Prepared:
    """What `release --push --dry-run` shows."""
    with opened(folder) as repo:
        return prepared(repo, replace(options(), is_pushed=True, run=run))


def pushed(folder: Folder, run: str = "0" * 32) -> Report:
    """What came of `release --push`."""
    with opened(folder) as repo:
        return release(repo, prepared(repo, replace(options(), is_pushed=True, run=run)))


def refs(folder: Folder, *patterns: str) -> dict[str, str]:
    """Refs and their objects."""
    lines = folder.git("for-each-ref", "--format=%(refname) %(objectname)", *patterns).splitlines()
    return dict(line.split(" ", 1) for line in lines)


def hook(bare: Folder, name: str, script: str) -> None:
    """A hook of a bare repository."""
    path = bare.write(f"hooks/{name}", f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def unhook(bare: Folder, name: str) -> None:
    """The hook goes."""
    (bare.path / "hooks" / name).unlink()
