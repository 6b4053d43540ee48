"""The steps of a compiled template: each makes the text of a part of it from the values that it sees."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import cast

from plmctl.core.dataclass import dataclass
from plmctl.core.template.context import ABSENT, Found, Frames, absence, finder, looked_up, within
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


def literal(text: str, start: int, locate: Locate) -> Block:
    """A text without values."""
    size = len(text.encode())

    def run(_: Frames, __: Value, budget: Budget) -> str:
        _spend(budget, size, start, locate)
        return text

    return Block(run=run, over=_looped(run), size=size, steps=0)


def section(tag: Tag, body: Block, locate: Locate) -> Block:
    """A block once for each item of a list, once for any other value that is there."""
    find, cost = finder(tag.name), body.steps + 1

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        value = find(frames, item)
        if isinstance(value, list):
            _walk(budget, cost * len(value), tag, locate)
            return body.over(value, frames, budget)
        if value is ABSENT or value is None or value is False:
            return ""
        _walk(budget, cost, tag, locate)
        return body.run(within(frames, value) if isinstance(value, dict) else frames, value, budget)

    return Block(run=run, over=_looped(run), size=0, steps=1)


def inverted(tag: Tag, body: Block, locate: Locate) -> Block:
    """A block once, when a value is absent, null, false or an empty list."""
    find = finder(tag.name)

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        value = find(frames, item)
        if value is ABSENT or value is None or value is False or (isinstance(value, list) and not value):
            _walk(budget, body.steps, tag, locate)
            return body.run(frames, item, budget)
        return ""

    return Block(run=run, over=_looped(run), size=0, steps=1)


def segment(texts: Sequence[str], tags: Sequence[Tag], locate: Locate) -> Block:
    """Values and the texts around them, one more than values."""
    careful, gather = _careful(texts, tags, locate), _gatherer(tags)
    size = sum(len(text.encode()) for text in texts)
    template = _template(texts)

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        if budget.is_careful:
            return careful(frames, item, budget)
        try:
            inserted = [value if type(value) is str else printed(value) for value in gather(frames, item)]
        except ValueError:
            return careful(frames, item, budget)
        length = size + sum(map(len, inserted))
        if length > budget.room:
            return careful(frames, item, budget)
        budget.room -= length
        parts = template.copy()
        parts[1::2] = inserted
        return "".join(parts)

    return Block(run=run, over=_loop(texts, tags, run), size=size, steps=len(tags))


def _loop(texts: Sequence[str], tags: Sequence[Tag], run: Step) -> Loop:
    """The quickest way through a list."""
    if [tag.name for tag in tags] == [ITERATOR]:
        return _over_texts(texts[0], texts[1], run)
    names = _fields(tags)
    return _over_objects(texts, names, run) if names else _looped(run)


def _gatherer(tags: Sequence[Tag]) -> Callable[[Frames, Value], Sequence[Found]]:
    """The values of tags, quickly for names without dots, which are nearly all."""
    names = _fields(tags)
    if not names:
        finders = [finder(tag.name) for tag in tags]
        return lambda frames, item: [find(frames, item) for find in finders]
    pick, needed = _picker(names), frozenset(names)

    def gathered(frames: Frames, _: Value) -> Sequence[Found]:
        inner = frames[0]
        if len(frames) == 1 and inner.keys() >= needed:
            return pick(inner)
        return [inner[name] if name in inner else looked_up(name, frames) for name in names]

    return gathered


def _fields(tags: Sequence[Tag]) -> list[str]:
    """The names of tags, when none is dotted and none is the item itself; else none."""
    names = [tag.name[0] for tag in tags if tag.name != ITERATOR and len(tag.name) == 1]
    return names if len(names) == len(tags) else []


def _picker(names: list[str]) -> Callable[[dict[str, Value]], tuple[Value, ...]]:
    """The values of keys in a dictionary, which has to have them all."""
    if len(names) == 1:
        name = names[0]
        return lambda frame: (frame[name],)
    pick: Callable[[dict[str, Value]], tuple[Value, ...]] = itemgetter(*names)
    return pick


def _template(texts: Sequence[str]) -> list[str]:
    """Texts with a place between each two."""
    return [part for text in texts for part in (text, "")][:-1]


def _careful(texts: Sequence[str], tags: Sequence[Tag], locate: Locate) -> Step:
    """A segment value by value, counted in bytes: it names what is wrong."""
    slots = [(finder(tag.name), tag, text) for tag, text in zip(tags, texts[1:], strict=True)]

    def run(frames: Frames, item: Value, budget: Budget) -> str:
        parts = [texts[0]]
        budget.room -= len(texts[0].encode())
        for find, tag, text in slots:
            inserted = _inserted(find(frames, item), tag, frames, locate)
            parts += inserted, text
            _spend(budget, len(inserted.encode()) + len(text.encode()), tag.start, locate)
        return "".join(parts)

    return run


def _inserted(value: Found, tag: Tag, frames: Frames, locate: Locate) -> str:
    if value is ABSENT:
        reason, candidates = absence(tag.name, frames)
        raise MissingValue(tag.dotted, reason=reason, place=locate(tag.start), candidates=candidates)
    try:
        text = printed(value)
        text.encode()
    except UnicodeEncodeError:
        raise _unprintable(tag, "half a character (a lone surrogate)", locate) from None
    except ValueError as error:
        raise _unprintable(tag, str(error), locate) from None
    return text


def _over_objects(texts: Sequence[str], names: list[str], run: Step) -> Loop:
    """A segment whose names have no dots, in a list of objects."""
    template, size, slow = _template(texts), sum(len(text.encode()) for text in texts), _looped(run)

    def over(items: list[Value], frames: Frames, budget: Budget) -> str:
        if budget.is_careful or not all(type(item) is dict for item in items):
            return slow(items, frames, budget)
        outer = {name: looked_up(name, frames) for name in names}
        parts, made, room = template.copy(), list[str](), budget.room
        try:
            for item in cast("list[dict[str, Value]]", items):
                found = [item[name] if name in item else outer[name] for name in names]
                inserted = [value if type(value) is str else printed(value) for value in found]
                room -= size + sum(map(len, inserted))
                if room < 0:
                    return slow(items, frames, budget)
                parts[1::2] = inserted
                made.append("".join(parts))
        except ValueError:
            return slow(items, frames, budget)
        budget.room = room
        return "".join(made)

    return over


def _over_texts(before: str, after: str, run: Step) -> Loop:
    """A segment of nothing but `{{.}}`, in a list of texts."""
    between, size, slow = after + before, len(before.encode()) + len(after.encode()), _looped(run)

    def over(items: list[Value], frames: Frames, budget: Budget) -> str:
        texts = [item for item in items if type(item) is str]
        length = size * len(items) + sum(map(len, texts))
        if budget.is_careful or not texts or len(texts) < len(items) or length > budget.room:
            return slow(items, frames, budget)
        budget.room -= length
        return before + between.join(texts) + after

    return over


def _looped(run: Step) -> Loop:
    """A step for each item of a list."""

    def over(items: list[Value], frames: Frames, budget: Budget) -> str:
        return "".join(
            [run(within(frames, item) if isinstance(item, dict) else frames, item, budget) for item in items]
        )

    return over


def _spend(budget: Budget, size: int, start: int, locate: Locate) -> None:
    budget.room -= size
    if budget.room < 0:
        raise too_long(locate(start))


def _walk(budget: Budget, steps: int, tag: Tag, locate: Locate) -> None:
    budget.steps -= steps
    if budget.steps < 0:
        raise too_many(locate(tag.start))


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


def _unprintable(tag: Tag, what: str, locate: Locate) -> Unprintable:
    reason = f"'{shown(tag.dotted)}' cannot be printed: it is or has {what}"
    return Unprintable(reason, place=locate(tag.start), hint="give it as a text")
