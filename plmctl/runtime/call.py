"""What a render gives a service: the parts of a call, and their forms for each client."""

from collections.abc import Mapping
from dataclasses import dataclass

from plmctl.core.call.answer import Answer, Promise
from plmctl.core.call.attributes import Attribute, attributes_of
from plmctl.core.call.request import Identity, Message, OfferedTool, Request, ResponseFormat, Target
from plmctl.core.value import Value


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

    def parse(self, text: str) -> Answer:
        """What the model answered, held to the `outputs` of the prompt. Raises AnswerError with all flaws."""
        return self._promise.parse(text)
