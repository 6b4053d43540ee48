"""What a change does to where data is kept: REG024."""

from collections.abc import Iterator

from plmctl.core.finding import Finding, Level, Location, Rule
from plmctl.core.tree import Tree, bytes_at

LIMIT = 1024 * 1024
_CONFIGURATION = ".dvc/config"

STORAGE_CHANGED = Rule(
    code="REG024",
    name="data-storage-changed",
    level=Level.WARNING,
    meaning="Between the two moments of a diff, a `.dvc/config` came, went or changed: DVC fetches and "
    "pushes data elsewhere, or in another way."
    "\n\n"
    "Whoever pulls after the merge sends DVC, with their credentials, to the addresses that it names. Read "
    "it as you read code: it decides which server your machines talk to. `validate` and `diff` never use it.",
)
STORAGE_RULES = (STORAGE_CHANGED,)


def changed_storage(before: Tree, after: Tree) -> Iterator[Finding]:
    """REG024: the configurations of DVC that are others, or not there, on one side."""
    for path in sorted({*_configurations(before), *_configurations(after)}):
        old, new = (bytes_at(tree, path, limit=LIMIT) for tree in (before, after))
        if old != new:
            what = "is new" if old is None else "is gone" if new is None else "changed"
            yield Finding(
                rule=STORAGE_CHANGED,
                message=f"{path} {what}: data is fetched from and pushed to what it says",
                location=Location(path=path),
                level=STORAGE_CHANGED.level,
                help="see that every address in it is one of yours before you pull data",
            )


def _configurations(tree: Tree) -> Iterator[str]:
    return (path for path in tree.paths() if path == _CONFIGURATION or path.endswith(f"/{_CONFIGURATION}"))
