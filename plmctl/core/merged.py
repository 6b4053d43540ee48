"""What a merge of two values is to be: a tree that says of each part from whom it comes."""

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Pointer, Value, value_at


class Side(Enum):
    """Who a part comes from."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A part as one side has it."""

    side: Side
    pointer: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text that both sides changed; where it is not the same for both, they changed the same words."""

    pointer: Pointer
    ours: str
    theirs: str

    def of(self, side: Side) -> str:
        """The text with the words of one side, where both changed the same."""
        return self.ours if side is Side.OURS else self.theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A mapping that ours has too, at `pointer`: its keys in order."""

    pointer: Pointer
    members: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list that ours has too, at `pointer`."""

    pointer: Pointer
    members: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A conflict: what each side wants here, None for nothing."""

    ours: "Node | None"
    theirs: "Node | None"


Node: TypeAlias = Taken | Words | Fields | Items | Choice


def is_clean(node: Node) -> bool:
    """Whether there is no conflict in it."""
    match node:
        case Choice():
            return False
        case Words():
            return node.ours == node.theirs
        case Fields():
            return all(is_clean(member) for _, member in node.members)
        case Items():
            return all(map(is_clean, node.members))
    return True


def chosen(node: Node, side: Side) -> Node | None:
    """The same with every conflict decided for one side; None if that has nothing here."""
    match node:
        case Choice():
            wanted = node.ours if side is Side.OURS else node.theirs
            return chosen(wanted, side) if wanted is not None else None
        case Words():
            text = node.of(side)
            return Words(pointer=node.pointer, ours=text, theirs=text)
        case Fields():
            found = ((key, chosen(member, side)) for key, member in node.members)
            kept = tuple((key, member) for key, member in found if member is not None)
            return Fields(pointer=node.pointer, members=kept)
        case Items():
            items = (chosen(member, side) for member in node.members)
            return Items(pointer=node.pointer, members=tuple(item for item in items if item is not None))
    return node


def fits(node: Node, value: Value, ours: Value, theirs: Value) -> bool:
    """Whether a value is what the tree stands for; of words that both changed it may have any."""
    match node:
        case Words():
            return isinstance(value, str) and (value == node.ours or not is_clean(node))
        case Fields():
            if not isinstance(value, dict) or set(value) != {key for key, _ in node.members}:
                return False
            return all(fits(member, value[key], ours, theirs) for key, member in node.members)
        case Items():
            if not isinstance(value, list) or len(value) != len(node.members):
                return False
            return all(fits(*pair, ours, theirs) for pair in zip(node.members, value, strict=True))
        case Taken():
            return same(value, value_at(ours if node.side is Side.OURS else theirs, node.pointer))
    return False


def same(first: Value, second: Value) -> bool:
    """Whether two values are equal as JSON: 1 and 1.0 are, 1 and true are not."""
    # What differs to Python differs as JSON, and Python is quick to see it.
    return first is second or (first == second and canonical_json(first) == canonical_json(second))


def conflicts(node: Node, side: Side, pointer: Pointer = ()) -> Iterator[Pointer]:
    """Where the conflicts stand that were decided for one side, if it has something there."""
    match node:
        case Choice():
            if chosen(node, side) is not None:
                yield pointer
        case Fields():
            for key, member in node.members:
                yield from conflicts(member, side, (*pointer, key))
        case Items():
            index = 0
            for member in node.members:
                yield from conflicts(member, side, (*pointer, index))
                index += chosen(member, side) is not None
