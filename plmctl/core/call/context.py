"""What of a conversation reaches the model: history, memory, and what happens when it does not fit.

Tokens are those of the texts of all messages, of the calls of tools in them, and of the tools that are
offered; images, audio and files, and what a provider adds to each message, are not counted. The window is
the smaller of `window.maxTokens` and the model's `limits.contextTokens`, less `window.reserveForOutput`.
Nothing is counted for a policy that states neither `window.maxTokens` nor `overflow`, nor the strategy
token-window.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from plmctl.core.call.artifact import Artifact, Artifacts
from plmctl.core.call.history import History, history_of
from plmctl.core.call.intake import MEMORY, Taken
from plmctl.core.call.pledge import Pledge
from plmctl.core.call.refusal import named
from plmctl.core.call.request import Message, OfferedTool, Target, Text
from plmctl.core.call.situation import Counter, Situation
from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.value import Value, as_mapping, as_text

HISTORY = "history"


class ContextError(UsageError):
    """A call that its context policy does not let through (exit 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Messages that follow each other in a prompt; those of the history can be left out."""

    messages: tuple[Message, ...]
    is_history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How many tokens a call may have without its answer, which `reserve` is for; None: nobody says."""

    most: int | None
    reserve: int

    def room(self, target: Target) -> int | None:
        """The tokens for what is sent to a target."""
        limit = as_mapping(target.artifact.spec.get("limits")).get("contextTokens")
        limits = [most for most in (self.most, limit) if isinstance(most, int)]
        return min(limits) - self.reserve if limits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the conversation reaches the model; `label` is None where the prompt names no policy.

    `retriever` is where memories are looked up, `summarize_with` the prompt that a summariser is to render.
    """

    label: str | None
    session: Pledge | None
    retriever: Artifact | None
    memory: Pledge | None
    top: int | None
    window: Window
    strategy: str | None
    turns: int | None
    summarize_with: str | None
    overflow: str | None

    @property
    def is_counting(self) -> bool:
        """Whether it says anything about tokens."""
        return bool(self.window.most or self.overflow) or self.strategy == "token-window"

    def passage(self, name: str, taken: Taken) -> Passage:
        """The messages of a placeholder."""
        if name == MEMORY and self.memory is not None:
            return Passage(messages=tuple(_remembered(taken.memories[: self.top])))
        return Passage(messages=taken.messages[name], is_history=name == HISTORY)

    def messages(
        self, passages: Sequence[Passage], tools: Sequence[OfferedTool], target: Target, situation: Situation
    ) -> tuple[Message, ...]:
        """All messages that are sent; raises ContextError where they do not fit."""
        if self.label is None:
            return tuple(message for passage in passages for message in passage.messages)
        history = _history_in(passages)
        limited = self._limited(history, situation)
        room = self.window.room(target) if self.is_counting else None
        if room is not None:
            count = situation.count or (situation.counters or _estimates)(target.model)
            measure = Measure.of(passages, tools, room, count)
            limited = limited if measure.fits(limited) else self._fitting(limited, measure, situation)
        return tuple(m for p in passages for m in (limited.messages if p.is_history else p.messages))

    def _limited(self, history: History, situation: Situation) -> History:
        """The history as its strategy has it, before anything is counted."""
        if self.turns is None or self.strategy is None:
            return history
        limited = replace(history, dropped=min(max(len(history.turns) - self.turns, 0), history.most))
        return self._summed_up(limited, situation) if self.strategy == "summary" else limited

    def _fitting(self, history: History, measure: "Measure", situation: Situation) -> History:
        """The history with less of it, as much as must be."""
        candidates: Iterator[History] = iter(())
        hint = _WIDEN
        if self.strategy == "token-window" or self.overflow == "truncate-oldest":
            candidates, hint = _shorter(history), _SHORTEN
        elif self.overflow == "summarize":
            candidates, hint = self._shorter_by_summary(history, measure, situation), _SUM_UP
        for candidate in candidates:
            history = candidate
            if measure.fits(history):
                return history
        size, room = measure.size(history), max(measure.room, 0)
        reserve = f" beside the {self.window.reserve} for the answer" if self.window.reserve else ""
        raise ContextError(f"{self.label}: the call has {size} tokens, and {room} fit{reserve}", hint=hint)

    def _shorter_by_summary(
        self, history: History, measure: "Measure", situation: Situation
    ) -> Iterator[History]:
        """As much as must be is summed up, more where the summary is too long for that, and at last all."""
        bare, tried = replace(history, summary=None), set[int]()
        for room in (measure, measure, None):
            left = room.beside(history.summary).first_fitting(_shorter(bare)) if room else None
            dropped = left.dropped if left else history.most
            if dropped not in tried:
                tried.add(dropped)
                history = self._summed_up(replace(history, dropped=dropped), situation)
                yield history

    def _summed_up(self, history: History, situation: Situation) -> History:
        lost = history.lost
        if not lost:
            return history
        if situation.summarize is None:
            told = f"; {self.summarize_with} is the prompt for it" if self.summarize_with else ""
            raise ContextError(
                f"{self.label}: {len(lost)} messages of the history must be summed up, and nothing does it",
                hint=f"give a summariser: a function from messages to a text{told}",
            )
        summary = situation.summarize(lost)
        if not isinstance(summary, str):
            raise ContextError(f"{self.label}: the summariser gave {type(summary).__name__}, not a text")
        return replace(history, summary=summary.strip())


_WIDEN = "shorten the history or the inputs, or set 'overflow' or a wider 'window' in the policy"
_SHORTEN = "the history is dropped already: shorten the inputs, or set a wider 'window' in the policy"
_SUM_UP = "the history is summed up: shorten the summary or the inputs, or set a wider 'window' in the policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What all but the history takes, and what there is room for; the history stands at so many `places`."""

    count: Counter
    fixed: int
    places: int
    room: int

    @classmethod
    def of(
        cls, passages: Sequence[Passage], tools: Sequence[OfferedTool], room: int, counter: Counter
    ) -> "Measure":
        """The measure of a call."""
        # A text is counted once, however often the history is cut.
        count = cache(counter)
        fixed = tokens_of([m for p in passages if not p.is_history for m in p.messages], tools, count)
        return cls(count=count, fixed=fixed, places=sum(p.is_history for p in passages), room=room)

    def size(self, history: History) -> int:
        """The tokens of the call with a history."""
        return self.fixed + self.places * tokens_of(history.messages, (), self.count)

    def fits(self, history: History) -> bool:
        """Whether there is room for it."""
        return self.size(history) <= self.room

    def beside(self, summary: str | None) -> "Measure":
        """What there is room for beside a summary."""
        taken = self.places * self.count(summary) if summary else 0
        return replace(self, room=self.room - taken)

    def first_fitting(self, histories: Iterator[History]) -> History | None:
        """The first that there is room for."""
        return next(filter(self.fits, histories), None)


def tokens_of(messages: Sequence[Message], tools: Sequence[OfferedTool], count: Counter) -> int:
    """The tokens of messages and of the tools that are offered with them."""
    texts = [part.text for message in messages for part in message.parts if isinstance(part, Text)]
    calls = [call for message in messages for call in message.calls]
    texts += [call.name + canonical_json(dict(call.arguments)).decode() for call in calls]
    texts += [canonical_json(_described(tool)).decode() for tool in tools]
    return sum(map(count, texts))


def passage_of(retriever: Artifact) -> Pledge:
    """What each passage is that a retriever finds."""
    return Pledge(owner=named(retriever), schema=as_mapping(retriever.spec.get("returns")))


def _session(policy: Artifact) -> Pledge | None:
    if "session" not in policy.spec:
        return None
    return Pledge(owner=named(policy), schema=as_mapping(policy.spec["session"]))


def policy_of(prompt: Artifact, artifacts: Artifacts) -> Policy:
    """The policy of a prompt, one that changes nothing where it names none."""
    reference = as_text(prompt.spec.get("context"))
    policy = None if reference is None else artifacts(reference)
    spec = {} if policy is None else policy.spec
    window, history, memory = (as_mapping(spec.get(key)) for key in ("window", "history", "memory"))
    remembered = as_text(memory.get("retriever"))
    retriever = None if remembered is None else artifacts(remembered)
    return Policy(
        label=None if policy is None else f"{named(prompt)} under {named(policy)}",
        session=None if policy is None else _session(policy),
        retriever=retriever,
        memory=None if retriever is None else passage_of(retriever),
        top=_whole(memory.get("topK")),
        window=Window(
            most=_whole(window.get("maxTokens")), reserve=_whole(window.get("reserveForOutput")) or 0
        ),
        strategy=as_text(history.get("strategy")),
        turns=_whole(history.get("maxTurns")),
        summarize_with=as_text(history.get("summarizeWith")),
        overflow=as_text(spec.get("overflow")),
    )


def _whole(value: Value) -> int | None:
    # 20.0 is a whole number in JSON Schema, too.
    return int(value) if isinstance(value, int | float) else None


def _history_in(passages: Sequence[Passage]) -> History:
    place = max((index for index, passage in enumerate(passages) if passage.is_history), default=None)
    if place is None:
        return History(turns=())
    after = (message.role for passage in passages[place + 1 :] for message in passage.messages)
    return history_of(passages[place].messages, is_last="user" not in after)


def _remembered(memories: Sequence[Value]) -> Iterator[Message]:
    """What is remembered as one message of a user: no instruction, whoever wrote it."""
    texts = [memory if isinstance(memory, str) else canonical_json(memory).decode() for memory in memories]
    if texts:
        yield Message(role="user", parts=(Text(text="\n\n".join(texts)),))


def _shorter(history: History) -> Iterator[History]:
    """The history with one turn less each time, and at last without the summary of those before."""
    for dropped in range(history.dropped, history.most + 1):
        yield replace(history, dropped=dropped)
    yield replace(history, dropped=history.most, summary=None)


def _described(tool: OfferedTool) -> Value:
    parameters = None if tool.parameters is None else dict(tool.parameters)
    return {"name": tool.name, "description": tool.description, "parameters": parameters}


def _estimates(_: str) -> Counter:
    from plmctl.core.tokenizer import Estimate

    return Estimate().count
