"""What a lock pins, out of the tree of its commit: canonical texts and files, each as it was locked."""

from collections.abc import Collection, Iterator, Mapping

from plmctl.core.bundle import Texts, included
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.form import texts_of
from plmctl.core.include import FILE_LIMIT
from plmctl.core.lock import FILE_NAME, Lock
from plmctl.core.phrase import one_line
from plmctl.core.registry import Registry, load
from plmctl.core.secrecy import masked
from plmctl.core.tree import EntryKind, Tree, Unreadable

_MEND = "compare 'plmctl verify', which says what of the lock is not true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """The canonical texts of the artifacts of a lock, and the files that their manifests include.

    `state` is the path of the plm.lock of their registry.
    """

    texts: Mapping[str, Texts]
    files: Mapping[str, bytes]
    state: str


def pinned(tree: Tree, lock: Lock) -> Pinned:
    """What a lock pins, in the tree of its commit. Raises IntegrityError for what is not as it was locked."""
    locked = _all_files(lock)
    tree.prefetch(sorted(locked))
    files = {path: _file(tree, path, digest) for path, digest in sorted(locked.items())}
    # Most references lead to what is locked too. One that says only what something is about may not, and
    # what it means takes the whole registry to know.
    texts: dict[str, Texts] = {}
    for seen in (_Part(tree, lock), tree):
        registry = load(seen)
        texts = dict(_texts(registry, lock))
        if texts.keys() == lock.artifacts.keys():
            there = {path: files[path] for path in sorted(included(lock))}
            return Pinned(texts=texts, files=there, state=registry.settings.at(FILE_NAME))
    wrong = min(lock.artifacts.keys() - texts.keys())
    raise IntegrityError(f"{wrong} is not as it was locked: its digest is another", hint=_MEND)


def _all_files(lock: Lock) -> Mapping[str, str]:
    return {path: digest for entry in lock.artifacts.values() for path, digest in entry.files.items()}


def _file(tree: Tree, path: str, digest: str) -> bytes:
    try:
        data = tree.read(path, limit=FILE_LIMIT)
    except Unreadable as error:
        raise IntegrityError(f"{_told(path)} was locked, and cannot be read: {error}", hint=_MEND) from error
    if sha256_of(data) != digest:
        raise IntegrityError(f"{_told(path)} is not the file that was locked", hint=_MEND)
    return data


def _told(path: str) -> str:
    """A path as a log may have it: a lock may name anything."""
    return one_line(masked(path))


def _texts(registry: Registry, lock: Lock) -> Iterator[tuple[str, Texts]]:
    """The texts of those artifacts that are as they were locked."""
    for artifact, entry in lock.artifacts.items():
        manifest = registry.manifests.get(artifact)
        if manifest is None:
            continue
        texts = texts_of(manifest, registry)
        if (sha256_of(texts.manifest), sha256_of(texts.metadata)) == (entry.digest, entry.metadata_digest):
            yield artifact, texts


class _Part:
    """A tree without the manifests that a lock does not name: to read them all takes long."""

    root = None

    def __init__(self, tree: Tree, lock: Lock):
        self._tree = tree
        self.ceiling = tree.ceiling
        self._locked = _all_files(lock)

    def paths(self) -> Iterator[str]:
        """The paths that the lock names, and those of settings and schemas."""
        return (path for path in self._tree.paths() if path in self._locked or _is_setting(path))

    def kind(self, path: str) -> EntryKind | None:
        """What stands at a path."""
        return self._tree.kind(path)

    def read(self, path: str, *, limit: int) -> bytes:
        """The content of a file."""
        return self._tree.read(path, limit=limit)

    def prefetch(self, paths: Collection[str]) -> None:
        """Announce files."""
        self._tree.prefetch(paths)

    def identity(self, path: str) -> str:
        """Which file stands at a path."""
        return self._tree.identity(path)

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """Which files stand at many paths."""
        return self._tree.identities(paths)


def _is_setting(path: str) -> bool:
    return path.endswith(("plmctl.yaml", ".json"))
