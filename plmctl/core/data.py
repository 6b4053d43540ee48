"""The files of a dataset, as far as a tree holds them."""

import posixpath
from collections.abc import Iterator, Mapping

from plmctl.core.include import FILE_LIMIT
from plmctl.core.manifest import Manifest
from plmctl.core.pointer import Pointer
from plmctl.core.survey import DataFile
from plmctl.core.tree import EntryKind, Tree
from plmctl.core.value import Value, as_mapping

_DATA = ("spec", "data")
_RESTRICTED = ("confidential", "restricted")


def is_restricted(spec: Mapping[str, Value]) -> bool:
    """Whether not everybody may see the data of a Dataset: it is confidential, or has data of persons."""
    personal = as_mapping(spec.get("personalData")).get("present")
    return spec.get("sensitivity") in _RESTRICTED or personal is True


def pointer_of(manifest: Manifest) -> Pointer | None:
    """The DVC pointer to a dataset's data, None where it is elsewhere or the pointer is wrong."""
    included = manifest.included.get((*_DATA, "dvc"))
    return included.data if included is not None else None


def files_in(tree: Tree, manifest: Manifest) -> tuple[DataFile, ...] | None:
    """The files of a dataset's data that a tree holds; None where it has none of them, or knows no place."""
    included, pointer = manifest.included.get((*_DATA, "git")), pointer_of(manifest)
    if included is not None:
        return tuple(tree_file(tree, path, included.path) for path, _ in included.hashes)
    if pointer is None:
        return None
    return tuple(tree_file(tree, path, pointer.out_path) for path in _paths(tree, pointer.out_path)) or None


def _paths(tree: Tree, path: str) -> Iterator[str]:
    kind = tree.kind(path)
    if kind is EntryKind.FILE:
        yield path
    elif kind is EntryKind.FOLDER:
        below = (p for p in tree.paths() if p.startswith(f"{path}/"))
        # A link is no data: what it shows can lie outside the repository.
        yield from (p for p in below if tree.kind(p) is EntryKind.FILE)


def tree_file(tree: Tree, path: str, data: str) -> DataFile:
    """A file of a tree, as one of the data that lies at a path."""

    def chunks() -> Iterator[bytes]:
        yield tree.read(path, limit=FILE_LIMIT)

    return DataFile(path=path, name=name_inside(path, data), chunks=chunks)


def name_inside(path: str, data: str) -> str:
    """The name of a file inside the data at a path: of data that is one file, its own."""
    return posixpath.basename(path) if path == data else path.removeprefix(f"{data}/")
