"""Where a release comes from: valid manifests, an unbroken chain of registry tags, a branch of releases."""

from collections.abc import Iterator

from plmctl.commands.archive import Archive
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level
from plmctl.core.lock import Lock
from plmctl.core.report import Check, checked, unchecked
from plmctl.core.tag import RegistryTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A lock that was read, under the name that it was asked for by, and the release that it is of."""

    subject: str
    lock: Lock
    release: RegistryTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is checked of every lock, whatever it locks."""

    archive: Archive

    def checks(self, claim: Claim) -> Iterator[Check]:
        """The manifests, the chain, the branch."""
        yield self._schema(claim)
        yield self._chain(claim)
        yield self._branch(claim)

    def _schema(self, claim: Claim) -> Check:
        paths = {path for entry in claim.lock.artifacts.values() for path in entry.files}
        wrong = [
            finding
            for finding in self.archive.now_at(claim.release.commit).registry.findings
            if finding.level is Level.ERROR and finding.location.path in paths
        ]
        detail = f"{wrong[0].location}: {wrong[0].message}" if wrong else ""
        return checked(claim.subject, "schema", not wrong, "every manifest is valid", detail)

    def _chain(self, claim: Claim) -> Check:
        links = self.archive.chain(claim.release)
        detail = _broken(links[-1]) or self._displaced(claim.release) or self._cut_short(claim.release)
        good = f"{len(links)} registry release{'s' if len(links) > 1 else ''}"
        return checked(claim.subject, "chain", not detail, good, detail)

    def _displaced(self, release: RegistryTag) -> str:
        """A later release that follows a tag object which is not here: this tag may stand in its place."""
        later = (later for later in self.archive.cut_off if self.archive.last_release(later) == release)
        return next(map(_broken, later), "")

    def _cut_short(self, release: RegistryTag) -> str:
        """A release before this one that it does not follow."""
        newest = self.archive.last_release(release)
        if newest is None or release.previous == newest.object_id:
            return ""
        return f"{release.name} does not follow {newest.name}, the newest release before it"

    def _branch(self, claim: Claim) -> Check:
        branches = self.archive.settings.branches
        named = branches[0] if len(branches) == 1 else f"one of {', '.join(branches)}"
        if self.archive.is_fetched:
            name = self.archive.settings.name
            return unchecked(
                claim.subject, "branch", f"no branch of {name} was fetched; a clone of it can tell"
            )
        if self.archive.commits is None:
            return unchecked(claim.subject, "branch", f"no branch {', '.join(branches)} is here")
        commit = claim.release.commit
        bad = f"{commit} is on no branch of releases ({', '.join(branches)})"
        return checked(claim.subject, "branch", commit in self.archive.commits, f"on {named}", bad)


def _broken(last: RegistryTag) -> str:
    """That the last link of a chain is not the first release."""
    if last.previous is None:
        return ""
    return f"{last.name} follows the tag object {last.previous}, and no registry tag is that"
