"""How plmctl answers: streams, their widths and colours, reports in the format that was asked for."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, TextIO

import typer

from plmctl.cli.stream import columns, write
from plmctl.core.dataclass import dataclass

if TYPE_CHECKING:
    from plmctl.cli.outlet import Outlet
    from plmctl.core.finding import Level
    from plmctl.core.report import Report
    from plmctl.render.form import Form
    from plmctl.render.line import Paper

Color = Literal["auto", "always", "never"]
Format = Literal["text", "concise", "json", "markdown", "github", "sarif", "junit"]
DiffFormat = Literal["text", "concise", "json", "markdown", "github", "sarif", "html"]
VerifyFormat = Literal["text", "concise", "json", "github", "junit"]
WholeFormat = Literal["text", "json"]

INTERRUPTED = 130
"""The exit code of a run that its user ended: 128 + SIGINT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where one run prints, and when in colour; `artifacts` are the ids after the `--` of a diff."""

    color: Color = "auto"
    artifacts: tuple[str, ...] | None = None

    def paper(self, stream: TextIO) -> "Paper":
        """What a stream prints on."""
        from plmctl.render.line import Paper

        is_terminal = stream.isatty()
        return Paper(
            width=columns(stream),
            is_coloured=is_coloured(self.color, os.environ, is_terminal=is_terminal),
            is_terminal=is_terminal,
        )

    def show(
        self,
        report: "Report",
        form: "Form" = "text",
        stream: TextIO | None = None,
        *,
        outlets: Iterable["Outlet"] = (),
        fail_on: "Level | None" = None,
    ) -> None:
        """Print a report: the result on stdout (or another stream), what is said beside it on stderr.

        Files that it goes to are written first: a reader of stdout may leave.
        """
        from plmctl.core.finding import Level
        from plmctl.render.form import written
        from plmctl.render.line import Paper
        from plmctl.render.text import remarks

        stream = sys.stdout if stream is None else stream
        failing = fail_on or Level.ERROR
        for outlet in outlets:
            outlet.write(written(report, outlet.form, Paper(), failing))
        write(written(report, form, self.paper(stream), failing), stream)
        write(remarks(report, self.paper(sys.stderr), is_for_people=form == "text"), sys.stderr)


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
