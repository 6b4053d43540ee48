"""find: which version, release, commit, environment and period a digest or a closure was."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from plmctl.commands.moment import current
from plmctl.commands.past import past_of, tree_here
from plmctl.commands.releases import lock_bytes
from plmctl.commands.standing import SHORT, release_of
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.event import in_utc
from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
from plmctl.core.lock import FILE_NAME
from plmctl.core.locking import now_of
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Report, Table
from plmctl.core.sighting import (
    PREFIX,
    SHORTEST,
    Period,
    Sighting,
    asked,
    in_lock,
    in_message,
    in_release,
    in_tag,
    periods,
)
from plmctl.core.tag import history
from plmctl.core.value import Value

_HEADINGS = ("what", "of", "version", "where", "from", "until", "commit")
_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOptions:
    """The digest, or its beginning, with or without `sha256:`."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a hash was seen: in a release, a lock, or the work tree; when it came there and went."""

    sighting: Sighting
    kind: str
    name: str
    commit: str | None
    date: str
    until: str | None = None
    until_date: str | None = None


def find(repo: Repo, options: FindOptions) -> Report:
    """Every place in which a digest was seen. Raises PlmctlError where there is none."""
    prefix = asked(options.digest)
    if prefix is None:
        raise _no_digest(repo, options.digest)
    tree = tree_here(repo)
    finding = _Finding(repo, tree, prefix)
    places = tuple(finding.places())
    if not places:
        raise PlmctlError(f"{prefix} is no hash of this registry", hint=finding.looked_through)
    digests = sorted({place.sighting.digest for place in places})
    if len(digests) > 1:
        raise UsageError(f"{len(digests)} hashes begin with {prefix}", hint=_choices(digests, places))
    return Report(
        command="find",
        table=_table(places),
        data={"digest": digests[0], "places": [_value(place) for place in places]},
        summary={"places": len(places)},
        notes=(f"the whole hash is {digests[0]}",) if digests[0] != prefix else (),
    )


def _no_digest(repo: Repo, written: str) -> UsageError:
    """What was written is no digest; perhaps an artifact was meant."""
    word = written.partition("@")[0]
    registry = current(tree_here(repo))
    known = {*(manifest.id for manifest in registry.versioned), *registry.former}
    meant = sorted(artifact for artifact in known if word in (artifact, artifact.partition("/")[2]))
    if meant:
        return UsageError(
            f"'{written}' is an artifact, and no digest",
            hint=f"run 'plmctl log {meant[0]}' for its versions, 'plmctl status --uses {meant[0]}' for who "
            "runs it",
        )
    hint = f"write at least {SHORTEST} digits of it, 0 to 9 and a to f, with or without '{PREFIX}'"
    return UsageError(f"'{written}' is no digest", hint=hint)


class _Finding:
    """What is looked through for a hash: tags, locks of the past and of now, and the work tree."""

    def __init__(self, repo: Repo, tree: Tree, prefix: str):
        self._repo = repo
        self._tree = tree
        self._prefix = prefix
        self._past = past_of(repo, FILE_NAME)
        settings = self._past.registry.settings
        self._path = settings.at(FILE_NAME)
        self._refs = repo.tags()
        self._tags = history(self._refs, settings)

    @property
    def looked_through(self) -> str:
        """What was looked through, for whoever finds nothing."""
        tags = len(self._tags.confirmed)
        locks = sum(c.path.endswith(".lock") for commit in self._past.line for c in commit.files)
        return f"looked through {tags} versions, {locks} locks of the past and now, and the work tree"

    def places(self) -> Iterator[Place]:
        """Where it was seen: versions first, then locks by path and time, then what is not committed."""
        committed = tuple(self._committed())
        seen = (*self._released(), *committed, *self._elsewhere(), *self._uncommitted(committed))
        yield from seen
        known = {place.sighting.digest for place in seen}
        for sighting in _of_manifests(self._past.registry, self._prefix):
            if sighting.digest not in known:
                yield _now(
                    sighting, "work tree, unreleased" if not self._repo.is_bare else "HEAD, unreleased"
                )

    def _released(self) -> Iterator[Place]:
        for release in self._tags.releases:
            for sighting in in_release(release, self._prefix):
                yield _at_tag(sighting, "release", release.name, release.commit, self._dates)
        for tag in self._tags.confirmed:
            for sighting in in_tag(tag, self._prefix):
                yield _at_tag(sighting, "version", release_of(tag), tag.commit, self._dates)
        confirmed = {tag.name for tag in self._tags.confirmed}
        for ref in self._refs:
            for sighting in in_message(ref, self._prefix) if ref.name not in confirmed else ():
                yield replace(
                    _at_tag(sighting, "unconfirmed", ref.name, ref.commit or "", self._dates),
                    name=f"tag {ref.name}, unconfirmed",
                )

    @cached_property
    def _dates(self) -> Mapping[str, str]:
        return {tag.name: tag.date for tag in self._refs}

    def _committed(self) -> Iterator[Place]:
        """The periods of the locks on the line of first parents."""
        dates = {commit.commit: commit.committed for commit in self._past.line}
        for period in sorted(periods(self._states()), key=_of_period):
            yield Place(
                sighting=period.sighting,
                kind="registry" if period.path == self._path else "environment",
                name=self._name(period.path),
                commit=period.first,
                date=dates[period.first],
                until=period.last,
                until_date=dates[period.last] if period.last is not None else None,
            )

    def _states(self) -> Iterator[tuple[str, str, tuple[Sighting, ...]]]:
        """What each lock held after a commit, by the path that it has by its application's present name."""
        files: dict[str, dict[str, str]] = {}
        for commit in self._past.line:
            changed: dict[str, None] = {}
            for file in (file for file in commit.files if file.path.endswith(".lock")):
                path = self._present(file.path)
                held = files.setdefault(path, {})
                held.pop(file.path, None)
                held.update({file.path: file.new} if file.new is not None else {})
                changed[path] = None
            for path in changed:
                yield commit.commit, path, self._held(next(reversed(files[path].values()), None))

    def _present(self, path: str) -> str:
        """The path that a lock of an environment has now, where its application was renamed."""
        folder = self._past.registry.settings.at("environments/")
        environment, slash, file = path.removeprefix(folder).partition("/")
        name, dot, rest = file.partition(".")
        now = self._past.registry.former.get(f"application/{name}")
        if not (path.startswith(folder) and slash and now is not None):
            return path
        return f"{folder}{environment}/{now.removeprefix('application/')}{dot}{rest}"

    def _held(self, blob: str | None) -> tuple[Sighting, ...]:
        data = self._past.blobs[blob] if blob is not None else None
        return in_lock(data, self._prefix) if data is not None else ()

    def _elsewhere(self) -> Iterator[Place]:
        """The plm.lock of releases that are not on the line: of hotfix lines and other branches."""
        known = {commit.commit for commit in self._past.line}
        for release in self._tags.releases:
            if release.commit in known:
                continue
            data = _bytes(self._repo.commit_tree(release.commit), self._path) or b""
            # A release without a commit of its own finds the lock of an earlier one there.
            for sighting in in_lock(data, self._prefix) if sha256_of(data) == release.lock else ():
                yield _at_tag(sighting, "release", release.name, release.commit, self._dates)

    def _uncommitted(self, seen: tuple[Place, ...]) -> Iterator[Place]:
        """What locks of the work tree hold and no commit has."""
        if self._repo.is_bare:
            return
        current = {(place.name, place.sighting) for place in seen if place.until is None}
        for path in self._tree.paths():
            if path.endswith(".lock") and (path == self._path or self._is_of_environment(path)):
                name = self._name(self._present(path))
                for sighting in in_lock(_bytes(self._tree, path) or b"", self._prefix):
                    if (name, sighting) not in current:
                        yield _now(sighting, f"{name}, not committed")

    def _is_of_environment(self, path: str) -> bool:
        return path.startswith(self._past.registry.settings.at("environments/"))

    def _name(self, path: str) -> str:
        """A lock as people name it: an environment and an application, or its path."""
        folder = self._past.registry.settings.at("environments/")
        if not path.startswith(folder):
            return path
        return path.removeprefix(folder).removesuffix(".lock").replace("/", " ", 1)


