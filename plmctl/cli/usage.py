"""What Typer says of a wrong command line, in our words."""

import re

import typer

from plmctl.core.finding import UsageError
from plmctl.core.slip import nearest

# Typer's copy of click is private; of its errors it gives away one, and this is what that is a kind of.
_WRONG_USAGE = typer.BadParameter.__mro__[1]


def wrong_usage(error: Exception, command: str | None = None) -> UsageError | None:
    """A complaint about the command line as ours, with what was meant; None for another error.

    `command` is the one on the command line: not every complaint knows whose it is.
    """
    if not isinstance(error, _WRONG_USAGE):
        return None
    format_message = getattr(error, "format_message", None)
    whole = str(format_message() if callable(format_message) else error)
    said, _, choices = whole.partition(" Choose from:")
    said = re.split(r" \(Possible options: | Did you mean ", said)[0].rstrip(".")
    one_of = f": one of {' '.join(choices.split())}" if choices else ""
    return UsageError(f"{said[:1].lower()}{said[1:]}{one_of}", hint=_hint(error, whole, command))


def _hint(error: Exception, whole: str, command: str | None) -> str:
    context = getattr(error, "ctx", None)
    named = f"plmctl {command}" if command else "plmctl"
    asked = f"run '{getattr(context, 'command_path', named)} --help'"
    options = getattr(error, "possibilities", None)
    if options:
        return _did_you_mean(sorted(options))
    _, is_guess, guess = whole.partition(" Did you mean ")
    if is_guess:
        return _did_you_mean(re.findall(r"'([^']+)'", guess))
    given, _, choices = whole.partition(" is not one of ")
    meant = nearest(given.rpartition(": ")[2].strip("'"), re.findall(r"'([^']+)'", choices))
    return _did_you_mean([meant]) if meant else asked


def _did_you_mean(words: list[str]) -> str:
    return f"did you mean {' or '.join(repr(word) for word in words)}?"
