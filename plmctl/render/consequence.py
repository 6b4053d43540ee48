"""Whom a diff concerns, in cells of a table: what depends on a change, where it runs, tokens and costs."""

from collections.abc import Iterable, Iterator

from plmctl.core.reach import Cost, Reach, Running
from plmctl.render.line import plural
from plmctl.render.markup import code, escaped, words

REACH_HEADINGS = ("artifact", "needs", "because of", "runs in")
COST_HEADINGS = ("artifact", "tokens of its text", "1,000 calls", "counted by")

_MOST = 3


def told_reach(reach: Iterable[Reach]) -> tuple[Reach, ...]:
    """What is worth a row of its own: dependents, and what an environment runs."""
    return tuple(part for part in reach if part.running or len(part.chain) > 1)


def reach_cells(part: Reach) -> tuple[str, ...]:
    """The artifact, the bump that it needs, the reasons, the environments."""
    return (code(part.artifact), escaped(part.bump.label), _because(part), _runs_in(part.running))


def cost_cells(cost: Cost) -> tuple[str, ...]:
    """The artifact, its tokens before and after, what they cost, and what counted them."""
    counter = "an estimate" if cost.is_estimate else code(cost.counter)
    return (code(cost.artifact), _tokens(cost), _price(cost), counter)


def _because(part: Reach) -> str:
    said = list(_few(words(reason) for reason in part.why))
    # Two steps say nothing that the reason does not.
    if len(part.chain) > 2:
        said.append("by way of " + " → ".join(code(step) for step in part.chain[1:-1]))
    return "<br>".join(said)


def _runs_in(running: Iterable[Running]) -> str:
    return "<br>".join(_few(_pinned(place) for place in running))


def _pinned(place: Running) -> str:
    locked = f", locked at {code(place.locked)}" if place.locked is not None else ", not locked"
    return f"{code(place.environment)} pins {code(place.pin)}{locked}"


def _few(parts: Iterable[str]) -> Iterator[str]:
    every = tuple(parts)
    yield from every[:_MOST]
    if len(every) > _MOST:
        yield f"… {len(every) - _MOST:,} more"


def _tokens(cost: Cost) -> str:
    before, after = cost.tokens_before, cost.tokens_after
    if before is None or after is None:
        return plural((after if before is None else before) or 0, "token")
    return f"{before:,} → {after:,} ({after - before:+,})"


def _price(cost: Cost) -> str:
    currency = f"{code(cost.currency)} " if cost.currency is not None else ""
    before, after = (f"{price:.4g}" if price is not None else None for price in _prices(cost))
    if before is None or after is None:
        return f"{currency}{before or after}" if before or after else ""
    return f"{currency}{before} → {after}"


def _prices(cost: Cost) -> tuple[float | None, float | None]:
    return cost.cost_before, cost.cost_after
