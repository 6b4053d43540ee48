"""validate --fix: write what was meant beyond doubt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from plmctl.commands.faults import told_of
from plmctl.commands.moment import current
from plmctl.commands.validate import ValidateOptions, validate
from plmctl.commands.writing import on_disk, put_all
from plmctl.core.answer import is_shown
from plmctl.core.dataclass import dataclass
from plmctl.core.document import Document, read_document
from plmctl.core.finding import Edit, Finding, UsageError
from plmctl.core.limits import UTMOST
from plmctl.core.overlay import Overlay
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.core.splice import edited
from plmctl.core.value import Value

# What a mending reveals is mended too: a misspelt kind, then a misspelt field, then what that refers to.
ROUNDS = 10


def fix(repo: Repo, options: ValidateOptions) -> Report:
    """Mend the work tree where only one thing can be meant; what was mended, and what is still wrong."""
    if options.revision is not None or options.is_staged:
        raise UsageError(
            "--fix changes the work tree, and --rev and --staged name another tree",
            hint="leave one of them out",
        )
    mending = _Mending(repo=repo, tree=repo.work_tree())
    for _ in range(ROUNDS):
        registry = current(Overlay(mending.tree, mending.files))
        told = told_of(registry, options.today)
        if not mending.mends(registry, [each.finding for each in told if is_shown(each, options.paths)]):
            break
    put_all(repo, mending.files)
    report = validate(repo, options)
    done = tuple(_told(edit) for edit in mending.done)
    count = len(mending.files)
    return replace(
        report,
        done=(*done, *((f"fixed {len(done)} in {count} file{'' if count == 1 else 's'}",) if done else ())),
        data={"fixed": [_value(edit) for edit in mending.done]},
    )


@dataclass(slots=True, kw_only=True)
class _Mending:
    """What is to be written, as far as it is known."""

    repo: Repo
    tree: Tree
    files: dict[str, bytes] = field(default_factory=dict)
    done: list[Edit] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)

    def mends(self, registry: Registry, findings: Iterable[Finding]) -> bool:
        """Whether anything could be mended."""
        count = len(self.done)
        texts = _includers(registry)
        for path, edits in sorted(_agreed(findings, texts).items()):
            if path not in self._refused and not self._mend(path, edits, is_text=path in texts):
                self._refused.add(path)
        return len(self.done) > count

    def _mend(self, path: str, edits: list[Edit], *, is_text: bool) -> bool:
        before = self.files.get(path) or on_disk(self.repo, path)
        text = edited(before.decode("utf-8"), edits)
        if text is None or not (is_text or _is_alike(path, before, text.encode())):
            return False
        self.files[path] = text.encode()
        self.done.extend(edits)
        return True


def _agreed(findings: Iterable[Finding], texts: Mapping[str, frozenset[str]]) -> dict[str, list[Edit]]:
    """The edits by file, without places that two are for, and texts that others understand otherwise."""
    askers: defaultdict[Edit, set[str]] = defaultdict(set)
    fixes = [finding.fix for finding in findings if finding.fix]
    for finding in findings:
        for edit in finding.fix:
            askers[edit].add(finding.artifact or "")
    wishes: defaultdict[object, set[str]] = defaultdict(set)
    for edit in askers:
        wishes[edit.location].add(edit.new)
    agreed: defaultdict[str, list[Edit]] = defaultdict(list)
    for edits in fixes:
        if all(
            len(wishes[e.location]) == 1 and texts.get(e.location.path, frozenset()) <= askers[e]
            for e in edits
        ):
            for edit in edits:
                agreed[edit.location.path] += [edit] if edit not in agreed[edit.location.path] else []
    return agreed


def _includers(registry: Registry) -> dict[str, frozenset[str]]:
    """The text files of the artifacts, and whose they are."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for manifest in registry.manifests.values():
        for template in manifest.templates:
            if template.path is not None:
                found[template.path].add(manifest.id)
    return {path: frozenset(ids) for path, ids in found.items()}


def _is_alike(path: str, before: bytes, after: bytes) -> bool:
    """Whether a manifest is read as before, but for the words that were changed."""
    # What holds for it was looked at when it was validated.
    old, new = (read_document(path, data, UTMOST) for data in (before, after))
    return isinstance(old, Document) and isinstance(new, Document) and len(old.spots) == len(new.spots)


def _told(edit: Edit) -> str:
    return f"{edit.location.path}:{edit.location.line}: {edit.old} -> {edit.new}"


def _value(edit: Edit) -> Value:
    place = edit.location
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "old": edit.old,
        "new": edit.new,
    }
