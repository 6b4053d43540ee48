"""Standard output and error: the same bytes in every locale, and no surprise at their end."""

import codecs
import os
import sys
from io import TextIOWrapper
from typing import BinaryIO, TextIO, cast

from plmctl.core.finding import PlmctlError


class Unwritable(PlmctlError):
    """A result that is whole, and cannot be written where it belongs."""


# What a shell says of a program that a closed pipe ended: 128 + SIGPIPE.
PIPE_CLOSED = 141

_SIMPLE = {"├": "|", "└": "`", "│": "|", "─": "-", "╌": "-", "…": "~", "━": "-", "╸": "-", "╺": "-"}


class Output(TextIOWrapper):
    """A stream whose reader may leave and whose disk may be full."""

    def write(self, text: str) -> int:
        """Write a text; see `flush`."""
        try:
            return super().write(text)
        except OSError as error:
            self._end(error)
            return len(text)

    def flush(self) -> None:
        """Write what is left. A reader who left ends the run without a word. Raises Unwritable."""
        try:
            super().flush()
        except OSError as error:
            self._end(error)

    def _end(self, error: OSError) -> None:
        # Python flushes what is left when it ends, and would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        if isinstance(error, BrokenPipeError):
            sys.exit(PIPE_CLOSED)
        # Of stderr nobody can be told; what the run found out is still its exit code.
        if self is sys.stdout:
            raise Unwritable(f"the output cannot be written: {error.strerror}") from error


def take_over() -> None:
    """Make stdout and stderr such streams."""
    codecs.register_error("plmctl", simplified)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper) and not isinstance(stream, Output):
            settled = _settled(stream)
            setattr(sys, name, settled)
            # Who asks for the terminal's width asks this one.
            setattr(sys, f"__{name}__", settled)


def _settled(stream: TextIOWrapper) -> Output:
    # A terminal that reads another encoding than UTF-8 would show rubbish; a file is the same everywhere.
    is_other = stream.isatty() and codecs.lookup(stream.encoding).name != "utf-8"
    encoding = stream.encoding if is_other else "utf-8"
    is_lined = stream.line_buffering
    buffer = cast(BinaryIO, stream.detach())
    return Output(buffer, encoding=encoding, errors="plmctl", newline="\n", line_buffering=is_lined)


def simplified(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that an encoding lacks: plain lines for drawn ones, else escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    shown = (_SIMPLE.get(c) or c.encode("ascii", "backslashreplace").decode() for c in lost)
    return "".join(shown), error.end


def columns(stream: TextIO) -> int:
    """How many columns a stream has: COLUMNS, its terminal's, or 80."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except OSError:
        return _USUAL


_USUAL = 80


def write(text: str, stream: TextIO) -> None:
    """Print a text whole, where a progress bar is drawn in its place."""
    from plmctl.cli.progress import BAR

    BAR.clear()
    stream.write(text)
    stream.flush()
