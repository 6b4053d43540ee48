"""Registries in other repositories: their releases, fetched now or before."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from plmctl.commands.releases import Releases
from plmctl.core.configuration import NoRegistry, read_settings_of
from plmctl.core.deferred import deferred
from plmctl.core.finding import DamagedError, IntegrityError, Level, PlmctlError
from plmctl.core.lock import Lock, LockedArtifact
from plmctl.core.ports import Repo, TagRef
from plmctl.core.reg import TAG_MISSING
from plmctl.core.registry import Registry
from plmctl.core.report import Problem
from plmctl.core.settings import Settings, require_this_version
from plmctl.core.tag import History, history, tag_name
from plmctl.core.trailer import trailers
from plmctl.core.version import Version, parsed_version

_VERSION = deferred(r"\d+\.\d+\.\d+(?:-[0-9a-z]+(?:\.[0-9a-z]+)*)?")
# A tag may look like a release of a registry and be none; nobody has many of those.
_MOST_TRIED = 10
_GONE = "the registry has it no more: take another with --update"


class Fetching:
    """A registry in another repository: of its tags and files only what a lock needs is fetched."""

    def __init__(self, repo: Repo, address: str):
        self._elsewhere = repo.elsewhere(address)
        self._known = self._elsewhere.tags()
        named = [name for name in self._known if "@" not in name and _version_in(name) is not None]
        self._refuse_moved()
        self._elsewhere.take(named)
        self._settings = _settings_of(self._elsewhere.repo, self._elsewhere.name)
        if not self._settings.is_committed:
            # What such a release held is told by all tags and by its history.
            self._elsewhere.take([*self._known])
            self._elsewhere.deepen()
        self._past = history(self._elsewhere.repo.tags(), self._settings)
        self._releases: dict[str, Releases] = {}

    @property
    def name(self) -> str:
        """The name of the registry."""
        return self._settings.name

    @property
    def released(self) -> frozenset[str]:
        """The artifacts that it ever released."""
        return self._past.released

    def problems(self) -> Iterator[Problem]:
        """Nothing: what is wrong with its tags is told of those that are fetched."""
        yield from ()

    def releases(self, root: str) -> Releases:
        """Its releases, with all versions of one artifact. Raises IntegrityError where tags are wrong."""
        if root not in self._releases:
            self._releases[root] = self._of(root)
        return self._releases[root]

    def _of(self, root: str) -> Releases:
        self._elsewhere.take([name for name in self._known if name.startswith(f"{root}@v")])
        found = _releases(self._elsewhere.repo, self._settings, _GONE)
        for finding in found.past.findings:
            # Tags of other artifacts are not fetched.
            if finding.level is Level.ERROR and finding.rule is not TAG_MISSING:
                raise IntegrityError(
                    f"{self._elsewhere.name}: {finding.code} {finding.rule.name}: {finding.message}",
                    hint="ask who keeps that registry: nothing of it is locked until it is mended",
                )
        return found

    def confirm(self, lock: Lock) -> None:
        """Fetch the tags of all that a lock holds. Raises IntegrityError where no release confirms one."""
        versions = {a: v for a, e in lock.artifacts.items() if (v := parsed_version(e.version or ""))}
        self._elsewhere.take([tag_name(artifact, version) for artifact, version in versions.items()])
        past = history(self._elsewhere.repo.tags(), self._settings)
        for artifact, version in versions.items():
            entry, tag = lock.artifacts[artifact], past.version(artifact, version)
            if tag is None or (tag.digest, tag.metadata_digest) != (entry.digest, entry.metadata_digest):
                raise IntegrityError(
                    f"{self._elsewhere.name}: {tag_name(artifact, version)} is not what was released",
                    hint="ask who keeps that registry: its tags or its files were changed",
                )

    def between(self, before: Lock | None, after: Lock) -> History:
        """Its past, with the versions that lie between those of two locks: their tags are fetched."""
        olds = before.artifacts if before is not None else {}
        self._elsewhere.take([tag for tag in self._known if _is_between(tag, olds, after.artifacts)])
        return history(self._elsewhere.repo.tags(), self._settings)

    def _refuse_moved(self) -> None:
        """A release that was fetched before never becomes another one."""
        repo = self._elsewhere.repo
        for tag in _release_tags(repo):
            now = self._known.get(tag.name, tag.object_id)
            if now != tag.object_id:
                raise IntegrityError(
                    f"{self._elsewhere.name}: the release {tag.name} was {tag.object_id} when it was fetched,"
                    f" and is {now}",
                    hint=f"ask who keeps that registry; if it is meant, run 'rm -r {repo.top}'",
                )


T = TypeVar("T")


def renewed(repo: Repo, address: str, ask: Callable[[], T]) -> T:
    """What comes of asking a registry elsewhere; where what was fetched of it is damaged, asked anew."""
    try:
        return ask()
    except DamagedError:
        repo.elsewhere(address).discard()
        return ask()


def fetched_releases(repo: Repo, lock: Lock) -> Releases | None:
    """The releases of the registry that a lock is of, as far as they were fetched; None where none were."""
    source = lock.source
    if source.tag_object is None or source.commit is None:
        return None
    there = repo.fetched(source.release, source.tag_object)
    if there is None:
        return None
    tree = there.commit_tree(source.commit)
    settings = read_settings_of(tree, tuple(tree.paths()))
    return _releases(there, settings, "run 'plmctl lock' to fetch it")


def releases_of(repo: Repo, here: Registry | None, lock: Lock) -> Releases | None:
    """The releases of the registry that a lock is of: this repository's, else as they were fetched."""
    if here is not None:
        own = Releases(repo, here)
        release = own.past.by_name.get(lock.source.release)
        if release is not None and release.object_id == lock.source.tag_object:
            return own
    return fetched_releases(repo, lock)


