"""What changes reach, for a reader: applications first, and where they are pinned; the rest counted."""

from collections.abc import Iterator, Sequence

from plmctl.core.finding import Bump
from plmctl.core.reach import Cost, Reach, Running
from plmctl.render.line import Line, Paper, Style, hanging, line, plural

# Lines of each list; what follows is counted.
_MOST = 8
# Names in a line.
_MOST_NAMES = 3
_DIGITS = range(2, 7)
_STYLES = {Bump.MAJOR: Style.ERROR, Bump.MINOR: Style.WARNING, Bump.PATCH: Style.INFO}


def impact_lines(reach: Sequence[Reach], costs: Sequence[Cost], paper: Paper) -> Iterator[Line]:
    """The block, followed by an empty line; nothing where there is nothing to say."""
    found = (*_applications(reach, paper), *_others(reach, paper), *_costs(costs, paper))
    if found:
        yield line((Style.STRONG, "impact"))
        yield from found
        yield line()


def _applications(reach: Sequence[Reach], paper: Paper) -> Iterator[Line]:
    found = [each for each in reach if each.is_application and each.bump is not Bump.NONE]
    for each in found[:_MOST]:
        yield from hanging(_application(each), paper, 4)
        if each.running:
            yield from hanging(line("    pinned by ", _names(tuple(map(_pin, each.running)))), paper, 6)
    rest = found[_MOST:]
    if rest:
        counts = [(sum(each.bump is bump for each in rest), bump.label) for bump in _STYLES]
        told = ", ".join(f"{count:,} {label}" for count, label in counts if count)
        yield line((Style.FAINT, f"  {plural(len(rest), 'more application')}: {told}"))


def _application(each: Reach) -> Line:
    earlier = f"{each.version} -> " if each.version else ""
    versions = f", {earlier}at least {each.next_version}" if each.next_version else ""
    why = each.why[0].removeprefix(f"{each.artifact} ") if each.why else ""
    more = f" and {len(each.why) - 1:,} more" if len(each.why) > 1 else ""
    between = each.chain[1:-1]
    through = f", through {' and '.join(between)}" if between else ""
    return line(
        "  ",
        (Style.STRONG, each.artifact),
        "  ",
        (_STYLES[each.bump], f"needs {each.bump.label}"),
        f"{versions}: {why}{more}{through}",
    )


def _pin(running: Running) -> str:
    held = f"locked {running.locked}" if running.locked is not None else "not locked"
    return f"{running.environment} ({running.pin}, {held})"


def _others(reach: Sequence[Reach], paper: Paper) -> Iterator[Line]:
    to_run = tuple(each.artifact for each in reach if each.is_to_run)
    if to_run:
        yield from hanging(line("  evaluations to run: ", _names(to_run)), paper, 4)
    kept = tuple(each.artifact for each in reach if is_kept(each))
    if kept:
        said = "keeps its version" if len(kept) == 1 else "keep their versions"
        yield from hanging(
            line(f"  {plural(len(kept), 'more artifact')} in reach {said}: ", _names(kept)), paper, 4
        )


def is_kept(each: Reach) -> bool:
    """Whether it depends on what changed, and keeps its version."""
    is_dependent = bool(each.chain) and not each.is_changed and not each.is_about
    return is_dependent and not each.is_to_run and each.bump is Bump.NONE


def _names(names: tuple[str, ...]) -> str:
    """The first, and how many more there are; one more has a name too."""
    shown = names if len(names) <= _MOST_NAMES + 1 else names[:_MOST_NAMES]
    more = f" and {len(names) - len(shown):,} more" if len(shown) < len(names) else ""
    return ", ".join(shown) + more


def _costs(costs: Sequence[Cost], paper: Paper) -> Iterator[Line]:
    if not costs:
        return
    has_prices = any(cost.cost_after is not None for cost in costs)
    yield line("  tokens, and their cost in 1,000 calls" if has_prices else "  tokens")
    largest = sorted(costs, key=lambda cost: -abs(_more(cost)))[:_MOST]
    for cost in costs:
        if cost in largest:
            yield from hanging(_cost(cost), paper, 6)
    rest = [cost for cost in costs if cost not in largest]
    if rest:
        told = f"{plural(len(rest), 'more text')}: {sum(map(_more, rest)):+,} tokens in all"
        yield line((Style.FAINT, f"    {told}"))


def _more(cost: Cost) -> int:
    return (cost.tokens_after or 0) - (cost.tokens_before or 0)


def _cost(cost: Cost) -> Line:
    name = f"{cost.artifact} ({cost.variant})" if cost.variant is not None else cost.artifact
    by = "" if cost.is_estimate else f" by {cost.counter}"
    about = "about " if cost.is_estimate else ""
    price = f", {_price(cost)}" if cost.cost_after is not None else ""
    return line("    ", (Style.STRONG, name), f"  {about}{tokens_told(cost)}{by}{price}")


def tokens_told(cost: Cost) -> str:
    """The tokens before and after, and the difference."""
    before, after = cost.tokens_before, cost.tokens_after
    if after is None:
        return f"{before:,} -> not known"
    if before is None:
        return f"{after:,} now"
    return f"{after:,}" if before == after else f"{before:,} -> {after:,} ({after - before:+,})"


def _price(cost: Cost) -> str:
    before, after = cost.cost_before, cost.cost_after or 0.0
    is_same = before is None or before == after
    values = (after,) if before is None or is_same else (before, after)
    told = amounts(values)
    return f"{' -> '.join(told)} {cost.currency} on {cost.model}"


def amounts(values: tuple[float, ...]) -> tuple[str, ...]:
    """With as few digits as tell them apart, and none of them from nothing."""
    written = [tuple(f"{value:,.{digits}f}" for value in values) for digits in _DIGITS]
    return next((told for told in written if _is_telling(told, values)), written[-1])


def _is_telling(told: tuple[str, ...], values: tuple[float, ...]) -> bool:
    is_nothing = any(value and not text.strip("0.") for text, value in zip(told, values, strict=True))
    return len(set(told)) == len(told) and not is_nothing
