"""Paths that a manifest names: relative to it, inside the repository, the same on every system."""

import posixpath
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from plmctl.core.concealed import concealed
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred

# Windows: "Naming Files, Paths, and Namespaces"; the superscript digits are devices too.
_RESERVED = deferred(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\..*)?")
_NOT_ON_WINDOWS = deferred(r'[<>:"|?*\\]')
_INVISIBLE = deferred(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPath:
    """Why a path cannot be used, and what to write instead."""

    message: str
    help: str


def inside(paths: Sequence[str], folder: str) -> Sequence[str]:
    """Those of sorted paths that begin with a folder, which ends with a slash."""
    # The character that follows the slash ends what begins with the folder.
    start, end = (bisect_left(paths, end) for end in (folder, f"{folder[:-1]}0"))
    return paths[start:end]


def resolved_path(folder: str, written: str) -> str | BadPath:
    """The repository's path that `written` means in a folder of it."""
    problem = _shape_problem(written) or name_problem(written)
    if problem is not None:
        return problem
    path = posixpath.normpath(posixpath.join(folder, written))
    if path == ".." or path.startswith("../"):
        return BadPath(
            message=f"the path {written!r} leaves the repository", help="keep the file in this repository"
        )
    return path


def _shape_problem(written: str) -> BadPath | None:
    if not written:
        return BadPath(message="the path is empty", help="name a file, relative to this manifest")
    if written.startswith(("/", "~")) or "\\" in written or re.match("[A-Za-z]:", written):
        return BadPath(
            message=f"the path {written!r} is not relative",
            help="write it relative to this manifest, with forward slashes",
        )
    return None


def name_problem(path: str) -> BadPath | None:
    """What is wrong with the names in a path, on some system at least; None for nothing."""
    if _INVISIBLE.search(path) or (not path.isascii() and next(concealed(path), None) is not None):
        return BadPath(
            message=f"the path {path!a} has a character that is not shown or not UTF-8",
            help="rename the file with visible characters",
        )
    for name in path.split("/"):
        if name in ("", ".", ".."):
            continue
        if name.startswith("-"):
            return BadPath(
                message=f"the name {name!r} begins with a dash",
                help="rename it: commands take it for an option",
            )
        if _RESERVED.fullmatch(name) or _NOT_ON_WINDOWS.search(name) or name.endswith((".", " ")):
            return BadPath(message=f"the name {name!r} cannot exist on Windows", help="rename the file")
    return None


@lru_cache(maxsize=256)
def is_well_named(path: str) -> bool:
    """Whether nothing is wrong with the names in a path."""
    return name_problem(path) is None


# Each registry has the same globs, unless it says otherwise, and a diff has two.
@lru_cache(maxsize=256)
def glob_pattern(glob: str) -> re.Pattern[str]:
    """What a glob matches: `*` and `?` inside one name, `**` between slashes over any number of folders."""
    groups: list[list[str]] = [[]]
    for name in glob.split("/"):
        if name == "**":
            groups.append([])
        else:
            groups[-1].append(_name_pattern(name))
    first, *between = groups
    if not between:
        return deferred("/".join(first), re.DOTALL)
    last = between.pop()
    # Atomic: the first place where a group fits is as good as any, and trying the others could take years.
    parts = ["(?>(?:[^/]+/)*?" + _folders(group) + ")" for group in between if group]
    end = "(?:[^/]+/)*" + "/".join(last) if last else ".*"
    return deferred(_folders(first) + "".join(parts) + end, re.DOTALL)


def _folders(names: list[str]) -> str:
    return "".join(f"{name}/" for name in names)


def _name_pattern(glob: str) -> str:
    first, *rest = (re.escape(part).replace(r"\?", "[^/]") for part in re.split(r"\*+", glob))
    if not rest:
        return first
    last = rest.pop()
    return first + "".join(f"(?>[^/]*?{part})" for part in rest) + f"[^/]*{last}"
