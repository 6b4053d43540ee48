"""What a template is once parsed: a flat program, its tags, and what is wrong with its syntax."""

from enum import Enum

from plmctl.core.dataclass import dataclass

Name = tuple[str, ...]
"""A dotted name by its segments; the implicit iterator `{{.}}` is `(".",)`."""

ITERATOR: Name = (".",)
ITEM = "[]"
"""The step of a path into the items of a list."""


class Role(Enum):
    """How a name is used: printed, begun as a section, gone through, or looked at whatever it is."""

    VALUE = "value"
    SECTION = "section"
    INVERTED = "inverted"
    LIST = "list"
    CONDITION = "condition"


class TagKind(Enum):
    """What a tag asks for."""

    VALUE = "value"
    SECTION = "section"
    INVERTED = "inverted"
    END = "end"
    PARTIAL = "partial"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag as written; line and column count from 0 in the text, `end_column` stays on its first line."""

    kind: TagKind
    name: Name
    start: int
    length: int
    line: int
    column: int
    end_column: int

    @property
    def dotted(self) -> str:
        """The name as it is written."""
        return ".".join(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text to print as it is; `start` and `end` of an instruction are the source that it stands for."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Print a value, unescaped."""

    start: int
    end: int
    tag: Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Run up to the End at index `close` once for each item, or once when the value is true."""

    start: int
    end: int
    tag: Tag
    close: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inverted:
    """Run up to the End at index `close` when the value is absent, false or an empty list."""

    start: int
    end: int
    tag: Tag
    close: int


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The end of the section that instruction `opening` began; of no width when it was missing."""

    start: int
    end: int
    opening: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Run another template, each line of its source indented by `indent` first."""

    start: int
    end: int
    tag: Tag
    indent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Nothing to print."""

    start: int
    end: int
    tag: Tag


Instruction = Text | Value | Section | Inverted | End | Partial | Comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A name of a jinja2 text where it is read; `path` leads there from the inputs, through ITEM into lists.

    `tag` is the name as it is written, `is_needed` whether every render of what is around it fails without
    it, `loops` are the names that loops give to their items there.
    """

    path: Name
    role: Role
    is_needed: bool
    loops: Name
    tag: Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxProblem:
    """A mistake in a template's syntax: where (counted from 0), what, and what to do.

    `is_refusal` says that the language itself knows it, and that it is not taken here.
    """

    start: int
    length: int
    line: int
    column: int
    end_column: int
    message: str
    help: str
    is_refusal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A parsed text: a well-nested program whose spans, joined, are the text; sound without `errors`.

    A jinja2 text has no program, but lookups.
    """

    text: str
    instructions: tuple[Instruction, ...]
    tags: tuple[Tag, ...]
    errors: tuple[SyntaxProblem, ...]
    lookups: tuple[Lookup, ...] = ()
