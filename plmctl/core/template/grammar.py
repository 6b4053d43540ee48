"""What may stand between the braces of a tag."""

from plmctl.core.deferred import deferred
from plmctl.core.template.program import ITERATOR, Name, TagKind
from plmctl.core.template.scan import RawTag

MAX_SEGMENTS = 16

_SEGMENT = deferred(r"\w[\w-]*")
_PARTIAL = deferred(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:/[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*")
_MAX_PARTIAL = 100
LITERAL = r"write '\{{' for a literal '{{'"

KINDS = {
    "": TagKind.VALUE,
    "&": TagKind.VALUE,
    "{": TagKind.VALUE,
    "#": TagKind.SECTION,
    "^": TagKind.INVERTED,
    "/": TagKind.END,
    ">": TagKind.PARTIAL,
    "!": TagKind.COMMENT,
}
_REFUSED = {
    "=": ("delimiters cannot be changed", f"use '{{{{' and '}}}}'; {LITERAL}"),
    "$": ("blocks are not supported", "make the text a Partial and include it with '{{> name}}'"),
    "<": ("parents are not supported", "include a Partial with '{{> name}}'"),
}
_HELPERS = {"if": "#", "each": "#", "with": "#", "unless": "^"}


def fault_of(raw: RawTag) -> tuple[str, str] | None:
    """What is wrong with a tag by itself, and what to do."""
    if raw.sigil in _REFUSED:
        return _REFUSED[raw.sigil]
    if raw.sigil == "!" or (raw.body == "." and raw.sigil != ">"):
        return None
    if not raw.body:
        return "the tag is empty", f"name an input in it; {LITERAL}"
    return _partial_fault(raw.body) if raw.sigil == ">" else _helper_fault(raw) or _name_fault(raw.body)


def _helper_fault(raw: RawTag) -> tuple[str, str] | None:
    """A block helper of Handlebars, and what stands for it."""
    words = raw.body.split()
    if raw.sigil != "#" or len(words) != 2 or words[0] not in _HELPERS or not _SEGMENT.fullmatch(words[1]):
        return None
    sign, name = _HELPERS[words[0]], shown(words[1])
    return (
        f"'{words[0]}' is a helper of Handlebars, not of mustache",
        f"write '{{{{{sign}{name}}}}}', and end it with '{{{{/{name}}}}}'",
    )


def _name_fault(body: str) -> tuple[str, str] | None:
    segments = body.split(".")
    if len(segments) > MAX_SEGMENTS:
        return f"the name '{shown(body)}' has more than {MAX_SEGMENTS} parts", "give the inputs fewer levels"
    if all(map(_SEGMENT.fullmatch, segments)):
        return None
    rule = "a name is letters, digits, '_' and '-', with dots to reach into objects"
    if any(c.isspace() or c in "|(" for c in body):
        rule = "a tag holds one name: mustache has no helpers, filters or arguments"
    return f"'{shown(body)}' is not a name", f"{rule}; {LITERAL}"


def _partial_fault(body: str) -> tuple[str, str] | None:
    if body.startswith("partial/"):
        return f"'{shown(body)}' is not a partial's bare name", f"write '{{{{> {shown(body[8:])}}}}}'"
    if len(body) <= _MAX_PARTIAL and _PARTIAL.fullmatch(body):
        return None
    rule = f"lower-case letters, digits, '_', '-' and '/', at most {_MAX_PARTIAL} characters"
    return f"'{shown(body)}' is not a partial's name", f"a name is {rule}"


def name_of(kind: TagKind, body: str) -> Name:
    """A sound tag's name by its segments; a comment has none, a partial one."""
    if kind is TagKind.COMMENT:
        return ()
    if kind is TagKind.PARTIAL:
        return (body,)
    return ITERATOR if body == "." else tuple(body.split("."))


def shown(text: str) -> str:
    """A name as messages show it: on one line, cut at 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
