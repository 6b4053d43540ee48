"""All that one lock pins, checked: what a service renders from until the next lock."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from plmctl.core.bundle import Texts
from plmctl.core.call.artifact import Artifact, artifact_of
from plmctl.core.call.assembly import prompt_of
from plmctl.core.call.prompt import Prompt
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import Lock
from plmctl.core.slip import nearest
from plmctl.core.value import as_mapping, as_text, as_texts

_RETIRED = b'"retired"'
# What is there, as many as help somebody who asked for what is not.
_MOST = 5


class NotLockedError(PlmctlError):
    """An artifact that the lock does not have (exit 3)."""


class Snapshot:
    """The artifacts of one lock; nothing of it changes, and reading it opens nothing.

    `lock_digest` is the sha256 of the lock's bytes. Texts are parsed when they are asked for.
    """

    def __init__(self, lock: Lock, lock_data: bytes, texts: Mapping[str, Texts], files: Mapping[str, bytes]):
        self.lock = lock
        self.lock_data = lock_data
        self.lock_digest = sha256_of(lock_data)
        self._texts = texts
        self._files = files
        # Two threads that ask at once parse twice and find the same: a dictionary needs no lock for that.
        self._artifacts: dict[str, Artifact] = {}
        self._prompts: dict[str, Prompt] = {}

    def artifact(self, artifact: str) -> Artifact:
        """The artifact of an id, or what the lock binds it to. Raises NotLockedError."""
        bound = self.lock.bind.get(artifact, artifact)
        found = self._artifacts.get(bound)
        if found is None:
            found = self._artifacts[bound] = self._read(bound)
        return found

    def named(self, kind: str, name: str) -> Artifact:
        """The artifact of a kind that has a name, or had it before it was renamed. Raises NotLockedError."""
        artifact = name if name.startswith(f"{kind}/") else f"{kind}/{name}"
        if artifact in self._texts or artifact in self.lock.bind:
            return self.artifact(artifact)
        renamed = self.renamed.get(artifact)
        if renamed is None:
            raise self._unknown(artifact)
        return self.artifact(renamed)

    def prompt(self, name: str) -> Prompt:
        """The compiled prompt of a name. Raises NotLockedError, and what makes it impossible to render."""
        found = self._prompts.get(name)
        if found is None:
            artifact = self.named("prompt", name)
            found = prompt_of(artifact, self.artifact, lock=self.lock_digest, arm=self.lock.arm)
            self._prompts[name] = found
        return found

    def file(self, path: str) -> bytes:
        """A file that a manifest includes, as Git has it. Raises NotLockedError."""
        found = self._files.get(path)
        if found is None:
            raise NotLockedError(f"no manifest in this lock includes {path!r}", hint=_others(self._files))
        return found

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The ids of artifacts by those that they had before."""
        return {
            f"{artifact.kind}/{old}": artifact.id
            for artifact in self._with(b'"formerly"')
            for old in as_texts(artifact.metadata.get("formerly"))
        }

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What whoever loads this lock should know: what is in it and should not run any more."""
        return tuple(
            _retired(artifact)
            for artifact in self._with(_RETIRED)
            if artifact.metadata.get("stability") == "retired"
        )

    def _with(self, word: bytes) -> Iterator[Artifact]:
        """The artifacts whose metadata holds a word: to search is quicker than to parse."""
        for artifact, texts in sorted(self._texts.items()):
            if word in texts.metadata:
                yield self.artifact(artifact)

    def _read(self, artifact: str) -> Artifact:
        texts = self._texts.get(artifact)
        if texts is None:
            raise self._unknown(artifact)
        return artifact_of(artifact, self.lock.artifacts[artifact], texts)

    def _unknown(self, artifact: str) -> NotLockedError:
        kind = artifact.partition("/")[0]
        known = [other for other in self._texts if other.startswith(f"{kind}/")]
        likely = nearest(artifact, known)
        hint = f"did you mean '{likely}'?" if likely is not None else _others(known)
        return NotLockedError(f"{artifact} is not in this lock", hint=hint)


def _retired(artifact: Artifact) -> str:
    instead = as_text(as_mapping(artifact.metadata.get("deprecation")).get("replacedBy"))
    return f"{artifact.id} is retired" + (f": use {instead}" if instead is not None else "")


def _others(names: Collection[str]) -> str:
    shown = sorted(names)[:_MOST]
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"it has {', '.join(shown)}{more}" if shown else "it has none of that kind"
