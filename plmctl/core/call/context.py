"""A stub until the policy is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from plmctl.core.call.artifact import Artifact, Artifacts
from plmctl.core.call.intake import Taken
from plmctl.core.call.pledge import Pledge
from plmctl.core.call.request import Message
from plmctl.core.call.situation import Situation
from plmctl.core.value import as_mapping, as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Messages that follow each other in a prompt."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the conversation reaches the model."""

    session: Pledge | None
    memory: Pledge | None

    def passage(self, name: str, taken: Taken) -> Passage:
        """The messages of a placeholder."""
        return Passage(messages=taken.messages.get(name, ()))

    def messages(self, passages: Sequence[Passage], _situation: Situation) -> tuple[Message, ...]:
        """All messages that are sent."""
        return tuple(message for passage in passages for message in passage.messages)


def policy_of(prompt: Artifact, artifacts: Artifacts) -> Policy:
    """The policy of a prompt, one that changes nothing where it names none."""
    reference = as_text(prompt.spec.get("context"))
    if reference is None:
        return Policy(session=None, memory=None)
    spec = artifacts(reference).spec
    return Policy(
        session=Pledge(schema=as_mapping(spec["session"])) if "session" in spec else None, memory=None
    )
