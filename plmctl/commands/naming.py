"""Names and places for artifacts that are about to begin."""

import posixpath
import re
import unicodedata

from plmctl.core.finding import UsageError
from plmctl.core.kinds import Kinds
from plmctl.core.manifest import LONGEST_NAME, NAME
from plmctl.core.path import BadPath, resolved_path
from plmctl.core.ports import EntryKind, Tree
from plmctl.core.registry import Registry
from plmctl.core.schema import kind_prefix
from plmctl.core.settings import Settings
from plmctl.core.starter import SCHEMA_FOLDER

GRAMMAR = "a name is lower case letters and digits, with '-' and '_' inside, in segments divided by '/'"


def checked_name(name: str, kind: str, kinds: Kinds) -> str:
    """A name that an artifact of a kind may have. Raises UsageError for any other."""
    first, slash, rest = name.partition("/")
    if slash and first in (*kinds.by_prefix, "registry"):
        raise UsageError(f"the name '{name}' begins with a kind", hint=f"leave it out: '{rest}'")
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name}' cannot be a name", hint=GRAMMAR)
    if len(name) > LONGEST_NAME:
        raise UsageError(f"the name has {len(name)} characters", hint=f"at most {LONGEST_NAME} are allowed")
    if kind == "Environment" and slash:
        raise UsageError(
            f"the name of an environment has no '/': '{name}'", hint=f"try '{name.replace('/', '-')}'"
        )
    return name


def slug(word: str) -> str:
    """A word, made into one that a name may have: accents are left out, other signs become a dash."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub("[^a-z0-9_]+", "-", plain).strip("-_")


def refuse_double(artifact: str, registry: Registry) -> None:
    """Raises UsageError for an id that an artifact has, or had."""
    if artifact in registry.manifests:
        raise UsageError(
            f"there is {artifact} already: {registry.manifests[artifact].path}",
            hint=f"run 'plmctl show {artifact}' to see it, or choose another name",
        )
    if artifact in registry.former:
        raise UsageError(
            f"{registry.former[artifact]} was {artifact} before, the name stays reserved",
            hint="choose another name",
        )


def manifest_path(settings: Settings, folder: str, name: str) -> str:
    """The repository's path of a manifest in a folder of the registry. Raises UsageError for no place."""
    path = resolved_path(settings.folder, posixpath.join(folder, f"{name}.yaml"))
    if isinstance(path, BadPath):
        raise UsageError(path.message, hint=path.help)
    if not settings.is_manifest(path):
        raise UsageError(
            f"no manifest would be looked for at {path}",
            hint=f"name another folder, or widen 'manifests' in {settings.path}",
        )
    return path


def modeline(kind: str, path: str, settings: Settings, tree: Tree) -> str | None:
    """The line by which an editor finds the schema of a manifest; None when `init` wrote no schemas here."""
    schema = settings.at(f"{SCHEMA_FOLDER}/{kind_prefix(kind)}.json")
    if tree.kind(schema) is not EntryKind.FILE:
        return None
    return f"# yaml-language-server: $schema={posixpath.relpath(schema, posixpath.dirname(path) or '.')}"
