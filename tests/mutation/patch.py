"""A module that runs already, made its mutant in place: so that nothing has to be imported again."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any

from tests.mutation.operators import Mutant, mutated


class NotInPlace(Exception):
    """What only a fresh import brings about, such as the default of a field."""


def become(module: ModuleType, tree: ast.Module, mutant: Mutant) -> None:
    """Make a module its mutant. Raises NotInPlace, and whatever importing the mutant raises."""
    with mutated(mutant):
        code = compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec")
    made: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(code, made)
    statement = tree.body[mutant.top]
    match statement:
        case ast.FunctionDef(name=name):
            _take_over(module.__dict__[name], made[name])
        case ast.ClassDef(name=name):
            if mutant.place == name:
                _take_over_defaults(module.__dict__[name], made[name])
                return
            for method in (node.name for node in statement.body if isinstance(node, ast.FunctionDef)):
                _take_over(vars(module.__dict__[name])[method], vars(made[name])[method])
        case _:
            for name in _given(tree, mutant.top):
                _replace(module, name, made[name])


def _given(tree: ast.Module, top: int) -> list[str]:
    """The names that a statement of a module gives values, and those whose values come of them."""
    found: list[str] = []
    for number, statement in enumerate(tree.body[top:]):
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
            if number == 0 or any(node.id in found for node in names if isinstance(node.ctx, ast.Load)):
                found += [node.id for node in names if isinstance(node.ctx, ast.Store)]
    return found


def _replace(module: ModuleType, name: str, new: object) -> None:
    """Give a constant another value, in every module that imported it."""
    old = module.__dict__[name]
    for other in list(sys.modules.values()):
        if other.__name__.startswith(("plmctl", "tests")) and other.__dict__.get(name) is old:
            setattr(other, name, new)
    for function in _functions(module):
        if function.__defaults__:
            function.__defaults__ = tuple(new if value is old else value for value in function.__defaults__)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions of a module, and the methods of its classes."""
    for found in vars(module).values():
        if getattr(found, "__module__", None) == module.__name__:
            yield from (each for each in vars(found).values() if isinstance(each, FunctionType))
            if isinstance(found, FunctionType):
                yield found


def _take_over(old: object, new: object) -> None:
    """Give a function, as it is bound everywhere, what another one does."""
    first, second = _function(old), _function(new)
    first.__code__ = second.__code__
    first.__defaults__, first.__kwdefaults__ = second.__defaults__, second.__kwdefaults__
    if hasattr(old, "cache_clear"):
        old.cache_clear()


def _take_over_defaults(old: type, new: type) -> None:
    """Give a class of values, of which there was one already, another one's defaults."""
    known: dict[str, object] | None = getattr(vars(old)["__init__"], "__kwdefaults__", None)
    if known is None or not is_dataclass(old) or not is_dataclass(new):
        raise NotInPlace
    before = {field.name: _apart_from_its_default(field) for field in fields(old)}
    for field in fields(new):
        if _apart_from_its_default(field) != before[field.name]:
            raise NotInPlace
        if field.default is not MISSING:
            known[field.name] = field.default


def _apart_from_its_default(field: Field[Any]) -> tuple[object, ...]:
    """What a field says of itself but for its default."""
    return field.default_factory, field.init, field.repr, field.hash, field.compare, field.kw_only


def _function(found: object) -> FunctionType:
    match found:
        case FunctionType():
            return found
        case property(fget=FunctionType() as function) | cached_property(func=FunctionType() as function):
            return function
        case object(__wrapped__=FunctionType() as function):
            return function
        case _:
            raise NotInPlace
