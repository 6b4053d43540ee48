"""The diff driver: what Git runs to show how a manifest changed."""

import posixpath

from plmctl.core.change import Fact
from plmctl.core.dataclass import dataclass
from plmctl.core.diff import compare
from plmctl.core.document import Document, read_document
from plmctl.core.patch import patch
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.report import Moved, Report
from plmctl.core.secrecy import visible_lines
from plmctl.core.settings import FILE_NAME
from plmctl.rules.judge import judgements

# Every file is a manifest here: Git asks for those of the registry's folders only.
_SETTINGS = (
    b"apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: git}\nspec: {manifests: {include: ['**']}}\n"
)
_COMMAND = "git-diff-driver"
_FILES = ("100644", "100755")
# difflib compares all lines with all others.
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A file on one side: its path, its bytes (None where they cannot be read), its mode as Git writes it."""

    path: str
    data: bytes | None
    mode: str

    @property
    def is_absent(self) -> bool:
        """Whether there is no such file on this side."""
        return self.mode == "."


def diff_driver(old: Version, new: Version, today: str) -> tuple[Report, ...]:
    """What changed in one manifest, judged alone; where it cannot be, the lines that changed."""
    if old.data is None or new.data is None:
        return (_said(f"{new.path}: not shown, it is no file or too large"),)
    before, after = (_registry(side) for side in (old, new))
    if before is None or after is None:
        return _by_lines(old, new, "not a manifest that plmctl can read; its lines:")
    changes = compare(before, after)
    judged = judgements(changes, after.settings, today)
    moved = tuple(
        Moved(artifact=change.artifact, old=str(change.old), new=str(change.new))
        for change in changes
        if change.fact is Fact.MOVED
    )
    if not judged and not moved:
        return _by_lines(old, new, "means what it meant; its lines:")
    return _said(new.path), Report(command=_COMMAND, judgements=judged, moved=moved)


def _said(text: str) -> Report:
    # A path is one line, whatever is in it.
    one_line = text.replace("\n", "\\x0a")
    return Report(command=_COMMAND, text=f"{one_line}\n")


def _registry(side: Version) -> Registry | None:
    """The registry that has this manifest alone; None where it is none that can be read."""
    files = {FILE_NAME: _SETTINGS}
    if not side.is_absent:
        if side.mode not in _FILES or posixpath.basename(side.path) == FILE_NAME:
            return None
        files[side.path] = side.data or b""
    registry = load(MemoryTree(files))
    return registry if side.is_absent or registry.manifests else None


def _by_lines(old: Version, new: Version, why: str) -> tuple[Report, ...]:
    texts = [(side.data or b"").decode("utf-8", "surrogateescape") for side in (old, new)]
    if sum(text.count("\n") for text in texts) > _MOST_LINES:
        return (_said(f"{new.path}: not shown, it has too many lines"),)
    told: dict[str, str] = {}
    for side in (old, new):
        document = read_document(side.path, side.data or b"")
        told |= visible_lines(document) if isinstance(document, Document) else {}
    change = patch(new.path, *texts).masked(told)
    return _said(f"{new.path}: {why}"), Report(command=_COMMAND, patches=(change,))
