"""What ran in environments: the locks that commits left there, along the line of first parents."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from plmctl.commands.pins import names_in
from plmctl.core.course import Step
from plmctl.core.lock import LOCK_LIMIT, lock_folder, stated_version
from plmctl.core.manifest import Manifest
from plmctl.core.past import LineCommit
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.value import as_text


def steps(repo: Repo, commit: str, paths: Sequence[str], names: Sequence[str]) -> tuple[Step, ...]:
    """What the lock of an application held, from its first version to the one now.

    `paths` are where it lies and where it lay before, `names` the ids that the application has and had. A
    lock that only went to another path is no step.
    """
    held = tuple(_held(repo.line(commit, paths)[::-1], frozenset(paths)))
    blobs = [blob for _, blob in held if blob is not None]
    contents = dict(zip(blobs, repo.contents(blobs, limit=LOCK_LIMIT), strict=True))
    return tuple(_step(at, contents.get(blob or ""), names) for at, blob in held)


def _held(line: Sequence[LineCommit], paths: frozenset[str]) -> Iterator[tuple[str, str | None]]:
    """The commits after which the lock is another, and its blob; what was changed last is what counts."""
    files: dict[str, str] = {}
    last: str | None = None
    for commit in line:
        for file in commit.files:
            if file.path in paths:
                files.pop(file.path, None)
                files.update({file.path: file.new} if file.new is not None else {})
        blob = next(reversed(files.values()), None)
        if blob != last:
            last = blob
            yield commit.commit, blob


def _step(commit: str, data: bytes | None, names: Sequence[str]) -> Step:
    version = stated_version(data, names) if data is not None else None
    return Step(version=version, commit=commit, lock=data or b"")


class Order:
    """The order of environments: a version comes to one after it was in the one before, as commits say."""

    def __init__(self, repo: Repo, registry: Registry, commit: str | None):
        self._repo = repo
        self._registry = registry
        self._commit = commit
        self._locks: dict[str, dict[str, tuple[bytes, ...]]] = {}

    def before(self, environment: Manifest) -> Manifest | None:
        """The environment that a version must have been in before."""
        written = as_text(environment.spec.get("after"))
        found = self._registry.candidates_of(written, ("Environment",)) if written is not None else ()
        return self._registry.manifests[found[0]] if len(found) == 1 else None

    def position(self, environment: Manifest) -> int:
        """How many environments come before one; of a circle each counts once."""
        return self._positions.get(environment.name, 0)

    def ran(self, environment: Manifest, application: str) -> frozenset[str]:
        """The versions of an application that an environment runs or ran, in its arms too."""
        names = names_in(self._registry, environment, application)
        locks = self._all_locks(environment.name)
        found = (stated_version(data, names) for name in names for data in locks.get(name, ()))
        return frozenset(version for version in found if version is not None)

    @cached_property
    def _positions(self) -> dict[str, int]:
        environments = self._registry.of_kind("Environment")
        return {environment.name: self._depth(environment) for environment in environments}

    def _depth(self, environment: Manifest) -> int:
        seen = [environment.id]
        at = self.before(environment)
        while at is not None and at.id not in seen:
            seen.append(at.id)
            at = self.before(at)
        return len(seen) - 1

    def _all_locks(self, environment: str) -> dict[str, tuple[bytes, ...]]:
        """Every lock that commits left in an environment, by the id that its path says."""
        if environment not in self._locks:
            self._locks[environment] = dict(self._read(environment))
        return self._locks[environment]

    def _read(self, environment: str) -> Iterator[tuple[str, tuple[bytes, ...]]]:
        folder = lock_folder(self._registry.settings, environment)
        line = self._repo.line(self._commit, [folder]) if self._commit is not None else ()
        blobs: dict[str, dict[str, None]] = {}
        for file in (file for commit in line for file in commit.files):
            if file.new is not None and file.path.startswith(f"{folder}/") and file.path.endswith(".lock"):
                name = file.path[len(folder) + 1 : -len(".lock")].partition(".")[0]
                blobs.setdefault(f"application/{name}", {})[file.new] = None
        for application, ids in blobs.items():
            contents = self._repo.contents(tuple(ids), limit=LOCK_LIMIT)
            yield application, tuple(data for data in contents if data is not None)


def never_ran(application: str, version: object, before: Manifest, environment: Manifest) -> str:
    """That a version would come to an environment out of order."""
    return f"{application} {version} was never in {before.name}, and {environment.name} comes after it"
