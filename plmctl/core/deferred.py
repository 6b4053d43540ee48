"""Regular expressions that are compiled when they are first asked: a short run asks few of two hundred.

Compiling all that a command's modules have takes 20 to 30 ms, half of what a Typer program takes altogether.
"""

import re
from typing import AnyStr, cast

_ASKED = ("findall", "finditer", "fullmatch", "groups", "match", "search", "split", "sub", "subn")


def deferred(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern of a source. What is wrong with that is raised when the pattern is first used."""
    return cast("re.Pattern[AnyStr]", _Deferred(source, flags))


class _Deferred:
    """Looks like a pattern, and asks the real one; from the first time on its answers are here."""

    def __init__(self, source: str | bytes, flags: int):
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        if name not in _ASKED:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        vars(self).update((asked, getattr(compiled, asked)) for asked in _ASKED)
        return vars(self)[name]
