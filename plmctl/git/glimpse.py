"""Commits of another repository that are looked at: they are fetched into a folder that goes with them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import TooLarge
from plmctl.core.remote import BranchCommit
from plmctl.core.tree import bytes_at
from plmctl.git.connection import quarters
from plmctl.git.discovery import Place, bare_place
from plmctl.git.objects import COMMIT_BYTES, ObjectReader, commit_header
from plmctl.git.process import decoded, encoded
from plmctl.git.refs import changed_paths
from plmctl.git.trees import CommitTree

SEEN = "refs/plmctl/seen"
# More are not looked at: what a command made before is one commit of two or three files.
_MOST_COMMITS = 20
_MOST_FILES = 10
_FILE_BYTES = 64 << 20


@contextmanager
def glimpse(place: Place, refs: Mapping[str, str]) -> Iterator[Place]:
    """A bare repository with these refs that reads the objects of another one, and keeps its own apart."""
    with quarters(place, refs) as folder:
        folder = os.path.realpath(folder)
        os.mkdir(os.path.join(folder, "objects", "info"))
        with open(os.path.join(folder, "objects", "info", "alternates"), "wb") as file:
            file.write(encoded(f"{os.path.join(place.common_dir, 'objects')}\n"))
        yield bare_place(place.git.at(folder))


def commits_beyond(place: Place, base: str) -> tuple[BranchCommit, ...]:
    """The commits that were seen and that another commit does not have, newest first, as many as matter."""
    words = ("--parents", f"--max-count={_MOST_COMMITS}", "--end-of-options", SEEN, f"^{base}")
    rows = [line.split(" ") for line in place.git.run("rev-list", *words).lines]
    with closing(ObjectReader(place.git, place.object_format)) as objects:
        return tuple(_told(place, objects, commit, tuple(parents)) for commit, *parents in rows)


def _told(place: Place, objects: ObjectReader, commit: str, parents: tuple[str, ...]) -> BranchCommit:
    try:
        text = decoded(objects.read(commit, limit=COMMIT_BYTES).data)
    except TooLarge as error:
        raise PlmctlError(f"commit {commit} cannot be read: {error}") from None
    paths = changed_paths(place.git, parents[0], commit) if len(parents) == 1 else ()
    looked_at = paths if len(paths) <= _MOST_FILES else ()
    tree = CommitTree(objects, commit_header(objects, commit, "tree"))
    return BranchCommit(
        commit=commit,
        parents=parents,
        message=text.partition("\n\n")[2],
        files={path: bytes_at(tree, path, limit=_FILE_BYTES) for path in looked_at},
    )
