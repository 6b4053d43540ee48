"""Where a repository is, of which kind, and whether it is what its `.git` says."""

import os
from collections.abc import Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.git.process import Git

_QUESTIONS = (
    "--is-bare-repository",
    "--is-shallow-repository",
    "--show-object-format",
    "--path-format=absolute",
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-toplevel",
)
_INIT = "run 'plmctl init' to make a registry here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A repository on disk: Git ready to run in it, its folders, its object format."""

    git: Git
    top: str
    git_dir: str
    common_dir: str
    object_format: str
    is_bare: bool
    is_shallow: bool

    def index_at(self, named: str | None) -> str | None:
        """The index that Git names to a hook; any other path is a stranger's."""
        if not named:
            return None
        path = os.path.realpath(os.path.join(self.top, named))
        folders = (os.path.realpath(folder) for folder in (self.git_dir, self.common_dir))
        return path if any(path.startswith(folder + os.sep) for folder in folders) else None


def discovered(start: str, surroundings: Mapping[str, str]) -> Place:
    """The repository that a folder belongs to. Raises PlmctlError when there is none, or none to trust."""
    if not os.path.isdir(start):
        raise PlmctlError(f"no such folder: {start}")
    git = Git.installed(os.path.realpath(start), surroundings)
    done = git.run("rev-parse", *_QUESTIONS, accept=(0, 128))
    if "dubious ownership" in done.err:
        git = git.having(*_trusted_folders(git))
        done = git.run("rev-parse", *_QUESTIONS, accept=(0, 128))
    if "cannot use bare repository" in done.err:
        return _bare(git)
    lines = done.lines
    if len(lines) == 6:
        return _work_tree(git, lines)
    if len(lines) == 5 and lines[0] == "true":
        return _place(git, lines, top=lines[3])
    if "not a git repository" in done.err:
        raise PlmctlError(f"not a Git repository: {git.folder}", hint=_INIT)
    if not done.err:
        raise PlmctlError(f"a folder's name has a newline: {git.folder!r}", hint="rename the folder")
    raise git.failure("rev-parse", done.err)


def _trusted_folders(git: Git) -> list[str]:
    return [f"{key}={value}" for key, value in git.user_settings() if key == "safe.directory"]


def _work_tree(git: Git, lines: list[str]) -> Place:
    git_dir, top = lines[3], lines[5]
    inside = os.path.commonpath([top, git.folder]) == top
    if not inside or not _leads_to(os.path.join(top, ".git"), git_dir):
        raise PlmctlError(
            f"the repository's configuration puts the work tree elsewhere: {top}",
            hint="remove core.worktree from its '.git/config', or run plmctl in the work tree",
        )
    return _place(git.at(top), lines, top=top)


def _leads_to(dot_git: str, git_dir: str) -> bool:
    """Whether a `.git`, folder or file (gitrepository-layout), means this Git directory."""
    if not os.path.isfile(dot_git):
        return os.path.isdir(dot_git) and os.path.samefile(dot_git, git_dir)
    with open(dot_git, encoding="utf-8", errors="surrogateescape") as file:
        said = file.read(4096).removeprefix("gitdir:").strip()
    target = os.path.join(os.path.dirname(dot_git), said)
    return os.path.isdir(target) and os.path.samefile(target, git_dir)


def _bare(git: Git) -> Place:
    """A bare repository at its top; inside a work tree it may be a trap (git-config: safe.bareRepository)."""
    around = git.at(os.path.dirname(git.folder)).run("rev-parse", "--show-toplevel", accept=(0, 128))
    if around.code == 0:
        raise PlmctlError(
            f"a bare repository inside the work tree {around.lines[0]}",
            hint=f"run 'plmctl -C {around.lines[0]} ...'",
        )
    return bare_place(git)


def bare_place(git: Git) -> Place:
    """A bare repository at its top, whatever is around it. Raises PlmctlError for anything else."""
    git = git.having("safe.bareRepository=all")
    done = git.run("rev-parse", *_QUESTIONS, accept=(0, 128))
    if len(done.lines) != 5 or done.lines[3] != git.folder:
        raise PlmctlError(f"not the top of a bare repository: {git.folder}", hint="run plmctl at its top")
    return _place(git, done.lines, top=git.folder)


def _place(git: Git, lines: list[str], *, top: str) -> Place:
    return Place(
        git=git,
        top=top,
        git_dir=lines[3],
        common_dir=lines[4],
        object_format=lines[2],
        is_bare=lines[0] == "true",
        is_shallow=lines[1] == "true",
    )
