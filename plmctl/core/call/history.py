"""The conversation so far in turns, of which the oldest can be left out or summed up."""

from collections.abc import Iterator, Sequence

from plmctl.core.call.request import INSTRUCTING, Message, Text
from plmctl.core.dataclass import dataclass

Turn = tuple[Message, ...]
"""What a user says and all that follows it: answers, calls of tools, and what the tools answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The turns of a conversation, how many of the oldest are dropped, and what sums them up.

    `kept` are the last ones that must stay: the one with the last message of a user, where that is here.
    """

    turns: tuple[Turn, ...]
    kept: int = 0
    dropped: int = 0
    summary: str | None = None

    @property
    def most(self) -> int:
        """How many turns can be dropped."""
        return len(self.turns) - self.kept

    @property
    def lost(self) -> tuple[Message, ...]:
        """What is dropped; instructions never are."""
        return tuple(m for turn in self.turns[: self.dropped] for m in turn if m.role not in INSTRUCTING)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is sent: instructions of dropped turns, the summary as a user says it, the other turns."""
        before = (m for turn in self.turns[: self.dropped] for m in turn if m.role in INSTRUCTING)
        summary = [Message(role="user", parts=(Text(text=self.summary),))] if self.summary else []
        return (*before, *summary, *(m for turn in self.turns[self.dropped :] for m in turn))


def history_of(messages: Sequence[Message], *, is_last: bool) -> History:
    """The history of messages; `is_last` says that no user speaks after them."""
    turns = tuple(_joined(_spoken(messages)))
    has_user = any(message.role == "user" for message in messages)
    return History(turns=turns, kept=1 if is_last and has_user else 0)


def _spoken(messages: Sequence[Message]) -> Iterator[Turn]:
    """Turns that each begin with a user, the first perhaps with a greeting before."""
    turn: list[Message] = []
    for message in messages:
        if message.role == "user" and any(said.role == "user" for said in turn):
            yield tuple(turn)
            turn = []
        turn.append(message)
    if turn:
        yield tuple(turn)


def _joined(turns: Iterator[Turn]) -> list[Turn]:
    """Turns of which none has the answer to a call of another."""
    joined: list[Turn] = []
    for turn in turns:
        # Ids are unique in a turn, and some services begin anew with each.
        answered = {message.answers for message in turn if message.answers} - set(_calls(turn))
        asked = next(
            (i for i, earlier in enumerate(joined) if not answered.isdisjoint(_calls(earlier))), None
        )
        if asked is not None:
            turn = tuple(message for earlier in joined[asked:] for message in earlier) + turn
            del joined[asked:]
        joined.append(turn)
    return joined


def _calls(turn: Turn) -> Iterator[str]:
    return (call.id for message in turn for call in message.calls)
