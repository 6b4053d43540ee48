"""How far a fetch or a push has come: Git's own words, parsed by GitPython."""

import os
import re
from collections.abc import Callable

from plmctl.core.ports import Watch


def listener(watch: Watch, name: str, executable: str) -> Callable[[bytes], None]:
    """What hears Git's stderr and tells the watch; GitPython is imported when there is something to tell.

    Nothing heard for a while is the remote that is waited for.
    """
    rest = bytearray()
    handlers: list[Callable[[str], None]] = []

    def hear(data: bytes) -> None:
        if not data:
            watch.moved(f"waiting for {name}", 0, 0)
        rest.extend(data)
        *lines, last = re.split(rb"[\r\n]", bytes(rest))
        rest[:] = last
        for line in lines:
            if b"%" in line:
                handlers[:] = handlers or [_handler(watch, executable)]
                handlers[0](line.decode("utf-8", "replace"))

    return hear


def _handler(watch: Watch, executable: str) -> Callable[[str], None]:
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
