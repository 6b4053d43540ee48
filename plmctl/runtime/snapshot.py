"""All that one lock pins, checked: what a service renders from until the next lock."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from importlib import import_module

from plmctl.core.bundle import Texts
from plmctl.core.call.artifact import Artifact, artifact_of
from plmctl.core.call.assembly import prompt_of
from plmctl.core.call.prompt import Prompt
from plmctl.core.call.situation import Counters
from plmctl.core.canonical import sha256_of
from plmctl.core.few import few
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import Lock
from plmctl.core.slip import nearest
from plmctl.core.value import as_mapping, as_text, as_texts

# What should not run any more, by its stability: to search the texts for the words is quicker than to parse.
_AGEING = ("deprecated", "retired")
_CONTEXT = b'"context"'
_JINJA2 = b'"jinja2"'
# The fields that hold a JSON Schema to which values of a call are held.
_SCHEMAS = (b'"inputs":', b'"schema":', b'"returns":', b'"session":')
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
        self._asked: dict[str, str] = {}
        manifests = b"".join([artifact.manifest for artifact in texts.values()])
        _prepare(manifests)
        self.counters = self._counters() if _CONTEXT in manifests else None

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
        self._asked[artifact] = renamed
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

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever loads this lock should know: what should not run any more, and old names in use."""
        asked = sorted(self._asked.copy().items())
        return (*self._ageing, *(f"{old} is {new} now: ask for that" for old, new in asked))

    @cached_property
    def _ageing(self) -> tuple[str, ...]:
        return tuple(
            _told(artifact, stability)
            for stability in _AGEING
            for artifact in self._with(b'"%s"' % stability.encode())
            if artifact.metadata.get("stability") == stability
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
        entry = self.lock.artifacts[artifact]
        return artifact_of(
            artifact,
            texts,
            version=entry.version,
            digest=entry.digest,
            metadata_digest=entry.metadata_digest,
            closure=entry.closure,
        )

    def _counters(self) -> Counters:
        """What counts tokens where prompts have a context; read now, as later nothing is opened."""
        from plmctl.runtime.counting import counters_of

        ids = (artifact for artifact in self._texts if artifact.startswith("model/"))
        return counters_of({as_text(self.artifact(artifact).spec.get("model")) or "" for artifact in ids})

    def _unknown(self, artifact: str) -> NotLockedError:
        kind, _, name = artifact.partition("/")
        known = {
            other.removeprefix(f"{kind}/"): other for other in self._texts if other.startswith(f"{kind}/")
        }
        # The kind, which they have in common, would make any two names alike.
        likely = nearest(name, known)
        hint = f"did you mean '{known[likely]}'?" if likely is not None else _others(known.values())
        return NotLockedError(f"{artifact} is not in this lock", hint=hint)


def _prepare(manifests: bytes) -> None:
    """What rendering imports when it needs it is imported now: a render opens no file."""
    instance = import_module("plmctl.core.instance")
    if any(field in manifests for field in _SCHEMAS):
        instance.contract({})
    if _JINJA2 in manifests:
        # Where it is not installed, whoever asks for such a prompt is told.
        with suppress(ImportError):
            import_module("plmctl.core.template.run")


def _told(artifact: Artifact, stability: str) -> str:
    why = as_mapping(artifact.metadata.get("deprecation"))
    instead, sunset = as_text(why.get("replacedBy")), as_text(why.get("sunset"))
    until = f", and may be removed after {sunset}" if sunset is not None else ""
    return f"{artifact.id} is {stability}{until}" + (f": use {instead}" if instead is not None else "")


def _others(names: Collection[str]) -> str:
    return f"it has {few(sorted(names), _MOST)}" if names else "it has none of that kind"
