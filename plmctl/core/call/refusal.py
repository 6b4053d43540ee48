"""Why a prompt cannot be rendered: of what a caller gave, or of what the prompt is."""

from collections.abc import Sequence
from dataclasses import dataclass

from plmctl.core.call.artifact import Artifact
from plmctl.core.finding import PlmctlError, UsageError


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


class InputError(UsageError):
    """Inputs that a prompt does not take, all of them at once (exit 2)."""

    def __init__(self, prompt: str, problems: Sequence[Problem]):
        told = [problem.message for problem in problems]
        head, line = (f"{len(told)} inputs are wrong:\n  ", "\n  ") if len(told) > 1 else ("", "")
        hints = dict.fromkeys(problem.help for problem in problems if problem.help)
        super().__init__(f"{prompt}: {head}{line.join(told)}", hint="; ".join(filter(None, hints)) or None)
        self.prompt = prompt
        self.problems = tuple(problems)


class PromptError(PlmctlError):
    """A prompt that cannot be rendered as it is, whatever it is given."""


def named(artifact: Artifact) -> str:
    """An artifact as messages call it: with its version where it has one."""
    return artifact.id if artifact.version is None else f"{artifact.id}@{artifact.version}"
