"""The edits that write another name where a reference or a tag stands."""

from plmctl.core.finding import Edit, Location
from plmctl.core.manifest import Manifest, Reference, TemplateText
from plmctl.core.source import place_of
from plmctl.core.splice import as_edit, key_splices, part_splices, value_splices
from plmctl.core.template.program import End, Inverted, Section, Tag, Template
from plmctl.core.template.uses import partials


def reference_edits(manifest: Manifest, reference: Reference, name: str) -> tuple[Edit, ...]:
    """Another name in a reference."""
    document = manifest.document
    if reference.is_partial:
        template, tag = _tag(manifest, reference)
        return name_edits(manifest, template, tag, reference.written, name)
    if reference.is_key:
        return as_edit(document, key_splices(document, reference.pointer, name))
    return as_edit(document, value_splices(document, reference.pointer, name))


def _tag(manifest: Manifest, reference: Reference) -> tuple[TemplateText, Tag]:
    """The tag that is a reference, and its template."""
    return next(
        (template, inclusion.tag)
        for template in manifest.templates
        if template.pointer == reference.pointer and template.program is not None
        for inclusion in partials(template.program)
        if inclusion.tag.start == reference.start
    )


def name_edits(
    manifest: Manifest, template: TemplateText, tag: Tag, old: str, new: str, behind: str = ""
) -> tuple[Edit, ...]:
    """Another name in a tag; `behind` is what stands before it in a dotted name.

    Nothing where the name is spread out, as jinja2 allows it: `order . id`.
    """
    found = template.text.find(behind + old, tag.start, tag.start + tag.length)
    if found < 0:
        return ()
    start = found + len(behind)
    if template.path is None:
        document = manifest.document
        return as_edit(document, part_splices(document, template.pointer, start, start + len(old), new))
    line, column = place_of(template.text, start)
    place = Location(path=template.path, line=line, column=column, end_column=column + len(old))
    return (Edit(location=place, old=old, new=new),)


def tags_of(program: Template, tag: Tag) -> tuple[Tag, ...]:
    """A tag, and the one that ends the section which it begins."""
    ends = {tag.start: tag for tag in program.tags}
    for instruction in program.instructions:
        if isinstance(instruction, Section | Inverted) and instruction.tag == tag:
            end = program.instructions[instruction.close]
            assert isinstance(end, End)
            found = (ends.get(offset) for offset in range(end.start, end.end))
            return (tag, *(t for t in found if t is not None))
    return (tag,)
