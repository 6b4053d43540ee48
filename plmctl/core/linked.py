"""Symbolic links where DVC pointers put data: whoever pulls it would write where they lead."""

import shlex
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from plmctl.core.finding import Finding, Level, Location, Rule
from plmctl.core.manifest import Manifest
from plmctl.core.pointer import Pointer
from plmctl.core.tree import EntryKind, Tree

LINKED_DATA = Rule(
    code="REF030",
    name="data-linked",
    level=Level.ERROR,
    meaning="A symbolic link that Git has stands where a DVC pointer puts data, on the way there, or inside "
    "of it.\n\n"
    "Whoever pulls would write where the link leads, which may be outside of the repository: `plmctl data "
    "pull` refuses it, DVC alone need not. Take the link out of Git.",
)
LINKED_RULES = (LINKED_DATA,)


Having = tuple[tuple[str, ...], Callable[[], Manifest]]
"""The places of data, and what makes the manifest that has it: few manifests are asked for."""


def linked_data(having: Iterable[Having], tree: Tree, paths: tuple[str, ...]) -> Iterator[Finding]:
    """The first link at the place of each data; `paths` are those of the tree, sorted."""
    for outs, made in having:
        for index, out in enumerate(outs):
            link = _link(out, tree, paths)
            if link is not None:
                manifest = made()
                found = [file.data for file in manifest.included.values() if file.data is not None]
                yield _finding(manifest, found[index], link)


def _finding(manifest: Manifest, pointer: Pointer, link: str) -> Finding:
    return Finding(
        rule=LINKED_DATA,
        message=f"'{link}' is a symbolic link, where data is put",
        location=pointer.place or Location(path=pointer.path),
        level=LINKED_DATA.level,
        help=f"run 'git rm {shlex.quote(f':/{link}')}', or give the data another path",
        artifact=manifest.id,
    )


def _link(out: str, tree: Tree, paths: tuple[str, ...]) -> str | None:
    # What Git ignores is the user's own: DVC may link data to its cache.
    return next((path for path in _below(out, paths) if tree.kind(path) is EntryKind.LINK), None)


def _below(out: str, paths: tuple[str, ...]) -> Iterator[str]:
    """The paths of the tree that are on the way to a place, at it, or inside of it."""
    steps = out.split("/")
    for end in range(1, len(steps) + 1):
        step = "/".join(steps[:end])
        found = bisect_left(paths, step)
        if paths[found : found + 1] == (step,):
            yield step
    # The character that follows the slash ends what begins with the folder.
    start, end = (bisect_left(paths, f"{out}{sign}") for sign in "/0")
    yield from paths[start:end]
