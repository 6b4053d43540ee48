"""Words and values as elements of a page: nothing in a text from a manifest is markup, a link or a mention.

What may mean something to a forge stands in `<code>`, where GitHub and GitLab look for no mention, reference,
link or emoji; the rest is letters, digits and a few marks of punctuation.
"""

from html import escape

from plmctl.core.mention import spoken
from plmctl.render.visible import visible


def escaped(text: str) -> str:
    """A text inside an element; no CI service reads a command in it."""
    return escape(visible(text), quote=False).replace("::", "&#58;&#58;").replace("##", "&#35;&#35;")


def code(text: str) -> str:
    """A text as it is written."""
    return f"<code>{escaped(text)}</code>"


def words(text: str) -> str:
    """A message: its plain words as they are, the others as code."""
    return spoken(visible(text), code)
