"""Why a file system takes nothing, and what to do about it."""

import errno
import os
from collections.abc import Mapping
from types import MappingProxyType

_ROOM = "make room there, then run the command again"
_LEAVE = "look at the permissions there, and whether the file system is mounted read-only"
_ADVICE: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOSPC: _ROOM,
        errno.EDQUOT: _ROOM,
        errno.EACCES: _LEAVE,
        errno.EPERM: _LEAVE,
        errno.EROFS: _LEAVE,
    }
)
# Git's own words for EACCES, when it writes an object.
_NO_PERMISSION = "insufficient permission for adding an object"


def advice(error: OSError) -> str | None:
    """What to do where the operating system refused to write."""
    return _ADVICE.get(error.errno or 0)


def advice_in(said: str) -> str | None:
    """The same where Git was refused, by what it said under LC_ALL=C."""
    if _NO_PERMISSION in said:
        return _LEAVE
    return next((words for number, words in _ADVICE.items() if said.endswith(os.strerror(number))), None)
