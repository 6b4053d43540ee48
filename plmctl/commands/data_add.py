"""data add: data gets a DVC pointer and a Dataset; or a pointer is brought up to date."""

import posixpath
import shlex
from collections.abc import Callable, Iterable, Iterator

from plmctl.commands.amount import amount
from plmctl.commands.holding import Holding, holdings
from plmctl.commands.moment import supported
from plmctl.commands.naming import checked_name, manifest_path, modeline, refuse_double, slug
from plmctl.commands.passed import passed_notes
from plmctl.core.dataclass import dataclass
from plmctl.core.few import few
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.guess import Guess, guessed, guessed_format
from plmctl.core.include import TEXT_LIMIT
from plmctl.core.inventory import Inventory, Row
from plmctl.core.manifest import Manifest
from plmctl.core.outline import outline
from plmctl.core.pointer import Pointer, read_pointer
from plmctl.core.ports import Repo, Store, Tree
from plmctl.core.records import has_records
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.core.value import Value, as_mapping, as_text

PURPOSES = ("rag", "fine-tuning", "evaluation", "few-shot")
_UNKNOWN = "unknown"
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAddOptions:
    """A file or folder of the work tree, and the Dataset that is to have it.

    Without a name it is data that an artifact has already, and that changed. What data is for may be a
    question at the terminal: it is asked once nothing else is in the way.
    """

    path: str
    name: str | None = None
    purposes: Callable[[], tuple[str, ...]] = tuple
    folder: str | None = None


def data_add(repo: Repo, store: Store, options: DataAddOptions) -> Report:
    """Add data to DVC, and write a Dataset with what can be read off it; never over a file."""
    tree = repo.work_tree()
    registry = supported(tree)
    _refuse_output(registry, options.path)
    if store.counted(options.path) is None:
        raise PlmctlError(
            f"there is no data at {options.path!r}", hint="name a file or a folder of the work tree"
        )
    _refuse_tracked(repo, options.path)
    had = [h for h in holdings(registry, registry.manifests) if h.pointer.path == f"{options.path}.dvc"]
    if had:
        return _again(repo, store, options, had)
    name, manifest = _place(registry, tree, options)
    purposes = options.purposes()
    pointer = _added(repo, store, options.path)
    known, notes = _known(store, pointer, purposes, posixpath.dirname(manifest) or ".")
    notes.extend(passed_notes(store, pointer))
    line = modeline("Dataset", manifest, registry.settings, tree)
    text = outline("Dataset", name, registry, line, known)
    if not repo.create(manifest, text.encode()):
        raise UsageError(f"there is a file already: {manifest}", hint="delete it, then run this again")
    artifact = f"dataset/{name}"
    return Report(
        command="data add",
        done=(_said(pointer), f"wrote {manifest}: {artifact}"),
        data=_value(artifact, manifest, pointer, is_new=True),
        notes=tuple(notes),
        next=(
            f"fill in {manifest}",
            f"{_git_add(options.path, manifest)} && git commit",
            f"plmctl data push {artifact}",
        ),
    )


def _refuse_output(registry: Registry, path: str) -> None:
    """What a stage makes has its pointer in dvc.lock, and DVC takes no second one."""
    for manifest in registry.manifests.values():
        for stages, output in _outputs(manifest):
            if output == path:
                raise UsageError(
                    f"{path} is the output of a stage in {stages}, and the data of {manifest.id} already",
                    hint=f"run 'dvc repro {shlex.quote(stages)}': the dvc.lock beside it is the pointer",
                )


def _refuse_tracked(repo: Repo, path: str) -> None:
    """What Git has, DVC does not take."""
    tracked = sorted(each for each in repo.index().paths() if each == path or each.startswith(f"{path}/"))
    if tracked:
        what = path if path in tracked else f"{few(tracked, _SHOWN)} in {path}"
        raise PlmctlError(
            f"Git tracks {what}, and DVC adds nothing that Git has",
            hint=f"run 'git rm -r --cached {shlex.quote(f':/{path}')}', then this again",
        )


def _outputs(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """What an artifact has of stages, which need not have run: their dvc.yaml, and the output."""
    for stated in (as_mapping(manifest.spec.get(key)) for key in ("data", "weights")):
        stages, output = as_text(stated.get("dvc")), as_text(stated.get("out"))
        if stages is not None and output is not None:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(manifest.path), stages))
            yield path, posixpath.normpath(posixpath.join(posixpath.dirname(path), output))


