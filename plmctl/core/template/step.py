"""The steps of a compiled template: each makes the text of a part of it from the values that it sees."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import cast

from plmctl.core.template.context import ABSENT, Frames, absence, finder, within
from plmctl.core.template.grammar import shown
from plmctl.core.template.printing import printed
from plmctl.core.template.program import ITERATOR, Tag
from plmctl.core.template.refusal import MissingValue, Place, TooLarge, Unprintable
from plmctl.core.value import Value

MAX_OUTPUT = 10 * 1024 * 1024
"""So many bytes of UTF-8 may a text have."""

MAX_STEPS = 1_000_000
"""So many values, items, sections and partials may be gone through for one text."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """What one render may still make.

    Values that are text count as characters, which is quick; `is_careful` counts bytes and looks at each.
    """

    room: int
    steps: int
    is_careful: bool


Step = Callable[[Frames, Value, Budget], str]
Loop = Callable[[list[Value], Frames, Budget], str]
Locate = Callable[[int], Place]
"""The place of an offset in a template's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What runs once (`run`) or for each item (`over`); bytes and steps that it always takes."""

    run: Step
    over: Loop
    size: int
    steps: int


def sequence(blocks: Sequence[Block]) -> Block:
    """Blocks in a row."""
    if len(blocks) == 1:
        return blocks[0]
    runs = tuple(block.run for block in blocks)

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        return "".join([each(frames, item, budget) for each in runs])

    size, steps = sum(block.size for block in blocks), sum(block.steps for block in blocks)
    return Block(run=run, over=_looped(run), size=size, steps=steps)


def literal(text: str, place: Place) -> Block:
    """A text without values."""
    size = len(text.encode())

    def run(_: Frames, __: Value, budget: Budget) -> str:
        _spend(budget, size, place)
        return text

    return Block(run=run, over=_looped(run), size=size, steps=0)


def section(tag: Tag, body: Block, place: Place) -> Block:
    """A block once for each item of a list, once for any other value that is there."""
    find, cost = finder(tag.name), body.steps + 1

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        value = find(frames, item)
        if isinstance(value, list):
            _walk(budget, cost * len(value), place)
            return body.over(value, frames, budget)
        if value is ABSENT or value is None or value is False:
            return ""
        _walk(budget, cost, place)
        return body.run(within(frames, value) if isinstance(value, dict) else frames, value, budget)

    return Block(run=run, over=_looped(run), size=0, steps=1)


def inverted(tag: Tag, body: Block, place: Place) -> Block:
    """A block once, when a value is absent, null, false or an empty list."""
    find = finder(tag.name)

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        value = find(frames, item)
        if value is ABSENT or value is None or value is False or (isinstance(value, list) and not value):
            _walk(budget, body.steps, place)
            return body.run(frames, item, budget)
        return ""

    return Block(run=run, over=_looped(run), size=0, steps=1)


def segment(texts: Sequence[str], tags: Sequence[Tag], locate: Locate) -> Block:
    """Values and the texts around them, one more than values."""
    careful = _careful(texts, tags, locate)
    size = sum(len(text.encode()) for text in texts)
    block = Block(run=careful, over=_looped(careful), size=size, steps=len(tags))
    if all(tag.name != ITERATOR and len(tag.name) == 1 for tag in tags):
        return _of_fields(texts, [tag.name[0] for tag in tags], block)
    if [tag.name for tag in tags] == [ITERATOR]:
        return _of_items(texts[0], texts[1], block)
    return block


def _careful(texts: Sequence[str], tags: Sequence[Tag], locate: Locate) -> Step:
    """A segment value by value, which names what is wrong."""
    first, size = texts[0], len(texts[0].encode())
    slots = [
        (finder(tag.name), tag, text, len(text.encode())) for tag, text in zip(tags, texts[1:], strict=True)
    ]

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        budget.room -= size
        parts = [first]
        for find, tag, text, length in slots:
            value = find(frames, item)
            if value is ABSENT:
                reason, candidates = absence(tag.name, frames)
                raise MissingValue(tag.dotted, reason=reason, place=locate(tag.start), candidates=candidates)
            try:
                inserted = printed(value)
                taken = len(inserted.encode())
            except ValueError as error:
                raise _unprintable(tag, error, locate(tag.start)) from None
            parts += inserted, text
            budget.room -= taken + length
            if budget.room < 0:
                raise too_long(locate(tag.start))
        return "".join(parts)

    return run


