"""A template and its partials, compiled once; and the text that values make of it."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.template.context import outermost
from plmctl.core.template.mustache import MAX_NESTING, MAX_TAGS, parse
from plmctl.core.template.program import Inverted, Partial, Section, Template, Text, Value
from plmctl.core.template.refusal import Place, TooLarge, Uncompilable
from plmctl.core.template.step import (
    MAX_OUTPUT,
    MAX_STEPS,
    Block,
    Budget,
    inverted,
    literal,
    section,
    segment,
    sequence,
    too_long,
    too_many,
)
from plmctl.core.value import Value as Json

_NOTHING: Mapping[str, Json] = {}
_LINE = deferred(r"(?m)^(?!\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A compiled template; threads may share it."""

    name: str
    block: Block

    def render(self, values: Mapping[str, Json] | Json, extra: Mapping[str, Json] = _NOTHING) -> str:
        """The text for values, behind which `extra` names (`session`) are seen; raises RenderError."""
        text = self._run(values, extra, is_careful=False)
        return text if _is_sound(text) else self._run(values, extra, is_careful=True)

    def _run(self, values: Mapping[str, Json] | Json, extra: Mapping[str, Json], *, is_careful: bool) -> str:
        budget = Budget(room=MAX_OUTPUT, steps=MAX_STEPS - self.block.steps, is_careful=is_careful)
        # A mapping of another kind has no JSON, and is looked up more slowly.
        inputs = dict(values) if isinstance(values, Mapping) and not isinstance(values, dict) else values
        return self.block.run(outermost(inputs, extra), inputs, budget)


def compiled(
    template: Template, partials: Mapping[str, Template] | None = None, *, name: str = "template"
) -> Program:
    """A template ready to be filled, with all partials that it includes; errors call it `name`.

    Raises Uncompilable for wrong syntax, a partial that is missing or includes itself, and TooLarge for what
    no values can make small enough.
    """
    compiler = _Compiler(partials=partials or {})
    return Program(name=name, block=compiler.block(_Source(label=name, template=template, indent="")))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A template as it stands where it is included, each of its lines behind `indent`."""

    label: str
    template: Template
    indent: str

    def place(self, start: int) -> Place:
        """Where an offset is in the text that the author wrote."""
        text = self.template.text
        column = start - text.rfind("\n", 0, start) - 1 - len(self.indent)
        return Place(template=self.label, line=text.count("\n", 0, start), column=max(0, column))


@dataclass(slots=True, kw_only=True)
class _Compiler:
    """What is compiled already, once for each indentation; `path` are the partials around."""

    partials: Mapping[str, Template]
    blocks: dict[tuple[str, str], Block] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    levels: int = 0
    characters: int = 0
    tags: int = 0

    def block(self, source: _Source) -> Block:
        """The steps of a whole template."""
        for error in source.template.errors:
            raise Uncompilable(error.message, place=source.place(error.start), hint=error.help)
        try:
            source.template.text.encode()
        except UnicodeEncodeError as error:
            reason = "the text has half a character (a lone surrogate)"
            raise Uncompilable(reason, place=source.place(error.start)) from None
        return self._steps(source, 0, len(source.template.instructions))

    def _steps(self, source: _Source, index: int, stop: int) -> Block:
        """The steps of the instructions from `index` up to `stop`."""
        blocks: list[Block] = []
        waiting: list[Text | Value] = []
        instructions = source.template.instructions
        while index < stop:
            instruction = instructions[index]
            match instruction:
                case Text() | Value():
                    waiting.append(instruction)
                case Section() | Inverted() | Partial():
                    blocks += _segment(waiting, source)
                    waiting.clear()
                    blocks.append(self._nested(source, instruction, index))
            index = instruction.close + 1 if isinstance(instruction, Section | Inverted) else index + 1
        return _measured(sequence([*blocks, *_segment(waiting, source)]), source)

    def _nested(self, source: _Source, instruction: Section | Inverted | Partial, index: int) -> Block:
        """A section or a partial, one level deeper."""
        if self.levels >= MAX_NESTING:
            reason = f"sections and partials nest deeper than {MAX_NESTING}"
            raise TooLarge(
                reason, place=source.place(instruction.tag.start), hint="include partials in fewer levels"
            )
        self.levels += 1
        if isinstance(instruction, Partial):
            block = self._partial(instruction, source)
        else:
            body = self._steps(source, index + 1, instruction.close)
            kind = section if isinstance(instruction, Section) else inverted
            block = kind(instruction.tag, body, source.place)
        self.levels -= 1
        return block

    def _partial(self, partial: Partial, source: _Source) -> Block:
        name, key = partial.tag.dotted, (partial.tag.dotted, partial.indent)
        if name not in self.partials:
            raise Uncompilable(f"there is no partial '{name}'", place=source.place(partial.tag.start))
        if name in self.path:
            ring = " -> ".join([*self.path[self.path.index(name) :], name])
            reason = f"partial '{name}' includes itself: {ring}"
            raise Uncompilable(reason, place=source.place(partial.tag.start))
        if key not in self.blocks:
            self.path.append(name)
            self.blocks[key] = self.block(self._indented(partial, source))
            self.path.pop()
        block = self.blocks[key]
        return replace(block, steps=block.steps + 1)

    def _indented(self, partial: Partial, source: _Source) -> _Source:
        """A partial with each of its lines behind an indentation, as the specification has it."""
        template, indent = self.partials[partial.tag.dotted], partial.indent
        text = template.text
        self.characters += len(text) + len(indent) * (text.count("\n") + 1)
        self.tags += len(template.tags)
        if self.characters > MAX_OUTPUT or self.tags > MAX_TAGS:
            reason = "the partials are too many or too long, each counted once for each indentation"
            raise TooLarge(
                reason, place=source.place(partial.tag.start), hint="include partials in fewer levels"
            )
        indented = parse(_LINE.sub(lambda _: indent, text)) if indent else template
        return _Source(label=f"partial/{partial.tag.dotted}", template=indented, indent=indent)


def _segment(parts: list[Text | Value], source: _Source) -> Iterator[Block]:
    """The block of texts and values that follow each other, none of none."""
    texts, tags = [""], []
    for part in parts:
        if isinstance(part, Text):
            texts[-1] += part.text
        else:
            tags.append(part.tag)
            texts.append("")
    if tags:
        yield segment(texts, tags, source.place)
    elif texts[0]:
        yield literal(texts[0], parts[0].start, source.place)


def _measured(block: Block, source: _Source) -> Block:
    """A block that some values can make small enough."""
    if block.size > MAX_OUTPUT:
        raise too_long(source.place(0))
    if block.steps > MAX_STEPS:
        raise too_many(source.place(0))
    return block


def _is_sound(text: str) -> bool:
    """Whether a text has a form in UTF-8, and no more than it may have; ASCII was counted as it was made."""
    try:
        return text.isascii() or len(text.encode()) <= MAX_OUTPUT
    except UnicodeEncodeError:
        return False
