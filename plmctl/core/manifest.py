"""One artifact as its YAML file states it: references, included files and templates, found by schema."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import NamedTuple, Protocol

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.document import Document
from plmctl.core.finding import Finding, Location
from plmctl.core.include import Included
from plmctl.core.kinds import Shape
from plmctl.core.pointer import Pointer as DataPointer
from plmctl.core.schema import Schema
from plmctl.core.template.language import MUSTACHE
from plmctl.core.template.program import SyntaxProblem, Tag, Template
from plmctl.core.template.scan import may_include
from plmctl.core.template.uses import Inclusion, partials
from plmctl.core.value import Pointer, Value, as_texts

NAME = deferred(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(/[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")
LONGEST_NAME = 100


class Link(NamedTuple):
    """The part of a reference that says what it leads to."""

    written: str
    kinds: tuple[str, ...]
    is_about: bool


def names_written(written: str) -> tuple[str, ...]:
    """The bare names that a reference may mean: what it writes, and that without the word of a kind."""
    rest = written.partition("/")[2]
    return (written, rest) if rest else (written,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A field, a key or a partial tag that names another artifact.

    `start` is where the tag begins in its text.
    """

    pointer: Pointer
    written: str
    kinds: tuple[str, ...]
    is_about: bool = False
    is_key: bool = False
    start: int | None = None

    @property
    def is_partial(self) -> bool:
        """Whether a tag of a template includes the artifact."""
        return self.start is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateText:
    """A template of a manifest: its place, its language, its text; `parsed` gives its program."""

    pointer: Pointer
    format: str
    text: str
    path: str | None
    parsed: Callable[[], Template | None] = field(repr=False, compare=False)

    @property
    def program(self) -> Template | None:
        """What it was parsed to, None of a raw text; parsed where somebody asks for the first time."""
        return self.parsed()

    @property
    def inclusions(self) -> tuple[Inclusion, ...]:
        """Its partial tags."""
        if self.format == MUSTACHE and not may_include(self.text):
            return ()
        return partials(self.program) if self.program is not None else ()


class Summary(Protocol):
    """What most questions about a manifest are answered from, so that its document need not be parsed.

    `outs` are the places of the data that it names, `findings` what is wrong with the files that it includes.
    """

    @property
    def links(self) -> tuple[Link, ...]:
        """What its references lead to, in their order."""
        ...

    @property
    def references(self) -> tuple[Reference, ...]:
        """What names other artifacts."""
        ...

    @property
    def metadata(self) -> Mapping[str, Value]:
        """The `metadata`, empty when it is no mapping."""
        ...

    @property
    def outs(self) -> tuple[str, ...]:
        """The repository's paths of its data."""
        ...

    @property
    def origins(self) -> tuple[str, ...]:
        """By what its `data` says where it is: dvc, git, uri."""
        ...

    @property
    def hashes(self) -> tuple[tuple[str, str], ...]:
        """The paths of the files that it includes, each with its sha256."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with its files."""
        ...

    def let_go(self) -> None:
        """Forget what can be found out again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The Summary of a manifest that was parsed."""

    links: tuple[Link, ...]
    references: tuple[Reference, ...]
    metadata: Mapping[str, Value]
    outs: tuple[str, ...]
    origins: tuple[str, ...]
    hashes: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]

    def let_go(self) -> None:
        """It is all that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a manifest's own file and the files that it includes say."""

    document: Document
    included: Mapping[Pointer, Included]
    templates: tuple[TemplateText, ...]


