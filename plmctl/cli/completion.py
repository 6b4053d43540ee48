"""Completion: the script for a shell, and the answers that it asks for while somebody types.

The script runs plmctl with the words up to the cursor and _PLMCTL_COMPLETE in the environment; each line
of the answer is a word, a tab and what it means, or FILES or FOLDERS: the shell's own.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Annotated, Literal, TypeAlias

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from plmctl.cli.place import enter, repository_or_none
from plmctl.cli.stream import write
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError

FILES, FOLDERS = ":files", ":folders"
# A shell may run what it inserts, and strangers name refs: other names are not offered.
_PLAIN = deferred(r"[\w./@+:=-]+", re.ASCII)

group = typer.Typer(rich_markup_mode=None)

Shell = Literal["bash", "zsh", "fish", "powershell"]
Parameter: TypeAlias = TyperArgument | TyperOption
Command: TypeAlias = TyperCommand | TyperGroup

_EPILOG = """\b
Examples:
  plmctl completion bash > ~/.plmctl.bash   source it in ~/.bashrc
  plmctl completion zsh > ~/.plmctl.zsh     source it in ~/.zshrc (compinit)
"""


@group.command(epilog=_EPILOG)
def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, ...")]) -> None:
    """Print the script that completes words in a shell."""
    from importlib import resources

    script = resources.files("plmctl") / "cli" / "shells" / f"plmctl.{shell}"
    write(script.read_text(encoding="utf-8"), sys.stdout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a word may become, and what that means."""

    word: str
    meaning: str = ""

    def __str__(self) -> str:
        return f"{self.word}\t{' '.join(self.meaning.split())}" if self.meaning else self.word


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a command line is: its command, arguments so far, and the option that waits for its value."""

    command: Command
    arguments: tuple[str, ...] = ()
    waiting: TyperOption | None = None
    is_past_options: bool = False
    folders: tuple[str, ...] = field(default=())

    def after(self, word: str) -> "_Place":
        """The place one word further."""
        if self.waiting is not None:
            is_folder = "-C" in self.waiting.opts
            return replace(self, waiting=None, folders=(*self.folders, word) if is_folder else self.folders)
        if self.is_past_options or not word.startswith("-"):
            below = self.command.commands.get(word) if isinstance(self.command, TyperGroup) else None
            if isinstance(below, TyperCommand | TyperGroup):
                return _Place(command=below, folders=self.folders)
            return replace(self, arguments=(*self.arguments, word))
        if word == "--":
            return replace(self, is_past_options=True)
        option = self.option(word)
        return self if option is None or option.is_flag else replace(self, waiting=option)

    def option(self, word: str) -> TyperOption | None:
        """The option of that name."""
        return next((option for option in self.options() if word in option.opts), None)

    def options(self) -> Iterator[TyperOption]:
        """The options of the command."""
        return (p for p in self.command.params if isinstance(p, TyperOption) and not p.hidden)

    def argument(self) -> TyperArgument | None:
        """The argument that the next word is."""
        arguments = [p for p in self.command.params if isinstance(p, TyperArgument)]
        if len(self.arguments) < len(arguments):
            return arguments[len(self.arguments)]
        return arguments[-1] if arguments and arguments[-1].nargs == -1 else None


def answer(program: TyperGroup, words: Sequence[str]) -> str:
    """The lines for the shell; nothing where nothing fits, or the registry cannot be read."""
    *before, current = words or ("",)
    place = _Place(command=program)
    for word in before:
        place = place.after(word)
    try:
        for folder in place.folders:
            enter(os.path.expanduser(folder))
        fitting = (c for c in _candidates(place, current) if c.word.startswith((current, FILES, FOLDERS)))
        found = [candidate for candidate in fitting if _PLAIN.fullmatch(candidate.word)]
    except PlmctlError:
        return ""
    return "".join(f"{candidate}\n" for candidate in found)


def _candidates(place: _Place, current: str) -> Iterator[Candidate]:
    if place.waiting is not None:
        yield from _values(place.waiting, current, place.arguments)
    elif current.startswith("-") and not place.is_past_options:
        yield from _option_words(place, current)
    elif isinstance(place.command, TyperGroup) and not place.arguments:
        for name, command in place.command.commands.items():
            if not command.hidden:
                yield Candidate(word=name, meaning=command.get_short_help_str(80))
    elif place.is_past_options and place.command.name == "diff":
        yield from _words("ID", current, place.arguments)
    elif (argument := place.argument()) is not None:
        yield from _values(argument, current, place.arguments)


def _option_words(place: _Place, current: str) -> Iterator[Candidate]:
    name, equals, value = current.partition("=")
    option = place.option(name) if equals else None
    if option is not None:
        yield from (replace(c, word=f"{name}={c.word}") for c in _values(option, value, place.arguments))
        return
    yield Candidate(word="--help", meaning="Show what the command does.")
    for option in place.options():
        yield from (Candidate(word=word, meaning=option.help or "") for word in option.opts)


def _values(parameter: Parameter, current: str, before: tuple[str, ...]) -> Iterator[Candidate]:
    """What the value of an option or an argument may be, by its type, then by its metavar."""
    choices = getattr(parameter.type, "choices", None)
    return map(_plain, choices) if choices else _words(parameter.metavar or "", current, before)


def _words(metavar: str, current: str, before: tuple[str, ...]) -> Iterator[Candidate]:
    from plmctl.commands.complete import Begun

    sources: Mapping[str, Callable[[Begun], Iterator[str]]] = {
        r"\bID=": Begun.raised,
        r"\bREV\b": Begun.revisions,
        r"\bID\b": Begun.artifacts,
        r"\bAPP\b": Begun.applications,
        r"\bENV\b": Begun.environments,
        r"\bKIND\b": Begun.kinds,
        r"\bCODE\b": Begun.codes,
        r"\bTAG\b": Begun.registry_tags,
        r"\bPURPOSE\b": Begun.purposes,
        r"\bPROMPT\b": Begun.prompts,
        r"\bSAMPLE\b": Begun.samples,
    }
    fitting = next((words for pattern, words in sources.items() if re.search(pattern, metavar)), None)
    if fitting is not None:
        with repository_or_none() as repo:
            yield from map(_plain, fitting(Begun(repo=repo, word=current, before=before)))
    for pattern, directive in ((r"\bDIR\b", FOLDERS), (r"\b(?:FILE|PATH|LOCK)\b", FILES)):
        if re.search(pattern, metavar) and "=" not in metavar:
            yield Candidate(word=directive)


def _plain(word: str) -> Candidate:
    return Candidate(word=word)
