"""What a render gives a service: the parts of a call, and their forms for each client."""

from collections.abc import Mapping
from typing import Any

from plmctl.core.call.answer import Answer, Promise
from plmctl.core.call.anthropic import anthropic
from plmctl.core.call.attributes import Attribute, attributes_of
from plmctl.core.call.litellm import litellm
from plmctl.core.call.openai import openai
from plmctl.core.call.request import Identity, Message, OfferedTool, Request, ResponseFormat, Target
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.value import Value

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a model, rendered and not sent."""

    request: Request
    _promise: Promise

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages, in the order they are sent."""
        return self.request.messages

    @property
    def tools(self) -> tuple[OfferedTool, ...]:
        """The tools that the model may call."""
        return self.request.tools

    @property
    def response_format(self) -> ResponseFormat | None:
        """What the answer has to be; None where the prompt does not say."""
        return self.request.response_format

    @property
    def parameters(self) -> Mapping[str, Value]:
        """The model's parameters with the prompt's over them, by the names of manifests."""
        return self.request.parameters

    @property
    def model(self) -> Target:
        """The model that is asked, and its provider."""
        return self.request.target

    @property
    def identity(self) -> Identity:
        """Which prompt ran: for logs."""
        return self.request.identity

    @property
    def attributes(self) -> dict[str, Attribute]:
        """What ran, without its texts, as attributes of OpenTelemetry: `gen_ai.*` and `plmctl.*`."""
        return attributes_of(self.request)

    def parse(self, text: str | None) -> Answer:
        """What the model answered, held to the `outputs` of the prompt. Raises AnswerError with all flaws.

        None is an empty answer: the model called a tool, or refused.
        """
        return self._promise.parse(text)

    def as_openai(self, environment: Environment | None = None) -> dict[str, Any]:
        """The call as `client.chat.completions.create(**...)` of the OpenAI client takes it.

        Where the Model names a variable, `environment` has it, as `os.environ`. Raises AdapterError with all
        that the API cannot express.
        """
        return openai(self.request, environment)

    def as_anthropic(self, environment: Environment | None = None) -> dict[str, Any]:
        """The call as `client.messages.create(**...)` of the Anthropic client takes it."""
        return anthropic(self.request, environment)

    def as_litellm(self, environment: Environment | None = None) -> dict[str, Any]:
        """The call as `litellm.completion(**...)` takes it, with the place of the model and no key."""
        return litellm(self.request, environment)

    def bound_arguments(self, tool: str) -> Mapping[str, Value]:
        """The arguments that the prompt fills in for a tool, by the name that the model sees."""
        for offered in self.request.tools:
            if offered.name == tool:
                return offered.bound
        names = ", ".join(offered.name for offered in self.request.tools) or "no tool"
        raise UsageError(f"'{tool}' is not a tool that was offered", hint=f"there is {names}")

    def complete(self, tool: str, arguments: Mapping[str, Value]) -> dict[str, Value]:
        """The arguments to run a tool with: the model's, and the bound ones, which it cannot replace."""
        return {**arguments, **self.bound_arguments(tool)}
