"""All that people and models read of a registry, text by text: manifests, files they include, settings."""

from collections.abc import Iterator

from plmctl.core.dataclass import dataclass
from plmctl.core.direction import speaks_right_to_left
from plmctl.core.document import Document
from plmctl.core.finding import Finding, Location, Rule
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.secrecy import covered_lines, masked
from plmctl.core.source import place_of
from plmctl.core.unescaped import Unescaped, unescaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A text and the file it is in; `document` where that is YAML, `manifest` where it is of an artifact."""

    path: str
    source: str
    read: Unescaped
    document: Document | None = None
    manifest: Manifest | None = None

    @property
    def text(self) -> str:
        """What is read: in YAML the escapes of quoted texts stand for their characters."""
        return self.read.text

    @property
    def is_right_to_left(self) -> bool:
        """Whether its artifact says that it is written so."""
        return self.manifest is not None and speaks_right_to_left(self.manifest)

    def finding(self, rule: Rule, message: str, span: tuple[int, int], mend: str) -> Finding:
        """A finding at a part of the text, of which it is told where it stands in the file."""
        start, end = (self.read.place(index) for index in span)
        line, column = place_of(self.source, start)
        is_one_line = "\n" not in self.source[start:end]
        last = column + end - start if is_one_line else None
        location = Location(path=self.path, line=line, column=column, end_column=last)
        artifact = self.manifest.id if self.manifest is not None else None
        if self.document is not None:
            return self.document.finding(rule, message, location, mend, artifact)
        return Finding(
            rule=rule,
            message=masked(message),
            location=location,
            level=rule.level,
            help=mend,
            source=covered_lines(self.source)[line - 1],
            artifact=artifact,
        )


def writings_of(manifest: Manifest) -> Iterator[Writing]:
    """The texts of a manifest and of the files that it includes; data is none of them."""
    yield _of_document(manifest.document, manifest)
    if manifest.included and manifest.kind != "Dataset":
        yield from _included(manifest)


def other_writings(registry: Registry) -> Iterator[Writing]:
    """The texts of what is no artifact: the settings, what is accepted, second manifests of one name."""
    for double in registry.doubles:
        yield from writings_of(double)
    settings = registry.settings.document
    accepted = (each.document for each in registry.accepted.values())
    yield from (_of_document(document) for document in (settings, *accepted) if document is not None)


def _of_document(document: Document, manifest: Manifest | None = None) -> Writing:
    return Writing(
        path=document.path,
        source=document.text,
        read=unescaped(document),
        document=document,
        manifest=manifest,
    )


def _included(manifest: Manifest) -> Iterator[Writing]:
    for file in manifest.included.values():
        for path, text in file.texts:
            yield Writing(path=path, source=text, read=Unescaped(text=text), manifest=manifest)
