"""The files of this room that have commands, and which: a run imports the one it needs."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from inspect import getdoc

import typer

from plmctl.cli.refusal import told

PARTS: Mapping[str, tuple[str, ...]] = {
    "begin": ("init", "new"),
    "completion": ("completion",),
    "drivers": ("git-setup", "git-diff-driver", "git-merge-driver"),
    "judge": ("validate", "diff"),
    "accept": ("accept",),
    "look": ("list", "show", "schema"),
    "render": ("render",),
    "edit": ("fmt",),
    "follow": ("graph", "log", "impact", "codeowners"),
    "changelog": ("changelog",),
    "publish": ("release",),
    "lock": ("lock",),
    "verify": ("verify",),
    "bundle": ("bundle",),
    "data": ("data",),
    "promote": ("promote", "rollback"),
    "status": ("status", "history", "find"),
    "rename": ("rename",),
    "cache": ("cache",),
    "rules": ("rules", "explain"),
}
"""The commands by the file that has them, in the order in which the program takes them in."""


def parts_with(command: str | None) -> tuple[str, ...]:
    """The file that has a command; none for an empty one, all for None and for what is no command."""
    if command == "":
        return ()
    return tuple(part for part, commands in PARTS.items() if command in commands) or tuple(PARTS)


@cache
def group_of(part: str) -> typer.Typer:
    """The commands of a file, which tell their reports why they were refused."""
    group = import_module(f"plmctl.cli.{part}").group
    assert isinstance(group, typer.Typer)
    return told(group)


def meanings() -> Iterator[tuple[str, str]]:
    """Each command and the text of its help: for it alone no parameter need be looked at."""
    for group in map(group_of, PARTS):
        for info in group.registered_commands:
            if info.callback is not None:
                yield info.name or info.callback.__name__, getdoc(info.callback) or ""
        for below in group.registered_groups:
            if below.typer_instance is not None:
                yield str(below.typer_instance.info.name), str(below.typer_instance.info.help)
