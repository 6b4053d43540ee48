"""What fills a prompt, checked: inputs, and the variables and messages that are none, by their names."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from plmctl.core.call.conversation import NotMessages, messages_of
from plmctl.core.call.given import NotJson, plain, plain_name
from plmctl.core.call.pledge import Pledge
from plmctl.core.call.refusal import InputError, Problem
from plmctl.core.call.request import Medium, Message
from plmctl.core.dataclass import dataclass
from plmctl.core.template.scope import fields_of, resolved
from plmctl.core.value import Value, as_items, as_mapping

SESSION, MEMORY = "session", "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What fills a prompt: inputs with their defaults, variables that are no inputs, messages by placeholder.

    `memories` are the passages that are remembered, best first.
    """

    inputs: Mapping[str, Value]
    extra: Mapping[str, Value]
    messages: Mapping[str, tuple[Message, ...]]
    memories: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What a prompt takes by name.

    `inputs` are declared or inferred; `known` are all names that an inferred schema can use, None where the
    schema alone decides. `passages` is the variable that retrieval fills, `passage` what each of them is,
    `memory` what a memory is; None for a prompt that has none.
    """

    prompt: str
    inputs: Pledge
    known: frozenset[str] | None
    session: Pledge | None
    passages: str | None
    passage: Pledge | None
    memory: Pledge | None
    placeholders: tuple[str, ...]
    media: tuple[tuple[str, Medium], ...]

    def taken(self, given: Mapping[str, object]) -> Taken:
        """What was given, with its defaults; raises InputError with all that is wrong with it."""
        values, problems = dict[str, Value](), list[Problem]()
        for name, value in given.items():
            try:
                values[plain_name(name)] = plain(value, name)
            except NotJson as error:
                problems.append(Problem(input=str(name), rule="json", message=str(error)))
        lost = frozenset(problem.input for problem in problems)
        beside = {name: values.pop(name) for name in self._beside if name in values}
        if self.session is not None and SESSION in self._beside:
            beside[SESSION] = self.session.defaulted(beside.get(SESSION, {}))
        inputs = as_mapping(self.inputs.defaulted(values))
        problems += (p for p in self._problems(inputs, beside) if p.input not in lost)
        if problems:
            raise InputError(self.prompt, problems)
        return self._filling(inputs, beside)

    def of_example(
        self, given: Value, extra: Mapping[str, Value]
    ) -> tuple[dict[str, Value], dict[str, Value]]:
        """An example's inputs with their defaults, and the variables; nothing was retrieved for it."""
        nothing: dict[str, Value] = {} if self.passages is None else {self.passages: []}
        return dict(as_mapping(self.inputs.defaulted(given))), {**extra, **nothing}

    def _filling(self, inputs: Mapping[str, Value], beside: Mapping[str, Value]) -> Taken:
        found = {**inputs, **beside}
        extra: dict[str, Value] = {} if self.passages is None else {self.passages: []}
        shown = (SESSION, self.passages)
        return Taken(
            inputs=inputs,
            extra={**extra, **{name: value for name, value in beside.items() if name in shown}},
            messages={name: messages_of(found.get(name, []), name) for name in self.placeholders},
            memories=tuple(as_items(beside.get(MEMORY))),
        )

    @cached_property
    def _fields(self) -> Mapping[str, object]:
        schema = self.inputs.schema
        return fields_of(resolved(schema, schema)) or {}

    @cached_property
    def _beside(self) -> tuple[str, ...]:
        """The names that are no inputs."""
        names = [*self.placeholders]
        names += [SESSION] if self.session is not None else []
        names += [MEMORY] if self.memory is not None else []
        names += [self.passages] if self.passages is not None else []
        return tuple(name for name in dict.fromkeys(names) if name not in self._fields)

    def _problems(self, inputs: Mapping[str, Value], beside: Mapping[str, Value]) -> Iterator[Problem]:
        wrong = tuple(self.inputs.problems(dict(inputs), "inputs"))
        yield from wrong
        yield from self._unknown(inputs)
        if self.session is not None and SESSION in beside:
            yield from _inside(self.session.problems(beside[SESSION], SESSION), SESSION)
        for name, pledge in ((self.passages, self.passage), (MEMORY, self.memory)):
            if name is not None and name in beside and pledge is not None:
                yield from _unfit(beside[name], name, pledge)
        for name in self.placeholders:
            yield from _unsaid(beside.get(name, inputs.get(name, [])), name)
        for name, medium in self.media:
            if all(problem.input != name for problem in wrong):
                yield from _unseen(inputs.get(name), name, medium)

    def _unknown(self, inputs: Mapping[str, Value]) -> Iterator[Problem]:
        for name in inputs:
            if self.known is not None and name not in self.known:
                from plmctl.core.slip import nearest

                meant = nearest(name, self.known)
                yield Problem(
                    input=name,
                    rule="unknown",
                    message=f"'{name}' is not an input of the prompt: nothing in it uses that name",
                    help=f"did you mean '{meant}'?" if meant else None,
                )


def _inside(problems: Iterator[Problem], name: str) -> Iterator[Problem]:
    """The problems of a value that is one input as a whole."""
    for problem in problems:
        yield replace(problem, input=name)


def _unfit(value: Value, name: str, each: Pledge) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(input=name, rule="type", message=f"{name} must be a list of passages")
        return
    for index, item in enumerate(value):
        for problem in each.problems(item, "passage"):
            yield replace(problem, input=name, message=f"{name}[{index}]: {problem.message}")


def _unsaid(value: Value, name: str) -> Iterator[Problem]:
    try:
        messages_of(value, name)
    except NotMessages as error:
        yield Problem(input=name, rule="messages", message=str(error), help=error.hint)


def _unseen(value: Value, name: str, medium: Medium) -> Iterator[Problem]:
    is_list = isinstance(value, list)
    for index, item in enumerate(as_items(value) if is_list else [] if value is None else [value]):
        if not (isinstance(item, str) and item):
            place = f"inputs.{name}[{index}]" if is_list else f"inputs.{name}"
            told = (
                f"{place} is sent as {_ARTICLES[medium]}: it must be an address, a data URI or an id, as text"
            )
            yield Problem(input=name, rule="media", message=told)


_ARTICLES: Mapping[Medium, str] = {"image": "an image", "audio": "audio", "file": "a file"}
