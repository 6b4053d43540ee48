"""How far a fetch or a push has come: Git's own words, parsed by GitPython."""

import os
import re
from collections.abc import Callable

from plmctl.core.deferred import deferred
from plmctl.core.ports import Watch

_INSIDE = deferred(rb"%|remote: ")


class Listener:
    """What hears Git's stderr and tells a watch."""

    def __init__(self, watch: Watch, name: str, executable: str):
        self._watch = watch
        self._name = name
        self._executable = executable
        self._rest = b""
        self._is_inside = False
        self._parse: Callable[[str], None] | None = None

    def hear(self, data: bytes) -> None:
        """What Git wrote; nothing is a remote that is waited for."""
        # Until it has let us in, somebody may be asked for a password: nothing is drawn over that.
        self._is_inside = self._is_inside or _INSIDE.search(data) is not None
        if not data and self._is_inside:
            self._watch.moved(f"waiting for {self._name}", 0, 0)
        *lines, self._rest = re.split(rb"[\r\n]", self._rest + data)
        for line in lines:
            if b"%" in line:
                # Imported where there is something to parse.
                self._parse = self._parse or _parser(self._watch, self._executable)
                self._parse(line.decode("utf-8", "replace"))


def _parser(watch: Watch, executable: str) -> Callable[[str], None]:
    # GitPython asks the Git of the PATH for its version when it is imported: it is told which one.
    os.environ.setdefault("GIT_PYTHON_GIT_EXECUTABLE", executable)
    from git.util import CallableRemoteProgress, RemoteProgress

    words = {
        RemoteProgress.COUNTING: "counting",
        RemoteProgress.COMPRESSING: "compressing",
        RemoteProgress.WRITING: "sending",
        RemoteProgress.RECEIVING: "receiving",
        RemoteProgress.RESOLVING: "resolving",
    }

    def told(code: int, done: float, total: float | None, _: str) -> None:
        word = words.get(code & RemoteProgress.OP_MASK)
        if word is not None and total:
            watch.moved(word, int(done), int(total))

    return CallableRemoteProgress(told).new_message_handler()
