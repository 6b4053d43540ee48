"""A dataclass of ours is what Python's own decorator makes of the same class."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, field, fields, is_dataclass, replace
from dataclasses import dataclass as python_dataclass
from functools import partial
from typing import Any

import pytest

from plmctl.core.dataclass import dataclass, value_class

Decorator = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A class that can be pickled: it is that of its name."""

    x: int
    y: "int | None" = None
    tags: list[str] = field(default_factory=list, compare=False)
    hidden: str = field(default="h", repr=False)


def plain(decorator: Decorator) -> Any:
    """The same class, by a decorator."""

    @decorator
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


def by_python(cls: Any) -> Any:
    return python_dataclass(frozen=True, slots=True, kw_only=True)(cls)


OURS, THEIRS = plain(value_class), plain(by_python)


def refusal(make: Callable[[], object]) -> tuple[type, str]:
    """Which error something raises, and its words."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 (whatever Python says, ours has to say)
        make()
    return type(caught.value), str(caught.value)


def facts(cls: Any) -> dict[str, object]:
    """All that can be seen of a class and its instances."""
    one, other = cls(x=1), cls(x=1, y=2, tags=["a"], hidden="i")
    return {
        "text": [repr(one), repr(other)],
        "values": [(each.x, each.y, each.tags, each.hidden, each.sum) for each in (one, other)],
        "equal": [one == cls(x=1, tags=["other"]), one == other, one != other, one == 1],
        "hashed": [hash(one) == hash(cls(x=1, tags=["other"])), hash(one) == hash(other)],
        "in a set": len({one, other, cls(x=1)}),
        "replaced": repr(replace(other, x=3, hidden="j")),
        "as a dictionary": asdict(other),
        "fields": [(f.name, f.type, f.default, f.init, f.repr, f.compare, f.kw_only) for f in fields(cls)],
        "is one": is_dataclass(cls),
        "slots": [cls.__slots__, hasattr(one, "__dict__"), cls.__match_args__],
        "named": [cls.__name__, cls.__qualname__, cls.__module__, cls.__doc__],
        "copied": [repr(copy.copy(other)), repr(copy.deepcopy(other))],
        "fresh defaults": one.tags is cls(x=1).tags,
        "parameters": [getattr(cls.__dataclass_params__, name) for name in ("init", "repr", "eq", "frozen")],
        "refused": [
            refusal(partial(setattr, one, "x", 2)),
            refusal(partial(delattr, one, "x")),
            *(refusal(partial(cls, **given))[0] for given in ({"y": 1}, {"x": 1, "z": 1})),
        ],
    }


def test_it_is_what_python_makes() -> None:
    assert facts(OURS) == facts(THEIRS)
    assert OURS(x=1) != THEIRS(x=1)


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


def test_another_kind_is_pythons() -> None:
    @dataclass(frozen=True)
    class Open:
        """With a dictionary."""

        x: int

    assert Open(1).__dict__ == {"x": 1}
