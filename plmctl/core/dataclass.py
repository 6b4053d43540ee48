"""Frozen, slotted, keyword-only dataclasses as Python's, finished where somebody makes the first one.

`dataclasses` compiles six functions for each class when it is imported: a third of a short run, in which most
classes have no instance. Here `__init__` alone is compiled, for the first instance, and it is quicker than
Python's, because it knows the slots. All else is as `dataclasses` has it, `replace` and `fields` too.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field, fields, make_dataclass, replace
from dataclasses import dataclass as python_dataclass
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

# What mypy knows of the decorator of Python is true of this one.
if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(**kind: bool) -> Callable[[type], type]:
        """The decorator; of another kind than these three, Python's own."""
        is_value = kind == {"frozen": True, "slots": True, "kw_only": True}
        return value_class if is_value else python_dataclass(**kind)


_Fields = dict[str, Field[Any]]
_NOT_OURS = frozenset({"__init__", "__setattr__", "__delattr__", "__slots__"})


def value_class(plain: type) -> type:
    """A class made a dataclass; by Python, where it has bases, or is unlike most in any other way.

    So is every class from Python 3.14 on, which tells annotations only to those who ask in a way of its own.
    """
    body = vars(plain)
    stated = {name: body.get(name, MISSING) for name in body.get("__annotations__", ())}
    found = {name: each if isinstance(each, Field) else field(default=each) for name, each in stated.items()}
    compared = [name for name, each in found.items() if each.compare]
    is_plain = plain.__bases__ == (object,) and body.keys().isdisjoint(_NOT_OURS)
    if is_plain and compared and all(map(_is_usual, found.values())):
        return _made(plain, found, attrgetter(*compared, compared[0]))
    made: type = python_dataclass(frozen=True, slots=True, kw_only=True)(plain)
    return made


def _is_usual(found: "Field[object]") -> bool:
    """Whether a field is for `__init__`, is compared as it is hashed, and has no default that changes."""
    return found.init and found.hash is None and type(found.default).__hash__ is not None


def _made(plain: type, found: _Fields, values: Callable[[object], object]) -> type:
    """The class; `values` are those that are compared, the first twice: of one there would be no tuple."""
    left_out = {"__dict__", "__weakref__", *found}
    own = {name: each for name, each in vars(plain).items() if name not in left_out}
    equals, hashed = _comparison(values)
    given = {
        **_SHARED,
        "__eq__": equals,
        **own,
        # Python takes it away from a class that has `__eq__`.
        "__hash__": own.get("__hash__") or hashed,
        "__slots__": tuple(found),
        "__match_args__": (),
        "__dataclass_fields__": _Told(found),
    }
    made: Any = type(plain.__name__, plain.__bases__, given)
    made.__qualname__ = plain.__qualname__

    def first(self: object, /, **values: object) -> None:
        made.__init__ = _init(made, found)
        made.__init__(self, **values)

    made.__init__ = first
    whole: type = made
    return whole


def _comparison(values: Callable[[object], object]) -> tuple[Callable[..., bool], Callable[..., int]]:
    def equals(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    return equals, hashed


def _init(made: type, found: _Fields) -> Callable[..., None]:
    """The `__init__` of a class, compiled."""
    names: dict[str, Any] = {"__missing": MISSING}
    parameters, lines = [], []
    for name, each in found.items():
        names[f"__set_{name}"] = getattr(made, name).__set__
        value, default = name, ""
        if each.default_factory is not MISSING:
            names[f"__default_{name}"], default = each.default_factory, "=__missing"
            value = f"__default_{name}() if {name} is __missing else {name}"
        elif each.default is not MISSING:
            names[f"__default_{name}"], default = each.default, f"=__default_{name}"
        parameters.append(f"{name}{default}")
        lines.append(f"    __set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("    self.__post_init__()")
    source = "\n".join([f"def __init__(self, *, {', '.join(parameters)}):", *lines])
    exec(source, names)  # noqa: S102 (as `dataclasses` does: only names of fields are in it)
    written: Callable[..., None] = names["__init__"]
    written.__qualname__ = f"{made.__qualname__}.__init__"
    return written


class _Told:
    """What `dataclasses` knows of a class of its own, found out where it asks for it."""

    def __init__(self, found: _Fields):
        self._found = found

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner: Any = owner

    def __get__(self, one: object, owner: type) -> _Fields:
        annotations = self._owner.__annotations__
        told = [(name, annotations[name], each) for name, each in self._found.items()]
        same: Any = make_dataclass(self._owner.__name__, told, frozen=True, slots=True, kw_only=True)
        self._owner.__dataclass_params__ = same.__dataclass_params__
        made: _Fields = same.__dataclass_fields__
        self._owner.__dataclass_fields__ = made
        return made


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{self.__class__.__qualname__}({shown})"


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in fields(self)]


def _setstate(self: Any, state: list[object]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_SHARED = {
    "__repr__": _repr,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
    "__replace__": replace,
}
