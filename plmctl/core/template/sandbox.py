"""jinja2 as it is used here: its immutable sandbox, with nothing in it but the subset."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Undefined, nodes, pass_context
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as ALL_TESTS
from jinja2.utils import missing

from plmctl.core.template.cost import metered_filters
from plmctl.core.template.dialect import TESTS

_KINDS = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
}


class Absent(StrictUndefined):
    """What is not there: a name, or a field of something that is no object, or has no such field."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_obj is missing:
            return f"'{self._undefined_name}' has no value"
        kind = _KINDS.get(type(self._undefined_obj), "an object that has none")
        return f"'{self._undefined_name}' is asked of {kind}"


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which a field is a key of an object, and never an attribute of Python."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of an object; undefined for everything else."""
        if isinstance(obj, LoopContext):
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            # This fails, as it does in jinja2: only the last name of a dotted one may be missing.
            return obj[attribute]
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)


@cache
def sandbox() -> Sandbox:
    """The one environment; it holds nothing of any render."""
    # Constants are never computed: not by the optimiser, and with `finalize` not when it is compiled either.
    made = Sandbox(
        undefined=Absent,
        autoescape=False,
        optimized=False,
        keep_trailing_newline=True,
        finalize=_finalized,
    )
    made.globals.clear()
    made.tests = {name: ALL_TESTS[name] for name in TESTS}
    made.filters = metered_filters()
    return made


def syntax_tree(tokens: Iterable[Token]) -> nodes.Template:
    """The tree of these tokens, by jinja2's own parser; it executes nothing. Raises TemplateSyntaxError."""
    parser = Parser(sandbox(), "")
    parser.stream = TokenStream(tokens, None, None)
    return parser.parse()


@pass_context
def _finalized(_context: Context, value: Any) -> Any:
    """The value: that it asks for the context keeps jinja2 from computing constants while it compiles."""
    return value
