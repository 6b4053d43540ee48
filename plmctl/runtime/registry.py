"""What a service asks: artifacts by name, out of the lock that it loaded last."""

import logging
from threading import Lock as Mutex

from plmctl.core.call.artifact import Artifact
from plmctl.core.call.route import Route, route_of
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.lock import Lock
from plmctl.runtime.prompt import Prompt
from plmctl.runtime.reading import Reading
from plmctl.runtime.snapshot import Snapshot

LOG = logging.getLogger("plmctl.runtime")
"""Where it is told what no caller was asked: that a lock was not taken."""


class Registry:
    """The artifacts that one lock pins. Threads may share it; nothing is read or sent after loading.

    What it gave belongs to the lock of that moment: `refresh` changes what it gives next, and nothing else.
    """

    def __init__(self, reading: Reading, snapshot: Snapshot, stale: str | None = None):
        self._reading = reading
        self._snapshot = snapshot
        self._stale = stale
        self._refreshing = Mutex()

    @property
    def lock(self) -> Lock:
        """The lock that it gives artifacts of."""
        return self._snapshot.lock

    @property
    def lock_digest(self) -> str:
        """The sha256 of the bytes of that lock."""
        return self._snapshot.lock_digest

    @property
    def stale(self) -> str | None:
        """Why it gives artifacts of an older lock than the one it was asked for; None when it does not."""
        return self._stale

    @property
    def warnings(self) -> tuple[str, ...]:
        """What should not run any more, and old names of artifacts by which somebody asked."""
        return self._snapshot.warnings

    def artifact(self, artifact: str) -> Artifact:
        """The artifact of a full id, of any kind. Raises NotLockedError."""
        kind, slash, name = artifact.partition("/")
        if not slash:
            meant = [id_ for id_ in sorted(self.lock.artifacts) if id_.partition("/")[2] == artifact]
            hint = f"write its kind first, as '{meant[0] if meant else f'prompt/{artifact}'}'"
            raise UsageError(f"{artifact!r} is no full id", hint=hint)
        return self._snapshot.named(kind, name)

    def prompt(self, name: str) -> Prompt:
        """A Prompt, ready to be rendered: of this moment's lock, whatever comes after."""
        return Prompt(self._snapshot.prompt(name), self._snapshot.counters)

    def route(self, name: str) -> Route:
        """A Route, ready to pick."""
        return route_of(self._snapshot.named("route", name))

    def model(self, name: str) -> Artifact:
        """A Model."""
        return self._snapshot.named("model", name)

    def retriever(self, name: str) -> Artifact:
        """A Retriever."""
        return self._snapshot.named("retriever", name)

    def application(self, name: str) -> Artifact:
        """An Application."""
        return self._snapshot.named("application", name)

    def file(self, path: str) -> bytes:
        """A file that a manifest includes, by its path in the registry. Raises NotLockedError."""
        return self._snapshot.file(path)

    def refresh(self) -> bool:
        """Take the lock that is there now, whole, if it is another and all of it is true; whether it did.

        Otherwise everything stays as it was, and `stale` says why.
        """
        with self._refreshing:
            try:
                if self._stale is None and self._reading.is_still(self._snapshot.lock_data):
                    return False
                snapshot = self._reading.snapshot()
            except PlmctlError as error:
                self._stale = error.message
                LOG.warning("the old lock stays: %s", error)
                return False
            self._stale = None
            is_other = snapshot.lock_data != self._snapshot.lock_data
            if is_other:
                self._snapshot = snapshot
            return is_other
