"""DVC's pointers to data, read without DVC: `.dvc` files and the outputs of a `dvc.lock`."""

import posixpath
from collections.abc import Iterator
from dataclasses import field, replace

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.finding import Finding, Level, Location, Rule
from plmctl.core.inventory import order_problem
from plmctl.core.path import BadPath, resolved_path
from plmctl.core.value import Pointer as At
from plmctl.core.value import Value, as_text

MALFORMED = Rule(
    code="REF020",
    name="pointer-malformed",
    level=Level.ERROR,
    meaning="A DVC pointer, or a dvc.lock, that has not the shape that DVC writes. It does not say which "
    "data is meant, so nothing can be released with it.\n\n"
    "Pointers are written by DVC and not by hand. Make it again: `dvc add`, or `dvc repro` for a "
    "dvc.lock.",
)
UNKNOWN_KEY = Rule(
    code="REF021",
    name="pointer-unknown-key",
    level=Level.ERROR,
    meaning="A key in a DVC pointer that plmctl does not know. It might say that the data is elsewhere, so "
    "the pointer is not trusted.\n\n"
    "plmctl reads what DVC 3 writes. Delete a key that was added by hand; else make the pointer "
    "again with `dvc add`.",
)
NOT_ONE_OUTPUT = Rule(
    code="REF022",
    name="pointer-not-one-output",
    level=Level.ERROR,
    meaning="A DVC pointer with no output, or with more than one: which of them is the data?\n\n"
    "A Dataset is one file or one folder. Give each its own pointer: `dvc add` writes one for each "
    "path.",
)
INCOMPLETE = Rule(
    code="REF023",
    name="pointer-incomplete",
    level=Level.ERROR,
    meaning="A DVC pointer that names no content: its md5, size, file count or path is missing.\n\n"
    "Nobody could tell whether the data that arrives is the data that was released. The pointer was "
    "written half, or by hand: run `dvc commit`, or `dvc add` again.",
)
OTHER_HASH = Rule(
    code="REF024",
    name="pointer-other-hash",
    level=Level.ERROR,
    meaning="A DVC pointer whose hash is not md5: DVC computes others for data that it only imports from "
    "elsewhere.\n\n"
    "plmctl verifies md5 alone. Bring the data into this repository's remote with `dvc add`.",
)
BAD_DIGEST = Rule(
    code="REF025",
    name="pointer-bad-digest",
    level=Level.ERROR,
    meaning="A DVC pointer whose md5, size or file count cannot be right: the md5 is not 32 hexadecimal "
    "digits in lower case, a number is negative, or a file has a file count.\n\n"
    "It was edited by hand or merged wrongly, and no data will ever fit it. Make it again with `dvc "
    "add`.",
)
BAD_PATH = Rule(
    code="REF026",
    name="pointer-bad-path",
    level=Level.ERROR,
    meaning="A DVC pointer to data outside its own folder, by `path` or by `wdir`, or in a `.git`, `.hg` or "
    "`.dvc`, in place of a file that these read, as `.gitattributes`, or around itself.\n\n"
    "Pulling it would write there, perhaps over files of others, or what Git and DVC obey. Move the pointer "
    "beside its data.",
)
LEGACY = Rule(
    code="REF027",
    name="md5-dos2unix",
    level=Level.INFO,
    meaning="A pointer of DVC 2, whose md5 ignores line endings.\n\n"
    "It can be verified, not made: two files that differ only in line endings have one md5. Run "
    "`dvc add` again with DVC 3 when the data changes next.",
)
IMPORTED = Rule(
    code="REF028",
    name="pointer-imported",
    level=Level.WARNING,
    meaning="A DVC pointer to data of another repository, made by `dvc import`, which this one's remote "
    "need not hold.\n\n"
    "When that repository goes away, so may the data of your releases. They record md5 and size; "
    "keep a copy in this repository's remote.",
)
NO_SUCH_OUTPUT = Rule(
    code="REF029",
    name="output-not-found",
    level=Level.ERROR,
    meaning="The output that a manifest names in `out` is one that no stage of dvc.lock has, or that "
    "several have.\n\n"
    "So it is not known which data is meant. Write the path as the stage writes it; run `dvc repro` "
    "if the stage has never run.",
)
POINTER_RULES = (
    MALFORMED,
    UNKNOWN_KEY,
    NOT_ONE_OUTPUT,
    INCOMPLETE,
    OTHER_HASH,
    BAD_DIGEST,
    BAD_PATH,
    LEGACY,
    IMPORTED,
    NO_SUCH_OUTPUT,
)

