"""CODEOWNERS, as GitHub and GitLab read it: who is asked when a manifest or a file of it changes."""

from collections.abc import Iterator, Mapping, Sequence

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry

BEGIN = "# begin plmctl"
END = "# end plmctl"
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where the file may lie, in the order in which it is looked for."""

# Neither service reads a backslash before these; both read `?` as any one character.
_UNWRITABLE = deferred(r"[\[\]#*?!\\]")
# `@@role` is GitLab's. Neither has users or teams of other letters.
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_OWNER = deferred(rf"@{{0,2}}{_NAME}(?:/{_NAME})*|[A-Za-z0-9_.%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadOwner:
    """An owner that cannot stand in the file, and the first manifest that names it."""

    owner: str
    path: str


class BrokenMarkers(Exception):
    """The file's part that plmctl writes has no clear beginning and end."""


def owners_of_files(registry: Registry) -> Mapping[str, tuple[str, ...]]:
    """The owners of each file of the artifacts, by path, in the order of the manifests that name them."""
    found: dict[str, dict[str, None]] = {}
    for manifest in _owned(registry):
        files = {path for file in manifest.included.values() for path, _ in file.hashes}
        for path in (manifest.path, *files):
            found.setdefault(path, {}).update(dict.fromkeys(manifest.owners))
    return {path: tuple(owners) for path, owners in sorted(found.items()) if owners}


def _owned(registry: Registry) -> tuple[Manifest, ...]:
    """What may have owners: of a taken name too, or whoever takes one would own nothing."""
    return *registry.manifests.values(), *registry.doubles


def bad_owners(registry: Registry) -> Iterator[BadOwner]:
    """The owners that are no team, user or e-mail address, each with every manifest that names it."""
    for manifest in _owned(registry):
        for owner in manifest.owners:
            if not _OWNER.fullmatch(owner):
                yield BadOwner(owner=owner, path=manifest.path)


def owner_lines(owners: Mapping[str, tuple[str, ...]], prefix: str) -> tuple[str, ...]:
    """A line for each file; an owner with no `@` gets the prefix."""
    return tuple(
        f"{_pattern(path)} {' '.join(name if '@' in name else prefix + name for name in named)}"
        for path, named in owners.items()
    )


def _pattern(path: str) -> str:
    # With its first slash it means this file alone, wherever a file of the same name is.
    return "/" + _UNWRITABLE.sub("?", path).replace(" ", r"\ ")


def merged(existing: str, lines: Sequence[str]) -> str:
    """The file with these lines between the markers, and the rest as it was. Raises BrokenMarkers."""
    rows = existing.removesuffix("\n").split("\n") if existing else []
    begins = [index for index, row in enumerate(rows) if row.strip() == BEGIN]
    ends = [index for index, row in enumerate(rows) if row.strip() == END]
    # A file with Windows' line ends keeps them.
    end = "\r" if rows and rows[-1].endswith("\r") else ""
    own = [f"{row}{end}" for row in (BEGIN, *lines, END)]
    if not begins and not ends and not lines:
        return existing
    if not begins and not ends:
        gap = [end] if rows and rows[-1].strip() else []
        whole = [*rows, *gap, *own]
    elif len(begins) == len(ends) == 1 and begins[0] < ends[0]:
        whole = [*rows[: begins[0]], *own, *rows[ends[0] + 1 :]]
    else:
        raise BrokenMarkers
    return "\n".join(whole) + "\n"
