"""What would change in files: the lines of their patches, in colour."""

from collections.abc import Iterable, Iterator

from plmctl.core.patch import Patch
from plmctl.render.line import Line, Style, line

_STYLES = {"+++": Style.STRONG, "---": Style.STRONG, "@@ ": Style.INFO}
_STYLES_OF_LINES = {"+": Style.NEW, "-": Style.OLD}


def patch_lines(patches: Iterable[Patch]) -> Iterator[Line]:
    """Each patch, one after the other."""
    for patch in patches:
        for index, text in enumerate(patch.lines):
            # Only the first two lines name files: a line that was deleted may begin with dashes too.
            styles = _STYLES if index < _HEADINGS or text.startswith("@@ ") else _STYLES_OF_LINES
            style = next((style for sign, style in styles.items() if text.startswith(sign)), Style.PLAIN)
            yield line((style, text))


_HEADINGS = 2
