"""A dataclass of ours is what Python's own decorator makes of the same class."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, InitVar, asdict, field, fields, is_dataclass, replace
from dataclasses import dataclass as python_dataclass
from functools import cached_property, partial
from typing import Any, ClassVar

import pytest

from plmctl.core.dataclass import dataclass

Decorator = Callable[..., Any]
VALUE = {"frozen": True, "slots": True, "kw_only": True}
KINDS = (
    VALUE,
    {"frozen": True, "kw_only": True},
    {"frozen": True, "kw_only": True, "eq": False},
    {"frozen": True, "slots": True},
    {"frozen": True},
    {"slots": True, "kw_only": True},
    {"slots": True},
    {"kw_only": True, "eq": False},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A class that can be pickled: it is that of its name."""

    x: int
    y: "int | None" = None
    tags: list[str] = field(default_factory=list, compare=False)
    hidden: str = field(default="h", repr=False)


def value_class(plain: Any) -> Any:
    """The class, made one of the kind that most are."""
    return dataclass(**VALUE)(plain)


def plain(decorator: Decorator, **kind: bool) -> Any:
    """The same class, by a decorator."""

    @decorator(**kind)
    class Point:
        """A point."""

        x: int
        y: "int | None" = None
        tags: list[str] = field(default_factory=list, compare=False)
        hidden: str = field(default="h", repr=False)

        @property
        def sum(self) -> int:
            """Of both."""
            return self.x + (self.y or 0)

    return Point


@dataclass(frozen=True, kw_only=True)
class Open:
    """One that can be pickled, with a dictionary."""

    x: int

    @cached_property
    def double(self) -> int:
        """Twice as much."""
        return 2 * self.x


OURS, THEIRS = plain(dataclass, **VALUE), plain(python_dataclass, **VALUE)


