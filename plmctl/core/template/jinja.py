"""The jinja2 subset of prompts (templates.md): read under an allow-list, rendered in jinja2's sandbox.

jinja2 is an extra, and imported only when a text is written in it.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from plmctl.core.finding import UsageError
from plmctl.core.template.program import Template

if TYPE_CHECKING:
    from plmctl.core.template.run import Program

INSTALL = "run pip install 'plmctl[jinja2]'"


def parse(text: str) -> Template:
    """What a text asks for; its mistakes are in it. Raises UsageError where jinja2 is not installed."""
    _require()
    from plmctl.core.template.reading import read

    return read(text).template


def compiled(text: str, *, name: str = "template") -> "Program":
    """A text ready to be filled; errors call it `name`.

    Raises Uncompilable for what is wrong in it, UsageError where jinja2 is not installed.
    """
    _require()
    from plmctl.core.template.run import program

    return program(text, name)


def _require() -> None:
    if find_spec("jinja2") is None:
        raise UsageError("jinja2 is not installed, and this text is written in it", hint=INSTALL)
