"""What a render returns: the parts of a request before any provider's shape (templates.md)."""

from collections.abc import Mapping
from typing import Literal

from plmctl.core.call.artifact import Artifact, versioned
from plmctl.core.dataclass import dataclass
from plmctl.core.phrase import one_line
from plmctl.core.value import Value

# As many digits as plmctl shows of a sha256 elsewhere.
_SHORT = 10
Medium = Literal["image", "audio", "file"]
MEDIA: tuple[Medium, ...] = ("image", "audio", "file")
INSTRUCTING = ("system", "developer")
"""The roles that instruct, whatever is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A part of a message that is text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A part that is an image, audio or a file: an address, a data URI, or an id at the provider."""

    medium: Medium
    value: str
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call of a tool that the model made, in a message of the conversation."""

    id: str
    name: str
    arguments: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; `answers` is the id of the call that a message of role `tool` answers."""

    role: str
    parts: tuple[Text | Media, ...]
    calls: tuple[ToolCall, ...] = ()
    answers: str | None = None

    @property
    def text(self) -> str:
        """Its text parts, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTool:
    """A tool that the model may call, by the name it sees; arguments that were bound are not offered.

    `bound` has the arguments that a service adds to each call. `builtin` and `mcp` are tools that the
    provider runs itself: they have no parameters. `approval` says whether a person must agree before each
    call (`always` or `never`), None where the Tool does not say.
    """

    name: str
    artifact: str | None
    description: str | None
    parameters: Mapping[str, Value] | None
    strict: bool | None = None
    bound: Mapping[str, Value]
    builtin: Value = None
    mcp: Value = None
    approval: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFormat:
    """What the answer has to be: `text` or `json`, and the JSON Schema that it satisfies."""

    kind: str
    schema: Mapping[str, Value] | None
    is_extensible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who is asked: a Model, its provider's type, and the Provider artifact where there is one."""

    artifact: Artifact
    provider: Artifact | None
    provider_type: str
    model: str
    route: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which prompt ran, for logs: `lock` is the sha256 of the lock's bytes, None without a lock.

    As text it is one line, with as much of each sha256 as `plmctl find` needs.
    """

    artifact: str
    version: str | None
    variant: str | None
    arm: str | None
    digest: str
    closure: str
    lock: str | None

    def __str__(self) -> str:
        named = versioned(self.artifact, self.version)
        chosen = {"variant": self.variant, "arm": self.arm}
        hashes = {"digest": self.digest, "closure": self.closure, "lock": self.lock}
        short = {name: value.removeprefix("sha256:")[:_SHORT] for name, value in hashes.items() if value}
        told = [f"{name}={value}" for name, value in {**chosen, **short}.items() if value is not None]
        return one_line(" ".join([named, *told]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """All that a render returns; parameters have the manifest's names, the prompt's over the model's."""

    messages: tuple[Message, ...]
    tools: tuple[OfferedTool, ...]
    response_format: ResponseFormat | None
    parameters: Mapping[str, Value]
    target: Target
    identity: Identity
