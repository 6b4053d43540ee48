"""Placeholders in texts that were written for other programs, and how mustache says the same."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import groupby
from string import Formatter

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.few import few
from plmctl.core.template.grammar import fault_of, shown
from plmctl.core.template.mustache import parse
from plmctl.core.template.program import Template, Text
from plmctl.core.template.scan import RawTag, pieces


class Syntax(Enum):
    """How a text marks its variables."""

    MUSTACHE = "mustache"
    PYTHON = "python"
    DOLLAR = "dollar"
    ANGLE = "angle"
    NONE = "none"


FOREIGN: Mapping[Syntax, re.Pattern[str]] = {
    Syntax.PYTHON: deferred(r"(?<![{$])\{([A-Za-z_]\w*)\}(?!\})"),
    Syntax.DOLLAR: deferred(r"\$\{([A-Za-z_]\w*)\}"),
    Syntax.ANGLE: deferred(r"<<([A-Za-z_][\w-]*)>>"),
}
_FIELD = deferred(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The place of a variable in a text, and the tag that stands there."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A text as a template that prints it, raw or mustache, and what its author should know."""

    text: str
    is_raw: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def program(self) -> Template | None:
        """The parsed text, None when nothing in it means anything."""
        return None if self.is_raw else parse(self.text)


def converted(text: str, syntax: Syntax, line: int = 1) -> Converted | None:
    """The text as a template; None when mustache cannot say what stands around its variables.

    Its first line is the `line` of the file that remarks speak of.
    """
    if syntax is Syntax.NONE:
        return Converted(text=text, is_raw="{{" in text)
    if syntax is Syntax.MUSTACHE:
        return _as_it_is(text, line)
    made = _template(_pieces(text, syntax))
    return None if made is None else Converted(text=made)


def _as_it_is(text: str, line: int) -> Converted:
    """What `{{` marks are variables where it can be so; where it cannot, they are text."""
    template = parse(text)
    others = tuple(_seen(text))
    if not template.errors:
        return Converted(text=text, remarks=others)
    parts = _understood(text)
    made = _template(parts) if any(isinstance(part, Slot) for part in parts) else None
    first = template.errors[0]
    tag = shown(text[first.start : first.start + first.length])
    if made is None:
        remark = f"'{tag}' on line {first.line + line} is no mustache: {first.message}"
        return Converted(text=text, is_raw=True, remarks=(f"{_raw(text, tag)} {remark}", *others))
    remark = f"line {first.line + line}: '{tag}' is kept as text: {first.message}"
    return Converted(text=made, remarks=(remark, *others))


def _raw(text: str, faulty: str) -> str:
    """What a text loses that cannot be a template, for the sake of one tag."""
    sound = (p for p in pieces(text) if isinstance(p, RawTag) and p.sigil not in ("!", "/") and p.body != ".")
    tags = (shown(text[piece.start : piece.end]) for piece in sound if not fault_of(piece))
    lost = list(dict.fromkeys(tag for tag in tags if tag != faulty))
    if not lost:
        return "the text became raw, because"
    return f"the text became raw: {few(lost, _SHOWN)} {'is' if len(lost) == 1 else 'are'} text too, because"


def _understood(text: str) -> tuple[str | Slot, ...]:
    """The sound variables of a text with unsound tags; nothing where it has other tags."""
    found: list[str | Slot] = []
    position = 0
    for piece in pieces(text):
        if not isinstance(piece, RawTag) or (piece.sigil == "" and fault_of(piece)):
            continue
        if piece.sigil or piece.body == ".":
            return ()
        found += text[position : piece.start], Slot(tag=text[piece.start : piece.end])
        position = piece.end
    return (*found, text[position:])


def _pieces(text: str, syntax: Syntax) -> tuple[str | Slot, ...]:
    formatted = _formatted(text) if syntax is Syntax.PYTHON else None
    if formatted is not None:
        return formatted
    # The groups of a split stand between what lies around the matches.
    parts = FOREIGN[syntax].split(text)
    return tuple(_slot(part) if n % 2 else part for n, part in enumerate(parts))


def _formatted(text: str) -> tuple[str | Slot, ...] | None:
    """A text as Python's `str.format` reads it, doubled braces included; None when it would refuse it."""
    try:
        fields = list(Formatter().parse(text))
    except ValueError:
        return None
    found: list[str | Slot] = []
    for literal, name, spec, conversion in fields:
        if name is not None and (spec or conversion or not _FIELD.fullmatch(name)):
            return None
        found += [literal] if name is None else [literal, _slot(name)]
    return tuple(found)


def _template(parts: tuple[str | Slot, ...]) -> str | None:
    """A mustache text that prints the parts; None when there is none, as for a brace before a variable."""
    merged = _merged(parts)
    joined = "".join(part.tag if isinstance(part, Slot) else part.replace("{{", r"\{{") for part in merged)
    return joined if _printed(parse(joined)) == merged else None


def _slot(name: str) -> Slot:
    return Slot(tag=f"{{{{{name}}}}}")


def _printed(template: Template) -> tuple[str | Slot, ...]:
    """The parts that a template prints; a tag that is wrong is text, and so is no part that was meant."""
    return _merged(
        tuple(
            instruction.text
            if isinstance(instruction, Text)
            else Slot(tag=template.text[instruction.start : instruction.end])
            for instruction in template.instructions
        )
    )


def _merged(parts: tuple[str | Slot, ...]) -> tuple[str | Slot, ...]:
    merged: list[str | Slot] = []
    for is_text, run in groupby(parts, key=lambda part: isinstance(part, str)):
        together = list(run)
        merged += ["".join(map(str, together))] if is_text else together
    return tuple(part for part in merged if part != "")


def _seen(text: str) -> Iterator[str]:
    """What looks like the variables of other languages."""
    for syntax, pattern in FOREIGN.items():
        found = list(dict.fromkeys(match[0] for match in pattern.finditer(text)))
        if found:
            yield f"{few(found, _SHOWN)}: kept as text; --variables {syntax.value} makes variables of them"
