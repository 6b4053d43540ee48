"""What a render of a jinja2 text costs, counted before it is spent."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, cast

from jinja2 import Undefined, nodes, pass_context
from jinja2.filters import FILTERS as ALL_FILTERS
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from plmctl.core.dataclass import dataclass
from plmctl.core.template.dialect import FILTERS

MAX_OUTPUT = 10 * 1024 * 1024
MAX_WORK = 2 * MAX_OUTPUT
MAX_ITEMS = 100_000
MAX_STEPS = 1_000_000
# To look at an item takes as long as to compare more characters than that.
_ITEM = 8
BUDGET = "what is left"
"""Where a render keeps its budget: no name has a blank."""

_GONE_THROUGH = "gone through"
_COMPARED = "compared by "
_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
}


class SpentError(Exception):
    """A render would cost more than any prompt does."""


@dataclass(slots=True)
class Budget:
    """What a render may still do: characters to make or to compare, items to go through, steps for them."""

    work: int = MAX_WORK
    items: int = MAX_ITEMS
    steps: int = MAX_STEPS

    def make(self, size: int) -> None:
        """Spend some characters. Raises SpentError."""
        self.work -= size
        if self.work < 0:
            raise SpentError(f"filters and comparisons take more than {MAX_WORK:,} characters")

    def pass_through(self, count: int, steps: int) -> None:
        """Spend the items of a loop, for each of which there are steps. Raises SpentError."""
        self.items -= count
        self.steps -= count * steps
        if self.items < 0:
            raise SpentError(f"the loops go through more than {MAX_ITEMS:,} items")
        if self.steps < 0:
            raise SpentError(f"the loops take more than {MAX_STEPS:,} values and filters")


class Metering(NodeTransformer):
    """Puts a filter that asks the budget around what each loop goes through, and for each comparison."""

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """A node whose loops and comparisons are counted; comparisons have one operand in the subset."""
        # Counted as it is written: what is put in below is no step of the author.
        steps = sum(map(_steps_of, node.body)) if isinstance(node, nodes.For) else 0
        self.generic_visit(node, *args, **kwargs)
        match node:
            case nodes.For():
                node.iter = _filter(_GONE_THROUGH, node.iter, nodes.Const(steps, lineno=node.lineno))
            case nodes.Compare(ops=[nodes.Operand() as operand]):
                return _filter(f"{_COMPARED}{operand.op}", node.expr, operand.expr)
        return node


def metered_filters() -> dict[str, Callable[..., Any]]:
    """The filters of the subset, and those that Metering puts in."""
    comparisons = {f"{_COMPARED}{name}": _compared(compare) for name, compare in _COMPARISONS.items()}
    filters = {name: _bounded(ALL_FILTERS[name]) for name in ("lower", "trim", "upper")}
    plain = {name: ALL_FILTERS[name] for name in FILTERS}
    own = {"join": _joined, "tojson": _as_json, _GONE_THROUGH: _gone_through}
    return {**plain, **filters, **own, **comparisons}


def _steps_of(node: nodes.Node) -> int:
    """What one item takes of a loop: each part of an expression; a loop inside counts its own items."""
    below = (node.iter, *node.else_) if isinstance(node, nodes.For) else tuple(node.iter_child_nodes())
    is_step = isinstance(node, nodes.Expr) and not isinstance(node, nodes.TemplateData)
    return is_step + sum(map(_steps_of, below))


def _filter(name: str, node: nodes.Node, *arguments: nodes.Expr) -> nodes.Filter:
    made = nodes.Filter(cast(nodes.Expr, node), name, [*arguments], [], None, None, lineno=node.lineno)
    assert node.environment is not None
    made.set_environment(node.environment)
    return made


def _budget(context: Context) -> Budget:
    found = context.resolve(BUDGET)
    assert isinstance(found, Budget)
    return found


@pass_context
def _gone_through(context: Context, value: Any, steps: int) -> list[Any]:
    items = list(value)
    _budget(context).pass_through(len(items), steps)
    return items


@pass_context
def _joined(context: Context, value: Any, between: Any = "") -> str:
    """As jinja2's `join`, but counted before it is made."""
    parts, separator = [str(part) for part in value], str(between)
    _budget(context).make(sum(map(len, parts)) + len(separator) * max(len(parts) - 1, 0))
    return separator.join(parts)


@pass_context
def _as_json(context: Context, value: Any) -> str:
    if isinstance(value, Undefined):
        # This fails as everywhere else, and says what is missing.
        return str(value)
    made = str(ALL_FILTERS["tojson"](context.eval_ctx, value))
    _budget(context).make(len(made))
    return made


def _bounded(apply: Callable[[Any], str]) -> Callable[..., str]:
    @pass_context
    def bounded(context: Context, value: Any) -> str:
        made = str(apply(value))
        _budget(context).make(max(len(made), _size(value)))
        return made

    return bounded


def _compared(compare: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    @pass_context
    def compared(context: Context, value: Any, other: Any) -> Any:
        _budget(context).make(_compared_size(value, other))
        return compare(value, other)

    return compared


def _compared_size(value: Any, other: Any) -> int:
    """How much of two values there is to look at: as far as both go, so that counting is no dearer."""
    match value, other:
        case str(), str():
            return min(len(value), len(other))
        case list(), list():
            return sum(map(_compared_size, value, other), _ITEM)
        case dict(), dict():
            return sum(
                (_compared_size(child, other[key]) for key, child in value.items() if key in other), _ITEM
            )
    return _ITEM


def _size(value: Any) -> int:
    """How many characters and items there are to look at."""
    match value:
        case str():
            return len(value)
        case list():
            return sum(map(_size, value), 1)
        case dict():
            return sum(map(_size, value.values()), 1)
    return 1
