"""A prompt, compiled once and rendered by any number of threads."""

from collections.abc import Iterator, Mapping

from plmctl.core.call.answer import Promise
from plmctl.core.call.artifact import Artifact
from plmctl.core.call.context import Passage, Policy
from plmctl.core.call.intake import Intake, Taken
from plmctl.core.call.match import matches
from plmctl.core.call.parameters import overlaid
from plmctl.core.call.request import Identity, Message, Request, Target, Text
from plmctl.core.call.script import ExamplesPlace, Line, Script
from plmctl.core.call.situation import Situation
from plmctl.core.call.target import Asked, facts_of
from plmctl.core.call.tool import BoundTool
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value, as_mapping

ANYWHERE = Situation()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The base of a prompt (no name), or a variant: what it says and sets."""

    name: str | None
    when: Mapping[str, Value]
    script: Script
    parameters: Mapping[str, Value]
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A few-shot example: inputs, and the text that answers them."""

    input: Value
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """What is looked up before a call: by which retriever, for which input, into which variable."""

    retriever: Artifact
    query: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt of a lock, ready to be rendered; of `variants` the first that matches is said, else `base`."""

    artifact: Artifact
    intake: Intake
    base: Edition
    variants: tuple[Edition, ...]
    examples: tuple[Example, ...]
    tools: tuple[BoundTool, ...]
    asked: Asked
    retrieval: Retrieval | None
    policy: Policy
    promise: Promise

    @property
    def identity(self) -> Identity:
        """Which prompt this is, before a variant is chosen."""
        return self.base.identity

    def render(self, given: Mapping[str, object], situation: Situation = ANYWHERE) -> Request:
        """The request for what is given by name: inputs, passages, the session, messages, memories.

        Raises InputError for what it does not take, RenderError for a text that values cannot fill,
        UsageError for a model that it does not ask, and ContextError for what does not fit the context.
        """
        taken = self.intake.taken(given)
        target = self.asked.target(situation)
        edition = self._edition(situation, target)
        passages = tuple(self._passages(edition.script, taken))
        tools = tuple(tool.filled(taken.inputs) for tool in self.tools)
        return Request(
            messages=self.policy.messages(passages, tools, target, situation),
            tools=tools,
            response_format=self.promise.form,
            parameters=_parameters(target, self.base, edition),
            target=target,
            identity=edition.identity,
        )

    def _edition(self, situation: Situation, target: Target) -> Edition:
        if not self.variants:
            return self.base
        facts = {**facts_of(target), **situation.select}
        return next((variant for variant in self.variants if matches(variant.when, facts)), self.base)

    def _passages(self, script: Script, taken: Taken) -> Iterator[Passage]:
        for entry in script:
            match entry:
                case Line():
                    yield Passage(messages=tuple(_said(entry, taken.inputs, taken.extra)))
                case ExamplesPlace():
                    yield Passage(messages=tuple(self._exemplified(entry, taken)))
                case _:
                    yield self.policy.passage(entry.name, taken)

    def _exemplified(self, place: ExamplesPlace, taken: Taken) -> Iterator[Message]:
        for example in self.examples:
            inputs, extra = self.intake.of_example(example.input, taken.extra)
            for line in place.lines:
                yield from _said(line, inputs, extra)
            yield Message(role="assistant", parts=(Text(text=example.answer),))


def _said(line: Line, inputs: Mapping[str, Value], extra: Mapping[str, Value]) -> Iterator[Message]:
    message = line.said(inputs, extra)
    if message is not None:
        yield message


def _parameters(target: Target, base: Edition, edition: Edition) -> Mapping[str, Value]:
    settings = overlaid(as_mapping(target.artifact.spec.get("parameters")), base.parameters)
    return settings if edition is base else overlaid(settings, edition.parameters)
