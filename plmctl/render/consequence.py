"""Whom a diff concerns, in cells of a table: what depends on a change, where it runs, tokens and costs."""

from collections.abc import Iterable, Iterator, Sequence

from plmctl.core.finding import Bump
from plmctl.core.reach import Cost, Reach, Running
from plmctl.render.impact import amounts, is_kept, tokens_told
from plmctl.render.line import plural
from plmctl.render.markup import code, escaped, words

REACH_HEADINGS = ("artifact", "needs", "because of", "runs in")
COST_HEADINGS = ("text", "tokens", "cost of 1,000 calls")

_MOST = 3

Cells = tuple[str, ...]


def reach_rows(reach: Sequence[Reach]) -> Iterator[Cells]:
    """What needs a version because of others, or runs somewhere; evaluations to run; the others in number."""
    yield from map(_dependent, (part for part in reach if _is_told(part)))
    to_run = [code(part.artifact) for part in reach if part.is_to_run]
    if to_run:
        yield plural(len(to_run), "evaluation"), "to be run", "<br>".join(_few(to_run)), ""
    kept = sum(is_kept(part) and not _is_told(part) for part in reach)
    if kept:
        said = "keeps its version" if kept == 1 else "keep their versions"
        yield (f"{plural(kept, 'more artifact')} in reach", said, "", "")


def cost_rows(costs: Iterable[Cost]) -> Iterator[Cells]:
    """The text, its tokens before and after, and what a thousand calls cost for them."""
    for cost in costs:
        variant = f" ({words(cost.variant)})" if cost.variant is not None else ""
        counted = "about " if cost.is_estimate else ""
        by = "" if cost.is_estimate else f" by {code(cost.counter)}"
        yield f"{code(cost.artifact)}{variant}", f"{counted}{escaped(tokens_told(cost))}{by}", _price(cost)


def _is_told(part: Reach) -> bool:
    is_dependent = not part.is_changed and not part.is_about
    return bool(part.running) or (is_dependent and part.bump is not Bump.NONE)


def _dependent(part: Reach) -> Cells:
    needs = escaped(part.bump.label)
    if part.next_version is not None:
        earlier = f"{code(part.version)} → " if part.version is not None else ""
        needs = f"{needs}: {earlier}at least {code(part.next_version)}"
    return code(part.artifact), needs, _because(part), _runs_in(part.running)


def _because(part: Reach) -> str:
    said = list(_few(words(reason) for reason in part.why))
    # Two steps say nothing that the reason does not.
    if len(part.chain) > 2:
        said.append("through " + " → ".join(code(step) for step in part.chain[1:-1]))
    return "<br>".join(said)


def _runs_in(running: Iterable[Running]) -> str:
    return "<br>".join(_few(map(_pinned, running)))


def _pinned(place: Running) -> str:
    locked = f"locked {code(place.locked)}" if place.locked is not None else "not locked"
    return f"{code(place.environment)} ({code(place.pin)}, {locked})"


def _few(parts: Iterable[str]) -> Iterator[str]:
    every = tuple(parts)
    yield from every[:_MOST]
    if len(every) > _MOST:
        yield f"… {len(every) - _MOST:,} more"


def _price(cost: Cost) -> str:
    prices = (cost.cost_before, cost.cost_after)
    told = " → ".join(amounts(tuple(dict.fromkeys(price for price in prices if price is not None))))
    currency = f" {code(cost.currency)}" if cost.currency is not None else ""
    model = f" on {code(cost.model)}" if cost.model is not None else ""
    return f"{told}{currency}{model}" if told else ""
