"""Where a release comes from: valid manifests, an unbroken chain of registry tags, a branch of releases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise

from plmctl.core.finding import Level
from plmctl.core.lock import Lock
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Check, State
from plmctl.core.tag import History, RegistryTag

_HEADS, _REMOTES = "refs/heads/", "refs/remotes/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The release that a lock was read at, the registry at its commit, and what releases may be on."""

    subject: str
    release: RegistryTag
    registry: Registry
    past: History
    branches: tuple[str, ...]
    commits: frozenset[str] | None
    ancestors: Callable[[str], frozenset[str]]

    def checks(self, lock: Lock) -> Iterator[Check]:
        """What is checked of every lock, whatever it locks."""
        yield self._schema(lock)
        yield self._chain()
        yield self._branch()
        if any(entry.data for entry in lock.artifacts.values()):
            yield self._skipped("data", "the pointers match, the bytes were not read")
        yield self._skipped("signature", "not asked for")

    def _skipped(self, name: str, why: str) -> Check:
        return Check(subject=self.subject, name=name, state=State.NOT_CHECKED, detail=why)

    def _schema(self, lock: Lock) -> Check:
        paths = {path for entry in lock.artifacts.values() for path in entry.files}
        wrong = [
            finding
            for finding in self.registry.findings
            if finding.level is Level.ERROR and finding.location.path in paths
        ]
        detail = f"{wrong[0].location}: {wrong[0].message}" if wrong else ""
        return checked(self.subject, "schema", not wrong, "every manifest is valid", detail)

    def _chain(self) -> Check:
        known = {release.object_id: release for release in self.past.releases}
        count, at = 1, self.release
        while at.previous is not None:
            before = known.get(at.previous)
            if before is None:
                detail = f"{at.name} follows the tag object {at.previous}, and no registry tag is that"
                return Check(subject=self.subject, name="chain", state=State.FAILED, detail=detail)
            count, at = count + 1, before
        detail = self._displaced() or self._cut_short()
        good = f"{count} registry release{'s' if count > 1 else ''}"
        return checked(self.subject, "chain", not detail, good, detail)

    def _displaced(self) -> str:
        """A later release that follows a tag object which is not here: this tag may stand in its place."""
        known = {release.object_id for release in self.past.releases}
        for earlier, later in pairwise(self.past.releases):
            is_cut = later.previous is not None and later.previous not in known
            if is_cut and earlier == self.release:
                return f"{later.name} follows the tag object {later.previous}, and no registry tag is that"
        return ""

    def _cut_short(self) -> str:
        """A release before this one that it does not follow."""
        newest = self.past.last_release(self.ancestors(self.release.commit), self.release)
        if newest is None or self.release.previous == newest.object_id:
            return ""
        return f"{self.release.name} does not follow {newest.name}, the newest release before it"

    def _branch(self) -> Check:
        named = ", ".join(self.branches)
        if self.commits is None:
            return self._skipped("branch", f"no branch {named} is here")
        bad = f"{self.release.commit} is on no branch of releases ({named})"
        return checked(self.subject, "branch", self.release.commit in self.commits, f"on {named}", bad)


def commits_on(branches: tuple[str, ...], repo: Repo) -> frozenset[str] | None:
    """Every commit on the branches of these names, here and at the remotes; None where there are none."""
    tips = {
        tip
        for ref, tip in repo.branch_tips().items()
        if any(fnmatchcase(_branch_of(ref), allowed) for allowed in branches)
    }
    return frozenset(commit for tip in tips for commit in repo.ancestors(tip)) if tips else None


def _branch_of(ref: str) -> str:
    # Of `refs/remotes/origin/a/b` the branch is `a/b`: somebody's `x/main` is not main.
    if ref.startswith(_HEADS):
        return ref.removeprefix(_HEADS)
    return ref.removeprefix(_REMOTES).partition("/")[2]


def checked(subject: str, name: str, is_ok: bool, good: str, bad: str, field: str | None = None) -> Check:
    """A check that was made: what it says when it is ok, and when it FAILED."""
    state = State.OK if is_ok else State.FAILED
    return Check(subject=subject, name=name, state=state, detail=good if is_ok else bad, field=field)
