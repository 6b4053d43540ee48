"""init: a new registry."""

import posixpath
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Protocol

from plmctl.commands.naming import GRAMMAR, slug
from plmctl.core.configuration import read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.manifest import LONGEST_NAME, NAME
from plmctl.core.ports import Repo
from plmctl.core.ref import BRANCHES, REMOTES
from plmctl.core.report import Report
from plmctl.core.settings import FILE_NAME, LIMIT, Settings
from plmctl.core.starter import (
    ATTRIBUTES,
    EDITOR,
    HOOKS,
    SCHEMA_FOLDER,
    WORKFLOWS,
    Beginning,
    starter_files,
    workflow,
)
from plmctl.core.tree import bytes_at

# Files that hold the settings of other programs too, and the part of each that is ours.
_SHARED: Mapping[str, tuple[int, int | None]] = {
    HOOKS: (1, None),
    EDITOR: (1, -1),
    **dict.fromkeys(WORKFLOWS.values(), (0, None)),
}


class Ground(Protocol):
    """A folder, which need not exist, where a registry is to begin."""

    @property
    def folder(self) -> str:
        """Its absolute path, without links."""
        ...

    def repository(self) -> Repo | None:
        """The repository that it is in."""
        ...

    def make_repository(self) -> Repo:
        """A new repository in it."""
        ...

    def file_named(self, name: str) -> str | None:
        """The first file of a name in it or below, relative to it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InitOptions:
    """The folder as it was written, the registry's name (None: the folder's), and who is to check it."""

    folder: str = "."
    name: str | None = None
    service: str | None = None


@dataclass(slots=True, kw_only=True)
class _Written:
    """What was written so far, and what was left to do."""

    done: list[str] = field(default_factory=list)
    to_add: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def init(ground: Ground, options: InitOptions) -> Report:
    """Begin a registry in a folder: it validates and can be released as soon as it is committed.

    Where there is one, a workflow that was asked for is added to it.
    """
    name = _checked(options.name) if options.name is not None else _name_of(ground.folder)
    around = ground.repository()
    if around is not None and options.service is not None and _registry_in(around) is not None:
        return _workflow_added(around, options.service)
    _refuse_second(around, ground)
    repo = around or ground.make_repository()
    within = posixpath.relpath(ground.folder, repo.top)
    folder = "" if within == "." else within
    beginning = Beginning(
        name=name, folder=folder, tag=_tag(repo, name), branch=_branch(repo), service=options.service
    )
    written = _Written(
        done=[] if around else [f"made a Git repository in {ground.folder}, on the branch main"]
    )
    for path, text in starter_files(beginning).items():
        _write(repo, path, text, written)
    return Report(
        command="init",
        done=(*_grouped(written), *written.to_add),
        data={"name": name, "folder": folder, "written": list(written.paths)},
        notes=tuple(_ignored(repo, written.paths)),
        next=(
            *_checks_of_workflow(options.service, written),
            *_next(options.folder, [*written.paths, *written.added], is_new=around is None),
        ),
    )


def _workflow_added(repo: Repo, service: str) -> Report:
    tree = repo.work_tree()
    settings = read_settings_of(tree, tuple(tree.paths()))
    written, path = _Written(), WORKFLOWS[service]
    _write(repo, path, workflow(service, settings.branches), written)
    return Report(
        command="init",
        done=(*_grouped(written), *written.to_add),
        data={"name": settings.name, "folder": settings.folder, "written": list(written.paths)},
        notes=tuple(_ignored(repo, written.paths)),
        next=(
            *_checks_of_workflow(service, written),
            *((f"git add :/{path} && git commit -m 'check every change'",) if written.paths else ()),
        ),
    )


def _checked(name: str) -> str:
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise UsageError(
            f"'{name}' cannot be the name of a registry", hint=f"{GRAMMAR}, at most {LONGEST_NAME} characters"
        )
    return name


def _name_of(folder: str) -> str:
    """A folder's name, made into one that a registry may have."""
    return slug(posixpath.basename(folder))[:LONGEST_NAME].strip("-_") or "registry"


def _refuse_second(repo: Repo | None, ground: Ground) -> None:
    """One registry in a repository: a second one would be invisible or hide the first."""
    found = _registry_in(repo) if repo is not None else ground.file_named(FILE_NAME)
    if found is not None:
        raise UsageError(f"there is a registry already: {found}", hint="run 'plmctl validate' to check it")


