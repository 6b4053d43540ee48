"""The commands as `plmctl --help` lists them: by what one does with them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from typer.core import TyperCommand, TyperGroup

from plmctl.cli.parts import meanings

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Write": ("init", "new", "fmt", "rename"),
    "Check": ("validate", "explain", "rules"),
    "Look": ("list", "show", "render", "graph", "log", "changelog", "impact"),
    "Review": ("diff", "accept", "codeowners"),
    "Ship": ("release", "lock", "verify", "bundle", "promote", "rollback"),
    "Data": ("data",),
    "Watch": ("status", "history", "find"),
    "Set up": ("cache", "completion", "git-setup", "schema"),
}
"""What one does, and the commands for it, in the order of the README's table."""

LONGEST = 60
"""Characters of a command's first sentence, which has one line in 80 columns."""

_WIDTH = max(len(name) for names in SECTIONS.values() for name in names)


class _Paragraphs(Protocol):
    """What Typer writes a help text with."""

    def section(self, name: str) -> AbstractContextManager[None]:
        """A heading, and what is written below it."""

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        """Two columns."""


class Overview(TyperGroup):
    """A program whose help has its commands in sections."""

    def format_commands(self, ctx: object, formatter: _Paragraphs) -> None:
        """Writes the sections."""
        del ctx  # What the commands are for does not depend on how they were called.
        said = dict(meanings())
        for name, commands in SECTIONS.items():
            with formatter.section(name):
                formatter.write_dl([_row(command, said[command]) for command in commands])


def _row(name: str, said: str) -> tuple[str, str]:
    return name.ljust(_WIDTH), TyperCommand(name, help=said).get_short_help_str(LONGEST)
