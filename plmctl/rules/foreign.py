"""What other template languages would fill, and mustache sends to the model as it is."""

import re
from collections.abc import Iterator
from dataclasses import replace

from plmctl.core.deferred import deferred
from plmctl.core.finding import Level, Location
from plmctl.core.manifest import TemplateText
from plmctl.core.source import place_of
from plmctl.core.template.grammar import shown
from plmctl.rules.filling import Filling, filling_rule, mustache_templates
from plmctl.rules.rule import CheckRule, Fault

_STATEMENT = deferred(
    r"\{%[-+]? *(?:if|for|set|include|macro|block|raw|extends|import|from|call|filter|with)\b[^%\n]*%\}"
)
_NAME = r"([A-Za-z_][\w.]*)"
_CONDITION = deferred(rf"\{{%[-+]? *(?:if (not )?{_NAME}|for \w+ in {_NAME}) *[-+]?%\}}")
_BRACED = deferred(r"(?<![{\\])\$?\{ ?([A-Za-z_][\w-]*) ?\}(?!\})")


@filling_rule("TPL009", "foreign-statement", Level.WARNING)
def foreign_statement(filling: Filling) -> Iterator[Fault]:
    """A mustache text has a statement of jinja2, such as `{% if name %}`: the model reads it as text.

    Both branches of the condition are sent, each time. Write it as mustache has it, `{{#name}}` to
    `{{/name}}`, or say `templateFormat: jinja2`. The first of each text is told.
    """
    for template in mustache_templates(filling.manifest):
        match = _STATEMENT.search(template.text)
        if match is not None:
            yield Fault(
                manifest=filling.manifest,
                location=_place(filling, template, match),
                message=f"'{shown(match[0])}' is sent to the model as it is: the format is mustache",
                help=f"{_in_mustache(match[0])}, or templateFormat: jinja2",
            )


@filling_rule("TPL010", "single-braces", Level.WARNING)
def single_braces(filling: Filling) -> Iterator[Fault]:
    """`{name}` stands in a mustache text, and nothing uses the declared input of that name.

    The model reads the braces, and never what was to be there. Mustache fills `{{name}}`.
    """
    for template, match in single_braced(filling).values():
        yield Fault(
            manifest=filling.manifest,
            location=_place(filling, template, match),
            message=f"'{shown(match[0])}' looks like the input '{shown(match[1])}'",
            help=f"write '{{{{{shown(match[1])}}}}}'",
        )


FOREIGN_RULES: tuple[CheckRule, ...] = (foreign_statement, single_braces)


def single_braced(filling: Filling) -> dict[str, tuple[TemplateText, re.Match[str]]]:
    """The inputs that nothing uses and that stand in single braces, each with its first place."""
    found: dict[str, tuple[TemplateText, re.Match[str]]] = {}
    unused = filling.unused
    for template in mustache_templates(filling.manifest) if unused else ():
        for match in _BRACED.finditer(template.text):
            if match[1] in unused:
                found.setdefault(match[1], (template, match))
    return found


def _in_mustache(statement: str) -> str:
    match = _CONDITION.fullmatch(statement)
    if match is None:
        return "write it as mustache has it"
    name, sign = match[2] or match[3], "^" if match[1] else "#"
    return f"write {{{{{sign}{name}}}}}...{{{{/{name}}}}}"


def _place(filling: Filling, template: TemplateText, match: re.Match[str]) -> Location:
    document, width = filling.manifest.document, match.end() - match.start()
    line, column = place_of(template.text, match.start())
    if template.path is not None:
        return Location(path=template.path, line=line, column=column, end_column=column + width)
    start = document.location_in(template.pointer, line - 1, column - 1)
    column = start.column or 1
    is_exact = document.source_line(start.line or 0).startswith(match[0], column - 1)
    return replace(start, end_column=column + width) if is_exact else start
