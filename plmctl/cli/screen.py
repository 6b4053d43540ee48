"""How plmctl answers: streams, their widths and colours, reports in the format that was asked for."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

import typer

from plmctl.core.finding import PlmctlError

if TYPE_CHECKING:
    from plmctl.core.report import Report
    from plmctl.render.line import Paper

Color = Literal["auto", "always", "never"]
Format = Literal["text", "concise", "json"]
WholeFormat = Literal["text", "json"]

INTERRUPTED = 130
"""The exit code of a run that its user ended: 128 + SIGINT."""

# What a shell says of a program that a closed pipe ended: 128 + SIGPIPE.
_PIPE_CLOSED = 141


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where one run prints, and when in colour; `artifacts` are the ids after the `--` of a diff."""

    color: Color = "auto"
    artifacts: tuple[str, ...] = ()

    def paper(self, stream: TextIO) -> "Paper":
        """What a stream prints on."""
        from plmctl.render.line import Paper

        is_terminal = stream.isatty()
        return Paper(
            width=shutil.get_terminal_size((80, 24)).columns,
            is_coloured=is_coloured(self.color, os.environ, is_terminal=is_terminal),
            is_terminal=is_terminal,
        )

    def show(self, report: "Report", form: Format = "text", stream: TextIO | None = None) -> None:
        """Print a report: the result on stdout (or another stream), what is said beside it on stderr."""
        from plmctl.render.text import remarks

        stream = sys.stdout if stream is None else stream
        write(self._result(report, form, stream), stream)
        write(remarks(report, self.paper(sys.stderr), is_for_people=form == "text"), sys.stderr)

    def _result(self, report: "Report", form: Format, stream: TextIO) -> str:
        if form == "json":
            from plmctl.render.json import json_text

            return json_text(report)
        if form == "concise":
            from plmctl.render.concise import concise

            return concise(report)
        from plmctl.render.text import text

        return text(report, self.paper(stream))


def screen_of(context: typer.Context) -> Screen:
    """The screen of the run that a command belongs to."""
    return context.obj if isinstance(context.obj, Screen) else Screen()


def is_coloured(color: Color, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether escape sequences are wanted: the flag decides, then NO_COLOR, FORCE_COLOR, the terminal."""
    if color != "auto":
        return color == "always"
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or (is_terminal and environment.get("TERM") != "dumb")


def write(text: str, stream: TextIO) -> None:
    """Print a text whole; a reader who left ends the run without a word, as it ends git."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
        sys.exit(_PIPE_CLOSED)
    except OSError as error:
        _silence(stream)
        raise PlmctlError(f"the output cannot be written: {error.strerror}") from error


def _silence(stream: TextIO) -> None:
    # Python flushes what is left when it ends, and would complain again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
