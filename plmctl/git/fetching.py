"""What a clone lacks, and the `git fetch` line that brings it. Nothing here runs it."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from shlex import quote

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.git.process import Git, settings

# What may follow the name of a commit: `~2`, `^`, `^{tree}`, `@{1}`, `:path` (gitrevisions).
_SUFFIX = deferred(r"[~^:]|@\{")
_FULL_ID = deferred(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_TO_SEE = "'git log --all --oneline' to see what is here"


@dataclass(frozen=True, kw_only=True)
class Clone:
    """Where a repository was cloned from: for each remote, what it fetches, and whether history was cut."""

    fetched: Mapping[str, tuple[str, ...]]
    is_shallow: bool

    def to_resolve(self, revision: str) -> str:
        """What to do where a revision is not here: the line that brings it, as far as its words tell."""
        word = _SUFFIX.split(revision.removeprefix("refs/remotes/"), maxsplit=1)[0]
        remote = next((name for name in self._longest_first if word.startswith(f"{name}/")), None)
        if remote is not None:
            return self._run(remote, self._refspec(remote, word.removeprefix(f"{remote}/")))
        if not self.is_shallow:
            return f"run 'git fetch --tags' if it is at the remote, {_TO_SEE}"
        if _FULL_ID.fullmatch(word):
            return self._run(self.remote, word)
        return f"{self._run(f'--tags {quote(self.remote)}')}; a branch of it is named {self.remote}/BRANCH"

    def to_join(self) -> str:
        """What to do where two commits have no common ancestor here."""
        return self._run(self.remote) if self.is_shallow else "compare them with 'A B' or 'A..B'"

    def to_complete(self) -> str:
        """What to do where an object is not here: a partial clone fetches none while plmctl reads."""
        return f"run 'git fetch --refetch --no-filter {quote(self.remote)}'"

    def tracking(self, remote: str, branch: str) -> str | None:
        """The ref that follows a branch of a remote, by their full names; None for none."""
        for refspec in self.fetched.get(remote, ()):
            source, _, target = refspec.removeprefix("+").partition(":")
            if source == branch:
                return target or None
            before, star, after = source.partition("*")
            if star and target and branch.startswith(before) and branch.endswith(after):
                return target.replace("*", branch[len(before) : len(branch) - len(after)])
        return None

    @property
    def remote(self) -> str:
        """The remote to fetch from: origin, or the first there is."""
        return "origin" if "origin" in self.fetched or not self.fetched else min(self.fetched)

    @cached_property
    def _longest_first(self) -> tuple[str, ...]:
        return tuple(sorted(self.fetched, key=lambda name: (-len(name), name)))

    def _refspec(self, remote: str, branch: str) -> str:
        """A branch as `git fetch` takes it so that its remote-tracking branch is there afterwards."""
        everything = f"+refs/heads/*:refs/remotes/{remote}/*"
        if everything in self.fetched[remote]:
            return quote(branch)
        return quote(f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}")

    def _run(self, *words: str) -> str:
        deepen = ("--unshallow",) if self.is_shallow else ()
        return f"run '{' '.join(('git fetch', *deepen, *words))}'"


def clone_of(git: Git) -> Clone:
    """What the configuration of a repository says of its remotes."""
    shallow = git.run("rev-parse", "--is-shallow-repository").lines
    return Clone(fetched=dict(_fetched(git)), is_shallow=shallow == ["true"])


def _fetched(git: Git) -> Iterator[tuple[str, tuple[str, ...]]]:
    pairs = settings(git.run("config", "--list", "-z").out)
    named = re.compile(r"remote\.(.+)\.(?:url|fetch)", re.DOTALL)
    for name in dict.fromkeys(found[1] for key, _ in pairs if (found := named.fullmatch(key))):
        yield name, tuple(value for key, value in pairs if key == f"remote.{name}.fetch")