class Manifest:
    """An artifact: its id, the path and the sha256 of its file, and what it says.

    The content of one that is known already is read where somebody asks for it.
    """

    __slots__ = (
        "_again",
        "_content",
        "_inclusions",
        "_shape",
        "formerly",
        "id",
        "name",
        "path",
        "sha256",
        "stability",
        "summary",
    )

    def __init__(
        self,
        *,
        artifact: str,
        shape: Shape,
        path: str,
        sha256: str,
        summary: Summary,
        content: Content | Callable[[], Content],
        stability: str,
        formerly: tuple[str, ...],
    ):
        self.id = artifact
        self.name = artifact.partition("/")[2]
        self.path = path
        self.sha256 = sha256
        self.summary = summary
        self.stability = stability
        """experimental, stable, deprecated or retired."""
        self.formerly = formerly
        """The ids that this artifact had before."""
        self._shape = shape
        self._content = content
        self._again = None if isinstance(content, Content) else content
        self._inclusions: Mapping[tuple[Pointer, int], tuple[TemplateText, Tag]] | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Manifest):
            return NotImplemented
        return self is other or self._parts() == other._parts()

    @property
    def kind(self) -> str:
        """The kind, as `Prompt`."""
        return self._shape.kind

    @property
    def schema(self) -> Schema:
        """What a document of its kind may hold."""
        return self._shape.schema

    def _parts(self) -> tuple[object, ...]:
        told = self.summary
        parts = (
            told.links,
            told.references,
            told.metadata,
            told.outs,
            told.origins,
            told.hashes,
            told.findings,
        )
        return self.id, self.path, self.sha256, self.schema, parts, self.content

    @property
    def content(self) -> Content:
        """What its files say."""
        if not isinstance(self._content, Content):
            self._content = self._content()
        return self._content

    def read_again_by(self, again: Callable[[], Content]) -> None:
        """Let go of what its files say: who asks for it reads it again, and again after each `let_go`."""
        self._again = again
        self.let_go()

    def let_go(self) -> None:
        """Forget what its files say, where it can be read again."""
        self._content, self._inclusions = self._again or self._content, None
        self.summary.let_go()

    @property
    def document(self) -> Document:
        """Its file, parsed."""
        return self.content.document

    @property
    def included(self) -> Mapping[Pointer, Included]:
        """The files that it includes, by the place that names them."""
        return self.content.included

    @property
    def templates(self) -> tuple[TemplateText, ...]:
        """Its templates."""
        return self.content.templates

    @property
    def references(self) -> tuple[Reference, ...]:
        """What in it names other artifacts."""
        return self.summary.references

    @property
    def links(self) -> tuple[Link, ...]:
        """What its references lead to, in their order."""
        return self.summary.links

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the files that it includes."""
        return self.summary.findings

    def location_of(self, reference: Reference) -> Location:
        """Where a reference stands: in its file, or a partial tag in the file that holds the text."""
        if reference.start is not None:
            # There may be thousands of tags, each of them wrong.
            if self._inclusions is None:
                self._inclusions = dict(_inclusions(self.templates))
            return tag_place(self.document, *self._inclusions[reference.pointer, reference.start])
        if reference.is_key:
            return self.document.key_location(reference.pointer)
        return self.document.location(reference.pointer)

    @property
    def spec(self) -> Mapping[str, Value]:
        """The `spec`, empty when it is no mapping."""
        return _mapping(self.document.value, "spec")

    @property
    def metadata(self) -> Mapping[str, Value]:
        """The `metadata`, empty when it is no mapping."""
        return self.summary.metadata

    @property
    def owners(self) -> tuple[str, ...]:
        """The people or teams who look after it."""
        return as_texts(self.metadata.get("owners"))

    @property
    def is_floating(self) -> bool:
        """Whether its data is outside of digest and closure (data.md)."""
        return self.spec.get("floating") is True

    @property
    def data(self) -> tuple[DataPointer, ...]:
        """The DVC pointers to the data that is part of it, in the order of their fields; none that floats."""
        if not self.summary.outs:
            return ()
        found = sorted(self.included.items(), key=lambda item: str(item[0]))
        pointers = (included.data for _, included in found)
        return () if self.is_floating else tuple(filter(None, pointers))


# A tuple: one is made for every value of every manifest.
class Node(NamedTuple):
    """A value of a manifest beside its schema; `template_format` is the nearest one stated above it."""

    pointer: Pointer
    value: Value
    schema: Schema
    template_format: str


def nodes(value: Value, schema: Schema) -> list[Node]:
    """A value and what is in it, outermost first, as far as the schema leads to anything."""
    found: list[Node] = []
    _find_nodes(value, schema, (), MUSTACHE, found)
    return found


def _find_nodes(
    value: Value, schema: Schema, pointer: Pointer, template_format: str, found: list[Node]
) -> None:
    if isinstance(value, dict) and isinstance(stated := value.get("templateFormat"), str):
        template_format = stated
    found.append(Node(pointer, value, schema, template_format))
    if schema.is_json_schema:
        return
    if isinstance(value, dict):
        for key, below in schema.leading(value):
            _find_nodes(value[key], below, (*pointer, key), template_format, found)
    elif isinstance(value, list) and (item := schema.item()) is not None and item.reach.leads:
        for index, child in enumerate(value):
            _find_nodes(child, item, (*pointer, index), template_format, found)


def tag_place(document: Document, template: TemplateText, tag: Tag | SyntaxProblem) -> Location:
    """Where a tag stands, in the manifest or in the file that holds the text; as wide as it is when exact."""
    width = tag.end_column - tag.column
    if template.path is not None:
        column = tag.column + 1
        return Location(path=template.path, line=tag.line + 1, column=column, end_column=column + width)
    start = document.location_in(template.pointer, tag.line, tag.column)
    column = start.column or 1
    written = template.text[tag.start : tag.start + width]
    is_exact = document.source_line(start.line or 0).startswith(written, column - 1)
    return replace(start, end_column=column + width) if is_exact else start


def _inclusions(
    templates: tuple[TemplateText, ...],
) -> Iterator[tuple[tuple[Pointer, int], tuple[TemplateText, Tag]]]:
    """The partial tags, by their text and where they begin in it."""
    for template in templates:
        for inclusion in template.inclusions:
            yield (template.pointer, inclusion.tag.start), (template, inclusion.tag)


def _mapping(value: Value, key: str) -> Mapping[str, Value]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}
