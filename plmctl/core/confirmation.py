"""That a bundle holds what its release released: from the tag by way of plm.lock to each entry of its lock.

Whoever trusts the tag, for its signature, trusts then all that its artifacts say. What no release says stays
unconfirmed: `want`, `environment`, `arm`, which replacements `bind` names, and floating data.
"""

from collections.abc import Iterator

from plmctl.core.bundle import Bundle
from plmctl.core.canonical import closure_of
from plmctl.core.deferred import deferred
from plmctl.core.finding import IntegrityError
from plmctl.core.graph import Graph, reachable
from plmctl.core.lock import FILE_NAME, DataEntry, Lock, LockedArtifact, read_lock
from plmctl.core.signed import message_of
from plmctl.core.trailer import trailers

_HEADER = deferred(rb"object ([0-9a-f]+)\ntype commit\ntag ([^\n]+)\n")
_MEND = "make it anew with 'plmctl bundle' from a lock that 'plmctl verify' finds true"


def refuse_unconfirmed(name: str, bundle: Bundle) -> None:
    """Raises IntegrityError with the first thing that the release of a bundle does not confirm."""
    problem = next(unconfirmed(name, bundle), None)
    if problem is not None:
        raise IntegrityError(f"{name}: {problem}", hint=_MEND)


def unconfirmed(name: str, bundle: Bundle) -> Iterator[str]:
    """What the release of a bundle that was read does not confirm. Raises IntegrityError for no plm.lock."""
    lock, release = bundle.lock, bundle.release
    header = _HEADER.match(release.tag)
    if header is None or header[2].decode("utf-8", "replace") != release.name:
        yield f"its tag object is not that of the release {release.name}"
    elif lock.source.commit not in (None, header[1].decode()):
        yield f"{release.name} is not of the commit that was locked"
    registry = trailers(message_of(release.tag)).get("Registry")
    if registry != lock.registry:
        yield f"{release.name} is a release of {registry}, and the lock of {lock.registry}"
    state = read_lock(f"{name}: the {FILE_NAME} of {release.name}", release.lock)
    if (state.registry, state.root, state.source.release) != (lock.registry, None, release.name):
        yield f"the {FILE_NAME} of {release.name} is that of another release"
    if lock.root is not None:
        yield from _strangers(lock, lock.root)
        yield from _others(lock, state)


def _strangers(lock: Lock, root: str) -> Iterator[str]:
    """What belongs to the closure of the root and is missing, or does not."""
    graph = _graph(lock)
    missing = {target for targets in graph.values() for target in targets} - lock.artifacts.keys()
    if root not in lock.artifacts or missing:
        yield f"{min(missing, default=root)} is missing from the closure of {root}"
        return
    for artifact in sorted(lock.artifacts.keys() - reachable(graph, root)):
        yield f"{artifact} does not belong to the closure of {root}"
    for artifact, entry in lock.artifacts.items():
        members = reachable(graph, artifact)
        if entry.closure != closure_of({member: lock.artifacts[member].digest for member in members}):
            yield f"{artifact}: its closure is another than that of its dependencies"


def _graph(lock: Lock) -> Graph:
    return {artifact: frozenset(entry.requires) for artifact, entry in lock.artifacts.items()}


def _others(lock: Lock, state: Lock) -> Iterator[str]:
    """The fields of entries that plm.lock has otherwise."""
    for artifact, entry in lock.artifacts.items():
        released = state.artifacts.get(artifact)
        if released is None or released.version is None:
            yield f"{artifact} is not released in {state.source.release}"
            continue
        requires = {lock.bind.get(target, target) for target in released.requires}
        if requires != {*entry.requires}:
            yield f"{artifact}: requires is not as {state.source.release} has it"
        for field, ours, theirs in _fields(entry, released):
            if ours != theirs:
                yield f"{artifact}: {field} is not as {state.source.release} has it"


def _fields(ours: LockedArtifact, theirs: LockedArtifact) -> Iterator[tuple[str, object, object]]:
    yield "version", ours.version, theirs.version
    yield "path", ours.path, theirs.path
    yield "digest", ours.digest, theirs.digest
    yield "metadataDigest", ours.metadata_digest, theirs.metadata_digest
    yield "files", ours.files, theirs.files
    yield "data", _fixed(ours.data), _fixed(theirs.data)


def _fixed(data: tuple[DataEntry, ...]) -> tuple[DataEntry, ...]:
    """Data that does not float."""
    return tuple(entry for entry in data if entry.commit is None)
