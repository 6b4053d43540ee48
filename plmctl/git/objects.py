"""Objects as they are, read through one long-lived `cat-file --batch`, with the id of each recomputed."""

import hashlib
from collections.abc import Callable, Collection

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import DamagedError, IntegrityError, PlmctlError
from plmctl.core.ports import TooLarge
from plmctl.git.entries import Entries
from plmctl.git.fetching import clone_of
from plmctl.git.pipe import Ended, Pipe
from plmctl.git.process import Git, decoded

# 500 ids are 32 kB at most: they fit into a pipe, so writing them never waits for Git, which may wait for us.
CHUNK = 500
COMMIT_BYTES = 1 << 20
KEPT_OBJECT = 1 << 20
KEPT_BYTES = 64 << 20
# Git unpacks what it sends: it is quicker to end it than to let a huge object pass.
DRAINED_BYTES = 64 << 20


_FSCK = "run 'git fsck', then fetch the object from a good copy"

Source = Callable[[Collection[str]], None]
"""What brings objects here, by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object of Git: its type and its content."""

    type: str
    data: bytes


def object_id(object_format: str, kind: str, data: bytes) -> str:
    """The id that Git gives to an object of this type and content."""
    hashed = hashlib.new(object_format, f"{kind} {len(data)}\0".encode(), usedforsecurity=False)
    hashed.update(data)
    return hashed.hexdigest()


class ObjectReader:
    """Reads objects of a repository by id; what was announced comes along in bulk.

    A `source` brings objects that are not here, of all that were announced too, before they are read.
    """

    def __init__(self, git: Git, object_format: str, source: Source | None = None):
        self._git = git
        self._format = object_format
        self._source = source
        self._asked_for: set[str] = set()
        self._pipe: Pipe | None = None
        self._kept: dict[str, StoredObject] = {}
        self._kept_bytes = 0
        self._wanted: dict[str, None] = {}
        self.folders: dict[str, Entries] = {}
        """The entries of tree objects that were read: most folders of two trees are one."""

    def prefetch(self, ids: Collection[str]) -> None:
        """Announce objects that will be read soon, best in that order."""
        self._wanted.update((i, None) for i in ids if i not in self._kept)

    def read(self, oid: str, *, limit: int) -> StoredObject:
        """The object with this id. Raises TooLarge, IntegrityError if corrupt, PlmctlError if missing."""
        kept = self._kept.get(oid)
        if kept is None:
            return self._fetched(oid, limit)
        if len(kept.data) > limit:
            raise TooLarge(len(kept.data), limit)
        return kept

    def corrupt(self, message: str, hint: str = _FSCK) -> IntegrityError:
        """The error of what cannot be read; a copy of what was fetched says what mends it."""
        if self._git.mend is not None:
            return DamagedError(message, hint=self._git.mend)
        return IntegrityError(message, hint=hint)

    def close(self) -> None:
        """End the Git process; the next read starts another."""
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.kill()

    def _fetched(self, oid: str, limit: int) -> StoredObject:
        self._wanted.pop(oid, None)
        also = [wanted for wanted, _ in zip(self._wanted, range(CHUNK - 1), strict=False)]
        for wanted in also:
            del self._wanted[wanted]
        try:
            pipe = self._asked([oid, *also])
            found = self._answer(pipe, oid, limit)
        except Ended:
            self.close()
            raise self._trouble(oid) from None
        except PlmctlError:
            self.close()
            raise
        lacking = self._keep_rest(pipe, also)
        if isinstance(found, int):
            raise TooLarge(found, limit)
        if found is None:
            if self._source is None or oid in self._asked_for:
                raise self._trouble(oid)
            self._bring(oid, lacking)
            return self._fetched(oid, limit)
        if object_id(self._format, found.type, found.data) != oid:
            raise self.corrupt(f"object {oid} is corrupt: what is stored under this id is something else")
        self._keep(oid, found)
        return found

    def _asked(self, ids: list[str]) -> Pipe:
        if self._pipe is None:
            self._pipe = self._git.start("cat-file", "--batch", is_heard=False)
        self._pipe.write("".join(f"{i}\n" for i in ids).encode())
        return self._pipe

    def _answer(self, pipe: Pipe, oid: str, limit: int) -> StoredObject | int | None:
        """The object, or its size when that is over the limit, or None when Git has none to give."""
        header = pipe.line().decode().split(" ")
        if len(header) != 3 or header[0] != oid:
            return None
        size = int(header[2])
        if size > DRAINED_BYTES and size > limit:
            self.close()
            return size
        if size > limit:
            pipe.skip(size + 1)
            return size
        data = pipe.take(size)
        pipe.skip(1)
        return StoredObject(type=header[1], data=data)

    def _keep_rest(self, pipe: Pipe, ids: list[str]) -> list[str]:
        """Keep what comes along; the ids that are not here."""
        lacking: list[str] = []
        # What goes wrong here is told when that object itself is read.
        for oid in ids:
            if self._pipe is None:
                break
            try:
                found = self._answer(pipe, oid, KEPT_OBJECT)
            except Ended:
                self.close()
                break
            if isinstance(found, StoredObject) and object_id(self._format, found.type, found.data) == oid:
                self._keep(oid, found)
            elif found is None:
                lacking.append(oid)
        return lacking

    def _bring(self, oid: str, lacking: list[str]) -> None:
        """Let the source bring an object, and all others that are announced and not here."""
        assert self._source is not None
        found = [oid, *lacking]
        while self._wanted:
            ids = [wanted for wanted, _ in zip(self._wanted, range(CHUNK), strict=False)]
            for wanted in ids:
                del self._wanted[wanted]
            found.extend(self._keep_rest(self._asked(ids), ids))
        self._asked_for.update(found)
        self._source(found)
        self.prefetch(found)

    def _keep(self, oid: str, found: StoredObject) -> None:
        if len(found.data) > KEPT_OBJECT:
            return
        self._kept[oid] = found
        self._kept_bytes += len(found.data)
        while self._kept_bytes > KEPT_BYTES:
            oldest = next(iter(self._kept))
            self._kept_bytes -= len(self._kept.pop(oldest).data)

    def _trouble(self, oid: str) -> PlmctlError:
        """Why Git could not give an object: asked once more, alone, for what it says on stderr."""
        said = self._git.run("cat-file", "--batch", stdin=f"{oid}\n".encode(), accept=range(256))
        lines = [line for line in said.err.splitlines() if line.startswith(("error: ", "fatal: "))]
        if not lines or "promisor" in said.err or "lazy fetching disabled" in said.err:
            return PlmctlError(
                f"object {oid} is not in this repository",
                hint=self._git.mend or clone_of(self._git).to_complete(),
            )
        return self.corrupt(f"object {oid} is corrupt: {lines[0].partition(': ')[2]}")


def commit_header(objects: ObjectReader, commit: str, key: str) -> str:
    """The first header of this name in a commit object."""
    stored = objects.read(commit, limit=COMMIT_BYTES)
    lines = decoded(stored.data).partition("\n\n")[0].split("\n")
    found = next((line for line in lines if line.startswith(f"{key} ")), None)
    if stored.type != "commit" or found is None:
        raise PlmctlError(f"not a commit: {commit}")
    return found[len(key) + 1 :]
