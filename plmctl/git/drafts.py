"""Objects that a release makes: blobs, trees, commits, tag objects. No ref, file or index is touched."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, Union

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.ports import DraftTag, TagObject
from plmctl.git.configuration import Identity, Person
from plmctl.git.disk import explained
from plmctl.git.entries import is_possible_path
from plmctl.git.objects import COMMIT_BYTES, ObjectReader, object_id
from plmctl.git.process import Git, encoded
from plmctl.git.signing import Signer
from plmctl.git.trees import CommitTree

_FILE_MODES = (0o100644, 0o100755)
_FOLDER = 0o040000

# What is to be in a folder: a file's bytes, None for no file, or more of the same for a folder.
Edits: TypeAlias = dict[str, Union[bytes, "Edits", None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """Who writes a commit and when; dates as GIT_AUTHOR_DATE and GIT_COMMITTER_DATE take them."""

    identity: Identity
    author_date: str
    committer_date: str

    @classmethod
    def at(cls, when: datetime, identity: Identity, environment: Mapping[str, str]) -> "Authorship":
        """At the dates that the environment sets, else at `when`, which has a time zone."""
        now = f"@{int(when.timestamp())} {when:%z}"
        return cls(
            identity=identity,
            author_date=environment.get("GIT_AUTHOR_DATE") or now,
            committer_date=environment.get("GIT_COMMITTER_DATE") or now,
        )

    @property
    def variables(self) -> dict[str, str]:
        """The environment that tells Git."""
        author = _variables("AUTHOR", self.identity.author, self.author_date)
        return {**author, **_variables("COMMITTER", self.identity.committer, self.committer_date)}


def committer(person: Person) -> dict[str, str]:
    """The variables that tell Git who moves a ref, now."""
    return {"GIT_COMMITTER_NAME": person.name, "GIT_COMMITTER_EMAIL": person.email}


def _variables(role: str, person: Person, date: str) -> dict[str, str]:
    return {f"GIT_{role}_NAME": person.name, f"GIT_{role}_EMAIL": person.email, f"GIT_{role}_DATE": date}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectWriter:
    """Writes objects into a repository, flushed to the disk; commits are signed where there is a signer."""

    git: Git
    objects: ObjectReader
    object_format: str
    signer: Signer | None = None

    def write(self, kind: str, contents: Sequence[bytes]) -> tuple[str, ...]:
        """The ids of objects of one type, in the order given, by one hash-object."""
        if not contents:
            return ()
        with (
            explained(f"to {tempfile.gettempdir()}"),
            tempfile.TemporaryDirectory(prefix="plmctl-") as folder,
        ):
            paths = [os.path.join(folder, str(n)) for n in range(len(contents))]
            for path, content in zip(paths, contents, strict=True):
                with open(path, "wb") as file:
                    file.write(content)
            names = encoded("".join(f"{path}\n" for path in paths))
            options = ("-t", kind, "-w", "--no-filters", "--stdin-paths")
            ids = tuple(self.git.durable.run("hash-object", *options, stdin=names).lines)
        if ids != tuple(object_id(self.object_format, kind, content) for content in contents):
            raise IntegrityError("git stored something else than it was given", hint="check the disk")
        return ids

    def tree(self, base: str | None, files: Mapping[str, bytes | None]) -> str:
        """The id of a tree: that of `base`, a tree's id, with these files in it (None: without it)."""
        contents = list(dict.fromkeys(data for data in files.values() if data is not None))
        blobs = dict(zip(contents, self.write("blob", contents), strict=True))
        before = CommitTree(self.objects, base) if base else None
        return self._tree(self._rows(before, "", _nested(files), blobs))

    def commit(self, tree: str, parent: str, message: str, authorship: Authorship) -> str:
        """The id of a commit of this tree upon a parent."""
        arguments = ("-p", parent, "-F", "-", tree)
        git = self.git.durable
        made = git.run("commit-tree", *arguments, stdin=encoded(message), extra=authorship.variables).lines[0]
        if self.signer is None:
            return made
        raw = self.objects.read(made, limit=COMMIT_BYTES).data
        return self.write("commit", [self.signer.signed_commit(raw, self.object_format)])[0]

    def _rows(
        self, tree: CommitTree | None, path: str, edits: Edits, blobs: Mapping[bytes, str]
    ) -> dict[str, tuple[int, str]]:
        """What a folder holds after the edits, by name."""
        entries = tree.entries(path) if tree else {}
        rows = {entry.name: (entry.mode, entry.object_id) for entry in entries.values()}
        for name, edit in edits.items():
            mode = rows.pop(name, (_FILE_MODES[0], ""))[0]
            if isinstance(edit, dict):
                # Git has no empty folders.
                if below := self._rows(tree, f"{path}/{name}" if path else name, edit, blobs):
                    rows[name] = (_FOLDER, self._tree(below))
            elif edit is not None:
                rows[name] = (mode if mode in _FILE_MODES else _FILE_MODES[0], blobs[edit])
        return rows

    def _tree(self, rows: Mapping[str, tuple[int, str]]) -> str:
        # Not mktree: it reads no configuration, so it flushes nothing to the disk.
        return self.write("tree", [_listing(rows)])[0]


def _listing(rows: Mapping[str, tuple[int, str]]) -> bytes:
    """The raw bytes of a tree: Git sorts a folder as if its name ended with a slash."""
    ordered = sorted(rows.items(), key=lambda row: encoded(f"{row[0]}/" if row[1][0] == _FOLDER else row[0]))
    return b"".join(encoded(f"{mode:o} {name}\0") + bytes.fromhex(oid) for name, (mode, oid) in ordered)


def _nested(files: Mapping[str, bytes | None]) -> Edits:
    edits: Edits = {}
    for path, content in files.items():
        *folders, name = path.split("/")
        at = edits
        for folder in folders:
            below = at.setdefault(folder, {})
            if not isinstance(below, dict):
                raise ValueError(f"below a file: {path!r}")
            at = below
        if name in at or not is_possible_path(path):
            raise ValueError(f"not the path of a new file: {path!r}")
        at[name] = content
    return edits


def tagger_of(git: Git, authorship: Authorship) -> str:
    """Who tags and when, as Git writes it into an object: who commits."""
    return git.run("var", "GIT_COMMITTER_IDENT", extra=authorship.variables).lines[0]


def draft_tag(object_format: str, tag: TagObject, commit: str, tagger: str) -> DraftTag:
    """A tag object on a commit."""
    message = tag.message if tag.message.endswith("\n") else f"{tag.message}\n"
    raw = encoded(f"object {commit}\ntype commit\ntag {tag.name}\ntagger {tagger}\n\n{message}")
    return DraftTag(name=tag.name, object_id=object_id(object_format, "tag", raw), raw=raw)
