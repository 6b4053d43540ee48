"""Mustache templates with values that fit them, made from a chance, and the hard cases in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from plmctl.core.value import Value

VALUES: dict[str, Value] = {
    "name": "Ada",
    "tag": "{{name}}",
    "close": "}} {{/list}} {{name}}",
    "lines": "one\n  two\r\nthree",
    "wide": "é😀\u2028",
    "zero": 0,
    "amount": 42,
    "yes": True,
    "no": False,
    "none": [],
    "texts": ["x", "{{name}}", "y\nz"],
    "owner": {"name": "Bob", "team": {"lead": "Eve"}},
    "items": [{"name": "first", "rank": 1}, {"rank": 2}],
    "lists": [["p", "q"], ["r"]],
}
"""What is inserted; nothing in it is special to HTML."""

PRINTED = ("name", "tag", "close", "lines", "wide", "zero", "amount", "owner.name", "owner.team.lead")
SECTIONS = ("yes", "no", "none", "texts", "owner", "items", "lists", "missing", "name", "owner.missing")
PARTIALS = {
    "voice": "Speak {{wide}}.\n",
    "ruled": "- {{name}}\n{{#texts}}\n- {{.}}\n{{/texts}}\n",
    "short": "{{amount}}",
}
# chevron leaves a tab before a tag that stands alone on its line, and so there is none.
TEXTS = ("", " ", "\n", "\r\n", "words", "{ ", "}}", "  \n", "# é ")

HARD: Mapping[str, re.Pattern[str]] = {
    "a standalone section": re.compile(r"(?m)^[ \t]*\{\{[#^][\w.]+\}\}$"),
    "a section inside a line": re.compile(r"(?m)^.+\{\{#"),
    "a section with a carriage return": re.compile(r"\}\}\r\n"),
    "a partial that is indented": re.compile(r"(?m)^[ \t]+\{\{> \w+\}\}$"),
    "a partial inside a line": re.compile(r"(?m)\S.*\{\{> "),
    "an item": re.compile(r"\{\{\.\}\}"),
    "a comment of two lines": re.compile(r"\{\{! a\n b \}\}"),
    "a section in a section": re.compile(r"\{\{#\w+\}\}[^/]*\{\{[#^]"),
    "an inverted section": re.compile(r"\{\{\^"),
    "three braces": re.compile(r"\{\{\{"),
    "an ampersand": re.compile(r"\{\{&"),
    "a name with dots": re.compile(r"\{\{\w+\.\w+"),
    "a tag in a value": re.compile(r"\{\{[{&]?(tag|close)\}"),
}
"""What a template of `template` has now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    chance: Random
    opened: list[str]

    def text(self, levels: int, *, item: bool) -> str:
        return "".join(self._piece(levels, item=item) for _ in range(self.chance.randint(1, 5)))

    def _piece(self, levels: int, *, item: bool) -> str:
        kind = self.chance.randrange(7 if levels else 5)
        if kind == 0:
            return self.chance.choice(("{{! a }}", "{{! a\n b }}", "\n{{! a }}\n"))
        if kind == 1:
            name = self.chance.choice(sorted(PARTIALS))
            before, after = self.chance.choice((("\n", "\n"), ("\n  ", "\n"), ("\n\t", "\n"), ("words ", "")))
            return f"{before}{{{{> {name}}}}}{after}"
        if kind <= 3:
            name = "." if item and self.chance.random() < 0.4 else self.chance.choice(PRINTED)
            return self.chance.choice(("{{%s}}", "{{{%s}}}", "{{&%s}}")) % name
        if kind == 4:
            return self.chance.choice(TEXTS)
        return self._section(levels)

    def _section(self, levels: int) -> str:
        # chevron takes the end of a section for that of the one around it that has the same name.
        name = self.chance.choice([name for name in SECTIONS if name not in self.opened])
        sign = self.chance.choice("##^")
        self.opened.append(name)
        inner = self.text(levels - 1, item=sign == "#" and name == "texts")
        self.opened.pop()
        before, after = self.chance.choice((("", ""), ("\n", "\n"), ("\n  ", "\r\n"), ("words ", " ")))
        return f"{before}{{{{{sign}{name}}}}}{after}{inner}{before}{{{{/{name}}}}}{after}"


def template(chance: Random) -> str:
    """A template over `VALUES` and `PARTIALS`, which has no value for every name in every place."""
    # chevron keeps blanks between a tag that stands alone and the end of a text: here something follows.
    return _Writer(chance=chance, opened=[]).text(3, item=False) + "."
