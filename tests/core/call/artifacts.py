"""Artifacts as a lock gives them, written by hand."""

from collections.abc import Mapping

from plmctl.core.call.artifact import Artifact, Artifacts
from plmctl.core.call.assembly import prompt_of
from plmctl.core.call.prompt import Prompt
from plmctl.core.call.request import Message, Text
from plmctl.core.finding import PlmctlError
from plmctl.core.value import Value

MODEL: Mapping[str, Value] = {"provider": "openai", "model": "gpt-4o-2024-08-06"}


def artifact(id_: str, spec: Mapping[str, Value], version: str | None = "1.0.0") -> Artifact:
    """An artifact whose digests are no digests."""
    return Artifact(
        id=id_,
        version=version,
        digest=f"sha256:digest of {id_}",
        metadata_digest=f"sha256:metadata of {id_}",
        closure=f"sha256:closure of {id_}",
        spec=spec,
        unhashed={},
        metadata={},
    )


def lookup(specs: Mapping[str, Mapping[str, Value]]) -> Artifacts:
    """The artifacts of these specs by id, and one model, `model/m`."""
    known = {id_: artifact(id_, spec) for id_, spec in {"model/m": MODEL, **specs}.items()}

    def found(id_: str) -> Artifact:
        if id_ not in known:
            raise PlmctlError(f"'{id_}' is not in the lock")
        return known[id_]

    return found


def prompt(spec: Mapping[str, Value], others: Mapping[str, Mapping[str, Value]] | None = None) -> Prompt:
    """The prompt `prompt/p` of this spec, which asks `model/m` where it names no other."""
    return prompt_of(artifact("prompt/p", {"model": "model/m", **spec}), lookup(others or {}))


def said(*content: Value) -> list[Value]:
    """Messages of a manifest: a text is a user's, a mapping stands as it is."""
    return [{"role": "user", "content": item} if isinstance(item, str) else item for item in content]


def told(messages: tuple[Message, ...]) -> list[tuple[str, str]]:
    """Role and text of messages that are text."""
    return [(message.role, message.text) for message in messages]


def message(role: str, text: str) -> Message:
    """A message that is one text."""
    return Message(role=role, parts=(Text(text=text),))
