"""Why a prompt cannot be rendered: of what a caller gave, or of what the prompt is."""

from collections.abc import Sequence
from typing import Protocol

from plmctl.core.call.artifact import Artifact, versioned
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.phrase import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An input that is wrong, and the rule that it breaks: a keyword of JSON Schema, else a word of ours.

    Ours are `unknown` (nothing takes it), `json` (no JSON value), `messages` (no messages of a
    conversation) and `media` (no text where an image, audio or a file belongs).
    """

    input: str
    rule: str
    message: str
    help: str | None = None


class Told(Protocol):
    """What is wrong, in a list of such."""

    @property
    def message(self) -> str:
        """In words."""
        ...

    @property
    def help(self) -> str | None:
        """What to do."""
        ...


def told(subject: str, several: str, wrong: Sequence[Told]) -> tuple[str, str | None]:
    """All that is wrong with something as one message and one hint; several stand on lines of their own.

    What a user or a model wrote, and is shown, cannot begin a line of a log.
    """
    hints = "; ".join(dict.fromkeys(one_line(one.help) for one in wrong if one.help)) or None
    if len(wrong) == 1:
        return f"{subject} {one_line(wrong[0].message)}", hints
    return "\n  ".join([f"{subject} {several}:", *(one_line(one.message) for one in wrong)]), hints


class InputError(UsageError):
    """Inputs that a prompt does not take, all of them at once (exit 2)."""

    def __init__(self, prompt: str, problems: Sequence[Problem]):
        message, hint = told(f"{prompt}:", f"{len(problems)} inputs are wrong", problems)
        super().__init__(message, hint=hint)
        self.prompt = prompt
        self.problems = tuple(problems)


class PromptError(PlmctlError):
    """A prompt that cannot be rendered as it is, whatever it is given."""


def named(artifact: Artifact) -> str:
    """An artifact as messages call it: with its version where it has one."""
    return versioned(artifact.id, artifact.version)
