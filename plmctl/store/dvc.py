"""The data of a repository with DVC: what is here is read without it, and it moves what moves."""

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import BrokenListing, Counted, Inventory, Measured
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Watch
from plmctl.store.configuration import RemoteSettings
from plmctl.store.grounds import dvc_top
from plmctl.store.hashing import Hashing
from plmctl.store.measuring import counted, measured
from plmctl.store.premises import Premises, named
from plmctl.store.recall import Look, Recall

# What moves data, checks it or writes it is imported where that is done: most runs look.
if TYPE_CHECKING:
    from plmctl.store.writing import Part


class DvcStore:
    """The data of the repository at `top`, an absolute path without links; a Store.

    To recall what is known is for whoever only looks: what was counted he need not look for again, either.
    """

    def __init__(
        self,
        top: str,
        environment: Mapping[str, str] = os.environ,
        watch: Watch | None = None,
        recall: Recall | None = None,
    ):
        self._top = top
        self._environment = environment
        self._watch = watch
        self._recall = recall
        self._known: dict[str, Premises] = {}
        self._looks: dict[str, Look] = {}

    def counted(self, path: str) -> Counted | None:
        """How much data lies at a path of the work tree, None for nothing."""
        grounds = self._premises(path).grounds
        if self._recall is None:
            return counted(grounds, path)
        look = self._recall.look(grounds, path)
        if look is None:
            return None
        self._looks[path] = look
        return look.seen.counted

    def measured(self, path: str, *, is_legacy: bool = False, with_sha256: bool = False) -> Measured | None:
        """The hashes of the data at a path of the work tree, None for nothing."""
        hashing = Hashing(is_legacy=is_legacy, with_sha256=with_sha256)
        return measured(self._premises(path).grounds, path, hashing, self._watch)

    def passed_over(self, path: str) -> tuple[str, ...]:
        """The files of a folder of the work tree that DVC passes over, as paths of the repository."""
        from plmctl.store.passed import passed_over

        return passed_over(self._premises(path).grounds, path)

    def md5(self, path: str, *, is_legacy: bool = False) -> str | None:
        """The md5 of the data at a path of the work tree, None for nothing; no proof."""
        if self._recall is None:
            found = self.measured(path, is_legacy=is_legacy)
            return found.md5 if found is not None else None
        look = self._looks.pop(path, None) or self._recall.look(self._premises(path).grounds, path)
        return self._recall.md5(look, Hashing(is_legacy=is_legacy)) if look is not None else None

    def listing(self, pointer: Pointer) -> Inventory | BrokenListing | None:
        """The inventory of a folder from the local cache."""
        return self._premises(pointer.out_path).cache.listing(pointer)

    def content(self, pointer: Pointer, md5: str) -> Iterator[bytes] | None:
        """The bytes of one file of a pointer's data from the local cache."""
        return self._premises(pointer.out_path).cache.content(md5, is_legacy=pointer.is_legacy)

    def not_in_cache(self, pointers: Sequence[Pointer]) -> tuple[Pointer, ...]:
        """Those of which the local cache has not every file, in its size."""
        return tuple(p for p in pointers if not self._has(p))

    def _has(self, pointer: Pointer) -> bool:
        cache = self._premises(pointer.out_path).cache
        return cache.has(pointer) if self._recall is None else self._recall.has(cache, pointer)

    def remote_of(self, pointer: Pointer, remote: str | None = None) -> str | None:
        """DVC's name of the remote that a pointer's data goes to; None where none is configured."""
        configured = self._premises(pointer.out_path).configuration
        name = remote or pointer.remote or configured.remote
        return name if name is not None and name.lower() in configured.remotes else None

    def is_remote_here(self, pointer: Pointer, remote: str | None = None) -> bool:
        """Whether that remote is a folder of this machine."""
        name = self.remote_of(pointer, remote)
        configured = self._premises(pointer.out_path).configuration
        return name is not None and configured.remotes[name.lower()].folder is not None

    def not_in_remote(self, pointers: Sequence[Pointer], remote: str | None = None) -> tuple[Pointer, ...]:
        """Those of which the remote has not every file, asked now."""
        missing: set[int] = set()
        for premises, settings, group in self._groups(pointers, remote):
            missing.update(map(id, premises.not_in_remote(settings, group)))
        return tuple(pointer for pointer in pointers if id(pointer) in missing)

    def check_cache(self, pointers: Sequence[Pointer]) -> None:
        """Read what the local cache has of data. Raises IntegrityError for other bytes than its md5 says."""
        from plmctl.store.damage import check_bytes, refuse_special

        for pointer in pointers:
            cache = self._premises(pointer.out_path).cache
            refuse_special(pointer, cache, cache.listing(pointer))
            check_bytes(pointer, cache)

    def check_remote(self, pointer: Pointer, remote: str | None = None) -> None:
        """Read what a remote that is a folder of this machine has of data. Raises IntegrityError likewise."""
        for premises, settings, _ in self._groups([pointer], remote):
            premises.check_remote(settings, pointer, self._watch)

    def pull(self, pointers: Sequence[Pointer], remote: str | None = None) -> None:
        """Bring data from the remote into cache and work tree."""
        from plmctl.store.writing import checked_target

        groups = self._fenced(pointers, remote)
        for premises, _, group in groups:
            for pointer in group:
                premises.refuse_special(pointer)
        for premises, settings, group in groups:
            premises.fetched(settings, group)
        # All that is refused is refused before anything is written.
        for premises, settings, group in groups:
            for pointer in group:
                premises.check_fetched(settings, pointer)
                checked_target(premises.grounds, pointer)
        for premises, _, group in groups:
            premises.checked_out(group)

    def push(self, pointers: Sequence[Pointer], remote: str | None = None) -> None:
        """Bring data from the cache to the remote."""
        groups = self._fenced(pointers, remote)
        # Of what is damaged here nobody else is asked: DVC deletes it when it looks.
        self.check_cache(pointers)
        for premises, settings, group in groups:
            lacking = premises.lacking(group)
            if absent := premises.not_in_remote(settings, lacking) if lacking else ():
                raise PlmctlError(
                    f"the data of {named(absent)} is neither in the cache here nor in '{settings.name}'",
                    hint="where the data is in the work tree, run 'dvc commit' with the pointer first",
                )
            here = [pointer for pointer in group if pointer not in lacking]
            if here:
                premises.pushed(settings, here)

    def add(self, path: str) -> str:
        """Track a file or folder of the work tree; the path of its pointer."""
        from plmctl.store.writing import refuse_led_away, refuse_orders

        if self.counted(path) is None:
            raise PlmctlError(
                f"there is no data at {path!r}", hint="name a file or a folder of the work tree"
            )
        premises = self._premises(path)
        premises.fence()
        refuse_orders(premises.grounds, path)
        refuse_led_away(premises.grounds, path)
        if not os.path.isdir(os.path.join(premises.top, ".dvc")):
            raise PlmctlError("DVC was not set up in this repository", hint="run 'dvc init', then this again")
        said = premises.added(path)
        if said.code:
            raise PlmctlError(f"DVC did not add {path!r}: {said.reason}")
        return f"{path}.dvc"

    def restore(self, pointers: Sequence[Pointer], folder: str, remote: str | None = None) -> None:
        """Write data of any revision into a folder, each at its own path, and nothing anywhere else."""
        from plmctl.store.apart import apart
        from plmctl.store.writing import refuse_filled, written

        refuse_filled(folder)
        for premises, settings, group in self._fenced(self.not_in_cache(pointers), remote):
            with apart(premises, group) as (elsewhere, there):
                elsewhere.fetched(settings, there)
        written([self._part(pointer) for pointer in pointers], folder, self._watch)

    def _part(self, pointer: Pointer) -> "Part":
        from plmctl.store.writing import Part

        below = pointer.out_path if pointer.is_folder else posixpath.dirname(pointer.out_path)
        return Part(cache=self._premises(pointer.out_path).cache, pointer=pointer, below=below)

    def _groups(
        self, pointers: Sequence[Pointer], remote: str | None
    ) -> Iterator[tuple[Premises, RemoteSettings, list[Pointer]]]:
        """Pointers by where their data goes. Raises PlmctlError for one that has no remote."""
        keyed = [((self._premises(p.out_path).top, self._configured(p, remote)), p) for p in pointers]
        keyed.sort(key=lambda each: (each[0][0], each[0][1].name))
        for (_, settings), group in groupby(keyed, key=lambda each: each[0]):
            found = [pointer for _, pointer in group]
            yield self._premises(found[0].out_path), settings, found

    def _fenced(
        self, pointers: Sequence[Pointer], remote: str | None
    ) -> list[tuple[Premises, RemoteSettings, list[Pointer]]]:
        """The same, where DVC may work; before it does so in the first."""
        groups = list(self._groups(pointers, remote))
        for premises, _, _ in groups:
            premises.fence()
        return groups

    def _configured(self, pointer: Pointer, remote: str | None) -> RemoteSettings:
        configured = self._premises(pointer.out_path).configuration
        name = self.remote_of(pointer, remote)
        if name is not None:
            return configured.remotes[name.lower()]
        stated = remote or pointer.remote or configured.remote
        what = "no DVC remote is configured" if stated is None else f"there is no DVC remote '{stated}'"
        raise PlmctlError(
            f"{what} for the data of '{pointer.path}'", hint="run 'dvc remote add -d NAME URL', or '--remote'"
        )

    def _premises(self, path: str) -> Premises:
        top = dvc_top(self._top, path)
        if top not in self._known:
            self._known[top] = Premises(top, self._top, self._environment, self._watch)
        return self._known[top]
