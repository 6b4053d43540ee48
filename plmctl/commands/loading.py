"""Registries read one after another, and the one around locks, which is read where it is asked for."""

from collections.abc import Callable
from functools import cached_property

from plmctl.core.document import BrokenDocument
from plmctl.core.file import file_document
from plmctl.core.ports import Tree
from plmctl.core.reading import is_ours
from plmctl.core.registry import Registry, load
from plmctl.core.settings import Settings


class Loading:
    """Reads registries; of each only the files are parsed that are not as in the one before."""

    def __init__(self, like: Registry | None = None):
        self._like = like

    def loaded(self, tree: Tree) -> Registry:
        """The registry of a tree. Raises NoRegistry, ConfigurationError."""
        self._like = load(tree, self._like)
        return self._like


class Around:
    """A registry whose settings are known, and whose manifests are read once somebody asks for them."""

    def __init__(self, settings: Settings, read: Callable[[], Registry]):
        self.settings = settings
        self._read = read

    @classmethod
    def of(cls, registry: Registry) -> "Around":
        """One that was read."""
        return cls(registry.settings, lambda: registry)

    @cached_property
    def registry(self) -> Registry:
        """All of it."""
        return self._read()

    def names_of(self, artifact: str) -> tuple[str, ...]:
        """The ids of an artifact, now and before."""
        return self.registry.names_of(artifact)


def has_manifests(tree: Tree, paths: tuple[str, ...], settings: Settings) -> bool:
    """Whether a tree has a manifest, or what was to be one: the first that is found tells."""
    for path in filter(settings.is_manifest, paths):
        document = file_document(tree, path, "a manifest", settings.limits)
        if isinstance(document, BrokenDocument) or is_ours(document.value, settings.kinds):
            return True
    return False