def _of_period(period: Period) -> tuple[str, str, str]:
    return period.path, period.sighting.artifact or "", period.sighting.field


def _at_tag(sighting: Sighting, kind: str, release: str, commit: str, dates: Mapping[str, str]) -> Place:
    return Place(sighting=sighting, kind=kind, name=release, commit=commit, date=dates.get(release, ""))


def _now(sighting: Sighting, name: str) -> Place:
    return Place(sighting=sighting, kind="work tree", name=name, commit=None, date="")


def _of_manifests(registry: Registry, prefix: str) -> Iterator[Sighting]:
    """The hashes of the artifacts as they are now."""
    now = now_of(registry)
    for artifact, identity in now.identities.items():
        hashes = (
            ("digest", identity.digest),
            ("metadataDigest", identity.metadata_digest),
            ("closure", now.closures[artifact]),
        )
        for field, digest in hashes:
            if digest.startswith(prefix):
                yield Sighting(digest=digest, field=field, artifact=artifact, version=None)


def _bytes(tree: Tree, path: str) -> bytes | None:
    try:
        return lock_bytes(tree, path)
    except IntegrityError:
        return None


def _choices(digests: list[str], places: tuple[Place, ...]) -> str:
    """The hashes that begin alike, a line for each."""
    first = {place.sighting.digest: place.sighting for place in reversed(places)}
    lines = [f"{digest}: {_what(first[digest])} of {_of(first[digest])}" for digest in digests[:_MOST]]
    more = [f"and {len(digests) - _MOST} more"] if len(digests) > _MOST else []
    return "\n".join(("write more digits, to mean one of", *lines, *more))


def _what(sighting: Sighting) -> str:
    return sighting.field if sighting.path is None else f"{sighting.field} {sighting.path}"


def _of(sighting: Sighting) -> str:
    return sighting.artifact or FILE_NAME


def _table(places: tuple[Place, ...]) -> Table:
    rows = tuple(
        (
            _what(place.sighting),
            _of(place.sighting),
            place.sighting.version or "-",
            place.name,
            in_utc(place.date),
            _until(place),
            (place.commit or "-")[:SHORT],
        )
        for place in places
    )
    return Table(headings=_HEADINGS, rows=rows, spare=("what", "commit", "from"))


def _until(place: Place) -> str:
    if place.until_date is not None:
        return in_utc(place.until_date)
    return "now" if place.kind in ("environment", "registry") else "-"


def _value(place: Place) -> Value:
    seen = place.sighting
    return {
        "field": seen.field,
        "artifact": seen.artifact,
        "version": seen.version,
        "path": seen.path,
        "kind": place.kind,
        "name": place.name,
        "commit": place.commit,
        "date": place.date or None,
        "until": place.until,
        "untilDate": place.until_date or None,
    }