def refuse_moved(existing: Lock | None, made: Lock) -> None:
    """Raises IntegrityError where the release that was locked is another tag object now."""
    if existing is None or existing.source.release != made.source.release:
        return
    if existing.source.tag_object != made.source.tag_object:
        raise IntegrityError(
            f"the release {made.source.release} was {existing.source.tag_object} when this was locked,"
            f" and is {made.source.tag_object}",
            hint="ask who keeps that registry: a release never becomes another one",
        )


def _releases(repo: Repo, settings: Settings, lacking: str) -> Releases:
    return Releases(repo, Registry(settings=settings, manifests={}), lacking=lacking)


def _settings_of(repo: Repo, name: str) -> Settings:
    """The settings of a registry as of its newest release. Raises PlmctlError where it has none."""
    tags = sorted(_release_tags(repo), key=lambda tag: _version_in(tag.name) or _LOWEST, reverse=True)
    for tag in tags[:_MOST_TRIED]:
        tree = repo.commit_tree(tag.commit or "")
        try:
            settings = read_settings_of(tree, tuple(tree.paths()))
        except NoRegistry:
            continue
        if settings.registry_version(tag.name) is not None:
            require_this_version(settings)
            return settings
    raise PlmctlError(
        f"{name} has no release of a registry", hint="run 'plmctl release' there, and push its tags"
    )


_LOWEST = Version(major=0, minor=0, patch=0)


def _release_tags(repo: Repo) -> Iterator[TagRef]:
    """The tags that say they are releases of a registry."""
    for tag in repo.tags():
        is_one = tag.object_type == "tag" and tag.commit and "@" not in tag.name
        if is_one and _version_in(tag.name) is not None and "Registry" in trailers(tag.message):
            yield tag


def _is_between(tag: str, olds: Mapping[str, LockedArtifact], news: Mapping[str, LockedArtifact]) -> bool:
    """Whether a tag is of a version between those that two locks have of its artifact."""
    artifact, _, text = tag.rpartition("@v")
    version = parsed_version(text)
    ends = [
        parsed_version(entries[artifact].version or "") for entries in (olds, news) if artifact in entries
    ]
    known = [end for end in ends if end is not None]
    return version is not None and len(known) == 2 and min(known) <= version <= max(known)


def _version_in(tag: str) -> Version | None:
    """The version in the name of a tag, whatever stands around it."""
    found = _VERSION.search(tag)
    return parsed_version(found[0]) if found is not None else None
