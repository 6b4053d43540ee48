"""The records of datasets, read where they are at hand: in the tree, in the work tree, in DVC's cache."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace

from plmctl.core.data import files_in, name_inside, pointer_of
from plmctl.core.dataclass import dataclass
from plmctl.core.few import few
from plmctl.core.finding import PlmctlError
from plmctl.core.include import FILE_LIMIT
from plmctl.core.inventory import BrokenListing
from plmctl.core.manifest import Manifest
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Kept, Repo, TooLarge, Tree, Unreadable, Watch
from plmctl.core.registry import Registry
from plmctl.core.survey import TRACKED, DataFile, Survey
from plmctl.rules.surveys import Looked

SHOWN = 5
_ALL = "'plmctl validate --all-records' checks all"


def records_notes(registry: Registry, looked: Looked) -> Iterator[str]:
    """What was not checked of the records of datasets, and what to do about it."""
    # Of data that is only an address nothing can be had.
    absent = [artifact for artifact in looked.absent if pointer_of(registry.manifests[artifact]) is not None]
    if absent:
        where = "neither in the work tree nor in .dvc/cache"
        yield f"not checked: the data of {few(absent, SHOWN)} is {where}: '{_pulling(absent)}' brings it"
    partial = [artifact for artifact, survey in looked.surveys.items() if _is_partial(survey)]
    if partial:
        yield f"of {few(partial, SHOWN)} the first records and a sample were checked: {_ALL}"
    if looked.left:
        yield f"not checked: the records of {few(looked.left, SHOWN)}, for there is much data here: {_ALL}"
    for artifact, survey in looked.surveys.items():
        if not survey.is_tracked:
            yield f"{artifact} has over {TRACKED:,} records: the first of them were compared with each other"
        yield from (f"not checked: {path}: {why}" for path, why in survey.unread)


def _pulling(artifacts: Sequence[str]) -> str:
    """The command that brings the data of these; of many, that of all."""
    named = artifacts if len(artifacts) <= SHOWN else ()
    return " ".join(("plmctl data pull", *named))


def _is_partial(survey: Survey) -> bool:
    return not survey.is_whole and not survey.unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Where data is looked for: in a tree, in the work tree where that is the tree, in a cache if any."""

    repo: Repo
    tree: Tree
    is_work_tree: bool
    store: Kept | None
    watch: Watch | None = None

    def files(self, manifest: Manifest) -> tuple[DataFile, ...] | None:
        """The files of a dataset, None where they are not here. Nothing is fetched."""
        pointer = pointer_of(manifest)
        found = files_in(self.tree, manifest)
        if found is None and pointer is not None:
            found = self._on_disk(pointer) or self._cached(pointer)
        return found if found is None else tuple(self._watched(file, manifest.id) for file in found)

    def _watched(self, file: DataFile, artifact: str) -> DataFile:
        """The file, whose reading somebody watches who may have to wait for it."""
        watch = self.watch
        if watch is None:
            return file

        def chunks() -> Iterator[bytes]:
            done = 0
            for chunk in file.chunks():
                done += len(chunk)
                watch.moved(f"records of {artifact}", done, 0)
                yield chunk

        return replace(file, chunks=chunks)

    def _on_disk(self, pointer: Pointer) -> tuple[DataFile, ...] | None:
        """A file of the work tree that Git ignores, as it does what DVC tracks.

        One over the limit is read from the cache, which has it in pieces.
        """
        if not self.is_work_tree or pointer.is_folder:
            return None
        try:
            data = self.repo.on_disk(pointer.out_path, limit=FILE_LIMIT)
        except TooLarge as error:
            return self._cached(pointer) or (_too_large(pointer, error),)
        except Unreadable:
            return None
        name = posixpath.basename(pointer.out_path)
        return (DataFile(path=pointer.out_path, name=name, chunks=lambda: (data,)),)

    def _cached(self, pointer: Pointer) -> tuple[DataFile, ...] | None:
        if self.store is None or self.store.not_in_cache((pointer,)):
            return None
        if not pointer.is_folder:
            return (_file(self.store, pointer, pointer.out_path, pointer.md5),)
        listing = self.store.listing(pointer)
        if listing is None or isinstance(listing, BrokenListing):
            return None
        paths = [(f"{pointer.out_path}/{row.relpath}", row.md5) for row in listing.rows]
        return tuple(_file(self.store, pointer, path, md5) for path, md5 in paths)


def _too_large(pointer: Pointer, error: TooLarge) -> DataFile:
    def chunks() -> Iterator[bytes]:
        raise Unreadable(
            f"{error.size:,} bytes, and of the work tree at most {error.limit:,} are read; "
            f"'dvc commit {pointer.path}' brings it into .dvc/cache, where more is read"
        )

    return DataFile(path=pointer.out_path, name=posixpath.basename(pointer.out_path), chunks=chunks)


def _file(store: Kept, pointer: Pointer, path: str, md5: str) -> DataFile:
    def chunks() -> Iterator[bytes]:
        content = store.content(pointer, md5)
        if content is None:
            raise Unreadable("it is not in the cache")
        try:
            yield from content
        except PlmctlError as error:
            raise Unreadable(error.message) from error

    return DataFile(path=path, name=name_inside(path, pointer.out_path), chunks=chunks)
