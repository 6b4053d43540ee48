"""What locks and tags claim of one registry, each of it checked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from plmctl.commands.archive import Archive
from plmctl.commands.contents import closure_checks, whole_checks
from plmctl.commands.provenance import Claim, Provenance
from plmctl.commands.published import Published
from plmctl.commands.site import Site
from plmctl.commands.trust import changed_version
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import DamagedError, IntegrityError, PlmctlError, UsageError
from plmctl.core.lock import Lock, read_lock
from plmctl.core.report import Check, State, checked, failed
from plmctl.core.tag import ArtifactTag, RegistryTag

_FETCH = "run 'git fetch --tags'"


class Question(Protocol):
    """What a caller asks of every lock beyond what is always checked."""

    def checks(self, claim: Claim) -> Iterator[Check]:
        """What came of it."""
        ...


class Claims:
    """The checks of the locks and tags of one registry; questions are asked of each.

    `site` is the registry that the locks lie in, if they do.
    """

    def __init__(
        self,
        archive: Archive,
        site: Site | None = None,
        questions: Sequence[Question] = (),
        published: Published | None = None,
    ):
        self._archive = archive
        self._site = site
        self._published = published
        asked = (published,) if published is not None else ()
        self._questions = (Provenance(archive=archive), *questions, *asked)

    def tag_checks(self, name: str) -> tuple[Check, ...]:
        """The checks of a tag, by its name. Raises PlmctlError where it is not here."""
        return tuple(_all(name, self._tag_checks(name)))

    def lock_checks(self, name: str, data: bytes) -> tuple[Check, ...]:
        """The checks of a lock with these bytes. Raises PlmctlError where its release is not here."""
        return tuple(_all(name, self._lock_checks(name, data)))

    def _tag_checks(self, name: str) -> Iterator[Check]:
        past = self._archive.past
        release = past.by_name.get(name)
        tag = next((t for t in past.confirmed if t.name == name), None)
        if release is not None:
            yield from self._release_checks(name, release)
        elif tag is not None and tag.release is not None:
            yield self._artifact_check(name, tag)
            yield from self._release_checks(name, tag.release)
        else:
            yield self._unknown(name)

    def _release_checks(self, name: str, release: RegistryTag) -> Iterator[Check]:
        data = self._archive.blob(release)
        claim = Claim(subject=name, lock=read_lock(name, data), release=release)
        yield from whole_checks(self._archive, claim, data)
        yield from self._answers(claim)

    def _unknown(self, name: str) -> Check:
        told = self._archive.told(name)
        if told is not None:
            return failed(name, "tag", told)
        if self._there(name):
            raise PlmctlError(f"the tag {name} is not here{self._there(name)}", hint=_FETCH)
        hint = "name a lock's path or a tag; see 'git tag'"
        raise UsageError(f"no lock and no release tag {name}", hint=hint)

    def _artifact_check(self, name: str, tag: ArtifactTag) -> Check:
        # Not the trailer `Closure`: it tells what was found at the release, and is no truth (release.md).
        identity = self._archive.now_at(tag.commit).identities.get(tag.artifact)
        found = (identity.digest, identity.metadata_digest) if identity else ()
        is_same = found == (tag.digest, tag.metadata_digest)
        return checked(name, "tag", is_same, "digests at its commit", changed_version(tag))

    def _lock_checks(self, name: str, data: bytes) -> Iterator[Check]:
        lock = read_lock(name, data)
        yield Check(subject=name, name="form", state=State.OK, detail="as plmctl writes it")
        if self._site is not None:
            yield from self._site.checks(name, lock)
        meant = self._meant(lock, data)
        release = self._archive.past.by_name.get(lock.source.release)
        if meant is not None and meant is not release:
            yield _source(name, f"this is the lock of {meant.name}, it says {lock.source.release}")
        elif release is None:
            yield self._no_release(name, lock, data)
        else:
            yield from self._content_checks(Claim(subject=name, lock=lock, release=release), data)

    def _content_checks(self, claim: Claim, data: bytes) -> Iterator[Check]:
        if claim.lock.root is None:
            yield from whole_checks(self._archive, claim, data)
        else:
            pin = self._site.pins.get(claim.subject) if self._site is not None else None
            yield from closure_checks(self._archive, claim, pin)
        yield from self._answers(claim)

    def _answers(self, claim: Claim) -> Iterator[Check]:
        for question in self._questions:
            yield from question.checks(claim)

    def _meant(self, lock: Lock, data: bytes) -> RegistryTag | None:
        """The release that all but its name says a lock was read at."""
        past = self._archive.past
        if lock.root is not None:
            return self._archive.releases.get(lock.source.tag_object or "")
        named = past.by_name.get(lock.source.release)
        if named is not None and sha256_of(data) == named.lock:
            return named
        said = lock.source.release
        return next((r for r in past.releases if sha256_of(_renamed(data, said, r.name)) == r.lock), None)

    def _no_release(self, name: str, lock: Lock, data: bytes) -> Check:
        """An unknown release: a tag that is not fetched, or a name that somebody wrote into the lock."""
        release, said = lock.source.release, lock.source.tag_object
        told = self._archive.told(release)
        if told is not None:
            return _source(name, told)
        there = self._remote_tags.get(release, said)
        if said not in (None, there):
            detail = f"the lock says {said!r}{self._there(release)}, and it is not here"
            return failed(name, "source", detail, field="source.tagObject")
        committed = self._archive.committed(name)
        if committed == data or committed is None:
            raise PlmctlError(f"{name}: the release {release} is not here{self._there(release)}", hint=_FETCH)
        return _source(name, f"there is no release {release}, and the file is not the committed one")

    @property
    def _remote_tags(self) -> Mapping[str, str]:
        return self._published.tags if self._published is not None else {}

    def _there(self, tag: str) -> str:
        """What a tag is at the remote, in words; empty where it was not asked, or has none."""
        found = self._remote_tags.get(tag)
        return f", at {self._published.name} it is {found}" if self._published and found else ""


def _all(name: str, checks: Iterator[Check]) -> Iterator[Check]:
    """All checks; what was read and is broken ends them with a FAILED one."""
    try:
        yield from checks
    except DamagedError:
        # That is no fault of the lock: what was fetched of its registry has to be fetched anew.
        raise
    except IntegrityError as error:
        yield failed(name, "form", error.message)


def _renamed(data: bytes, old: str, new: str) -> bytes:
    """The bytes of a lock that says another release; no other field is called so, nor any text."""
    first, second = (f'"release": {json.dumps(name, ensure_ascii=False)}'.encode() for name in (old, new))
    return data.replace(first, second)


def _source(name: str, detail: str) -> Check:
    return failed(name, "source", detail, field="source.release")
