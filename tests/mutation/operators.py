"""Mutants of a module: its syntax tree with one thing changed, as a programmer might have it wrong.

The operators are those of mutmut and cosmic-ray: comparisons and their bounds, conditions, constants,
arithmetic, arguments, returns, statements left out, texts. Patterns and tables decide much here, so parts of
them are changed as well. Annotations, decorators, docstrings, imports and assertions, as `strict` of `zip` is
one, are left alone.
"""

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from itertools import takewhile

from tests.mutation.patterns import changed_patterns, is_pattern

_Slot = tuple[ast.AST, str, int | None]

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_PAIRS = (
    ("all", "any"),
    ("min", "max"),
    ("startswith", "endswith"),
    ("lstrip", "rstrip"),
    ("partition", "rpartition"),
    ("fullmatch", "match"),
)
_RENAMED = {
    **dict(_PAIRS),
    **{second: first for first, second in _PAIRS},
    "search": "match",
    "removeprefix": "removesuffix",
    "find": "rfind",
    "sorted": "list",
}
_MEMBERS = {
    "State": {"OK": "FAILED", "FAILED": "NOT_CHECKED", "NOT_CHECKED": "OK"},
    "Level": {"ERROR": "WARNING", "WARNING": "INFO", "INFO": "ERROR"},
}
_MATCHING = frozenset({"compile", "search", "match", "fullmatch", "split", "sub", "findall", "finditer"})
_OPTIONAL = frozenset({"strip", "lstrip", "rstrip", "split"})
_TYPES = frozenset({"TypeVar", "ParamSpec", "NewType"})
_SHOWN, _AROUND = 80, 30
_NONE = ast.Constant(value=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of a module.

    `place` is the function or class it is in, `number` tells apart equal changes of one place, `lines` are
    those of the statement. `top` is its statement in the module, `is_body` whether a function's body has it.
    """

    place: str
    before: str
    after: str
    number: int
    lines: range
    top: int
    is_body: bool
    slot: _Slot
    node: ast.AST | None

    @property
    def name(self) -> str:
        """What it is, whatever line it stands on."""
        again = f" #{self.number}" if self.number else ""
        return f"{self.place}: {self.before} -> {self.after}{again}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    slot: _Slot
    node: ast.AST
    place: str
    is_body: bool
    lines: range


def mutants(tree: ast.Module) -> list[Mutant]:
    """Every mutant of a module, in the order of its source."""
    found: list[Mutant] = []
    counted: dict[tuple[str, str, str], int] = {}
    for top, statement in enumerate(tree.body):
        if _is_left_alone(statement):
            continue
        root = _Spot(slot=(tree, "body", top), node=statement, place="", is_body=False, lines=range(0))
        for spot in _spots(root):
            told = set()
            for slot, new in _changes(spot):
                key = (spot.place or "module", *_shortened(*_shown(slot, spot.node, new)))
                if key in told:
                    continue
                told.add(key)
                number = counted[key] = counted.get(key, -1) + 1
                found.append(
                    Mutant(
                        place=key[0],
                        before=key[1],
                        after=key[2],
                        number=number,
                        lines=spot.lines,
                        top=top,
                        is_body=spot.is_body,
                        slot=slot,
                        node=new,
                    )
                )
    return found


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """The tree is the mutant's as long as it says so there."""
    parent, field, index = mutant.slot
    old = getattr(parent, field)
    if index is None:
        setattr(parent, field, mutant.node)
    else:
        setattr(parent, field, [*old[:index], *([mutant.node] if mutant.node else []), *old[index + 1 :]])
    try:
        yield
    finally:
        setattr(parent, field, old)


def _is_left_alone(statement: ast.stmt) -> bool:
    """Whether a statement of a module only imports, names types, or says what others may import."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.If():
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.Assign(value=ast.Call(func=ast.Name(id=name))):
            return name in _TYPES
        case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr()) | ast.Name()):
            return True
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
        case _:
            return False


def _spots(spot: _Spot) -> Iterator[_Spot]:
    """A node and those below it, as far as they run."""
    node = spot.node
    place, is_body, lines, fields = spot.place, spot.is_body, _lines(node, spot.lines), list(node._fields)
    spot = replace(spot, lines=lines)
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert():
            return
        case ast.keyword() if _is_assertion(node):
            return
        case ast.FunctionDef() | ast.ClassDef():
            place = f"{place}.{node.name}".lstrip(".")
            fields = ["args", "body"] if isinstance(node, ast.FunctionDef) else ["body"]
        case ast.arguments():
            fields = ["defaults", "kw_defaults"]
        case ast.AnnAssign():
            fields = ["value"]
        case ast.Assign():
            fields = ["value"]
            yield spot
        case _:
            yield spot
    for field in fields:
        value = getattr(node, field)
        below = is_body or (isinstance(node, ast.FunctionDef) and field == "body")
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                slot = (node, field, index)
                yield from _spots(_Spot(slot=slot, node=child, place=place, is_body=below, lines=lines))


def _is_assertion(keyword: ast.keyword) -> bool:
    """Whether it is the `strict` of `zip`, which tells of a bug and decides nothing."""
    return keyword.arg == "strict"


def _lines(node: ast.AST, around: range) -> range:
    """The lines of the statement that a node is in; of one that holds others, those of its beginning."""
    match node:
        case ast.For() | ast.While() | ast.If() | ast.With() | ast.Try() | ast.Match():
            return range(node.lineno, _first(node).lineno)
        case ast.ExceptHandler() | ast.match_case():
            return range(_first(node).lineno, _first(node).lineno + 1)
        case ast.stmt():
            return range(node.lineno, (node.end_lineno or node.lineno) + 1)
        case _:
            return around


def _first(node: ast.AST) -> ast.stmt:
    return next(child for child in ast.walk(node) if isinstance(child, ast.stmt) and child is not node)


def _changes(spot: _Spot) -> Iterator[tuple[_Slot, ast.AST | None]]:
    """The changes at a node: where, and what comes there instead; None for nothing."""
    for new in (*_otherwise(spot), *_left_out(spot)):
        yield spot.slot, new
    node = spot.node
    if isinstance(node, ast.Call):
        for index, keyword in enumerate(node.keywords):
            if not _is_assertion(keyword):
                yield (node, "keywords", index), None
        # Without its only argument a call is no call, but for a few.
        if len(node.args) > 1 or (isinstance(node.func, ast.Attribute) and node.func.attr in _OPTIONAL):
            yield from (((node, "args", index), None) for index in range(len(node.args)))
    if isinstance(node, ast.Slice):
        for field in ("lower", "upper"):
            if getattr(node, field) is not None:
                yield (node, field, None), None
    if isinstance(node, ast.comprehension):
        for index in range(len(node.ifs)):
            yield (node, "ifs", index), None
    # Elsewhere than in a table or among exceptions, what takes a tuple apart would miss one.
    is_list = not spot.is_body or isinstance(spot.slot[0], ast.ExceptHandler)
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and is_list and len(node.elts) > 1:
        yield from (((node, "elts", index), None) for index in range(len(node.elts)))


def _left_out(spot: _Spot) -> Iterator[ast.AST]:
    """A statement that is not there."""
    node = spot.node
    match node:
        case ast.Expr() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.AugAssign() | ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield ast.Return(value=_NONE)


def _otherwise(spot: _Spot) -> Iterator[ast.AST]:
    """An expression with another operator, operand, name or value."""
    node = spot.node
    if spot.slot[1] == "test" or (spot.slot[1] in ("ifs", "guard") and spot.slot[0] is not node):
        yield from _negated(node)
    match node:
        case ast.Compare():
            for index, op in enumerate(node.ops):
                for other in _COMPARED[type(op)]:
                    ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                    yield ast.Compare(left=node.left, ops=ops, comparators=node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(op=ast.And() if isinstance(node.op, ast.Or) else ast.Or(), values=node.values)
            for index in range(len(node.values)):
                rest = [*node.values[:index], *node.values[index + 1 :]]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op=node.op, values=rest)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.BinOp() if type(node.op) in _COMPUTED:
            yield ast.BinOp(left=node.left, op=_COMPUTED[type(node.op)](), right=node.right)
        case ast.AugAssign() if type(node.op) in _COMPUTED:
            yield ast.AugAssign(target=node.target, op=_COMPUTED[type(node.op)](), value=node.value)
        case ast.Constant():
            yield from (ast.Constant(value=value) for value in _other_values(spot, node.value))
        case ast.Name(id=name) if name in _RENAMED and isinstance(spot.slot[0], ast.Call):
            yield ast.Name(id=_RENAMED[name], ctx=node.ctx)
        case ast.Attribute(attr=name) if name in _RENAMED:
            yield ast.Attribute(value=node.value, attr=_RENAMED[name], ctx=node.ctx)
        case ast.Attribute(value=ast.Name(id=name), attr=member) if member in _MEMBERS.get(name, {}):
            yield ast.Attribute(value=node.value, attr=_MEMBERS[name][member], ctx=node.ctx)


def _negated(node: ast.AST) -> Iterator[ast.AST]:
    """A condition the other way round, where no other operator does the same."""
    is_one = isinstance(node, ast.Compare) and len(node.ops) == 1
    if isinstance(node, ast.expr) and not is_one and not isinstance(node, ast.UnaryOp):
        yield ast.UnaryOp(op=ast.Not(), operand=node)


def _other_values(spot: _Spot, value: object) -> Iterator[bool | int | bytes | str]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            yield value - 1
        case bytes():
            yield from (text.encode("latin-1") for text in _other_texts(spot, value.decode("latin-1")))
        case str():
            yield from _other_texts(spot, value)


def _other_texts(spot: _Spot, text: str) -> Iterator[str]:
    parent = spot.slot[0]
    is_matched = (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Attribute)
        and parent.func.attr in _MATCHING
        and spot.slot == (parent, "args", 0)
    )
    if is_matched or (not spot.is_body and is_pattern(text)):
        yield from (changed for changed in changed_patterns(text) if _is_right(changed))
    else:
        yield f"XX{text}"


def _is_right(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _shown(slot: _Slot, node: ast.AST, new: ast.AST | None) -> tuple[str, str]:
    """A change in words: the code before, and after it."""
    parent, field, index = slot
    if parent is not node:
        return _source(node), "nothing" if new is None else _source(new)
    left = copy(node)
    value = getattr(node, field)
    setattr(left, field, None if index is None else [*value[:index], *value[index + 1 :]])
    return _source(node), _source(left)


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Of long code what stands around the change."""
    if max(len(before), len(after)) <= _SHOWN:
        return before, after
    start = _same(before, after)
    end = min(_same(before[::-1], after[::-1]), min(len(before), len(after)) - start)

    def around(code: str) -> str:
        first, last = max(0, start - _AROUND), min(len(code), len(code) - end + _AROUND)
        return f"{'...' if first else ''}{code[first:last]}{'...' if last < len(code) else ''}"

    return around(before), around(after)


def _same(one: str, other: str) -> int:
    """How many characters two texts have alike before one differs."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _source(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node))
