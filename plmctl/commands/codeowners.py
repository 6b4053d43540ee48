"""codeowners: who is asked when a manifest changes, as GitHub and GitLab read it."""

from plmctl.commands.moment import current
from plmctl.core.codeowners import PLACES, BrokenMarkers, bad_owners, merged, owner_lines, owners_of_files
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report
from plmctl.core.secrecy import masked

_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeownersOptions:
    """Where the file is (None: where GitHub or GitLab look), and what comes before an owner without `@`."""

    path: str | None = None
    prefix: str = "@"
    is_check: bool = False


def codeowners(repo: Repo, options: CodeownersOptions) -> Report:
    """Writes, or checks, the part of CODEOWNERS that the manifests' owners make; the rest is left alone."""
    _require_prefix(options.prefix)
    tree = repo.work_tree()
    registry = current(tree)
    _require_whole(registry)
    path = options.path or next((place for place in PLACES if tree.kind(place) is not None), PLACES[0])
    existing = _existing(repo, tree, path)
    lines = owner_lines(owners_of_files(registry), options.prefix)
    try:
        text = merged(existing, lines)
    except BrokenMarkers:
        raise UsageError(
            f"{path} has not one '# begin plmctl' and, after it, one '# end plmctl'",
            hint="delete these lines and what is between them, and run 'plmctl codeowners'",
        ) from None
    return _report(repo, path, existing, text, len(lines), options)


def _report(
    repo: Repo, path: str, existing: str, text: str, count: int, options: CodeownersOptions
) -> Report:
    is_stale = text != existing
    data: dict[str, str | int | bool] = {"path": path, "files": count, "stale": is_stale}
    notes = () if count else ("no manifest names an owner",)
    if is_stale and options.is_check:
        hint = "run 'plmctl codeowners' and commit it"
        if options.prefix != "@":
            hint = f"run 'plmctl codeowners --prefix {options.prefix}' and commit it"
        stale = Problem(
            message=f"{path} is not what the manifests' owners say",
            hint=hint,
            exit_code=1,
        )
        return Report(command="codeowners", data={**data}, problems=(stale,), notes=notes)
    if is_stale:
        repo.put(path, text.encode(errors="surrogateescape"))
    done = (f"wrote {path}" if is_stale else f"{path} is up to date",) if count or is_stale else ()
    return Report(command="codeowners", data={**data}, done=done, notes=notes)


def _require_prefix(prefix: str) -> None:
    if not prefix.startswith("@") or any(c.isspace() or c == "#" or not c.isprintable() for c in prefix):
        raise UsageError(f"--prefix {prefix}: an owner begins with '@'", hint="write '--prefix @acme/'")


def _require_whole(registry: Registry) -> None:
    """Raises PlmctlError where lines would be lost."""
    if registry.broken:
        raise PlmctlError(
            f"{registry.broken[0]} cannot be read, so its owners are not known", hint="run 'plmctl validate'"
        )
    bad = next(bad_owners(registry), None)
    if bad is not None:
        raise UsageError(
            f"the owner '{masked(bad.owner)}' in {bad.path} is no name that CODEOWNERS can hold",
            hint="write a team, a user or an e-mail address, without spaces",
        )


def _existing(repo: Repo, tree: Tree, path: str) -> str:
    kind = tree.kind(path)
    if kind is None:
        return ""
    if kind is not EntryKind.FILE:
        raise UsageError(f"{path} is no file, this is a {kind.value}", hint="name a file with '-o'")
    try:
        return repo.on_disk(path, limit=_LIMIT).decode(errors="surrogateescape")
    except Unreadable as error:
        raise UsageError(f"{path} cannot be read: {error}", hint="name another file with '-o'") from error
