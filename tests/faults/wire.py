"""A network that breaks: `git daemon` behind a proxy that counts what passes, and stops at a byte."""

import os
import signal
import socket
import struct
import subprocess
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

LOCAL = "127.0.0.1"
_CHUNK = 1 << 14


class Way(Enum):
    """How it breaks."""

    RESET = "connections are reset"
    SILENT = "nothing passes any more, and nobody is told"
    DEAD = "the server and all that it started are killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """When so many bytes have passed, of all connections and both directions, it breaks."""

    way: Way
    after: int


class Wire:
    """A server of the repositories in a folder, which anybody may push to, and the network before it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._listener = socket.create_server((LOCAL, 0))
        self._behind = _free_port()
        self._lock = threading.Lock()
        self._cut: Cut | None = None
        self._is_down = False
        self._open: list[socket.socket] = []
        self.passed = 0
        self._daemon = self._started()

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._end()
        self._drop()

    def address(self, name: str) -> str:
        """The address of a repository."""
        return f"git://{LOCAL}:{self._listener.getsockname()[1]}/{name}"

    def set(self, cut: Cut | None) -> None:
        """Begin to count; None: nothing breaks."""
        with self._lock:
            self.passed, self._cut = 0, cut

    def mend(self) -> bool:
        """Nothing is broken, and the server is done with what it was asked; whether anything was broken."""
        with self._lock:
            way = self._cut.way if self._cut is not None and self._is_down else None
            self._is_down, self._cut = False, None
        self._drop()
        if way is Way.DEAD:
            self._daemon = self._started()
        # A push may live on when its client is gone: nobody looks before it has ended.
        self._wait_for_rest()
        return way is not None

    def _wait_for_rest(self) -> None:
        for _ in range(500):
            # `git`, and the `git-daemon` that it started.
            if len(_members(self._daemon.pid)) <= 2:
                return
            time.sleep(0.02)
        raise AssertionError("the server does not come to rest")

    def _started(self) -> subprocess.Popen[bytes]:
        options = ("--reuseaddr", "--export-all", "--enable=receive-pack", f"--base-path={self.folder}")
        command = ["git", "daemon", *options, f"--listen={LOCAL}", f"--port={self._behind}"]
        quiet = subprocess.DEVNULL
        # A group of its own: it starts other programs.
        process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
        for _ in range(400):
            with closing(socket.socket()) as trying:
                if trying.connect_ex((LOCAL, self._behind)) == 0:
                    return process
            time.sleep(0.02)
        raise AssertionError("git daemon did not begin")

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._daemon.pid, signal.SIGKILL)
        self._daemon.wait(10)

    def _drop(self) -> None:
        with self._lock:
            open_, self._open = self._open, []
        for one in open_:
            with suppress(OSError):
                # No farewell: the other side finds a connection that is gone.
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket()
            with self._lock:
                self._open += [client, server]
            if self._is_silent():
                continue
            if server.connect_ex((LOCAL, self._behind)):
                client.close()
                continue
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _is_silent(self) -> bool:
        with self._lock:
            return self._is_down and self._cut is not None and self._cut.way is Way.SILENT

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                part, way = self._let_through(data)
                target.sendall(part)
                if way is not None:
                    self._break(way)
                    return
            target.shutdown(socket.SHUT_WR)

    def _let_through(self, data: bytes) -> tuple[bytes, Way | None]:
        """What passes of some bytes, and how it breaks then."""
        with self._lock:
            cut = self._cut
            if self._is_down and cut is not None and cut.way is Way.SILENT:
                return b"", cut.way
            left = len(data) if cut is None or self._is_down else max(cut.after - self.passed, 0)
            self.passed += min(left, len(data))
            if cut is None or self._is_down or left > len(data):
                return data, None
            self._is_down = True
            return data[:left], cut.way

    def _break(self, way: Way) -> None:
        if way is Way.DEAD:
            self._end()
        if way is not Way.SILENT:
            self._drop()


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind((LOCAL, 0))
        port: int = found.getsockname()[1]
    return port


def _members(group: int) -> list[str]:
    """The processes of a group that run."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, members_of, *_ = file.read_text("utf-8", "replace").rpartition(") ")[2].split()
            if members_of == str(group) and state != "Z":
                found.append(file.parent.name)
    return found
