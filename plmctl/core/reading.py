"""What the file of a manifest came to, by itself, with the files that it includes."""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.file import file_data
from plmctl.core.finding import Finding, PlmctlError, UsageError, sorted_findings
from plmctl.core.include import Included, NotIncluded, included_file, included_pointer, included_text
from plmctl.core.kinds import Kinds, Shape
from plmctl.core.limits import LIMITS, UTMOST, Limits
from plmctl.core.manifest import (
    LONGEST_NAME,
    NAME,
    Content,
    Link,
    Manifest,
    Node,
    Parsed,
    Reference,
    TemplateText,
    nodes,
)
from plmctl.core.ports import Tree
from plmctl.core.sch import UNKNOWN_KIND
from plmctl.core.schema import Schema, findings_of, kind_prefix
from plmctl.core.seen import SeenTree
from plmctl.core.slip import nearest
from plmctl.core.template import jinja, mustache
from plmctl.core.template.language import JINJA2, MUSTACHE
from plmctl.core.template.program import Template
from plmctl.core.value import Pointer, Value, as_mapping, as_text, as_texts
from plmctl.core.values import NO_VALUES, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """What the bytes of one file came to: a manifest, none of ours, or nothing that can be told.

    `findings` are those of its document alone, and not of the files that it includes. `identity` is the
    file's in its tree, `asked` are those of the other files that have a say in it; None where that is more
    than some files.
    """

    sha256: str
    identity: str
    asked: tuple[tuple[str, str], ...] | None = ()
    manifest: Manifest | None = None
    is_ours: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether no other file has a say in it."""
        return self.asked == ()

    def is_in(self, tree: Tree) -> bool:
        """Whether the other files that have a say in it are what they were."""
        return self.asked is not None and all(tree.identity(path) == was for path, was in self.asked)


def read_file(
    tree: Tree, path: str, data: bytes, sha256: str, kinds: Kinds, limits: Limits = LIMITS
) -> FileRead:
    """What a file of these bytes is."""
    identity = tree.identity(path)
    document = read_document(path, data, limits)
    if isinstance(document, BrokenDocument):
        return FileRead(sha256=sha256, identity=identity, findings=document.findings)
    if not is_ours(document.value, kinds):
        return FileRead(sha256=sha256, identity=identity, is_ours=False)
    kind = _text_at(document.value, "kind")
    wrong = (
        _second_registry(document)
        if kind == "Registry"
        else findings_of(document, kind, kinds, limits.findings)
    )
    name = _text_at(_at(document.value, "metadata"), "name")
    found = FileRead(sha256=sha256, identity=identity, findings=(*document.findings, *wrong))
    if kind not in kinds.names or not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        return found
    return with_manifest(found, document, kinds.shape_of(kind), name, tree)


def with_manifest(found: FileRead, document: Document, shape: Shape, name: str, tree: Tree) -> FileRead:
    """The same with the files that the document includes as a tree has them."""
    seen = SeenTree(tree)
    manifest = read_manifest(document, shape, name, seen, found.sha256)
    is_of_some = seen.is_whole and not seen.has_listed
    return FileRead(
        sha256=found.sha256,
        identity=found.identity,
        asked=tuple(tree.identities(seen.asked.keys()).items()) if is_of_some else None,
        manifest=manifest,
        findings=found.findings,
    )


def content_of(
    tree: Tree, path: str, sha256: str, shape: Shape, name: str, values: Values = NO_VALUES
) -> Callable[[], Content]:
    """What reads the content of a manifest that is known already; with `values` its document may be, too."""
    return partial(_content, tree, path, sha256, shape, name, values)


def _content(tree: Tree, path: str, sha256: str, shape: Shape, name: str, values: Values) -> Content:
    # Whether it is too large was said when it was read for the first time.
    data = file_data(tree, path, "a manifest", UTMOST)
    document = (
        None
        if isinstance(data, BrokenDocument) or sha256_of(data) != sha256
        else values.document(path, data, sha256, UTMOST)
    )
    if not isinstance(document, Document):
        raise PlmctlError(f"{path} was changed meanwhile", hint="run it again")
    return read_manifest(document, shape, name, tree, sha256).content


def _second_registry(document: Document) -> tuple[Finding, ...]:
    message = "'Registry' is the kind of plmctl.yaml alone"
    place = document.location(("kind",))
    return (document.finding(UNKNOWN_KIND, message, place, "move its settings there and delete this file"),)


def is_ours(value: Value, kinds: Kinds) -> bool:
    """Whether a YAML file means to be a manifest of ours."""
    stated = (as_text(v) or "" for key, v in as_mapping(value).items() if key.lower() == "apiversion")
    if any(version.startswith("plmctl/") for version in stated):
        return True
    kind = _text_at(value, "kind")
    return bool(kind) and nearest(kind, (*kinds.names, "Registry")) is not None


def _at(value: Value, key: str) -> Value:
    return value.get(key) if isinstance(value, dict) else None


def _text_at(value: Value, key: str) -> str:
    found = _at(value, key)
    return found if isinstance(found, str) else ""


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
            elif len(findings) < LIMITS.findings:
                findings.append(_not_included(file, document, pointer, artifact))
            findings.extend(file.findings)
    templates = tuple(_templates(found, included, document))
    metadata = as_mapping(as_mapping(document.value).get("metadata"))
    stability = metadata.get("stability")
    references = (*_references(found), *_partials(templates))
    data = (file.data for file in included.values())
    return Manifest(
        artifact=artifact,
        shape=shape,
        path=document.path,
        sha256=sha256,
        summary=Parsed(
            links=tuple(Link(r.written, r.kinds, r.is_about) for r in references),
            references=references,
            metadata=metadata,
            outs=tuple(pointer.out_path for pointer in data if pointer is not None),
            origins=tuple(as_mapping(as_mapping(as_mapping(document.value).get("spec")).get("data"))),
            hashes=tuple(each for file in included.values() for each in file.hashes),
            findings=sorted_findings(findings),
        ),
        content=Content(document=document, included=included, templates=templates),
        stability=stability if isinstance(stability, str) else "stable",
        formerly=tuple(f"{kind_prefix(shape.kind)}/{old}" for old in as_texts(metadata.get("formerly"))),
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
            parsed=_parsed(text, node, document),
        )


def _parsed(text: str, node: Node, document: Document) -> Callable[[], Template | None]:
    """What gives the program of a text; whether jinja2 is there is told now."""
    if node.template_format == MUSTACHE:
        # Who only wants to know what refers to what seldom asks.
        return _Later(text)
    if node.template_format != JINJA2:
        return _no_program
    try:
        program = jinja.parse(text)
    except UsageError as error:
        raise UsageError(error.message, hint=error.hint, location=document.location(node.pointer)) from None
    return lambda: program


# What functools has for it takes longer to make than a short text to parse, and a file may have thousands.
class _Later:
    """What gives the program of a text, parsed when it is asked for first."""

    __slots__ = ("_program", "_text")

    def __init__(self, text: str):
        self._text = text
        self._program: Template | None = None

    def __call__(self) -> Template:
        if self._program is None:
            self._program = mustache.parse(self._text)
        return self._program


def _no_program() -> None:
    return None


def _references(found: list[Node]) -> Iterator[Reference]:
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
                    is_about=keys.is_about or node.schema.is_about,
                    is_key=True,
                )


def _is_provider_type(written: str, schema: Schema) -> bool:
    # In `provider` a plain word is the type of one; a Provider is written provider/name (manifests.md).
    return schema.refs == ("Provider",) and not written.startswith("provider/")


def _partials(templates: tuple[TemplateText, ...]) -> Iterator[Reference]:
    for template in templates:
        for inclusion in template.inclusions:
            yield Reference(
                pointer=template.pointer,
                written=inclusion.name,
                kinds=("Partial",),
                start=inclusion.tag.start,
            )
