"""One artifact as its YAML file states it: references, included files and templates, found by schema."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from plmctl.core.dataclass import dataclass
from plmctl.core.document import Document
from plmctl.core.finding import Finding, Location, UsageError, sorted_findings
from plmctl.core.include import Included, NotIncluded, included_file, included_pointer, included_text
from plmctl.core.kinds import Shape
from plmctl.core.pointer import Pointer as DataPointer
from plmctl.core.ports import Tree
from plmctl.core.schema import Schema, kind_prefix
from plmctl.core.template import jinja, mustache
from plmctl.core.template.language import JINJA2, MUSTACHE
from plmctl.core.template.program import SyntaxProblem, Tag, Template
from plmctl.core.template.uses import partials
from plmctl.core.value import Pointer, Value, as_texts

NAME = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(/[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A field, a key or a partial tag that names another artifact; `tag` is that tag in its text."""

    pointer: Pointer
    written: str
    kinds: tuple[str, ...]
    location: Location
    is_about: bool = False
    is_key: bool = False
    tag: Tag | None = None

    @property
    def is_partial(self) -> bool:
        """Whether a tag of a template includes the artifact."""
        return self.tag is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateText:
    """A template of a manifest: its place, its language, its text, and its program unless it is raw."""

    pointer: Pointer
    format: str
    text: str
    path: str | None
    program: Template | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An artifact: its id, its document, the sha256 of its file, and what its schema says is in it."""

    id: str
    kind: str
    name: str
    schema: Schema
    document: Document
    sha256: str
    references: tuple[Reference, ...] = ()
    included: Mapping[Pointer, Included]
    templates: tuple[TemplateText, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def path(self) -> str:
        """The repository's path of the manifest."""
        return self.document.path

    @property
    def spec(self) -> Mapping[str, Value]:
        """The `spec`, empty when it is no mapping."""
        return _mapping(self.document.value, "spec")

    @property
    def metadata(self) -> Mapping[str, Value]:
        """The `metadata`, empty when it is no mapping."""
        return _mapping(self.document.value, "metadata")

    @property
    def stability(self) -> str:
        """experimental, stable, deprecated or retired."""
        value = self.metadata.get("stability")
        return value if isinstance(value, str) else "stable"

    @property
    def owners(self) -> tuple[str, ...]:
        """The people or teams who look after it."""
        return as_texts(self.metadata.get("owners"))

    @property
    def formerly(self) -> tuple[str, ...]:
        """The ids that this artifact had before."""
        names = as_texts(self.metadata.get("formerly"))
        return tuple(f"{kind_prefix(self.kind)}/{name}" for name in names)

    @property
    def is_floating(self) -> bool:
        """Whether its data is outside of digest and closure (data.md)."""
        return self.spec.get("floating") is True

    @property
    def data(self) -> tuple[DataPointer, ...]:
        """The DVC pointers to the data that is part of it, in the order of their fields; none that floats."""
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
    """A value and all that is in it, outermost first, as far as the schema describes it."""
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
        for key, child in value.items():
            below = schema.property(key)
            if below is not None:
                _find_nodes(child, below, (*pointer, key), template_format, found)
    elif isinstance(value, list) and (item := schema.item()) is not None:
        for index, child in enumerate(value):
            _find_nodes(child, item, (*pointer, index), template_format, found)


def read_manifest(document: Document, shape: Shape, name: str, tree: Tree, sha256: str) -> Manifest:
    """The manifest of a document, its files read from the tree; what is wrong with them is in `findings`.

    Raises UsageError for a text in jinja2 where jinja2 is not installed.
    """
    artifact = f"{kind_prefix(shape.kind)}/{name}"
    found = nodes(document.value, shape.schema)
    included: dict[Pointer, Included] = {}
    findings: list[Finding] = []
    for node in found:
        # Of thousands of values a few name files.
        if not (node.schema.is_file or (isinstance(node.value, dict) and "dvc" in node.value)):
            continue
        for pointer, file in _included(node, document, tree):
            if isinstance(file, Included):
                included[pointer] = file
            else:
                findings.append(_not_included(file, document, pointer, artifact))
            findings.extend(file.findings)
    templates = tuple(_templates(found, included, document))
    references = (*_references(found, document), *_partials(templates, document))
    return Manifest(
        id=artifact,
        kind=shape.kind,
        name=name,
        schema=shape.schema,
        document=document,
        sha256=sha256,
        references=references,
        included=included,
        templates=templates,
        findings=sorted_findings(findings),
    )


