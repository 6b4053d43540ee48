"""What a template asks for, read off its program without running it."""

from collections.abc import Iterator

from plmctl.core.dataclass import dataclass
from plmctl.core.template.program import End, Inverted, Name, Partial, Role, Section, Tag, Template, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosing:
    """A section around a place; an inverted one adds nothing to the names in scope."""

    name: Name
    is_inverted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A name where it is used, and the sections around it, outermost first.

    `is_needed` says whether it must be there; None where role and sections tell.
    """

    name: Name
    role: Role
    within: tuple[Enclosing, ...]
    tag: Tag
    is_needed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """A partial where it is included, and the sections around it, outermost first."""

    name: str
    within: tuple[Enclosing, ...]
    tag: Tag


def uses(template: Template) -> tuple[Use, ...]:
    """Every value and section of a template, in order; a lookup by its whole path, within nothing."""
    lookups = (
        Use(name=found.path, role=found.role, within=(), tag=found.tag, is_needed=found.is_needed)
        for found in template.lookups
    )
    return (*(place for place in _places(template) if isinstance(place, Use)), *lookups)


def partials(template: Template) -> tuple[Inclusion, ...]:
    """Every partial that a template includes, in order."""
    return tuple(place for place in _places(template) if isinstance(place, Inclusion))


def includes_any(template: Template) -> bool:
    """Whether a template includes a partial."""
    return any(isinstance(instruction, Partial) for instruction in template.instructions)


def _places(template: Template) -> Iterator[Use | Inclusion]:
    within: tuple[Enclosing, ...] = ()
    for instruction in template.instructions:
        match instruction:
            case Value(tag=tag):
                yield Use(name=tag.name, role=Role.VALUE, within=within, tag=tag)
            case Partial(tag=tag):
                yield Inclusion(name=tag.dotted, within=within, tag=tag)
            case Section(tag=tag):
                yield Use(name=tag.name, role=Role.SECTION, within=within, tag=tag)
                within += (Enclosing(name=tag.name, is_inverted=False),)
            case Inverted(tag=tag):
                yield Use(name=tag.name, role=Role.INVERTED, within=within, tag=tag)
                within += (Enclosing(name=tag.name, is_inverted=True),)
            case End():
                within = within[:-1]
