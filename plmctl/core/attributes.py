"""The lines of Git's attributes that send manifests through the drivers of plmctl."""

import re
from collections.abc import Iterator

from plmctl.core.deferred import deferred
from plmctl.core.settings import Settings

BEGIN = "# plmctl git-setup: begin"
END = "# plmctl git-setup: end"

DRIVEN = "diff=plmctl merge=plmctl"
_SPARED = "!diff !merge"
# What a pattern of Git means and one of plmctl does not: sets of characters, and escapes.
_SPECIAL = deferred(r"[\[\]\\]")
_QUOTED = deferred(r"[\s\"\\]")
_BLOCK = deferred(rf"^{re.escape(BEGIN)}$.*?^{re.escape(END)}$\n?", re.MULTILINE | re.DOTALL)


def attribute_lines(settings: Settings) -> tuple[str, ...]:
    """A line for each glob of the registry's manifests, then for those that it does not read."""
    return tuple(
        f"{_pattern(settings.at(glob))} {words}"
        for globs, words in ((settings.globs, DRIVEN), (settings.exclude, _SPARED))
        for glob in globs
    )


def with_block(text: str, lines: tuple[str, ...]) -> str:
    """A file of attributes with these lines in the one block that is plmctl's; without the block for none."""
    block = "".join(f"{line}\n" for line in (BEGIN, *lines, END)) if lines else ""
    found = _BLOCK.search(text)
    if found:
        return text[: found.start()] + block + _BLOCK.sub("", text[found.end() :])
    newline = "\n" if block and text and not text.endswith("\n") else ""
    return text + newline + block


def _pattern(glob: str) -> str:
    """The pattern of Git that matches what a glob of plmctl does, from the top of the repository."""
    pattern = "/" + "/".join(_names(glob))
    if not _QUOTED.search(pattern):
        return pattern
    return '"' + re.sub(r'["\\]', lambda found: f"\\{found[0]}", pattern) + '"'


def _names(glob: str) -> Iterator[str]:
    for name in glob.split("/"):
        # Only alone do two stars cross slashes, here as there.
        yield name if name == "**" else _SPECIAL.sub(lambda found: f"\\{found[0]}", re.sub(r"\*+", "*", name))
