"""What a word that is being typed may become; nothing outside a registry, but kinds and codes."""

import re
from collections.abc import Iterator

from plmctl.commands.catalogue import catalogue
from plmctl.commands.data_add import PURPOSES
from plmctl.core.configuration import read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.document import Document, read_document
from plmctl.core.kinds import BUILT_IN
from plmctl.core.ports import Repo, TagRef, Tree, Unreadable
from plmctl.core.ref import BRANCHES, REMOTES
from plmctl.core.schema import kind_prefix
from plmctl.core.settings import LIMIT
from plmctl.core.value import Value, as_items, as_mapping, as_text
from plmctl.core.version import parsed_version

_BUMPS = ("major", "minor", "patch")
_HEADS = (BRANCHES, REMOTES)
# A guess is enough here, and takes a tenth of the time: the command itself reads what was completed.
_KIND = deferred(rb"^kind:[ \t]*[\"']?(\w+)", re.MULTILINE)
_NAME = deferred(rb"^metadata:.*?\bname:[ \t]*[\"']?([a-z0-9/_-]+)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A word that is being typed, and the repository around: what it may become, by what is wanted.

    `before` are the arguments of the command that are typed already.
    """

    repo: Repo | None
    word: str
    before: tuple[str, ...] = ()

    def artifacts(self) -> Iterator[str]:
        """The ids of the work tree's artifacts; after an `@` the versions of one."""
        artifact, at, _ = self.word.partition("@")
        return self._versions(artifact) if at else self._ids()

    def applications(self) -> Iterator[str]:
        """The names of the applications; after an `@` the versions of one."""
        name, at, _ = self.word.partition("@")
        if at:
            return (found.partition("/")[2] for found in self._versions(f"application/{name}"))
        return self._names("Application")

    def environments(self) -> Iterator[str]:
        """The names of the environments."""
        return self._names("Environment")

    def prompts(self) -> Iterator[str]:
        """The ids of the prompts; after an `@` the versions of one."""
        artifact, at, _ = self.word.partition("@")
        return self._versions(artifact) if at else (f"prompt/{name}" for name in self._names("Prompt"))

    def samples(self) -> Iterator[str]:
        """The samples of the prompt that is named before."""
        wanted = {word.partition("@")[0].removeprefix("prompt/") for word in self.before}
        tree, paths = self._manifests()
        for path in paths:
            if tree is not None and any(name in wanted for _, name in _guess(tree, path)):
                document = read_document(path, tree.read(path, limit=LIMIT))
                if isinstance(document, Document):
                    yield from _sample_names(document.value)

    def raised(self) -> Iterator[str]:
        """The ids of the artifacts, each with a bump."""
        return (f"{artifact}={bump}" for artifact in self._ids() for bump in _BUMPS)

    def revisions(self) -> Iterator[str]:
        """Branches and tags of the registry; an artifact's versions where an `@` says so."""
        if "@" in self.word:
            yield from self.artifacts()
        elif self.repo is not None:
            for ref in sorted(self.repo.branch_tips()):
                yield next(ref.removeprefix(head) for head in _HEADS if ref.startswith(head))
            yield from self.registry_tags()

    def registry_tags(self) -> Iterator[str]:
        """The tags that name no artifact's version."""
        return (tag.name for tag in self._tags() if "@" not in tag.name)

    def kinds(self) -> Iterator[str]:
        """The kinds of the registry, as people write them."""
        known = BUILT_IN
        if self.repo is not None:
            tree = self.repo.work_tree()
            known = read_settings_of(tree, tuple(tree.paths())).kinds
        return map(kind_prefix, known.names)

    def codes(self) -> Iterator[str]:
        """The codes of all rules, in the case of the word."""
        return (code.lower() if self.word.islower() else code for code in sorted(catalogue()))

    def purposes(self) -> Iterator[str]:
        """What data may be for."""
        return iter(PURPOSES)

    def _ids(self) -> Iterator[str]:
        return (f"{kind_prefix(kind)}/{name}" for kind, name in self._guessed())

    def _names(self, kind: str) -> Iterator[str]:
        return (name for known, name in self._guessed() if known == kind)

    def _guessed(self) -> list[tuple[str, str]]:
        """Kind and name of each artifact of the work tree."""
        tree, paths = self._manifests()
        return [] if tree is None else sorted({guess for path in paths for guess in _guess(tree, path)})

    def _manifests(self) -> tuple[Tree | None, list[str]]:
        """The work tree, and the paths of its manifests."""
        if self.repo is None:
            return None, []
        tree = self.repo.work_tree()
        paths = tuple(tree.paths())
        settings = read_settings_of(tree, paths)
        return tree, [path for path in paths if settings.is_manifest(path)]

    def _versions(self, artifact: str) -> Iterator[str]:
        """An artifact with each of its versions, `ID@VERSION`, the newest first."""
        named = (tag.name.partition("@") for tag in self._tags())
        texts = (version.removeprefix("v") for name, _, version in named if name == artifact)
        found = {version for text in texts if (version := parsed_version(text)) is not None}
        return (f"{artifact}@{version}" for version in sorted(found, reverse=True))

    def _tags(self) -> tuple[TagRef, ...]:
        return self.repo.tags() if self.repo is not None else ()


def _sample_names(manifest: Value) -> Iterator[str]:
    samples = as_items(as_mapping(as_mapping(manifest).get("spec")).get("samples"))
    return (name for sample in samples if (name := as_text(as_mapping(sample).get("name"))) is not None)


def _guess(tree: Tree, path: str) -> Iterator[tuple[str, str]]:
    try:
        text = tree.read(path, limit=LIMIT)
    except Unreadable:
        return
    kind, name = _KIND.search(text), _NAME.search(text)
    if kind and name:
        yield kind[1].decode(), name[1].decode()