def _registry_in(repo: Repo) -> str | None:
    return next((p for p in repo.work_tree().paths() if posixpath.basename(p) == FILE_NAME), None)


def _tag(repo: Repo, name: str) -> str:
    """Names of registry tags that no tag of the repository has yet: one would refuse the first release."""
    tags = repo.tags()
    candidates = ("v{version}", "registry-v{version}", f"{name}-registry-v{{version}}")
    fitting = (c for c in candidates if not any(_is_tag(c, name, tag.name) for tag in tags))
    return next(fitting, candidates[-1])


def _is_tag(form: str, name: str, tag: str) -> bool:
    return Settings(folder="", name=name, tag=form).registry_version(tag) is not None


def _branch(repo: Repo) -> str:
    """The branch to release on: main where there is one, else master, else the one that is checked out."""
    branches = {_short(ref) for ref in repo.branch_tips()}
    current = repo.head().branch or "main"
    return next((branch for branch in ("main", "master") if branch in branches), current)


def _short(ref: str) -> str:
    return (
        ref.removeprefix(BRANCHES)
        if ref.startswith(BRANCHES)
        else ref.removeprefix(REMOTES).partition("/")[2]
    )


def _write(repo: Repo, path: str, text: str, written: _Written) -> None:
    if repo.create(path, text.encode()):
        written.paths.append(path)
        return
    there = _bytes(repo, path)
    is_attributes = posixpath.basename(path) == ATTRIBUTES
    missing = _missing_lines(path, text, there or b"")
    if not missing:
        written.done.append(f"kept {path}")
    elif is_attributes and there is not None:
        repo.put(path, _appended(there, missing))
        written.done.append(f"added {len(missing)} lines to {path}")
        written.added.append(path)
    elif is_attributes or path in _SHARED:
        written.to_add.extend((f"kept {path}; add to it:", *missing))
    else:
        written.done.append(f"kept {path}, which is not the one that a new registry begins with")


def _bytes(repo: Repo, path: str) -> bytes | None:
    """What an existing file holds; None for one that Git ignores, or a link."""
    return bytes_at(repo.work_tree(), path, limit=LIMIT)


def _missing_lines(path: str, text: str, there: bytes) -> tuple[str, ...]:
    """What of a file's lines an existing one lacks; of shared files, all or nothing."""
    lines = text.splitlines()
    if path in _SHARED:
        # Without the lines that hold the whole together: those are there already.
        first, last = _SHARED[path]
        return () if b"plmctl" in there else tuple(lines[first:last])
    known = {line.strip() for line in there.splitlines()}
    return tuple(line for line in lines if line.strip().encode() not in known)


def _appended(there: bytes, lines: tuple[str, ...]) -> bytes:
    newline = b"\n" if there and not there.endswith(b"\n") else b""
    return there + newline + "".join(f"{line}\n" for line in lines).encode()


def _grouped(written: _Written) -> Iterator[str]:
    """What was done, the schemas in one line."""
    schemas = [path for path in written.paths if f"{SCHEMA_FOLDER}/" in path]
    yield from written.done
    yield from (f"wrote {path}" for path in written.paths if path not in schemas)
    if schemas:
        yield f"wrote {posixpath.dirname(schemas[0])}/: {len(schemas)} schemas for editors"


def _ignored(repo: Repo, paths: list[str]) -> Iterator[str]:
    seen = frozenset(repo.work_tree().paths())
    ignored = [path for path in paths if path not in seen]
    if ignored:
        yield f"Git ignores {', '.join(ignored)}: commit with 'git add --force', or change '.gitignore'"


def _checks_of_workflow(service: str | None, written: _Written) -> Iterator[str]:
    # Whoever has the name on a package index that is not ours would run in the checks.
    path = WORKFLOWS.get(service or "")
    if path in written.paths:
        yield f"check in {path} where plmctl is installed from"


def _next(folder: str, paths: list[str], *, is_new: bool) -> tuple[str, ...]:
    at = "" if folder in ("", ".") else f" -C {shlex.quote(folder)}"
    # In a repository that has other things, only what was written is to be committed.
    tops = sorted({path.partition("/")[0] for path in paths})
    what = "-A" if is_new else " ".join(shlex.quote(f":/{top}") for top in tops)
    return (
        f"git{at} add {what} && git{at} commit -m 'begin the registry'",
        f"plmctl{at} validate",
        f"plmctl{at} release",
    )
