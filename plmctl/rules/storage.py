"""What a change does to where data is kept: REG024."""

from collections.abc import Collection, Iterator

from plmctl.core.finding import Finding, Level, Location, Rule
from plmctl.core.tree import EntryKind, Tree, bytes_at

LIMIT = 1024 * 1024
_FOLDER = ".dvc"
_ENDINGS = (f"{_FOLDER}/config", f"{_FOLDER}/config.local")

STORAGE_CHANGED = Rule(
    code="REG024",
    name="data-storage-changed",
    level=Level.WARNING,
    meaning="Between the two moments of a diff, a `.dvc/config` or `.dvc/config.local` came, went or "
    "changed: DVC fetches and pushes data elsewhere, or in another way. Or a symbolic link came into a "
    "`.dvc`: DVC reads and writes where it leads."
    "\n\n"
    "Whoever pulls after the merge sends DVC, with their credentials, to the addresses that it names. Read "
    "it as you read code: it decides which server your machines talk to. `validate` and `diff` never use it. "
    "`plmctl data add`, `pull` and `push` refuse a link in DVC's own folder.",
)
STORAGE_RULES = (STORAGE_CHANGED,)


def changed_storage(before: Tree, after: Tree) -> Iterator[Finding]:
    """REG024: the configurations of DVC that are others, or not there, on one side; and links that came."""
    here, there = _apart(before, after)
    links = {*_links(after, here)} - {*_links(before, there)}
    for path in sorted(links):
        said = "is a symbolic link: DVC reads and writes where it leads"
        yield _finding(path, said, "delete it, and do not run DVC before: it may lead out of the repository")
    for path in sorted({*_configurations(there), *_configurations(here)} - links):
        old, new = (bytes_at(tree, path, limit=LIMIT) for tree in (before, after))
        if old != new:
            what = "is new" if old is None else "is gone" if new is None else "changed"
            said = f"{what}: data is fetched from and pushed to what it says"
            yield _finding(path, said, "see that every address in it is one of yours before you pull data")


def _finding(path: str, said: str, help_: str) -> Finding:
    return Finding(
        rule=STORAGE_CHANGED,
        message=f"{path} {said}",
        location=Location(path=path),
        level=STORAGE_CHANGED.level,
        help=help_,
    )


def _apart(before: Tree, after: Tree) -> tuple[Collection[str], Collection[str]]:
    """The paths of the newer tree and of the older one; of two trees of Git those that are not the same."""
    one, other = after.root, before.root
    apart = one.apart(other.id) if one is not None and other is not None else None
    return (apart.here, apart.there) if apart is not None else (tuple(after.paths()), tuple(before.paths()))


def _configurations(paths: Collection[str]) -> Iterator[str]:
    return (path for path in _own(paths) if path.lower().endswith(_ENDINGS))


def _links(tree: Tree, paths: Collection[str]) -> Iterator[str]:
    return (path for path in _own(paths) if tree.kind(path) is EntryKind.LINK)


def _own(paths: Collection[str]) -> Iterator[str]:
    """The paths of DVC's own folders, and what lies in them; some file systems know no upper case."""
    listed = "/" + "/\n/".join(paths).lower() + "/"
    # Most trees have none, and no path of theirs is looked at.
    is_there = f"/{_FOLDER}/" in listed
    return (path for path in paths if _FOLDER in path.lower().split("/")) if is_there else iter(())
