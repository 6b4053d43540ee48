"""Whether the tags of a lock are those that the remote has (hostile.md L03)."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from plmctl.commands.archive import Archive
from plmctl.commands.provenance import Claim
from plmctl.core.few import few
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import Remote
from plmctl.core.ref import TAGS
from plmctl.core.report import Check, State, failed, unchecked
from plmctl.core.tag import tag_name
from plmctl.core.version import parsed_version


class Published:
    """Asks of each lock whether its tags are the same at the remote, which is asked once."""

    def __init__(self, archive: Archive, remote: Remote | None):
        self._archive = archive
        self._remote = remote

    def checks(self, claim: Claim) -> Iterator[Check]:
        """A FAILED check for each tag that moved or is gone, here or there; else how many are the same."""
        there, trouble = self._answer
        if trouble is not None:
            yield unchecked(claim.subject, "remote", trouble, is_asked=True)
            return
        names = self._names(claim)
        wrong = [why for name in names if (why := self._wrong(name, there.get(name)))]
        yield from (failed(claim.subject, "remote", why) for why in wrong)
        missing = [name for name in names if name not in there and name not in self._expected]
        if missing:
            why = f"{self.name} does not have {few(missing, 1)} yet"
            yield unchecked(claim.subject, "remote", why, is_asked=True)
        elif not wrong:
            detail = f"{len(names)} tags are the same at {self.name}"
            yield Check(subject=claim.subject, name="remote", state=State.OK, detail=detail)

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of the remote and their objects; none where it cannot be asked."""
        return self._answer[0]

    @property
    def name(self) -> str:
        """The remote's name."""
        return self._remote.name if self._remote is not None else "the remote"

    def _names(self, claim: Claim) -> list[str]:
        """The tags that a lock rests on: the chain of its release, and its versions."""
        found = {release.name for release in self._archive.chain(claim.release)}
        for artifact, entry in claim.lock.artifacts.items():
            version = parsed_version(entry.version) if entry.version is not None else None
            if version is not None:
                found.add(tag_name(artifact, version))
        return sorted(found)

    def _wrong(self, name: str, there: str | None) -> str:
        """How a tag differs here and there; empty where it does not, or is not there yet."""
        here = self._here.get(name)
        if here is not None and there is not None and here != there:
            return f"the tag {name} is {here} here, and {there} at {self.name}"
        if there is None and name in self._expected:
            gone = f"{here} here, and gone at" if here is not None else "gone here, and at"
            return f"the tag {name} is {gone} {self.name}: {self._expected[name]} there rests on it"
        if here is None and there is not None:
            return f"the tag {name} is gone here, and {there} at {self.name}"
        return ""

    @cached_property
    def _here(self) -> Mapping[str, str]:
        return {tag.name: tag.object_id for tag in self._archive.repo.tags()}

    @cached_property
    def _answer(self) -> tuple[Mapping[str, str], str | None]:
        """The remote's tags, or why they are not known."""
        if self._remote is None:
            return {}, self._nowhere
        try:
            found = self._remote.refs(f"{TAGS}*")
        except PlmctlError as error:
            return {}, error.message
        return {r.removeprefix(TAGS): oid for r, oid in found.items() if r.startswith(TAGS)}, None

    @property
    def _nowhere(self) -> str:
        """Why there is no remote to ask: what was fetched is published where its locks say."""
        if not self._archive.is_fetched:
            return "this repository has no remote"
        name = self._archive.settings.name
        return f"the lock does not say where {name} is published: verify it in a clone of {name}"

    @cached_property
    def _expected(self) -> Mapping[str, str]:
        """The tags that the remote must have, since a release there rests on them: that release by tag.

        A registry tag is published after all that it names, and after the one that it follows.
        """
        found: dict[str, str] = {}
        for release in self._archive.past.releases:
            if self.tags.get(release.name) == release.object_id:
                for link in self._archive.chain(release):
                    for name in (
                        link.name,
                        *(tag_name(line.artifact, line.version) for line in link.released),
                    ):
                        found.setdefault(name, release.name)
        return found
