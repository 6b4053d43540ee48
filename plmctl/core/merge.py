"""Two edits of a manifest brought together by its schema: what is to become of each part.

Mappings are merged by key, lists with `x-plm-list-key` by that key, lists of plain values as sets, other
lists by position, texts by sentences. merged.py has the result, merge_text.py writes it into ours' file.
"""

from collections.abc import Iterator, Mapping, Sequence

from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.diff import item_key
from plmctl.core.diff3 import Region, Span, regions
from plmctl.core.merged import Choice, Fields, Items, Node, Side, Taken, Words, same
from plmctl.core.schema import Schema
from plmctl.core.value import Pointer, Value, as_items, as_mapping

# A sentence with the blanks behind it belongs to its line: a change of two neighbours is one place.
_SENTENCE = deferred(r"(?<=[.!?])(?=[ \t])|(?<=\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of one side, and where it stands there."""

    pointer: Pointer
    value: Value

    def member(self, step: str | int) -> "Part | None":
        """What is under a key or a position, None for nothing."""
        if isinstance(step, int):
            items = as_items(self.value)
            return Part(pointer=(*self.pointer, step), value=items[step]) if step < len(items) else None
        fields = as_mapping(self.value)
        return Part(pointer=(*self.pointer, step), value=fields[step]) if step in fields else None


def merged(base: Value, ours: Value, theirs: Value, schema: Schema | None) -> Node:
    """What becomes of two values that come from one; of two that were made apart, from None."""
    origin = Part(pointer=(), value=base) if base is not None else None
    return _both(origin, Part(pointer=(), value=ours), Part(pointer=(), value=theirs), schema)


def _merged(base: Part | None, ours: Part | None, theirs: Part | None, schema: Schema | None) -> Node | None:
    if ours is not None and theirs is not None:
        return _both(base, ours, theirs, schema)
    if ours is not None:
        return _left(base, ours, _ours(ours))
    return _left(base, theirs, _theirs(theirs)) if theirs is not None else None


def _left(base: Part | None, left: Part, node: Node) -> Node | None:
    """What only one side has: the other deleted it, or never had it."""
    if base is None:
        return node
    if same(base.value, left.value):
        return None
    is_ours = isinstance(node, Taken) and node.side is Side.OURS
    return Choice(ours=node, theirs=None) if is_ours else Choice(ours=None, theirs=node)


def _both(base: Part | None, ours: Part, theirs: Part, schema: Schema | None) -> Node:
    if same(ours.value, theirs.value) or (base is not None and same(base.value, theirs.value)):
        return _ours(ours)
    match ours.value, theirs.value:
        case dict(), dict():
            return _fields(base, ours, theirs, schema)
        case list(), list():
            return _list(base, ours, theirs, schema)
    if base is not None and same(base.value, ours.value):
        return _theirs(theirs)
    match base.value if base is not None else None, ours.value, theirs.value:
        case str(old), str(mine), str(other) if _is_prose(mine, other, schema):
            return _words(ours.pointer, old, mine, other)
    return Choice(ours=_ours(ours), theirs=_theirs(theirs))


def _ours(part: Part) -> Taken:
    return Taken(side=Side.OURS, pointer=part.pointer)


def _theirs(part: Part) -> Taken:
    return Taken(side=Side.THEIRS, pointer=part.pointer)


def _is_prose(ours: str, theirs: str, schema: Schema | None) -> bool:
    return (schema is not None and schema.is_prose) or ("\n" in ours and "\n" in theirs)


def _words(pointer: Pointer, base: str, ours: str, theirs: str) -> Words:
    old, mine, other = (_SENTENCE.split(text) for text in (base, ours, theirs))
    texts = ["", ""]
    for region in regions(old, mine, other):
        found = _pieces(old, region.base), _pieces(mine, region.ours), _pieces(other, region.theirs)
        is_theirs, is_ours = found[0] == found[1], found[0] == found[2]
        texts[0] += found[2] if is_theirs else found[1]
        texts[1] += found[1] if is_ours else found[2]
    return Words(pointer=pointer, ours=texts[0], theirs=texts[1])


def _pieces(pieces: Sequence[str], span: Span) -> str:
    return "".join(pieces[slice(*span)])


def _fields(base: Part | None, ours: Part, theirs: Part, schema: Schema | None) -> Node:
    known = schema if schema is None or not schema.is_json_schema else None
    members: list[tuple[str, Node]] = []
    for key in _keys(as_mapping(ours.value), as_mapping(theirs.value)):
        below = known.property(key) if known is not None else None
        was = base.member(key) if base is not None else None
        node = _merged(was, ours.member(key), theirs.member(key), below)
        if node is not None:
            members.append((key, node))
    return Fields(pointer=ours.pointer, members=tuple(members))


def _keys(ours: Mapping[str, Value], theirs: Mapping[str, Value]) -> list[str]:
    """Ours' keys in their order, and each of theirs behind the one that it stands behind there."""
    runs = _runs(list(ours), list(theirs))
    return [key for before, run in runs.items() for key in ((before, *run) if before is not None else run)]


Named = Mapping[str, Part]
_NOTHING: Value = []


def _list(base: Part | None, ours: Part, theirs: Part, schema: Schema | None) -> Node:
    old = base if base is not None and isinstance(base.value, list) else None
    known = schema if schema is None or not schema.is_json_schema else None
    key = known.list_key if known is not None else None
    item = known.item() if known is not None else None
    origin = old or Part(pointer=(), value=_NOTHING)
    sides = [_named(part, key) for part in (origin, ours, theirs)]
    by_name = tuple(side for side in sides if side is not None)
    if len(by_name) == len(sides):
        node = _by_name(ours.pointer, by_name[0], by_name[1], by_name[2], item)
        # In one more step, from ours to theirs, there is nothing that both changed.
        return node or Choice(ours=_ours(ours), theirs=_list(ours, ours, theirs, schema))
    return _by_position(old, ours, theirs, item)


def _named(part: Part, key: str | None) -> Named | None:
    """The items by their key, or by their content where all are plain; None if two are the same."""
    found: dict[str, Part] = {}
    for index, value in enumerate(as_items(part.value)):
        name = item_key(value, key) if key is not None else _plain(value)
        if name is None or name in found:
            return None
        found[name] = Part(pointer=(*part.pointer, index), value=value)
    return found


def _plain(value: Value) -> str | None:
    return None if isinstance(value, dict | list) else canonical_json(value).decode()


def _by_name(pointer: Pointer, base: Named, ours: Named, theirs: Named, item: Schema | None) -> Node | None:
    """The items that both agree on, each where it belongs; None if both moved them, to other places."""
    kept = [name for name in base if name in ours and name in theirs]
    survivors = frozenset(kept)
    orders = [[name for name in side if name in survivors] for side in (ours, theirs)]
    if kept not in orders and orders[0] != orders[1]:
        return None
    spine = orders[1] if orders[0] == kept else orders[0]
    found: dict[str, Node] = {}
    for name in dict.fromkeys((*ours, *theirs)):
        node = _merged(base.get(name), ours.get(name), theirs.get(name), item)
        if node is not None:
            found[name] = node
    order = [name for name in _placed(spine, list(ours), list(theirs)) if name in found]
    return Items(pointer=pointer, members=tuple(found[name] for name in order))


def _placed(spine: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[str]:
    """The names of the spine, each with those behind it that one side alone has; the same for (theirs, ours).

    Of two additions at one place the one that is first in the alphabet comes first.
    """
    runs = [_runs(spine, side) for side in (ours, theirs)]
    placed: set[str] = set()
    for before in (None, *spine):
        here = sorted(run[before] for run in runs)
        names = [*(() if before is None else (before,)), *here[0], *here[1]]
        yield from (name for name in dict.fromkeys(names) if name not in placed)
        placed.update(names)


def _runs(spine: Sequence[str], names: Sequence[str]) -> dict[str | None, list[str]]:
    """What stands behind each name of the spine, and before the first of them (None)."""
    runs: dict[str | None, list[str]] = {name: [] for name in (None, *spine)}
    before = None
    for name in names:
        if name in runs:
            before = name
        else:
            runs[before].append(name)
    return runs


def _by_position(base: Part | None, ours: Part, theirs: Part, item: Schema | None) -> Node:
    sides = [[*map(canonical_json, as_items(part.value))] if part else [] for part in (base, ours, theirs)]
    members: list[Node] = []
    for region in regions(*sides):
        members += _stretch(region, base, (ours, theirs), item)
    return Items(pointer=ours.pointer, members=tuple(members))


def _stretch(
    region: Region, base: Part | None, sides: tuple[Part, Part], item: Schema | None
) -> Iterator[Node]:
    """The items of a stretch: one by one where all sides have as many, else those of who changed it."""
    old, mine, other = (range(*span) for span in (region.base, region.ours, region.theirs))
    ours, theirs = sides
    if len(mine) == len(other) and (base is None or len(old) == len(mine)):
        for n, m, o in zip(old if base is not None else mine, mine, other, strict=True):
            node = _merged(
                base.member(n) if base is not None else None, ours.member(m), theirs.member(o), item
            )
            yield from () if node is None else (node,)
        return
    wanted: list[Node] = [Taken(side=Side.OURS, pointer=(*ours.pointer, n)) for n in mine]
    others: list[Node] = [Taken(side=Side.THEIRS, pointer=(*theirs.pointer, n)) for n in other]
    was = [base.member(n) for n in old] if base is not None else []
    if _alike(was, [theirs.member(n) for n in other]):
        yield from wanted
    elif _alike(was, [ours.member(n) for n in mine]):
        yield from others
    else:
        yield from (Choice(ours=node, theirs=None) for node in wanted)
        yield from (Choice(ours=None, theirs=node) for node in others)


def _alike(first: Sequence[Part | None], second: Sequence[Part | None]) -> bool:
    values = [[part.value for part in parts if part is not None] for parts in (first, second)]
    return same(values[0], values[1])
