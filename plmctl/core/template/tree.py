"""The syntax tree of a jinja2 text: an allow-list, and the names that it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import cast

from jinja2 import nodes

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.template.dialect import (
    FILTERS,
    LOOP_FIELDS,
    TAKEN,
    TESTS,
    call_help,
    filter_help,
)
from plmctl.core.template.grammar import MAX_SEGMENTS, shown
from plmctl.core.template.lexeme import Spot
from plmctl.core.template.program import ITEM, Name, Role

_TEXTUAL = frozenset({"upper", "lower", "trim"})
_SPACE = deferred(r"\.?\s*")
_TEST = deferred(r"is\s+(?:not\s+)?")
_NO_PATH: Name = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A name where it is read: all that a Lookup says, at an offset."""

    start: int
    end: int
    written: Name
    path: Name
    role: Role
    is_needed: bool
    loops: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """What a loop calls its item: its path, none when it is not known, and how deep in conditions it is."""

    path: Name
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What is around a node: the names of loops, and how many conditions and loops there are."""

    bound: Mapping[str, _Bound]
    depth: int = 0
    is_in_loop: bool = False

    @property
    def deeper(self) -> "_Place":
        """Where something runs only when a condition holds."""
        return replace(self, depth=self.depth + 1)


_TOP = _Place(bound={})


@dataclass(slots=True, kw_only=True)
class Walk:
    """What was found so far in a tree whose line numbers are offsets in the text."""

    text: str
    found: list[Found] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    def statements(self, body: Sequence[nodes.Node], place: _Place = _TOP) -> None:
        """Statements, one after the other."""
        for node in body:
            match node:
                case nodes.Output():
                    for child in node.nodes:
                        if not isinstance(child, nodes.TemplateData):
                            self._expression(child, place, Role.VALUE)
                case nodes.If():
                    self._if(node, place)
                case nodes.For(target=nodes.Name(), test=None, recursive=False):
                    self._for(node, place)
                case _:
                    self._refuse_node(node)

    def _if(self, node: nodes.If, place: _Place) -> None:
        self._expression(node.test, place, Role.CONDITION)
        self.statements(node.body, place.deeper)
        for branch in node.elif_:
            self._expression(branch.test, place.deeper, Role.CONDITION)
            self.statements(branch.body, place.deeper)
        self.statements(node.else_, place.deeper)

    def _for(self, node: nodes.For, place: _Place) -> None:
        path = self._expression(node.iter, place, Role.LIST)
        target = cast(nodes.Name, node.target)
        self._check_name(target.name, target.lineno)
        inner = place.deeper
        bound = _Bound(path=(*path, ITEM) if path else _NO_PATH, depth=inner.depth)
        named = {**place.bound, target.name: bound}
        self.statements(node.body, replace(inner, bound=named, is_in_loop=True))
        self.statements(node.else_, inner)

    def _expression(self, node: nodes.Node, place: _Place, role: Role) -> Name:
        """The path of what the expression gives; none when it is more than a name."""
        match node:
            case nodes.Const():
                pass
            case nodes.Name() | nodes.Getattr():
                return self._name(node, place, role)
            case nodes.And() | nodes.Or():
                self._expression(node.left, place, Role.CONDITION)
                self._expression(node.right, place.deeper, Role.CONDITION)
            case nodes.Not():
                self._expression(node.node, place, Role.CONDITION)
            case nodes.Compare(ops=[nodes.Operand() as operand]) if operand.op not in ("in", "notin"):
                self._expression(node.expr, place, Role.CONDITION)
                self._expression(operand.expr, place, Role.CONDITION)
            case nodes.Filter(node=nodes.Node()):
                return self._filter(node, place, role)
            case nodes.Test():
                self._test(node, place)
            case _:
                self._refuse_node(node)
        return _NO_PATH

    def _filter(self, node: nodes.Filter, place: _Place, role: Role) -> Name:
        subject = cast(nodes.Expr, node.node)
        if node.name not in FILTERS:
            self._refuse(node.lineno, node.name, "is no filter of the subset", filter_help(node.name))
            return _NO_PATH
        most = FILTERS[node.name]
        if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > most:
            taken = f"takes at most {most}" if most else "takes no"
            self._refuse(
                node.lineno, node.name, f"{taken} argument{'s' if most != 1 else ''}", "delete the others"
            )
        for argument in node.args:
            self._expression(argument, place.deeper, Role.CONDITION)
        if node.name == "default":
            return self._expression(subject, place.deeper, role)
        roles = {"join": Role.LIST, **dict.fromkeys(_TEXTUAL, Role.VALUE)}
        self._expression(subject, place, roles.get(node.name, Role.CONDITION))
        return _NO_PATH

    def _test(self, node: nodes.Test, place: _Place) -> None:
        if node.name not in TESTS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            found = _TEST.match(self.text, node.lineno)
            start = found.end() if found else node.lineno
            self._refuse(start, node.name, "is no test of the subset", "the tests are defined and none")
        self._expression(node.node, place.deeper, Role.CONDITION)

    def _name(self, node: nodes.Name | nodes.Getattr, place: _Place, role: Role) -> Name:
        parts: list[tuple[str, int]] = []
        head: nodes.Node = node
        while isinstance(head, nodes.Getattr):
            parts.append((head.attr, _behind_dot(self.text, head.lineno)))
            head = head.node
        for attribute, start in parts:
            if attribute.startswith("_"):
                cure = "give the field a name that begins with a letter"
                self._refuse(start, attribute, "begins with '_', and is no field", cure)
        if not isinstance(head, nodes.Name):
            attribute, start = parts[-1]
            self._expression(head, place, Role.CONDITION)
            self._refuse(start, attribute, "is read from an expression", "read a field from a name")
            return _NO_PATH
        written = (head.name, *(name for name, _ in reversed(parts)))
        end = parts[0][1] + len(parts[0][0]) if parts else head.lineno + len(head.name)
        if head.name == "loop":
            self._loop(head.lineno, end, written, place)
            return _NO_PATH
        self._check_name(head.name, head.lineno)
        if len(written) > MAX_SEGMENTS:
            dotted = ".".join(written)
            self._refuse(head.lineno, dotted, f"has more than {MAX_SEGMENTS} parts", "give it fewer levels")
        return self._read(head.lineno, end, written, place, role)

    def _read(self, start: int, end: int, written: Name, place: _Place, role: Role) -> Name:
        bound = place.bound.get(written[0], _Bound(path=written[:1], depth=0))
        if not bound.path:
            return _NO_PATH
        path = (*bound.path, *written[1:])
        found = Found(
            start=start,
            end=end,
            written=written,
            path=path,
            role=role,
            is_needed=place.depth == bound.depth,
            loops=tuple(place.bound),
        )
        self.found.append(found)
        return path

    def _loop(self, start: int, end: int, written: Name, place: _Place) -> None:
        shape = f"inside a loop there are loop.{', loop.'.join(sorted(LOOP_FIELDS))}"
        if not place.is_in_loop:
            self._refuse(start, "loop", "stands outside every loop", shape)
        elif len(written) != 2 or written[1] not in LOOP_FIELDS:
            self._refuse(start, self.text[start:end], "is not in the subset", shape)

    def _check_name(self, name: str, start: int) -> None:
        if name in TAKEN or name.startswith("__"):
            self._refuse(start, name, "is a word of jinja2 itself", "give the input another name")

    def _refuse_node(self, node: nodes.Node) -> None:
        """What the allow-list does not know; a call is told at the name that is called."""
        if not isinstance(node, nodes.Call):
            kind = type(node).__name__.lower()
            start = node.lineno or 0
            self._refuse(start, self.text[start], "is not in the subset", f"it begins a {kind}")
            return
        called = node.node
        match called:
            case nodes.Name(name=name):
                start = called.lineno
            case nodes.Getattr(attr=name):
                start = _behind_dot(self.text, called.lineno)
            case _:
                name, start = "(", node.lineno
        self._refuse(start, name, "is called", call_help(name))

    def _refuse(self, start: int, thing: str, message: str, cure: str) -> None:
        spot = Spot(
            start=start, length=len(thing), message=f"'{shown(thing)}' {message}", help=cure, is_refusal=True
        )
        self.spots.append(spot)


def _behind_dot(text: str, dot: int) -> int:
    found = _SPACE.match(text, dot)
    return found.end() if found else dot