_POINTER_KEYS = frozenset(["outs", "deps", "md5", "wdir", "frozen", "desc", "meta", "always_changed"])
_TYPES: dict[str, type] = {
    "md5": str,
    "size": int,
    "nfiles": int,
    "hash": str,
    "path": str,
    "desc": str,
    "type": str,
    "labels": list,
    "meta": object,
    "remote": str,
    "cache": bool,
    "persist": bool,
    "push": bool,
    "isexec": bool,
}
# What Git and DVC obey wherever it lies.
_READ = frozenset([".gitignore", ".gitattributes", ".gitmodules", ".dvcignore", "dvc.yaml", "dvc.lock"])
_AGAIN = "DVC writes pointers: run 'dvc add' again"
_MD5 = deferred(r"[0-9a-f]{32}(\.dir)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What a DVC pointer says of its data; size in bytes, `nfiles` None for a file.

    `remote` is DVC's name of the only remote that has it, None where any may; `place` is where it says the
    path of its data.
    """

    path: str
    md5: str
    size: int
    nfiles: int | None
    is_legacy: bool
    out_path: str
    remote: str | None = None
    place: Location | None = field(default=None, compare=False)
    findings: tuple[Finding, ...]

    @property
    def is_imported(self) -> bool:
        """Whether the data belongs to another repository, whose remote has it (deps.repo)."""
        return any(finding.rule is IMPORTED for finding in self.findings)

    @property
    def target(self) -> str:
        """What DVC's commands take for it, a path of the repository: of an output of a stage its own."""
        return self.path if self.path.endswith(".dvc") else self.out_path

    @property
    def is_folder(self) -> bool:
        """Whether the data is a folder, and its md5 that of a listing."""
        return self.nfiles is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPointer:
    """A pointer that does not say what its data is, and why."""

    path: str
    findings: tuple[Finding, ...]


def read_pointer(path: str, data: bytes) -> Pointer | BrokenPointer:
    """The pointer in a `.dvc` file."""
    document = read_document(path, data)
    if isinstance(document, BrokenDocument):
        return BrokenPointer(path=path, findings=document.findings)
    value = document.value
    if not isinstance(value, dict):
        return _broken(document, MALFORMED, "a DVC pointer is an object with 'outs'", (), _AGAIN)
    outs = value.get("outs")
    if not isinstance(outs, list) or len(outs) != 1:
        count = len(outs) if isinstance(outs, list) else 0
        message = f"the pointer has {count} outputs, not one"
        help_ = "give each file or folder a pointer of its own: run 'dvc add' for each"
        return _broken(document, NOT_ONE_OUTPUT, message, ("outs",), help_)
    findings = tuple(_file_findings(document, value))
    wdir = value.get("wdir")
    base = wdir if isinstance(wdir, str) else "."
    pointer = _output(document, ("outs", 0), outs[0], base)
    return _joined(pointer, findings)


def read_lock_output(path: str, data: bytes, out: str) -> Pointer | BrokenPointer:
    """The pointer of one output in a `dvc.lock`, by its path as the stage writes it."""
    document = read_document(path, data)
    if isinstance(document, BrokenDocument):
        return BrokenPointer(path=path, findings=document.findings)
    match document.value:
        case {"schema": "2.0", "stages": dict(stages)}:
            found = [(at, output) for at, output in _lock_outputs(stages) if output.get("path") == out]
        case _:
            message, help_ = "not a dvc.lock of schema 2.0 with stages", "make it again: run 'dvc repro'"
            return _broken(document, MALFORMED, message, (), help_)
    if len(found) != 1:
        count = "no stage has" if not found else f"{len(found)} stages have"
        help_ = "name one output of one stage as the lock writes it; run 'dvc repro' for one that is new"
        return _broken(document, NO_SUCH_OUTPUT, f"{count} the output '{out}'", ("stages",), help_)
    at, output = found[0]
    return _output(document, at, output, ".")


def _lock_outputs(stages: dict[str, Value]) -> Iterator[tuple[At, dict[str, Value]]]:
    for name, stage in stages.items():
        outs = stage.get("outs") if isinstance(stage, dict) else None
        for index, output in enumerate(outs if isinstance(outs, list) else []):
            if isinstance(output, dict):
                yield ("stages", name, "outs", index), output


def _file_findings(document: Document, value: dict[str, Value]) -> Iterator[Finding]:
    for key in value:
        if key not in _POINTER_KEYS:
            yield _unknown(document, (key,), key)
    wdir = value.get("wdir")
    if wdir is not None and not isinstance(wdir, str):
        yield document.finding(MALFORMED, "'wdir' is not text", document.location(("wdir",)), _AGAIN)
    elif wdir is not None:
        yield from _path_findings(document, ("wdir",), wdir)
    deps = value.get("deps")
    for index, dependency in enumerate(deps if isinstance(deps, list) else []):
        if isinstance(dependency, dict) and "repo" in dependency:
            at = ("deps", index, "repo")
            help_ = "releases record md5 and size; keep a copy in this repository's remote"
            yield document.finding(
                IMPORTED, "the data belongs to another repository", document.location(at), help_
            )


def _output(document: Document, at: At, output: Value, base: str) -> Pointer | BrokenPointer:
    if not isinstance(output, dict):
        message = "an output is an object with 'md5', 'size' and 'path'"
        return _broken(document, MALFORMED, message, at, _AGAIN)
    written = output.get("path")
    folder = posixpath.dirname(document.path)
    out_path = posixpath.normpath(posixpath.join(folder, base, written)) if isinstance(written, str) else ""
    findings = (
        *document.findings,
        *_order_findings(document, (*at, "path"), out_path),
        *_shape_findings(document, at, output),
        *_value_findings(document, at, output),
    )
    is_wrong = any(f.level is Level.ERROR for f in findings)
    match output:
        case {"md5": str(md5), "size": int(size)} if not is_wrong:
            nfiles = output.get("nfiles")
            return Pointer(
                path=document.path,
                md5=md5,
                size=size,
                nfiles=nfiles if isinstance(nfiles, int) else None,
                is_legacy="hash" not in output,
                out_path=out_path,
                remote=as_text(output.get("remote")),
                place=document.location((*at, "path")),
                findings=findings,
            )
        case _:
            return BrokenPointer(path=document.path, findings=findings)


def _shape_findings(document: Document, at: At, output: dict[str, Value]) -> Iterator[Finding]:
    for key, value in output.items():
        expected = _TYPES.get(key)
        if expected is None:
            yield _unknown(document, (*at, key), key)
        elif value is not None and not (
            isinstance(value, expected) and (expected is not int or type(value) is int)
        ):
            place = document.location((*at, key))
            yield document.finding(MALFORMED, f"'{key}' has the wrong type", place, _AGAIN)
    md5 = output.get("md5")
    counted = ("nfiles",) if isinstance(md5, str) and md5.endswith(".dir") else ()
    for key in ("md5", "size", "path", *counted):
        if output.get(key) is None:
            help_ = "the pointer is half written: run 'dvc commit', or 'dvc add' again"
            yield document.finding(INCOMPLETE, f"the pointer has no '{key}'", document.location(at), help_)


def _value_findings(document: Document, at: At, output: dict[str, Value]) -> Iterator[Finding]:
    if "hash" not in output:
        message = "a pointer of DVC 2: its md5 ignores line endings"
        yield document.finding(LEGACY, message, document.location(at), "run 'dvc add' again with DVC 3")
    elif output["hash"] != "md5":
        place = document.location((*at, "hash"))
        yield document.finding(OTHER_HASH, "the hash is not md5", place, "bring the data here: run 'dvc add'")
    md5, nfiles, path = output.get("md5"), output.get("nfiles"), output.get("path")
    if isinstance(md5, str) and not _MD5.fullmatch(md5):
        message = "the md5 is not 32 hexadecimal digits in lower case, with '.dir' for a folder"
        yield document.finding(BAD_DIGEST, message, document.location((*at, "md5")), _AGAIN)
    if nfiles is not None and isinstance(md5, str) and not md5.endswith(".dir"):
        message = "'nfiles' is given, and the md5 is not of a folder"
        yield document.finding(BAD_DIGEST, message, document.location((*at, "nfiles")), _AGAIN)
    for key in ("size", "nfiles"):
        number = output.get(key)
        if isinstance(number, int) and number < 0:
            place = document.location((*at, key))
            yield document.finding(BAD_DIGEST, f"'{key}' is negative", place, _AGAIN)
    if isinstance(path, str):
        yield from _path_findings(document, (*at, "path"), path)


def _order_findings(document: Document, at: At, out_path: str) -> Iterator[Finding]:
    problem = _place_problem(document.path, out_path)
    if problem is not None:
        help_ = "no data is pulled to there: find out who wrote this pointer"
        yield document.finding(BAD_PATH, problem, document.location(at), help_)


def _place_problem(pointer: str, out_path: str) -> str | None:
    name = posixpath.basename(out_path)
    if name.lower() in _READ or name.lower().endswith(".dvc"):
        return f"{name!a} is a file that Git or DVC reads, and no data"
    if out_path == "." or pointer.startswith(f"{out_path}/"):
        return "the path is the folder in which the pointer itself lies"
    return order_problem(out_path)


def _path_findings(document: Document, at: At, path: str) -> Iterator[Finding]:
    problem = resolved_path("", path)
    if ".." in path.split("/"):
        help_ = "move the pointer beside its data: paths are relative to it, without '..'"
        yield document.finding(BAD_PATH, "the path leaves the pointer's folder", document.location(at), help_)
    elif isinstance(problem, BadPath):
        yield document.finding(BAD_PATH, problem.message, document.location(at), problem.help)


def _unknown(document: Document, at: At, key: str) -> Finding:
    message = f"unknown key '{key[:60]}' in a DVC pointer"
    return document.finding(
        UNKNOWN_KEY, message, document.key_location(at), "plmctl reads the layout of DVC 3"
    )


def _broken(document: Document, rule: Rule, message: str, at: At, help_: str) -> BrokenPointer:
    finding = document.finding(rule, message, document.location(at), help_)
    return BrokenPointer(path=document.path, findings=(*document.findings, finding))


def _joined(pointer: Pointer | BrokenPointer, findings: tuple[Finding, ...]) -> Pointer | BrokenPointer:
    together = (*pointer.findings, *findings)
    if isinstance(pointer, Pointer) and all(f.level is not Level.ERROR for f in together):
        return replace(pointer, findings=together)
    return BrokenPointer(path=pointer.path, findings=together)
