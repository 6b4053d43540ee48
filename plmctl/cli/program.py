"""The program: its options, its commands, and what becomes of an error."""

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import takewhile
from typing import Annotated

import typer
from typer.core import TyperGroup

from plmctl import __version__
from plmctl.cli.overview import Overview
from plmctl.cli.parts import group_of, parts_with
from plmctl.cli.place import enter
from plmctl.cli.screen import INTERRUPTED, Color, Screen, screen_of
from plmctl.cli.stream import take_over, write
from plmctl.cli.usage import wrong_usage
from plmctl.core.finding import PlmctlError, UsageError

COMPLETING = "_PLMCTL_COMPLETE"
"""Set in the environment by a shell that asks what a word may become."""
_BUG = 70
_TAKE_A_VALUE = frozenset({"-C", "--color"})
# Installers ask for the version; the help says what commands there are, and nothing of their options.
_ALONE: tuple[list[str], ...] = (["--version"], ["--help"], ["-h"], [])

app = typer.Typer(
    name="plmctl",
    cls=Overview,
    help="A Git-native registry for prompts, models and data.",
    epilog="Every command has examples: plmctl COMMAND --help",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@cache
def program(command: str | None = None) -> TyperGroup:
    """The tree of the commands: all, or those beside one; to put all together takes half of a short run."""
    app.registered_groups.clear()
    for part in parts_with(command):
        app.add_typer(group_of(part))
    tree = typer.main.get_command(app)
    assert isinstance(tree, TyperGroup)
    return tree


def main() -> None:
    """Runs plmctl on the arguments of the process, and ends it with the exit code that cli.md gives."""
    try:
        _run()
    finally:
        # All goes with the process: to look for cycles in it once more takes a tenth of a short run.
        gc.freeze()


def _run() -> None:
    take_over()
    if os.environ.get(COMPLETING):
        from plmctl.cli import completion

        write(completion.answer(program(), sys.argv[1:]), sys.stdout)
        return
    words, artifacts = understood(sys.argv[1:])
    try:
        code = program(_only(words))(
            args=words, prog_name="plmctl", obj=Screen(artifacts=artifacts), standalone_mode=False
        )
    except KeyboardInterrupt:
        write("", sys.stderr)
        sys.exit(INTERRUPTED)
    except PlmctlError as error:
        _refuse(error)
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 (the one place that tells a bug from an answer)
        wrong = wrong_usage(error, _command(words))
        if wrong is None:
            _own_up()
            sys.exit(_BUG)
        _refuse(wrong)
        sys.exit(wrong.exit_code)
    sys.exit(code)


def understood(arguments: Sequence[str]) -> tuple[list[str], tuple[str, ...] | None]:
    """The arguments for Typer, and the ids after the `--` of a diff, which Typer would take for revisions.

    The ids are None where there is no `--`.
    """
    words = list(arguments)
    command = _command(words)
    if command == "diff" and "--" in words:
        end = words.index("--")
        return words[:end], tuple(words[end + 1 :])
    if command == "lock":
        return _with_update_values(words), None
    return words, None


@app.callback(invoke_without_command=True)
def settle(
    context: typer.Context,
    folders: Annotated[
        list[str] | None,
        typer.Option("-C", metavar="DIR", help="Run as if started in DIR.", show_default=False),
    ] = None,
    color: Annotated[Color, typer.Option("--color", help="When to use colours.")] = "auto",
    is_version_asked: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A Git-native registry for prompts, models and data."""
    if is_version_asked:
        write(f"plmctl {__version__}\n", sys.stdout)
        raise typer.Exit
    if context.invoked_subcommand is None:
        write(f"{context.get_help()}\n", sys.stderr)
        raise typer.Exit(UsageError.exit_code)
    for folder in folders or ():
        enter(folder)
    context.obj = replace(screen_of(context), color=color)


def _only(words: Sequence[str]) -> str | None:
    """The command, where what is before it asks the program for nothing; empty where none is needed."""
    if [*words] in _ALONE:
        return ""
    before = list(takewhile(lambda word: word != _command(words), words))
    is_plain = all(word in _TAKE_A_VALUE for word in before[::2])
    return _command(words) if is_plain else None


def _command(words: Sequence[str]) -> str | None:
    """The command among the arguments: the first that is no option and no option's value."""
    before = ""
    for word in words:
        if not word.startswith("-") and before not in _TAKE_A_VALUE:
            return word
        before = word
    return None


def _with_update_values(words: Sequence[str]) -> list[str]:
    """The value of `--update` may be left out, which Typer has no way to say."""
    following = [*words[1:], "-"]
    return [
        "--update=" if word == "--update" and after.startswith("-") else word
        for word, after in zip(words, following, strict=True)
    ]


def _refuse(error: PlmctlError) -> None:
    from plmctl.render.text import refusal

    write(refusal(error, Screen().paper(sys.stderr)), sys.stderr)


def _own_up() -> None:
    import traceback

    from plmctl.render.visible import visible_lines

    # Never the local variables: they may hold what is private.
    lines = "\n".join(visible_lines(traceback.format_exc()))
    said = f"error: this is a bug in plmctl {__version__}\nhint: please report it with the lines above\n"
    write(f"{lines}\n{said}", sys.stderr)
