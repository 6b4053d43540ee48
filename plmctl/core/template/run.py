"""A jinja2 text, compiled once; and the text that values make of it."""

from collections.abc import Generator, Iterator, Mapping
from typing import cast

import jinja2
from jinja2 import TemplateError, UndefinedError, nodes

from plmctl.core.dataclass import dataclass
from plmctl.core.template.cost import BUDGET, MAX_OUTPUT, Budget, Metering, SpentError
from plmctl.core.template.grammar import shown
from plmctl.core.template.program import Template
from plmctl.core.template.reading import read
from plmctl.core.template.refusal import MissingValue, Place, TooLarge, Uncompilable, Unprintable
from plmctl.core.template.sandbox import sandbox
from plmctl.core.value import Value

_NOTHING: Mapping[str, Value] = {}
_SHORTER = "give it shorter values, or fewer of them"
_FLATTER = "give it a flatter one"
_AS_TEXT = "give it as a text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A compiled text; threads may share it."""

    name: str
    template: Template
    code: jinja2.Template

    def render(self, values: Mapping[str, Value], extra: Mapping[str, Value] = _NOTHING) -> str:
        """The text for values; `extra` names (`session`, passages) stand behind them; raises RenderError."""
        seen = {**extra, **values}
        context = self.code.new_context({**seen, BUDGET: Budget()})
        # https://jinja.palletsprojects.com/en/stable/api/#jinja2.Template.root_render_func
        parts = cast("Generator[str, None, None]", self.code.root_render_func(context))
        try:
            return "".join(self._counted(parts))
        except UndefinedError as error:
            raise self._missing(error, seen) from None
        except SpentError as error:
            raise TooLarge(str(error), place=self._place_of(error), hint=_SHORTER) from None
        except RecursionError as error:
            raise Unprintable("a value nests too deep", place=self._place_of(error), hint=_FLATTER) from None
        except (ArithmeticError, TemplateError, TypeError, ValueError) as error:
            raise Unprintable(str(error), place=self._place_of(error), hint=_AS_TEXT) from None

    def _counted(self, parts: Generator[str, None, None]) -> Iterator[str]:
        """What is printed, as long as it is not too much; else the code itself fails, at its place."""
        room = MAX_OUTPUT
        for part in parts:
            try:
                room -= len(part.encode())
            except UnicodeEncodeError:
                parts.throw(ValueError("half a character (a lone surrogate) cannot be printed"))
            if room < 0:
                parts.throw(SpentError(f"the text is longer than {MAX_OUTPUT // 1024**2} MiB"))
            yield part

    def _missing(self, error: UndefinedError, seen: Mapping[str, Value]) -> MissingValue:
        """What has no value, at the first place behind what failed that reads it."""
        reason = error.message or ""
        name, offset = reason.split("'")[1], self._offset(error)
        readings = (each.tag for each in self.template.lookups if each.tag.start >= offset)
        tag = next((tag for tag in readings if name in tag.name), None)
        place = self._place(offset if tag is None else tag.start)
        is_input = reason.endswith("has no value")
        return MissingValue(
            name if tag is None else tag.dotted,
            reason=reason.replace(name, shown(name)),
            place=place,
            candidates=tuple(sorted(seen)) if is_input else (),
        )

    def _place_of(self, error: Exception) -> Place:
        return self._place(self._offset(error))

    def _offset(self, error: Exception) -> int:
        """Where in the text a render failed: its code has offsets in the place of line numbers."""
        trace, line = error.__traceback__, 0
        while trace is not None:
            if trace.tb_frame.f_globals.get("__jinja_template__") is self.code:
                line = trace.tb_lineno
            trace = trace.tb_next
        return self.code.get_corresponding_lineno(line)

    def _place(self, offset: int) -> Place:
        text = self.template.text
        before = text.rfind("\n", 0, offset) + 1
        return Place(template=self.name, line=text.count("\n", 0, offset), column=offset - before)


def program(text: str, name: str) -> Program:
    """A text ready to be filled. Raises Uncompilable for what is wrong in it."""
    reading = read(text)
    if reading.tree is None:
        first = reading.template.errors[0]
        place = Place(template=name, line=first.line, column=first.column)
        raise Uncompilable(first.message, place=place, hint=first.help)
    for output in reading.tree.find_all(nodes.Output):
        for child in output.nodes:
            # What fails in a tag is told by the line of its outermost node, which may be its last word.
            names = child.find_all((nodes.Name, nodes.Const))
            child.lineno = min(node.lineno for node in (child, *names))
    Metering().visit(reading.tree)
    code = sandbox().compile(reading.tree)
    return Program(
        name=name,
        template=reading.template,
        code=jinja2.Template.from_code(sandbox(), code, {}),
    )
