"""Files that are part of an artifact: text, other files, folders, and DVC pointers."""

import hashlib
import posixpath
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from plmctl.core.canonical import digest_of, sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.document import normalised_text, written_text
from plmctl.core.finding import Finding, Level, Location, Rule
from plmctl.core.path import BadPath, is_well_named, name_problem, resolved_path
from plmctl.core.pointer import BrokenPointer, Pointer, read_lock_output, read_pointer
from plmctl.core.ports import EntryKind, TooLarge, Tree, Unreadable
from plmctl.core.secrecy import covered_lines
from plmctl.core.source import folded, place_of
from plmctl.core.value import Value

TEXT_LIMIT = 1024 * 1024
TEXTS_LIMIT = 16 * TEXT_LIMIT
"""Of the texts in a folder so many characters are kept, for those who look into them."""
FILE_LIMIT = 64 * 1024 * 1024
_BOM = "\ufeff"

NO_SUCH_FILE = Rule(
    code="REF005",
    name="no-such-file",
    level=Level.ERROR,
    meaning="A manifest names a file or folder that is not there: whoever reads this artifact gets half of "
    "it.\n\n"
    "Paths are relative to the manifest. A file that Git ignores, or that was never added, is on "
    "your disk and nowhere else.",
)
PATH_REFUSED = Rule(
    code="REF006",
    name="path-refused",
    level=Level.ERROR,
    meaning="A path leaves the repository, is not relative, or has a name that some system cannot have.\n\n"
    "What lies outside is in no commit, so the artifact would be another one on each machine; a "
    "file named `aux.md` or `a:b` breaks every checkout on Windows. Keep the file in the "
    "repository, with a plain name and forward slashes.",
)
LINK_REFUSED = Rule(
    code="REF007",
    name="link-refused",
    level=Level.ERROR,
    meaning="A path is a symbolic link or leads through one: what it shows can lie outside the "
    "repository.\n\n"
    "A pull request could so publish a file of the machine that reads it. Put the file itself where "
    "the link is, or name the file that the link leads to.",
)
NOT_A_FILE = Rule(
    code="REF008",
    name="not-a-file",
    level=Level.ERROR,
    meaning="A path names a folder, a submodule or a special file where the content of a file is wanted.\n\n"
    "There is no text or data to read, and the artifact is not whole. Name a file; for a whole "
    "folder of data, a Dataset takes `git`.",
)
UNREADABLE_FILE = Rule(
    code="REF009",
    name="unreadable-file",
    level=Level.ERROR,
    meaning="A file that a manifest includes is too large, its text is not UTF-8, or its DVC pointer is "
    "broken.\n\n"
    "The artifact has no digest without it, so it cannot be released. Text may have 1 MiB, other "
    "files 64 MiB: data that is larger belongs to DVC. What is wrong inside a pointer is told "
    "there.",
)

