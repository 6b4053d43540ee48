"""Which program found something out: plmctl as it stands here, with its libraries, under this Python."""

import os
import sys
from collections.abc import Iterator
from hashlib import sha256

import plmctl


def state() -> str:
    """The same for the same program: whoever installs, upgrades or edits something has another."""
    (package,) = plmctl.__path__
    said = [plmctl.__version__, sys.version, package, *_installed(), *_edited(package)]
    return sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()


def _installed() -> Iterator[str]:
    """The folders that libraries are in: pip writes into them whatever it does."""
    for folder in sys.path:
        if folder.endswith("-packages"):
            yield f"{folder} {os.stat(folder).st_mtime_ns}"


def _edited(package: str) -> Iterator[str]:
    """The files of an editable install, which somebody may be writing: without it none."""
    if os.path.isdir(f"{package}/schemas"):
        return
    for top in (package, os.path.join(os.path.dirname(package), "schemas")):
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                if name.endswith((".py", ".json")):
                    status = os.stat(os.path.join(folder, name))
                    yield f"{folder}/{name} {status.st_mtime_ns} {status.st_size}"
