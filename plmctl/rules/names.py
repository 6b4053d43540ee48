"""Names: that no two artifacts and no two files have the same one, on any system."""

import posixpath
import unicodedata
from collections.abc import Iterator

from plmctl.core.finding import Level, Location
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.rules.rule import CheckRule, Fault, check_rule


@check_rule("LNT001", "duplicate-artifact", Level.ERROR, is_of_all=True)
def duplicate_artifact(registry: Registry) -> Iterator[Fault]:
    """Two manifests have the same kind and the same name: only the first is read.

    Which one is first depends on the names of the files. Rename one of them, or delete it.
    """
    for double in registry.doubles:
        first = registry.manifests[double.id]
        # A copy whose name was forgotten: the file that is called by the name is the original.
        is_copied = _is_called_so(double) and not _is_called_so(first)
        copy, other = (first, double) if is_copied else (double, first)
        yield Fault(
            manifest=copy,
            location=copy.document.location(("metadata", "name")),
            message=f"'{copy.id}' is in {other.path} already",
            help="give one of them another name, or delete it",
        )


@check_rule("LNT002", "names-fold", Level.ERROR, is_of_all=True)
def names_fold(registry: Registry) -> Iterator[Fault]:
    """Two paths differ only in upper and lower case, or in how Unicode writes an accent.

    On Windows and macOS they are one: a checkout there has only one of the two files. Rename one.
    """
    if not _may_fold(registry):
        return
    first: dict[str, str] = {}
    told: set[str] = set()
    for path, (manifest, location) in sorted(_files(registry).items(), key=lambda item: item[0]):
        for name in _names(path):
            known = first.setdefault(_folded(name), name)
            if known != name and name not in told:
                told.add(name)
                yield Fault(
                    manifest=manifest,
                    location=location,
                    message=f"'{name}' and '{known}' are one name on Windows and macOS",
                    help="rename one of them",
                )


NAME_RULES: tuple[CheckRule, ...] = (duplicate_artifact, names_fold)


def _is_called_so(manifest: Manifest) -> bool:
    return posixpath.splitext(manifest.path)[0].endswith(f"/{manifest.name}")


def _may_fold(registry: Registry) -> bool:
    """Whether two paths may be one: of most registries that is known without a document."""
    manifests = (*registry.manifests.values(), *registry.doubles)
    paths = {path for manifest in manifests for path, _ in manifest.summary.hashes}
    names = {name for path in paths.union(m.path for m in manifests) for name in _names(path)}
    return len({_folded(name) for name in names}) < len(names)


def _files(registry: Registry) -> dict[str, tuple[Manifest, Location]]:
    """Every file of the artifacts, and the place that speaks of it."""
    files: dict[str, tuple[Manifest, Location]] = {}
    for manifest in (*registry.manifests.values(), *registry.doubles):
        for pointer, file in manifest.included.items():
            for path, _ in file.hashes:
                files.setdefault(path, (manifest, manifest.document.location(pointer)))
    for manifest in (*registry.manifests.values(), *registry.doubles):
        files[manifest.path] = (manifest, Location(path=manifest.path))
    return files


def _names(path: str) -> Iterator[str]:
    """The path's folders, outermost first, and the path."""
    parts = path.split("/")
    return ("/".join(parts[:n]) for n in range(1, len(parts) + 1))


def _folded(path: str) -> str:
    # Unicode's canonical caseless matching (chapter 3.13, D145).
    decomposed = unicodedata.normalize("NFD", path).casefold()
    return unicodedata.normalize("NFD", decomposed)
