"""What a call is beside what fills its prompt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from plmctl.core.call.request import Message
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value

Counter = Callable[[str], int]
"""How many tokens a text has."""

Counters = Callable[[str], Counter]
"""What counts for a model, by the id that its provider knows it by."""

Summarizer = Callable[[Sequence[Message]], str]
"""The summary of messages that are no longer sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who calls and where: what variants and routes choose by, and what counts and sums up for a context.

    `model` is the one to ask where a route has several; `key` keeps who has it in one arm of a route, such as
    the id of a user. Tokens are counted by `count`, else as `counters` counts for the model, else estimated;
    without `summarize` nothing is summed up.
    """

    select: Mapping[str, Value] = field(default_factory=dict)
    model: str | None = None
    key: str | None = None
    count: Counter | None = None
    counters: Counters | None = None
    summarize: Summarizer | None = None
