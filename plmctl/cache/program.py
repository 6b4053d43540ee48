"""Which program found something out: plmctl as it stands here, with its libraries, under this Python."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

import plmctl
from plmctl.core.cache import stamp_of


def state() -> str:
    """The same for the same program: whoever installs, upgrades or edits something has another."""
    (package,) = plmctl.__path__
    said = [plmctl.__version__, sys.version, package, *_installed(), *_edited(package)]
    return sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()


def _installed() -> Iterator[str]:
    """The folders that libraries are in: pip writes into them whatever it does."""
    for folder in sys.path:
        if folder.endswith("-packages"):
            yield from _stamped(folder)


def _edited(package: str) -> Iterator[str]:
    """The files of an editable install, which somebody may be writing: without it none."""
    if os.path.isdir(f"{package}/schemas"):
        return
    for top in (package, os.path.join(os.path.dirname(package), "schemas")):
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                if name.endswith((".py", ".json")):
                    yield from _stamped(os.path.join(folder, name))


def _stamped(path: str) -> Iterator[str]:
    """A path and its stamp, for in images all is of one day; nothing of what is gone."""
    with suppress(OSError):
        yield f"{path} {stamp_of(os.stat(path)).decode()}"
