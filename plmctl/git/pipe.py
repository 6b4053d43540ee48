"""A conversation with a running Git: answers of known length, each awaited for a limited time."""

import os
import select
import subprocess
import weakref

from plmctl.core.finding import PlmctlError


class Ended(Exception):
    """The process ended before it answered."""


class Pipe:
    """A process to talk with; whoever forgets to end it leaves none behind."""

    def __init__(self, process: subprocess.Popen[bytes], *, timeout: float):
        if process.stdin is None or process.stdout is None:
            raise ValueError("a process without pipes")
        self._process = process
        self._stdin = process.stdin
        self._out = process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN | select.POLLHUP)
        self._timeout = timeout
        self._buffer = bytearray()
        self._end = weakref.finalize(self, _killed, process)

    def finish(self) -> bytes:
        """Tell it that nothing more comes, wait for its end; what it wrote to stderr."""
        self._end.detach()
        return self._process.communicate()[1] or b""

    def kill(self) -> None:
        """End it now."""
        self._end()

    def write(self, data: bytes) -> None:
        """Send bytes at once. Raises Ended if nobody reads them."""
        try:
            self._stdin.write(data)
            self._stdin.flush()
        except BrokenPipeError:
            raise Ended from None

    def line(self) -> bytes:
        """The next line, without its end."""
        while (end := self._buffer.find(b"\n")) < 0:
            self._receive()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def take(self, size: int) -> bytes:
        """The next bytes, exactly so many."""
        while len(self._buffer) < size:
            self._receive()
        data = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return data

    def skip(self, size: int) -> None:
        """Read so many bytes and hold none of them."""
        while size > len(self._buffer):
            size -= len(self._buffer)
            self._buffer.clear()
            self._receive()
        del self._buffer[:size]

    def _receive(self) -> None:
        if not self._poll.poll(self._timeout * 1000):
            self.kill()
            raise PlmctlError(
                f"git did not answer within {self._timeout:g} seconds",
                hint="look for special files (FIFOs) below '.git'",
            )
        data = os.read(self._out, 1 << 16)
        if not data:
            raise Ended
        self._buffer += data


def _killed(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()
