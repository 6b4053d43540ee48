"""What Typer says of a wrong command line, in our words."""

import re

import typer

from plmctl.core.finding import UsageError
from plmctl.core.schema import nearest

# Typer's copy of click is private; of its errors it gives away one, and this is what that is a kind of.
_WRONG_USAGE = typer.BadParameter.__mro__[1]


def wrong_usage(error: Exception) -> UsageError | None:
    """A complaint about the command line as ours, with what was meant; None for another error."""
    if not isinstance(error, _WRONG_USAGE):
        return None
    format_message = getattr(error, "format_message", None)
    whole = str(format_message() if callable(format_message) else error)
    said = re.split(r" \(Possible options: | Did you mean ", whole)[0].rstrip(".")
    return UsageError(said[:1].lower() + said[1:], hint=_hint(error, whole))


def _hint(error: Exception, whole: str) -> str:
    context = getattr(error, "ctx", None)
    asked = f"run '{getattr(context, 'command_path', 'plmctl')} --help'"
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
