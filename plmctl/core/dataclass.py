"""Dataclasses as Python's, finished where somebody makes the first instance.

`dataclasses` compiles six functions for each class when it is imported: a third of a short run, in which most
classes have no instance. Here `__init__` alone is compiled, for the first instance, and where there are slots
it is quicker than Python's, because it knows them. All else is as `dataclasses` has it, `fields` too.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, InitVar, field, fields, make_dataclass, replace
from dataclasses import dataclass as python_dataclass
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

_Fields = dict[str, Field[Any]]
_NOT_OURS = frozenset({"__init__", "__setattr__", "__delattr__", "__slots__"})


class _Kind(NamedTuple):
    """What is asked of the decorator; Python's has the same defaults, and what else it takes is not used."""

    frozen: bool = False
    slots: bool = False
    kw_only: bool = False
    eq: bool = True


# What mypy knows of the decorator of Python is true of this one.
if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(**asked: bool) -> Callable[[type], type]:
        """The decorator; by Python are classes that have bases, or are unlike most in any other way.

        So is every class from Python 3.14 on, which tells annotations only to those who ask in its own way.
        """
        kind = _Kind(**asked)

        def decorated(plain: type) -> type:
            found = _found(plain)
            compared = [name for name, each in found.items() if each.compare]
            if compared and (kind.kw_only or _are_in_order(found)):
                return _made(plain, found, kind, attrgetter(*compared, compared[0]))
            return python_dataclass(**asked)(plain)

        return decorated


def _found(plain: type) -> _Fields:
    """The fields of a class that is like most; else none."""
    body = vars(plain)
    is_usual = plain.__bases__ == (object,) and body.keys().isdisjoint(_NOT_OURS) and _are_fields(plain)
    stated = {name: body.get(name, MISSING) for name in body.get("__annotations__", ()) if is_usual}
    found = {name: each if isinstance(each, Field) else field(default=each) for name, each in stated.items()}
    return found if all(map(_is_usual, found.values())) else {}


def _are_fields(plain: type) -> bool:
    """Whether all that is annotated is a field: not what is of the class, or for `__post_init__` alone."""
    annotations = plain.__annotations__.values()
    return not any(
        "Var" in each if isinstance(each, str) else isinstance(each, InitVar) or _of_class(each)
        for each in annotations
    )


def _of_class(annotation: object) -> bool:
    return annotation is ClassVar or getattr(annotation, "__origin__", None) is ClassVar


def _is_usual(found: "Field[object]") -> bool:
    """Whether a field is for `__init__`, is compared as it is hashed, and has no default that changes."""
    is_placed_alike = found.kw_only is MISSING
    return found.init and is_placed_alike and found.hash is None and type(found.default).__hash__ is not None


def _are_in_order(found: _Fields) -> bool:
    """Whether no field without a default follows one that has one."""
    having = [each.default is not MISSING or each.default_factory is not MISSING for each in found.values()]
    return having == sorted(having)


def _made(plain: type, found: _Fields, kind: _Kind, values: Callable[[object], object]) -> type:
    """The class; `values` are those that are compared, the first twice: of one there would be no tuple."""
    own = {name: each for name, each in vars(plain).items() if name not in found}
    given = {
        **_SHARED,
        **(_FROZEN if kind.frozen else {}),
        **(_PICKLED if kind.frozen and kind.slots else {}),
    }
    if kind.eq:
        equals, hashed = _comparison(values)
        # Python takes it away from a class that has `__eq__`.
        hash_of = own.pop("__hash__", None) or (hashed if kind.frozen else None)
        given |= {"__eq__": own.pop("__eq__", equals), "__hash__": hash_of}
    told = _Told(found, kind)
    given |= {
        **{name: each for name, each in own.items() if name in given},
        "__match_args__": () if kind.kw_only else tuple(found),
        "__dataclass_fields__": told,
    }
    made: Any = _slotted(plain, found, own, given) if kind.slots else _opened(plain, found, given)
    told.owner = made

    def first(self: object, /, *values: object, **named: object) -> None:
        made.__init__ = _init(made, found, kind)
        made.__init__(self, *values, **named)

    made.__init__ = first
    whole: type = made
    return whole


def _slotted(plain: type, found: _Fields, own: dict[str, object], given: dict[str, object]) -> type:
    """Another class with the same body, and with slots."""
    body = {name: each for name, each in own.items() if name not in ("__dict__", "__weakref__")}
    made = type(plain.__name__, plain.__bases__, {**body, **given, "__slots__": tuple(found)})
    made.__qualname__ = plain.__qualname__
    return made


def _opened(plain: type, found: _Fields, given: dict[str, object]) -> type:
    """The same class."""
    for name, each in found.items():
        if each.default is not MISSING:
            setattr(plain, name, each.default)
        elif name in vars(plain):
            delattr(plain, name)
    for name, value in given.items():
        setattr(plain, name, value)
    return plain


def _comparison(values: Callable[[object], object]) -> tuple[Callable[..., bool], Callable[..., int]]:
    def equals(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    return equals, hashed


def _init(made: type, found: _Fields, kind: _Kind) -> Callable[..., None]:
    """The `__init__` of a class, compiled."""
    names: dict[str, Any] = {"__missing": MISSING}
    parameters = ["self", "*"] if kind.kw_only else ["self"]
    lines = [] if kind.slots else ["    __own = self.__dict__"]
    for name, each in found.items():
        value, default = name, ""
        if each.default_factory is not MISSING:
            names[f"__default_{name}"], default = each.default_factory, "=__missing"
            value = f"__default_{name}() if {name} is __missing else {name}"
        elif each.default is not MISSING:
            names[f"__default_{name}"], default = each.default, f"=__default_{name}"
        parameters.append(f"{name}{default}")
        if kind.slots:
            names[f"__set_{name}"] = getattr(made, name).__set__
            lines.append(f"    __set_{name}(self, {value})")
        else:
            lines.append(f"    __own[{name!r}] = {value}")
    if hasattr(made, "__post_init__"):
        lines.append("    self.__post_init__()")
    source = "\n".join([f"def __init__({', '.join(parameters)}):", *lines])
    exec(source, names)  # noqa: S102 (as `dataclasses` does: only names of fields are in it)
    written: Callable[..., None] = names["__init__"]
    written.__qualname__ = f"{made.__qualname__}.__init__"
    return written


class _Told:
    """What `dataclasses` knows of a class of its own, found out where it asks for it."""

    owner: Any

    def __init__(self, found: _Fields, kind: _Kind):
        self._found = found
        self._kind = kind

    def __get__(self, one: object, owner: type) -> _Fields:
        annotations = self.owner.__annotations__
        told = [(name, annotations[name], each) for name, each in self._found.items()]
        # Only what is said of its fields: without a docstring it would be told its signature.
        same: Any = make_dataclass(
            self.owner.__name__,
            told,
            init=False,
            repr=False,
            eq=False,
            kw_only=self._kind.kw_only,
            namespace={"__doc__": "Fields."},
        )
        parameters = same.__dataclass_params__
        parameters.init = parameters.repr = True
        parameters.eq, parameters.frozen = self._kind.eq, self._kind.frozen
        made: _Fields = same.__dataclass_fields__
        self.owner.__dataclass_params__, self.owner.__dataclass_fields__ = parameters, made
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


_SHARED: dict[str, object] = {"__repr__": _repr, "__replace__": replace}
_FROZEN: dict[str, object] = {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
_PICKLED: dict[str, object] = {"__getstate__": _getstate, "__setstate__": _setstate}