INCLUDE_RULES = (NO_SUCH_FILE, PATH_REFUSED, LINK_REFUSED, NOT_A_FILE, UNREADABLE_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Included:
    """A file read for an artifact: what stands for it in the digest, and the sha256 of each file's bytes.

    `text` is its template; `texts` is what each text file says, with its path, as it is written.
    """

    path: str
    value: Value
    hashes: tuple[tuple[str, str], ...]
    text: str | None = None
    texts: tuple[tuple[str, str], ...] = ()
    data: Pointer | None = None
    out: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotIncluded:
    """Why a file could not be read; `findings` when it was read and is wrong inside.

    `location` and `source` are the place in that file, where it has one.
    """

    rule: Rule
    message: str
    help: str | None = None
    location: Location | None = None
    source: str | None = None
    findings: tuple[Finding, ...] = ()


def included_text(tree: Tree, folder: str, written: str) -> Included | NotIncluded:
    """A text file that stands in for text in a manifest: NFC, LF, without a byte order mark."""
    path = _path_of(tree, folder, written, EntryKind.FILE)
    if isinstance(path, NotIncluded):
        return path
    data = _bytes_of(tree, path, TEXT_LIMIT)
    if isinstance(data, NotIncluded):
        return data
    try:
        written = written_text(data)
    except UnicodeDecodeError as error:
        return _not_utf8(path, data, error.start)
    text = unicodedata.normalize("NFC", written)
    return Included(
        path=path, value=text, text=text, texts=((path, written),), hashes=((path, sha256_of(data)),)
    )


def _not_utf8(path: str, data: bytes, offset: int) -> NotIncluded:
    before = folded(data[:offset].decode("utf-8").removeprefix(_BOM))
    line, column = place_of(before, len(before))
    lines = folded(data.decode("utf-8", "replace").removeprefix(_BOM)).split("\n")
    return NotIncluded(
        rule=UNREADABLE_FILE,
        message=f"{path}: byte 0x{data[offset]:02x} at offset {offset}, line {line}, is not UTF-8",
        help="save the file as UTF-8",
        location=Location(path=path, line=line, column=column),
        source=covered_lines("\n".join(lines))[line - 1],
    )


def included_file(tree: Tree, folder: str, written: str) -> Included | NotIncluded:
    """A file of any content, or a folder of them, which its sha256 stands for."""
    path = _path_of(tree, folder, written, EntryKind.FILE, EntryKind.FOLDER)
    if isinstance(path, NotIncluded):
        return path
    return _folder(tree, path) if tree.kind(path) is EntryKind.FOLDER else _file(tree, path)


def included_pointer(tree: Tree, folder: str, written: str, out: str | None) -> Included | NotIncluded:
    """A DVC pointer, which the hash, size and number of files that it records stand for."""
    path = _path_of(tree, folder, written, EntryKind.FILE)
    if isinstance(path, NotIncluded):
        return path
    if out is not None:
        return _lock_output(tree, path, out)
    data = _bytes_of(tree, path, TEXT_LIMIT)
    if isinstance(data, NotIncluded):
        return data
    return _pointer(path, data, read_pointer(path, data))


def _lock_output(tree: Tree, path: str, out: str) -> Included | NotIncluded:
    lock = posixpath.join(posixpath.dirname(path), "dvc.lock")
    found = _path_of(tree, posixpath.dirname(path), "dvc.lock", EntryKind.FILE)
    if isinstance(found, NotIncluded):
        return found
    data = _bytes_of(tree, lock, TEXT_LIMIT)
    if isinstance(data, NotIncluded):
        return data
    read = _pointer(lock, data, read_lock_output(lock, data, out))
    return replace(read, out=out) if isinstance(read, Included) else read


def _pointer(path: str, data: bytes, read: Pointer | BrokenPointer) -> Included | NotIncluded:
    if isinstance(read, BrokenPointer):
        return NotIncluded(
            rule=UNREADABLE_FILE,
            message=f"the DVC pointer '{path}' cannot be used",
            help="see the findings in that file",
            findings=read.findings,
        )
    value: dict[str, Value] = {"md5": read.md5, "size": read.size}
    if read.nfiles is not None:
        value["nfiles"] = read.nfiles
    return Included(
        path=path, value=value, data=read, hashes=((path, sha256_of(data)),), findings=read.findings
    )


def _file(tree: Tree, path: str) -> Included | NotIncluded:
    data = _bytes_of(tree, path, FILE_LIMIT)
    if isinstance(data, NotIncluded):
        return data
    value, texts = _content_hash(data), _texts(path, data)
    return Included(path=path, value=value, texts=texts, hashes=((path, sha256_of(data)),))


def _folder(tree: Tree, path: str) -> Included | NotIncluded:
    rows: list[Value] = []
    hashes: list[tuple[str, str]] = []
    texts: list[tuple[str, str]] = []
    files = tuple(_files_below(tree, path))
    if not files:
        # A commit has no empty folder: what is valid here would be missing there.
        return NotIncluded(
            rule=NO_SUCH_FILE,
            message=f"there is no file in '{path}'",
            help="a file in it must be tracked, or not ignored",
        )
    tree.prefetch(files)
    for name in files:
        found = _path_of(tree, "", name, EntryKind.FILE)
        data = found if isinstance(found, NotIncluded) else _bytes_of(tree, name, FILE_LIMIT)
        if isinstance(data, NotIncluded):
            return data
        rows.append([name[len(path) + 1 :], _content_hash(data)])
        hashes.append((name, sha256_of(data)))
        if sum(len(text) for _, text in texts) < TEXTS_LIMIT:
            texts.extend(_texts(name, data))
    # Tagged: a file whose content is such a list has another form.
    value: Value = {"folder": digest_of(rows)}
    return Included(path=path, value=value, texts=tuple(texts), hashes=tuple(hashes))


def _files_below(tree: Tree, path: str) -> Iterator[str]:
    return (p for p in tree.paths() if p.startswith(path + "/"))


def _texts(path: str, data: bytes) -> tuple[tuple[str, str], ...]:
    """What a file of any content says, if it is text, and no longer than people read."""
    if len(data) > TEXT_LIMIT or b"\0" in data:
        return ()
    try:
        return ((path, written_text(data)),)
    except UnicodeDecodeError:
        return ()


def _content_hash(data: bytes) -> str:
    # Text is hashed as it is rendered (NFC, LF); a NUL byte is what Git, too, takes for "not text".
    if b"\0" in data:
        return sha256_of(data)
    try:
        return f"sha256:{hashlib.sha256(normalised_text(data).encode()).hexdigest()}"
    except UnicodeDecodeError:
        return sha256_of(data)


def _path_of(tree: Tree, folder: str, written: str, *wanted: EntryKind) -> str | NotIncluded:
    """The path of what is wanted, a file first of all."""
    path = resolved_path(folder, written)
    if isinstance(path, BadPath):
        return NotIncluded(rule=PATH_REFUSED, message=path.message, help=path.help)
    if path == ".":
        return NotIncluded(
            rule=PATH_REFUSED,
            message=f"the path {written!r} is the whole repository",
            help="name a file or a folder in it",
        )
    # What is written is looked at already, and one folder has thousands of files.
    is_known = path == posixpath.join(folder, written) and is_well_named(folder)
    problem = None if is_known else name_problem(path)
    if problem is not None:
        return NotIncluded(rule=PATH_REFUSED, message=problem.message, help=problem.help)
    kind = tree.kind(path)
    if kind in wanted:
        return path
    if kind is None:
        return NotIncluded(
            rule=NO_SUCH_FILE,
            message=f"no such file: '{path}'",
            help="paths are relative to the manifest; the file must be tracked, or not ignored",
        )
    if kind is EntryKind.LINK:
        return NotIncluded(
            rule=LINK_REFUSED,
            message=f"'{path}' is a symbolic link or leads through one",
            help="name the file itself",
        )
    return NotIncluded(
        rule=NOT_A_FILE, message=f"'{path}' is a {kind.value}, not a {wanted[0].value}", help="name a file"
    )


def _bytes_of(tree: Tree, path: str, limit: int) -> bytes | NotIncluded:
    try:
        return tree.read(path, limit=limit)
    except TooLarge as error:
        return NotIncluded(rule=UNREADABLE_FILE, message=f"'{path}' has {error}", help="split the file")
    except Unreadable as error:
        return NotIncluded(rule=UNREADABLE_FILE, message=f"'{path}' cannot be read: {error}")
