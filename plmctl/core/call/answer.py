"""What a model answered, held to `outputs` of its prompt.

The answer to a prompt of the format json is one JSON value, and nothing around it. The answer to one of the
format text is that text; where a schema says what it may be, such as an enum of labels, blanks around it do
not count. Where `outputs` are extensible, an answer may have fields and choices that the schema does not know
yet: they are no error, and are told as news.
"""

import json
import math
from collections.abc import Iterator
from functools import cached_property

from plmctl.core.call.pledge import Pledge
from plmctl.core.call.refusal import told
from plmctl.core.call.request import ResponseFormat
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.value import Pointer, Value, unique

_EXTENDING = frozenset({"additionalProperties", "enum"})
_FENCE = "```"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with an answer: where in it, the rule (a keyword of JSON Schema, or `json`), in words."""

    pointer: Pointer
    rule: str
    message: str
    help: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that keeps what the prompt promises; `news` is what an extensible schema does not know."""

    value: Value
    news: tuple[Flaw, ...] = ()


_HALF = Flaw(
    pointer=(),
    rule="json",
    message="the answer has half a character (a lone surrogate)",
    help="ask again: no text can hold it",
)


class AnswerError(PlmctlError):
    """An answer that is not what the prompt promises: all that is wrong with it.

    A log may have its message, which quotes no value of the answer; `text` has the whole.
    """

    def __init__(self, prompt: str, flaws: tuple[Flaw, ...], text: str):
        message, hint = told(f"{prompt}:", f"{len(flaws)} things are wrong", flaws)
        super().__init__(message, hint=hint)
        self.flaws = flaws
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a prompt promises of its answers, ready to be asked; `prompt` is what errors call it."""

    prompt: str
    form: ResponseFormat | None

    def parse(self, text: str | None) -> Answer:
        """The answer in a text; raises AnswerError with all that is wrong with it.

        None, as clients have it where the model called a tool or refused, is an empty text.
        """
        text = self._checked(text) or ""
        try:
            value = self._value(text)
            flaws = tuple(self._flaws(value))
        except RecursionError:
            raise AnswerError(self.prompt, (_no_json(text, "it nests too deep"),), text) from None
        is_extensible = self.form is not None and self.form.is_extensible
        news = tuple(flaw for flaw in flaws if is_extensible and flaw.rule in _EXTENDING)
        if len(news) < len(flaws):
            raise AnswerError(self.prompt, tuple(flaw for flaw in flaws if flaw not in news), text)
        return Answer(value=value, news=news)

    def _checked(self, text: object) -> str | None:
        if text is None or isinstance(text, str):
            return text
        raise UsageError(
            f"{self.prompt}: an answer is text, and this is a value of the type {type(text).__name__}",
            hint="hand over its text alone, such as completion.choices[0].message.content",
        )

    def _value(self, text: str) -> Value:
        if self.form is None or self.form.kind != "json":
            value: Value = text.strip() if self._pledge.schema else text
        else:
            value = self._parsed(text)
        try:
            # JSON can escape what no text holds: a half of a character.
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise AnswerError(self.prompt, (_HALF,), text) from None
        return value

    def _parsed(self, text: str) -> Value:
        try:
            value: Value = json.loads(
                text, parse_constant=_refused, parse_float=_number, object_pairs_hook=_unique
            )
        except ValueError as error:
            raise AnswerError(self.prompt, (_no_json(text, _reason(error)),), text) from None
        return value

    def _flaws(self, value: Value) -> Iterator[Flaw]:
        # A model repeats what customers wrote, and messages go to logs.
        for m in self._pledge.misfits(value, "answer", is_private=True):
            yield Flaw(pointer=m.pointer, rule=m.rule or "size", message=m.message, help=m.help)

    @cached_property
    def _pledge(self) -> Pledge:
        return Pledge(owner=self.prompt, schema=(self.form.schema or {}) if self.form is not None else {})


def _refused(word: str) -> Value:
    raise ValueError(f"{word} is no number of JSON")


def _number(digits: str) -> Value:
    number = float(digits)
    return number if math.isfinite(number) else _refused("a number beyond those that computers hold")


def _unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    return unique(pairs, lambda name: ValueError(f"the field '{name}' is there twice"))


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        said = error.msg
        return f"line {error.lineno}, column {error.colno}: {said[:1].lower()}{said[1:]}"
    return str(error)


def _no_json(text: str, reason: str) -> Flaw:
    return Flaw(pointer=(), rule="json", message=f"the answer is not JSON: {reason}", help=_advice(text))


def _advice(text: str) -> str:
    begun = text.strip()
    if not begun:
        return "the answer is empty: did the model call a tool, or refuse?"
    if begun.startswith(_FENCE):
        return f"the answer stands in a fence of {_FENCE}: ask for JSON alone, or take the fence off first"
    if begun[0] in "{[" and begun[-1] not in "}]":
        return "the answer breaks off: was it longer than maxOutputTokens?"
    return "ask for JSON alone, or for a model that keeps a JSON Schema"