def refusal(make: Callable[[], object]) -> tuple[type, str]:
    """Which error something raises, and its words."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 (whatever Python says, ours has to say)
        make()
    return type(caught.value), str(caught.value)


def outcome(do: Callable[[], object]) -> object:
    """What comes of it: an error, or nothing."""
    try:
        return do()
    except FrozenInstanceError as error:
        return str(error)


def facts(cls: Any) -> dict[str, object]:
    """All that can be seen of a class and its instances."""
    one, other = cls(x=1), cls(x=1, y=2, tags=["a"], hidden="i")
    return {
        "text": [repr(one), repr(other)],
        "values": [(each.x, each.y, each.tags, each.hidden, each.sum) for each in (one, other)],
        "equal": [one == cls(x=1, tags=["other"]), one == other, one != other, one == 1],
        "hashed": cls.__hash__ and [hash(one) == hash(cls(x=1, tags=["other"])), hash(one) == hash(other)],
        "in a set": cls.__hash__ and len({one, other, cls(x=1)}),
        "replaced": repr(replace(other, x=3, hidden="j")),
        "as a dictionary": asdict(other),
        "fields": [(f.name, f.type, f.default, f.init, f.repr, f.compare, f.kw_only) for f in fields(cls)],
        "is one": is_dataclass(cls),
        "slots": [vars(cls).get("__slots__"), hasattr(one, "__dict__"), cls.__match_args__],
        "defaults": [str(getattr(cls, name, "none")) for name in ("x", "tags")],
        "by position": refusal(partial(cls, 1, 2)) if cls.__match_args__ == () else repr(cls(1, 2)),
        "named": [cls.__name__, cls.__qualname__, cls.__module__, cls.__doc__],
        "copied": [repr(copy.copy(other)), repr(copy.deepcopy(other))],
        "fresh defaults": one.tags is cls(x=1).tags,
        "parameters": [getattr(cls.__dataclass_params__, name) for name in ("init", "repr", "eq", "frozen")],
        "set": [outcome(partial(setattr, one, "x", 2)), outcome(partial(delattr, one, "x"))],
        "refused": [
            *(refusal(partial(cls, **given))[0] for given in ({"y": 1}, {"x": 1, "z": 1})),
        ],
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: " ".join(kind))
def test_it_is_what_python_makes(kind: dict[str, bool]) -> None:
    ours, theirs = plain(dataclass, **kind), plain(python_dataclass, **kind)
    assert type(vars(ours)["__dataclass_fields__"]).__name__ == "_Told"
    assert facts(ours) == facts(theirs)
    assert ours(x=1) != theirs(x=1)


def test_what_is_kept_of_one_is_kept_where_it_has_a_dictionary() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Square:
        """With something that is found out once."""

        side: int
        told: list[int] = field(default_factory=list)

        @cached_property
        def area(self) -> int:
            self.told.append(self.side)
            return self.side**2

    square = Square(side=3)
    assert [square.area, square.area, square.told] == [9, 9, [3]]
    assert square == Square(side=3, told=[3])
    same = pickle.loads(pickle.dumps(Open(x=2)))
    assert (same, same.double) == (Open(x=2), 4)


def test_the_words_of_a_wrong_call_are_pythons() -> None:
    for cls in (OURS, THEIRS):
        assert refusal(cls) == (
            TypeError,
            "plain.<locals>.Point.__init__() missing 1 required keyword-only argument: 'x'",
        )
        assert refusal(partial(cls, x=1, z=1)) == (
            TypeError,
            "plain.<locals>.Point.__init__() got an unexpected keyword argument 'z'",
        )


def test_it_can_be_pickled() -> None:
    point = Point(x=1, y=2, tags=["a"], hidden="i")
    same = pickle.loads(pickle.dumps(point))
    assert (same, same.tags) == (point, ["a"])
    with pytest.raises(FrozenInstanceError):
        same.x = 2


def test_methods_that_a_class_has_are_its_own() -> None:
    class Loud:
        """Equal to all of its kind."""

        x: int

        def __repr__(self) -> str:
            return f"<{self.x}>"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, type(self))

    class Hashed:
        """With a hash of its own."""

        x: int

        def __hash__(self) -> int:
            return 7

    loud = value_class(Loud)
    assert [repr(loud(x=1)), loud(x=1) == loud(x=2)] == ["<1>", True]
    assert hash(loud(x=1)) == hash(loud(x=1)) != hash(loud(x=2))
    assert hash(value_class(Hashed)(x=1)) == 7


def test_what_comes_after_the_start_is_done_for_each() -> None:
    class Checked:
        """Of no negative number."""

        x: int

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError("negative")

    checked = value_class(Checked)
    assert checked(x=1).x == 1
    assert refusal(lambda: checked(x=-1)) == (ValueError, "negative")


def test_one_that_holds_itself_can_be_shown() -> None:
    point = Point(x=1)
    nested = replace(point, tags=[])
    held: list[Any] = nested.tags
    held.append(nested)
    assert repr(nested) == "Point(x=1, y=None, tags=[...])"


def test_what_is_unlike_most_is_left_to_python() -> None:
    class Nothing:
        """Without fields."""

    class Counted:
        """With a field that is not for whoever makes one."""

        x: int
        seen: int = field(default=0, init=False)

    class Started:
        """With a start of its own."""

        x: int

        def __init__(self, x: int):
            object.__setattr__(self, "x", x + 1)

    class Changing:
        """With a default that all would share."""

        x: list[int] = []  # noqa: RUF012 (it is what is refused)

    class Below(Point):
        """With a base."""

        z: int = 3

    assert repr(value_class(Nothing)()) == f"{Nothing.__qualname__}()"
    counted = value_class(Counted)
    assert (counted(x=1).seen, refusal(partial(counted, x=1, seen=2))[0]) == (0, TypeError)
    assert value_class(Started)(1).x == 2
    assert refusal(lambda: value_class(Changing))[0] is ValueError
    below = value_class(Below)
    assert [each.name for each in fields(below)] == ["x", "y", "tags", "hidden", "z"]
    assert (below(x=1, y=2), below(x=1).z) == (below(x=1, y=2, z=3), 3)


def test_what_is_no_field_is_left_to_python() -> None:
    class Told:
        """With something of the class, in either way to say so."""

        x: int
        seen: ClassVar[int] = 3
        heard: "ClassVar" = 4
        also: ClassVar = 5

    class Begun:
        """With something for the start alone."""

        x: int
        more: InitVar[int]

        def __post_init__(self, more: int) -> None:
            object.__setattr__(self, "x", self.x + more)

    class Placed:
        """With a field that alone is by its name."""

        x: int = field(kw_only=True)
        y: int = 0

    told, begun = value_class(Told), value_class(Begun)
    assert [[each.name for each in fields(cls)] for cls in (told, begun)] == [["x"], ["x"]]
    assert (told.seen, told.heard, told.also, begun(x=1, more=2).x) == (3, 4, 5, 3)
    placed: Any = dataclass(frozen=True)(Placed)
    assert repr(placed(1, x=2)).endswith("Placed(x=2, y=1)")


def test_fields_that_are_out_of_order_are_refused_as_python_does() -> None:
    class Mixed:
        """One without a default after one that has one."""

        x: int = 0
        y: int

    assert refusal(lambda: dataclass(slots=True)(Mixed)) == (
        TypeError,
        "non-default argument 'y' follows default argument",
    )
    assert repr(value_class(Mixed)(y=1)).endswith("Mixed(x=0, y=1)")
