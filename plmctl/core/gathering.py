"""What the files of a tree come to: each is read, or known already."""

from collections.abc import Mapping, Sequence

from plmctl.core.briefs import Briefs
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument
from plmctl.core.file import file_data
from plmctl.core.finding import Finding
from plmctl.core.manifest import Manifest
from plmctl.core.reading import FileRead, content_of, read_file, with_manifest
from plmctl.core.settings import Settings
from plmctl.core.tree import Tree

HELD = 24 << 20
"""Bytes of manifests whose documents are held: of more they are read again by who looks at them."""
# So many portions of a registry have as many bytes.
_PORTIONS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What files came to: artifacts by id, files without one, and the portions that can be held together."""

    files: Mapping[str, FileRead]
    manifests: Mapping[str, Manifest]
    doubles: tuple[Manifest, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[str, ...]
    broken: tuple[str, ...]
    portions: tuple[frozenset[str], ...]


class Gathering:
    """What has been read of a registry so far."""

    def __init__(
        self, tree: Tree, settings: Settings, like: Mapping[str, FileRead], briefs: Briefs | None, held: int
    ):
        self._most, self._held = held, 0
        self._portions: list[set[str]] = [set()]
        self._tree = tree
        self._settings = settings
        self._kinds = settings.kinds
        self._limits = settings.limits
        self._like = like
        self._briefs = briefs
        self._files: dict[str, FileRead] = {}
        self._manifests: dict[str, Manifest] = {}
        self._doubles: list[Manifest] = []
        self._findings: list[Finding] = []
        self._skipped: list[str] = []
        self._broken: list[str] = []

    def read(self, paths: Sequence[str], also: Sequence[str]) -> None:
        """Reads files; `also` are those that somebody else will read soon."""
        known = self._known_unread(paths, self._briefs) if self._briefs is not None else {}
        self._tree.prefetch((*(path for path in paths if path not in known), *also))
        for path in paths:
            found = known.get(path) or self._read(path)
            if found is not None:
                self._files[path] = found
                self._take(path, found)

    def _known_unread(self, paths: Sequence[str], briefs: Briefs) -> dict[str, FileRead]:
        """What is known by the identities of files."""
        maybe = [path for path in paths if path in self._like or briefs.has(path)]
        each = self._tree.identities(maybe).items()
        found = ((path, self._recalled(path, identity, briefs)) for path, identity in each)
        return {path: known for path, known in found if known is not None}

    def _recalled(self, path: str, identity: str, briefs: Briefs) -> FileRead | None:
        known = self._like.get(path)
        if known is not None and known.identity == identity and known.is_in(self._tree):
            return known
        return briefs.find(self._tree, path, identity, self._kinds)

    def _read(self, path: str) -> FileRead | None:
        """Reads one file; what is wrong with it hides nothing of the others."""
        data = file_data(self._tree, path, "a manifest", self._limits)
        if isinstance(data, BrokenDocument):
            self._findings.extend(data.findings)
            self._broken.append(path)
            return None
        sha256, known = sha256_of(data), self._like.get(path)
        if known is not None and known.sha256 == sha256:
            return self._again(known)
        found = read_file(self._tree, path, data, sha256, self._kinds, self._limits)
        if self._briefs is not None:
            self._briefs.learn(path, found)
        return self._lightened(path, found, len(data))

    def _lightened(self, path: str, found: FileRead, size: int) -> FileRead:
        """The same without its document, where many are held."""
        before, self._held = self._held, self._held + size
        # A portion is looked at together with all that it refers to.
        if self._held * _PORTIONS // self._most > before * _PORTIONS // self._most:
            self._portions.append(set())
        if before <= self._most < self._held:
            for one in (*self._manifests.values(), *self._doubles):
                self._let_go(one)
        manifest = found.manifest
        if manifest is None or self._held <= self._most:
            return found
        if self._briefs is not None:
            # What is kept for the next run takes less than what was read.
            known = self._briefs.find(self._tree, path, found.identity, self._kinds)
            if known is not None:
                return known
        self._let_go(manifest)
        return found

    def _let_go(self, manifest: Manifest) -> None:
        shape, sha256 = self._kinds.shape_of(manifest.kind), manifest.sha256
        manifest.read_again_by(content_of(self._tree, manifest.path, sha256, shape, manifest.name))

    def _again(self, known: FileRead) -> FileRead:
        """The same with the files that it includes as they are now."""
        before = known.manifest
        if before is None or known.is_alone:
            return known
        shape = self._kinds.shape_of(before.kind)
        return with_manifest(known, before.document, shape, before.name, self._tree)

    def _take(self, path: str, found: FileRead) -> None:
        self._findings.extend(found.findings)
        manifest = found.manifest
        if manifest is None:
            (self._broken if found.is_ours else self._skipped).append(path)
            return
        self._findings.extend(manifest.findings)
        if manifest.id in self._manifests:
            self._doubles.append(manifest)
        else:
            self._manifests[manifest.id] = manifest
            self._portions[-1].add(manifest.id)

    def found(self) -> Gathered:
        """All that was read."""
        return Gathered(
            files=self._files,
            manifests=dict(sorted(self._manifests.items())),
            doubles=tuple(self._doubles),
            findings=tuple(self._findings),
            skipped=tuple(self._skipped),
            broken=tuple(self._broken),
            portions=tuple(map(frozenset, self._portions)) if self._held > self._most else (),
        )