def _included(node: Node, document: Document, tree: Tree) -> Iterator[tuple[Pointer, Included | NotIncluded]]:
    folder = posixpath.dirname(document.path)
    match node.value:
        case {"dvc": str(written), **others} if _is_pointer(node.schema):
            out = others.get("out")
            output = out if isinstance(out, str) else None
            yield (*node.pointer, "dvc"), included_pointer(tree, folder, written, output)
        case str(written) if node.schema.is_file:
            reads = included_text if node.schema.is_template else included_file
            yield node.pointer, reads(tree, folder, written)


def _not_included(file: NotIncluded, document: Document, pointer: Pointer, artifact: str) -> Finding:
    if file.location is None:
        return document.finding(file.rule, file.message, document.location(pointer), file.help)
    finding = document.finding(file.rule, file.message, file.location, file.help, artifact)
    return replace(finding, source=file.source)


def _is_pointer(schema: Schema) -> bool:
    below = schema.property("dvc")
    return below is not None and below.is_pointer


def _templates(
    found: list[Node], included: Mapping[Pointer, Included], document: Document
) -> Iterator[TemplateText]:
    for node in found:
        if not node.schema.is_template or not isinstance(node.value, str):
            continue
        file = included.get(node.pointer)
        if node.schema.is_file and file is None:
            continue
        text = file.text if file is not None and file.text is not None else node.value
        yield TemplateText(
            pointer=node.pointer,
            format=node.template_format,
            text=text,
            path=file.path if file is not None else None,
            program=_program(text, node, document),
        )


def _program(text: str, node: Node, document: Document) -> Template | None:
    if node.template_format == MUSTACHE:
        return mustache.parse(text)
    if node.template_format != JINJA2:
        return None
    try:
        return jinja.parse(text)
    except UsageError as error:
        raise UsageError(error.message, hint=error.hint, location=document.location(node.pointer)) from None


def _references(found: list[Node], document: Document) -> Iterator[Reference]:
    for node in found:
        if (
            node.schema.refs
            and isinstance(node.value, str)
            and not _is_provider_type(node.value, node.schema)
        ):
            yield Reference(
                pointer=node.pointer,
                written=node.value,
                kinds=node.schema.refs,
                location=document.location(node.pointer),
                is_about=node.schema.is_about,
            )
        keys = node.schema.keys()
        if keys is not None and keys.refs and isinstance(node.value, dict):
            for key in node.value:
                pointer = (*node.pointer, key)
                yield Reference(
                    pointer=pointer,
                    written=key,
                    kinds=keys.refs,
                    location=document.key_location(pointer),
                    is_about=keys.is_about or node.schema.is_about,
                    is_key=True,
                )


def _is_provider_type(written: str, schema: Schema) -> bool:
    # In `provider` a plain word is the type of one; a Provider is written provider/name (manifests.md).
    return schema.refs == ("Provider",) and not written.startswith("provider/")


def _partials(templates: tuple[TemplateText, ...], document: Document) -> Iterator[Reference]:
    for template in templates:
        if template.program is None:
            continue
        for inclusion in partials(template.program):
            yield Reference(
                pointer=template.pointer,
                written=inclusion.name,
                kinds=("Partial",),
                location=tag_place(document, template, inclusion.tag),
                tag=inclusion.tag,
            )


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


def _mapping(value: Value, key: str) -> Mapping[str, Value]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}
