"""The releases of a generated registry, planned by plmctl's own core, so that every command reads them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from benchmarks.manifests import Slot
from benchmarks.stream import Stream
from plmctl.commands.judging import judging
from plmctl.core.form import Identity, closure, identity_of
from plmctl.core.limits import CLOSED
from plmctl.core.lock import lock_path, read_lock, serialised
from plmctl.core.locking import Now, Wanted, closure_lock, now_of
from plmctl.core.plan import Asked, artifact_tag, commit_message, plan, registry_tag
from plmctl.core.ports import DraftTag, TagRef
from plmctl.core.registry import Registry, load
from plmctl.core.settings import FILE_NAME
from plmctl.core.tag import RegistryTag, history
from plmctl.core.tree import EntryKind, TooLarge, Unreadable
from plmctl.core.value import as_mapping, as_text
from plmctl.git.drafts import draft_tag

RUN = "0" * 32
DAY = "2026-11-30"


class Memory:
    """A tree of texts."""

    def __init__(self, texts: Mapping[str, str]):
        self._texts = texts
        self.ceiling = CLOSED
        self.root = None

    def paths(self) -> Iterator[str]:
        return iter(sorted(self._texts))

    def kind(self, path: str) -> EntryKind | None:
        return EntryKind.FILE if path in self._texts else None

    def read(self, path: str, *, limit: int) -> bytes:
        if path not in self._texts:
            raise Unreadable("it is not there")
        data = self._texts[path].encode()
        if len(data) > limit:
            raise TooLarge(len(data), limit)
        return data

    def prefetch(self, paths: Collection[str]) -> None:
        pass

    def identity(self, path: str) -> str:
        return sha256(self._texts.get(path, "").encode()).hexdigest()

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        return {path: self.identity(path) for path in paths}


def sample(texts: Mapping[str, str]) -> bytes:
    """The lock and the tags of a first release, but for ids: what plmctl writes into repositories."""
    now = now_of(load(Memory(texts)))
    past: dict[str, Registry] = {}
    nothing = history((), now.registry.settings)
    made = plan(now, nothing, frozenset(), past.__getitem__, judging(DAY), Asked())
    tags = [artifact_tag(planned, made.registry).message.encode() for planned in made.planned]
    return b"\0".join((made.lock_bytes, *tags))


class Releases:
    """The releases made so far of a registry that grows by changes."""

    def __init__(self, stream: Stream, texts: Mapping[str, str]):
        self._stream = stream
        self._settings = texts[FILE_NAME]
        self._now = now_of(load(Memory(texts)))
        self._states: dict[str, Registry] = {}
        self._last: tuple[RegistryTag, Now, bytes] | None = None
        self.tags: list[DraftTag] = []
        self._refs: list[TagRef] = []

    def change(self, texts: Mapping[str, str]) -> None:
        """Some manifests are others now."""
        read = load(Memory({FILE_NAME: self._settings, **texts}))
        before = self._now
        registry = replace(before.registry, manifests={**before.registry.manifests, **read.manifests})
        changed = {m.id: identity_of(m, registry) for m in read.versioned}
        self._now = _with(registry, {**before.identities, **changed})

    def release(self, artifacts: Collection[str]) -> None:
        """A commit with the lock, and the tags of these artifacts on it."""
        registry = self._now.registry
        past = history(self._refs, registry.settings)
        asked = Asked(selected=frozenset(artifacts))
        made = plan(self._now, past, frozenset(self._states), self._states.__getitem__, judging(DAY), asked)
        assert {planned.artifact for planned in made.planned} == set(artifacts), (
            "another release than was meant"
        )
        commit = self._stream.commit({"plm.lock": made.lock_bytes}, commit_message(made))
        drafts = [
            draft_tag("sha1", artifact_tag(planned, made.registry), commit, self._stream.tagger)
            for planned in made.planned
        ]
        objects = {draft.name: draft.object_id for draft in drafts}
        last = draft_tag("sha1", registry_tag(made, objects, RUN), commit, self._stream.tagger)
        self._states[commit] = registry
        self.tags += [*drafts, last]
        self._refs += [_ref(draft, commit) for draft in (*drafts, last)]
        release = history(self._refs, registry.settings).by_name[made.tag]
        self._last = (release, self._now, made.lock_bytes)

    def lock_all(self, environments: Sequence[Slot]) -> None:
        """A commit with the locks of environments, each application of each at the last release."""
        assert self._last is not None
        release, now, data = self._last
        state = read_lock("plm.lock", data)
        made: dict[str, bytes] = {}
        for slot in environments:
            pins = as_mapping(now.registry.manifests[slot.artifact].spec["pins"])
            for application, want in pins.items():
                root = f"application/{application}"
                wanted = Wanted(root=root, want=as_text(want), environment=slot.name, bind={})
                lock = closure_lock(wanted, release, now, state)
                made[lock_path(now.registry.settings, slot.name, application)] = serialised(lock)
        self._stream.commit(made, f"environments: run {release.name}\n")


def _with(registry: Registry, known: Mapping[str, Identity]) -> Now:
    digests = {artifact: identity.digest for artifact, identity in known.items()}
    graph = registry.dependencies
    closures = {artifact: closure(artifact, graph, digests) for artifact in known}
    return Now(registry=registry, identities=known, graph=graph, closures=closures)


def _ref(draft: DraftTag, commit: str) -> TagRef:
    message = draft.raw.decode().partition("\n\n")[2]
    return TagRef(
        name=draft.name,
        object_id=draft.object_id,
        object_type="tag",
        commit=commit,
        tag_name=draft.name,
        message=message,
    )
