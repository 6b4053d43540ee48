"""What a rename changes in the files of a registry: worked out whole before anything is written."""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from itertools import takewhile
from typing import Self

from plmctl.commands.companion import Companions
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.document import BrokenDocument
from plmctl.core.edit import Draft, text_with_parts
from plmctl.core.finding import Location, PlmctlError
from plmctl.core.manifest import Manifest, Reference, TemplateText, nodes
from plmctl.core.path import resolved_path
from plmctl.core.registry import Registry
from plmctl.core.schema import kind_prefix
from plmctl.core.splice import Part, Splice
from plmctl.core.value import Pointer, as_items, as_mapping, as_text

_MODELINE = deferred(r"#[ \t]*yaml-language-server:[ \t]*\$schema=(?P<path>(?![\w+-]+:|/)\S+)")
_REPLACED_BY: Pointer = ("metadata", "deprecation", "replacedBy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """An artifact of a registry, the name and the path that it is to have, and the texts that go with it."""

    registry: Registry
    manifest: Manifest
    name: str
    path: str
    companions: Companions

    @property
    def id(self) -> str:
        """The id that it is to have."""
        return f"{kind_prefix(self.manifest.kind)}/{self.name}"

    @property
    def is_moved(self) -> bool:
        """Whether its file gets another path."""
        return self.path != self.manifest.path

    @property
    def moves(self) -> Mapping[str, str]:
        """The files that get another path, the manifest first, and which."""
        return {self.manifest.path: self.path, **self.companions.moves} if self.is_moved else {}

    def written(self, old: str, kinds: tuple[str, ...], *, is_tag: bool = False) -> str:
        """The reference to it that stands for an old one: a full id stays one, a name where it is clear."""
        if is_tag:
            return self.name
        others = {f"{kind_prefix(kind)}/{self.name}" for kind in kinds} & self.registry.manifests.keys()
        is_full = old == self.manifest.id
        return self.id if is_full or others - {self.manifest.id} else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """A word that is written instead of another one (of none: where it is new), and where."""

    location: Location
    old: str
    new: str

    def __str__(self) -> str:
        change = f"{self.old} -> {self.new}" if self.old else f"+ {self.new}"
        return f"{self.location.path}:{self.location.line}: {change}"


@dataclass(slots=True, kw_only=True)
class Rewriting:
    """The files as they are to be, by the path they have now, and what is other in them."""

    renaming: Renaming
    read: Callable[[str], bytes]
    files: dict[str, bytes] = field(default_factory=dict)
    rewrites: list[Rewrite] = field(default_factory=list)

    def done(self) -> Self:
        """All of it worked out."""
        registry = self.renaming.registry
        for manifest in (*registry.manifests.values(), *registry.doubles):
            self._manifest(manifest)
        self._texts()
        for path in self.renaming.companions.moves:
            self.files.setdefault(path, self.read(path))
        self._settings()
        self.rewrites.sort(key=lambda r: (r.location.path, r.location.line or 0, r.location.column or 0))
        return self

    def _manifest(self, manifest: Manifest) -> None:
        found = tuple(_references(self.renaming, manifest))
        is_own = manifest is self.renaming.manifest
        if not found and not is_own:
            return
        texts = {template.pointer: template for template in manifest.templates}
        draft = self._with_tags(self._draft(manifest.path), texts, found)
        for reference in sorted(found, key=_from_the_end):
            template = texts.get(reference.pointer)
            draft = self._rewritten(draft, template, reference, manifest.location_of(reference))
        if is_own:
            draft = self._moved(self._named(draft), manifest)
        if draft.data != self.read(manifest.path):
            self.files[manifest.path] = draft.data

    def _draft(self, path: str) -> Draft:
        draft = Draft.of(path, self.read(path))
        if isinstance(draft, BrokenDocument):
            raise PlmctlError(f"{path} was changed meanwhile", hint="run it again")
        return draft

    def _with_tags(
        self, draft: Draft, texts: Mapping[Pointer, TemplateText], found: Iterable[Reference]
    ) -> Draft:
        """The tags in the manifest's own texts, all at once: there may be thousands."""
        parts: defaultdict[Pointer, list[Part]] = defaultdict(list)
        for reference in found:
            template = texts.get(reference.pointer)
            if reference.start is not None and template is not None and template.path is None:
                start = template.text.index(reference.written, reference.start)
                end = start + len(reference.written)
                parts[reference.pointer].append((start, end, self.renaming.name))
        return draft.with_parts(parts) if parts else draft

    def _rewritten(
        self, draft: Draft, template: TemplateText | None, reference: Reference, place: Location
    ) -> Draft:
        old, pointer = reference.written, reference.pointer
        new = self.renaming.written(old, reference.kinds, is_tag=reference.is_partial)
        if reference.start is None or template is None or template.path is None:
            self._note(place, old, new)
        if reference.is_key:
            return draft.with_key(pointer, new)
        if reference.start is None or template is None:
            return draft.with_value(pointer, new)
        return draft

    def _texts(self) -> None:
        """The tags in text files, of which several manifests may include one."""
        parts: defaultdict[str, dict[int, tuple[Reference, Location]]] = defaultdict(dict)
        for manifest in self.renaming.registry.manifests.values():
            texts = {t.pointer: t for t in manifest.templates if t.path is not None}
            for reference in _references(self.renaming, manifest):
                template = texts.get(reference.pointer)
                if reference.start is not None and template is not None and template.path is not None:
                    start = template.text.index(reference.written, reference.start)
                    parts[template.path][start] = reference, manifest.location_of(reference)
        for path, found in parts.items():
            spans = [(start, start + len(r.written), self.renaming.name) for start, (r, _) in found.items()]
            self.files[path] = text_with_parts(path, self.read(path), spans)
            for reference, place in found.values():
                self._note(place, reference.written, self.renaming.name)

    def _named(self, draft: Draft) -> Draft:
        """The new name, and the old one among the former ones."""
        document, old, new = draft.document, self.renaming.manifest.name, self.renaming.name
        former = self.renaming.manifest.metadata.get("formerly", [])
        self._note(document.location(("metadata", "name")), old, new)
        draft = draft.with_value(("metadata", "name"), new)
        if not isinstance(former, list):
            raise PlmctlError(
                f"{document.location(('metadata', 'formerly'))}: 'formerly' is no list",
                hint="mend it first: run 'plmctl validate'",
            )
        if new in former:
            pointer: Pointer = ("metadata", "formerly", former.index(new))
            self._note(document.location(pointer), new, old)
            return draft.with_value(pointer, old)
        if "formerly" in self.renaming.manifest.metadata:
            draft = draft.with_item(("metadata", "formerly"), old)
            self._note(draft.document.location(("metadata", "formerly", len(former))), "", old)
            return draft
        after = _field_before("formerly", self.renaming.manifest)
        draft = draft.with_field(("metadata",), "formerly", [old], after=after)
        self._note(draft.document.key_location(("metadata", "formerly")), "", f"formerly: [{old}]")
        return draft

    def _moved(self, draft: Draft, manifest: Manifest) -> Draft:
        """Relative paths as they must be read from the new folder, or to the texts that move too."""
        folder, new_folder = posixpath.dirname(manifest.path), posixpath.dirname(self.renaming.path)
        for pointer, old in _paths(manifest):
            target = resolved_path(folder, old)
            if isinstance(target, str) and (folder != new_folder or target in self.renaming.moves):
                place = self.renaming.moves.get(target, target)
                new = posixpath.relpath(place, new_folder or ".") + ("/" if old.endswith("/") else "")
                self._note(manifest.document.location(pointer), old, new)
                draft = draft.with_value(pointer, new)
        return draft if folder == new_folder else self._led(draft, manifest, folder, new_folder)

    def _led(self, draft: Draft, manifest: Manifest, folder: str, new_folder: str) -> Draft:
        """The line that leads an editor to the schema, as it must be read from the new folder."""
        for number, line in enumerate(draft.document.lines, start=1):
            found = _MODELINE.fullmatch(line.rstrip())
            if found is not None:
                old = found["path"]
                new = posixpath.relpath(posixpath.join(folder, old), new_folder or ".")
                column = found.start("path") + 1
                self._note(Location(path=manifest.path, line=number, column=column), old, new)
                end = (number, column + len(old))
                draft = draft.with_comment(Splice(start=(number, column), end=end, text=new))
        return draft

    def _settings(self) -> None:
        """Exceptions that plmctl.yaml makes for this artifact by its id."""
        path, old, new = self.renaming.registry.settings.path, self.renaming.manifest.id, self.renaming.id
        draft = self._draft(path)
        spec = as_mapping(as_mapping(draft.document.value).get("spec"))
        for index, rule in enumerate(as_items(spec.get("rules"))):
            for at, artifact in enumerate(as_items(as_mapping(rule).get("artifacts"))):
                if artifact == old:
                    pointer: Pointer = ("spec", "rules", index, "artifacts", at)
                    self._note(draft.document.location(pointer), old, new)
                    draft = draft.with_value(pointer, new)
                    self.files[path] = draft.data

    def _note(self, location: Location, old: str, new: str) -> None:
        if old != new:
            self.rewrites.append(Rewrite(location=location, old=old, new=new))


def _references(renaming: Renaming, manifest: Manifest) -> Iterator[Reference]:
    """The references of a manifest to the artifact, its replacement among them."""
    old, registry = renaming.manifest.id, renaming.registry
    yield from (r for r in manifest.references if registry.target(r) == old)
    deprecation = as_mapping(manifest.metadata.get("deprecation"))
    written = as_text(deprecation.get("replacedBy"))
    if written is not None and old in (written, f"{kind_prefix(manifest.kind)}/{written}"):
        yield Reference(
            pointer=_REPLACED_BY,
            written=written,
            kinds=(manifest.kind,),
        )


def _field_before(key: str, manifest: Manifest) -> str:
    """The last of the fields there are that the schema has before another one."""
    described = manifest.schema.property("metadata")
    order = described.properties() if described is not None else manifest.metadata
    *_, last = (name for name in takewhile(lambda name: name != key, order) if name in manifest.metadata)
    return last


def _from_the_end(reference: Reference) -> tuple[bool, int]:
    # A key that is renamed moves what is below it.
    return reference.is_key, -len(reference.pointer)


def _paths(manifest: Manifest) -> Iterable[tuple[Pointer, str]]:
    """The fields that name a file, relative to the manifest."""
    for node in nodes(manifest.document.value, manifest.schema):
        if isinstance(node.value, str) and (node.schema.is_file or node.schema.is_pointer):
            yield node.pointer, node.value