def _of_fields(texts: Sequence[str], names: list[str], block: Block) -> Block:
    """A segment whose names are nearly always fields of the innermost object, and texts."""
    name = names[0]
    pick = itemgetter(*names) if len(names) > 1 else lambda frame: (frame[name],)
    template = [part for text in texts for part in (text, "")][:-1]
    careful, size = block.run, block.size

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        if budget.is_careful:
            return careful(frames, item, budget)
        try:
            values = pick(frames[0])
            length = size + sum(map(len, values))
            if length <= budget.room:
                parts = template.copy()
                parts[1::2] = values
                text = "".join(parts)
                budget.room -= length
                return text
        except (KeyError, TypeError):
            # Another object has the name, or a value is no text: that takes longer.
            pass
        return careful(frames, item, budget)

    def over(items: list[Value], frames: Frames, budget: Budget) -> str:
        texts: list[str] = []
        parts = template.copy()
        is_quick = not budget.is_careful
        for item in items:
            if is_quick and isinstance(item, dict):
                try:
                    parts[1::2] = values = pick(item)
                    length = size + sum(map(len, values))
                    if length <= budget.room:
                        texts.append("".join(parts))
                        budget.room -= length
                        continue
                except (KeyError, TypeError):
                    is_quick = False
            inner = within(frames, item) if isinstance(item, dict) else frames
            texts.append(careful(inner, item, budget))
        return "".join(texts)

    return Block(run=run, over=over, size=size, steps=block.steps)


def _of_items(before: str, after: str, block: Block) -> Block:
    """A segment of nothing but `{{.}}`, which stands mostly in a list of texts."""
    between = after + before
    slow = block.over

    def over(items: list[Value], frames: Frames, budget: Budget) -> str:
        if budget.is_careful or not items:
            return slow(items, frames, budget)
        texts = cast("list[str]", items)
        try:
            length = block.size * len(texts) + sum(map(len, texts))
            if length <= budget.room:
                text = before + between.join(texts) + after
                budget.room -= length
                return text
        except TypeError:
            # An item is no text.
            pass
        return slow(items, frames, budget)

    return Block(run=block.run, over=over, size=block.size, steps=block.steps)


def _looped(run: Step) -> Loop:
    """A step for each item of a list."""

    def over(items: list[Value], frames: Frames, budget: Budget) -> str:
        return "".join(
            [run(within(frames, item) if isinstance(item, dict) else frames, item, budget) for item in items]
        )

    return over


def _spend(budget: Budget, size: int, place: Place) -> None:
    budget.room -= size
    if budget.room < 0:
        raise too_long(place)


def _walk(budget: Budget, steps: int, place: Place) -> None:
    budget.steps -= steps
    if budget.steps < 0:
        raise too_many(place)


def too_long(place: Place) -> TooLarge:
    """What is raised for a text that is too long."""
    return TooLarge(
        f"the text is longer than {MAX_OUTPUT // 1024**2} MiB",
        place=place,
        hint="give it shorter values, or fewer of them",
    )


def too_many(place: Place) -> TooLarge:
    """What is raised for a text that takes too many steps."""
    reason = f"the text takes more than {MAX_STEPS:,} values, items and partials"
    return TooLarge(reason, place=place, hint="give it shorter lists")


def _unprintable(tag: Tag, error: ValueError, place: Place) -> Unprintable:
    what = "half a character (a lone surrogate)" if isinstance(error, UnicodeEncodeError) else error
    return Unprintable(
        f"'{shown(tag.dotted)}' cannot be printed: it is or has {what}", place=place, hint="give it as a text"
    )