def _again(repo: Repo, store: Store, options: DataAddOptions, had: list[Holding]) -> Report:
    """Data that an artifact has already: its pointer says what it is now."""
    before = had[0]
    named = {before.artifact, before.artifact.partition("/")[2]}
    if options.name is not None and options.name not in named:
        raise UsageError(
            f"{before.artifact} has this data already",
            hint=f"leave out --name: 'plmctl data add {options.path}' brings its pointer up to date",
        )
    pointer = _added(repo, store, options.path)
    is_same = pointer.md5 == before.pointer.md5
    push = f"plmctl data push {before.artifact}"
    return Report(
        command="data add",
        done=() if is_same else (f"{_said(pointer)}; before: {before.amount}",),
        data=_value(before.artifact, None, pointer, is_new=False),
        notes=(
            *((f"{pointer.path} says that already: nothing changed",) if is_same else ()),
            *passed_notes(store, pointer),
        ),
        next=() if is_same else (f"{_git_add(options.path)} && git commit", push),
    )


def _place(registry: Registry, tree: Tree, options: DataAddOptions) -> tuple[str, str]:
    """The name of a new Dataset and the path of its manifest. Raises UsageError before anything is done."""
    if options.name is None:
        word = slug(posixpath.basename(options.path).partition(".")[0]) or "NAME"
        raise UsageError(
            f"no artifact has the data of {options.path} yet",
            hint=f"write 'plmctl data add {shlex.quote(options.path)} --name {word} --purpose rag'",
        )
    name = checked_name(options.name, "Dataset", registry.kinds)
    refuse_double(f"dataset/{name}", registry)
    folder = options.folder or registry.kinds.folders["Dataset"]
    manifest = manifest_path(registry.settings, folder, name)
    if tree.kind(manifest) is not None:
        raise UsageError(f"there is a file already: {manifest}", hint="choose another name, or folder")
    return name, manifest


def _added(repo: Repo, store: Store, path: str) -> Pointer:
    """The pointer that DVC wrote."""
    written = store.add(path)
    pointer = read_pointer(written, repo.on_disk(written, limit=TEXT_LIMIT))
    if not isinstance(pointer, Pointer):
        raise PlmctlError(
            f"DVC wrote {written}, and plmctl cannot use it: {pointer.findings[0].message}",
            hint="run 'dvc version': plmctl knows the pointers of DVC 3",
        )
    return pointer


def _known(
    store: Store, pointer: Pointer, purposes: tuple[str, ...], folder: str
) -> tuple[dict[str, Value], list[str]]:
    """The fields of the spec that the data itself says, and what is to be known of them."""
    rows = _rows(store, pointer)
    format_ = guessed_format(row.relpath for row in rows)
    known: dict[str, Value] = {
        "purpose": [*purposes],
        "data": {"dvc": posixpath.relpath(pointer.path, folder)},
        "format": format_ or _UNKNOWN,
    }
    guess = guessed(_contents(store, pointer, rows, format_ or ""), format_ or "")
    if guess.schema is not None:
        known["schema"] = dict(guess.schema)
    if guess.key is not None:
        known["key"] = guess.key
    return known, [*_notes(format_, guess)]


def _notes(format_: str | None, guess: Guess) -> Iterator[str]:
    if format_ is None:
        yield f"the names of the files do not say what format it is: the manifest says '{_UNKNOWN}'"
    if guess.schema is not None:
        how = "read off all records" if guess.is_whole else "read off the first records"
        yield f"the schema is {how}: narrow it to what they must be"


def _rows(store: Store, pointer: Pointer) -> tuple[Row, ...]:
    """The files of data; a file is its own only one."""
    if not pointer.is_folder:
        return (Row(relpath=posixpath.basename(pointer.out_path), md5=pointer.md5),)
    listing = store.listing(pointer)
    return listing.rows if isinstance(listing, Inventory) else ()


def _contents(store: Store, pointer: Pointer, rows: Iterable[Row], format_: str) -> Iterator[Iterable[bytes]]:
    for row in rows:
        pieces = store.content(pointer, row.md5) if has_records(row.relpath, format_) else None
        if pieces is not None:
            yield pieces


def _git_add(path: str, *more: str) -> str:
    ignored = posixpath.join(posixpath.dirname(path), ".gitignore")
    return f"git add {' '.join(shlex.quote(f':/{each}') for each in (f'{path}.dvc', ignored, *more))}"


def _said(pointer: Pointer) -> str:
    return f"{pointer.path} points to {pointer.out_path}: {amount(pointer.size, pointer.nfiles)}"


def _value(artifact: str, manifest: str | None, pointer: Pointer, *, is_new: bool) -> dict[str, Value]:
    return {
        "id": artifact,
        "path": manifest,
        "pointer": pointer.path,
        "bytes": pointer.size,
        "files": pointer.nfiles,
        "wrote": is_new,
    }
