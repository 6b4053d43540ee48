"""One DVC repository: where its data may lie, its cache, its remotes, and its commands."""

import json
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property

from plmctl.core.few import few
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.inventory import Inventory
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Watch
from plmctl.core.value import Value, as_mapping, as_texts
from plmctl.store.configuration import (
    Configuration,
    RemoteSettings,
    configuration,
    configuration_apart,
)
from plmctl.store.damage import check_bytes, check_remote, check_unguarded, checked_listing, refuse_special
from plmctl.store.fence import refuse_endless_ignores, refuse_strange
from plmctl.store.grounds import Grounds
from plmctl.store.hashing import Hashing
from plmctl.store.measuring import counted, measured
from plmctl.store.objects import Objects
from plmctl.store.process import Dvc, Said, path_without

_SHOWN = 3


class Premises:
    """The DVC repository at `top`, in the Git repository at `whole`; both absolute, without links."""

    def __init__(self, top: str, whole: str, environment: Mapping[str, str], watch: Watch | None):
        self.top = top
        self._whole = whole
        self._environment = environment
        self._watch = watch
        self._is_fenced = False

    @cached_property
    def configuration(self) -> Configuration:
        """Where DVC keeps data, as it is configured."""
        return configuration(self.top, self._environment)

    def apart(self, top: str) -> "Premises":
        """A DVC repository at an empty folder, with the same cache and remotes and nothing of Git."""
        os.mkdir(os.path.join(top, ".dvc"))
        with open(os.path.join(top, ".dvc", "config"), "w", encoding="utf-8") as file:
            file.write(configuration_apart(self.top, self._environment))
        more = {
            "PATH": path_without(self._environment, self._whole),
            # DVC keeps what it knows of each repository; nobody asks for this one again.
            "DVC_SITE_CACHE_DIR": os.path.join(top, ".dvc", "site"),
        }
        return Premises(top, top, {**self._environment, **more}, self._watch)

    @cached_property
    def cache(self) -> Objects:
        """The local cache."""
        return Objects(folder=self.configuration.cache)

    def remote(self, settings: RemoteSettings) -> Objects | None:
        """What a remote has, where it is a folder."""
        if settings.folder is None:
            return None
        return Objects(folder=settings.folder, name=f"the DVC remote '{settings.name}'")

    def fence(self) -> None:
        """Look once whether DVC can work here. Raises PlmctlError where it would be led out, or wait."""
        if not self._is_fenced:
            refuse_strange(self._whole, self.top, self.configuration.cache)
            self._is_fenced = True

    @cached_property
    def grounds(self) -> Grounds:
        """Where data of it may lie."""
        cache = os.path.realpath(self.configuration.cache)
        return Grounds(top=self._whole, dvc=self.top, objects=(os.path.join(cache, "files", "md5"), cache))

    def target(self, path: str) -> str:
        """A path of the Git repository as this DVC repository calls it."""
        return os.path.relpath(os.path.join(self._whole, path), self.top)

    def lacking(self, pointers: Sequence[Pointer]) -> list[Pointer]:
        """Those of which the cache has not every file."""
        return [pointer for pointer in pointers if not self.cache.has(pointer)]

    def not_in_remote(self, settings: RemoteSettings, pointers: Sequence[Pointer]) -> list[Pointer]:
        """Those of which a remote has not every file, asked now."""
        remote = self.remote(settings)
        if remote is not None:
            return [p for p in pointers if not remote.holds(p, self.cache.listing(p))]
        for pointer in pointers:
            self.refuse_special(pointer)
        refuse_endless_ignores(self._whole, self.top)
        paths = [self.target(pointer.out_path) for pointer in pointers]
        # Without --granular DVC asks for the listing of a folder alone, and not for its files.
        options = ("--json", "--not-in-remote", "--granular", "--remote", settings.name)
        said = self._dvc.run("data", "status", *options, targets=paths)
        if said.code:
            raise self._failure("ask for", settings, pointers, said)
        missing = as_texts(answer(said).get("not_in_remote"))
        return [
            pointer
            for pointer, path in zip(pointers, paths, strict=True)
            if any(each == path or each.startswith(f"{path}/") for each in missing)
        ]

    def fetched(self, settings: RemoteSettings, pointers: Sequence[Pointer]) -> None:
        """Bring into the cache what it has not. Raises PlmctlError, IntegrityError for a refused listing."""
        for pointer in pointers:
            checked_listing(pointer, self.cache)
        if absent := self.lacking(pointers):
            self._check_source(settings, absent)
            said = self._ran("fetch", "--remote", settings.name, targets=self._targets(pointers))
            # Of a remote that is a folder it is known what it lacks.
            lacks = said.code and settings.folder and self.not_in_remote(settings, self.lacking(pointers))
            if said.code and not lacks:
                raise self._failure("fetch", settings, pointers, said)
        for pointer in pointers:
            checked_listing(pointer, self.cache)
        if lacking := self.lacking(pointers):
            for pointer in lacking:
                self.check_remote(settings, pointer)
                # What DVC takes for whole it does not fetch.
                check_bytes(pointer, self.cache)
            raise PlmctlError(
                f"the DVC remote '{settings.name}' has not the whole data of {named(lacking)}",
                hint=f"it is looked for at {settings.shown}: whoever added it runs 'plmctl data push'",
            )

    def pushed(self, settings: RemoteSettings, pointers: Sequence[Pointer]) -> None:
        """Bring to a remote what is in the cache. Raises PlmctlError."""
        said = self._ran("push", "--remote", settings.name, targets=self._targets(pointers))
        if said.code:
            raise self._failure("push", settings, pointers, said)
        remote = self.remote(settings)
        if remote is not None and (absent := self.not_in_remote(settings, pointers)):
            for pointer in absent:
                self.check_remote(settings, pointer)
            # DVC asks for no file of a folder whose listing is there, so it sends none again.
            listing = remote.place(absent[0].md5, is_legacy=absent[0].is_legacy)
            raise PlmctlError(
                f"the DVC remote '{settings.name}' has lost files of {named(absent)}, which DVC does not see",
                hint=f"delete {listing} there, then push it again",
            )

    def _check_source(self, settings: RemoteSettings, pointers: Sequence[Pointer]) -> None:
        remote = self.remote(settings)
        if remote is None:
            return
        if not os.path.isdir(remote.folder):
            raise PlmctlError(
                f"the DVC remote '{settings.name}' is not there: {settings.shown} is no folder",
                hint="if a disk is to be mounted there, mount it; 'dvc remote modify' changes the address",
            )
        for pointer in pointers:
            check_unguarded(pointer, remote, self.cache)

    def check_remote(self, settings: RemoteSettings, pointer: Pointer, watch: Watch | None = None) -> None:
        """Read what a remote that is a folder has of data. Raises IntegrityError for other bytes."""
        remote = self.remote(settings)
        if remote is not None:
            check_remote(pointer, remote, self.cache, watch)

    def check_fetched(self, settings: RemoteSettings, pointer: Pointer) -> None:
        """Read data in the cache. Raises IntegrityError for other bytes, of the remote where it has them."""
        try:
            check_bytes(pointer, self.cache)
        except IntegrityError:
            self.check_remote(settings, pointer)
            raise

    def refuse_special(self, pointer: Pointer) -> None:
        """Raise PlmctlError where DVC would open a pipe or a device, and wait for ever."""
        counted(self.grounds, pointer.out_path)
        refuse_special(pointer, self.cache, self.cache.listing(pointer))

    def checked_out(self, pointers: Sequence[Pointer]) -> None:
        """Put what the cache has into the work tree. Raises PlmctlError."""
        said = self._ran("checkout", targets=self._targets(pointers))
        if said.code:
            changed = {pointer.out_path: self._changed(pointer) for pointer in pointers}
            files = [path for paths in changed.values() for path in paths]
            shown = few([f"'{path}'" for path in files], _SHOWN)
            what = f"{shown} changed there" if files else said.reason
            kept = [shlex.quote(path) for path, paths in changed.items() if paths]
            raise PlmctlError(
                f"the data of {named(pointers)} was fetched, but not put into the work tree: {what}",
                hint=_keeping(kept) if kept else "mend that, then run 'plmctl data pull' again",
            )

    def _changed(self, pointer: Pointer) -> Sequence[str]:
        """The files of the work tree that a checkout would replace or delete."""
        path = pointer.out_path
        try:
            found = measured(self.grounds, path, Hashing(is_legacy=pointer.is_legacy), self._watch)
        except PlmctlError:
            return (path,)
        if found is None or found.md5 == pointer.md5:
            return ()
        listing = self.cache.listing(pointer)
        if found.inventory is None or not isinstance(listing, Inventory):
            return (path,)
        there = {row.relpath: row.md5 for row in listing.rows}
        rows = (row for row in found.inventory.rows if there.get(row.relpath) != row.md5)
        return [f"{path}/{row.relpath}" for row in rows]

    def added(self, path: str) -> Said:
        """Let DVC track a path of the Git repository."""
        self.fence()
        refuse_endless_ignores(self._whole, self.top)
        return self._ran("add", targets=[self.target(path)])

    def _ran(self, *words: str, targets: Sequence[str]) -> Said:
        """Run a command that may take long: at a terminal DVC shows its own progress."""
        if self._watch is not None:
            self._watch.clear()
        return self._dvc.run(*words, targets=targets, is_shown=sys.stderr.isatty())

    @cached_property
    def _dvc(self) -> Dvc:
        self.fence()
        return Dvc.installed(self.top, self._environment, self._whole)

    def _targets(self, pointers: Sequence[Pointer]) -> list[str]:
        return [self.target(pointer.target) for pointer in pointers]

    def _failure(
        self, verb: str, settings: RemoteSettings, pointers: Sequence[Pointer], said: Said
    ) -> PlmctlError:
        return PlmctlError(
            f"cannot {verb} the data of {named(pointers)} at the DVC remote '{settings.name}': {said.reason}",
            hint=f"it is at {settings.shown}: look whether you reach it, and may write there",
        )


def named(pointers: Sequence[Pointer]) -> str:
    """Pointers by their paths; of many the first."""
    return few([f"'{pointer.path}'" for pointer in pointers], _SHOWN)


def _keeping(kept: Sequence[str]) -> str:
    """What becomes of data that a pull would replace: to add it would take back what its pointer says."""
    discarding = f"'dvc checkout --force {' '.join(kept)}' discards it"
    return f"to keep it, move {' and '.join(kept)} away and run 'plmctl data pull' again; {discarding}"


def answer(said: Said) -> Mapping[str, Value]:
    """What DVC answered in JSON. Raises PlmctlError for anything else."""
    try:
        value: Value = json.loads(said.out)
    except ValueError:
        raise PlmctlError(
            "DVC gave no answer that can be read",
            hint="this plmctl knows DVC 3.50 and newer: see 'dvc version'",
        ) from None
    return as_mapping(value)
