"""The digests and closures of all artifacts of a stock, as a run before computed them; they are no proof.

A digest is made of a manifest, the files that it includes and what its references lead to, a closure of the
digests of all that an artifact depends on: in a tree that is nearly the stock's, nearly all are the stock's.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from plmctl.core.form import Identity
from plmctl.core.graph import distances
from plmctl.core.known_identities import ROW
from plmctl.core.registry import Registry
from plmctl.core.view import View

_BYTES = 32
_UNKNOWN = bytes(_BYTES)
# A row has the digest, the metadataDigest and the closure of an artifact, and whether it is retired.
_DIGESTS = 3 * _BYTES
_OTHER, _RETIRED, _UNSEEN = b".", b"r", b"?"
_PREFIX = "sha256:"


class KnownDigests:
    """What is known of the artifacts of a registry that are as the stock of its view has them."""

    def __init__(self, registry: Registry, view: View, rows: bytes):
        self._registry = registry
        self._view = view
        self._rows = rows

    def identity(self, artifact: str) -> Identity | None:
        """The digests of an artifact; None where they are not known."""
        row = self._row(artifact)
        digest, metadata = row[:_BYTES], row[_BYTES : 2 * _BYTES]
        if artifact in self._apart or digest in (b"", _UNKNOWN):
            return None
        return Identity(digest=_text(digest), metadata_digest=_text(metadata))

    def closure(self, artifact: str) -> str | None:
        """Its closure; None where that is not known."""
        closure = self._row(artifact)[2 * _BYTES : _DIGESTS]
        return None if artifact in self._leading_apart or closure in (b"", _UNKNOWN) else _text(closure)

    def perhaps_retired(self) -> tuple[str, ...]:
        """The artifacts that may be retired, sorted by id; no other is."""
        stock, others = self._view.stock, _OTHER[0]
        seen = self._rows[_DIGESTS::ROW]
        kept = (stock.artifact(row) for row, said in enumerate(seen) if said != others)
        found = {artifact for artifact in kept if artifact is not None and self._view.is_kept(artifact)}
        return tuple(sorted(found.union(manifest.id for manifest in self._view.ours)))

    def written(self, identities: Mapping[str, Identity], closures: Mapping[str, str]) -> bytes:
        """The rows for the next run, given what was computed."""
        return b"".join(self._written(identities, closures))

    def _written(self, identities: Mapping[str, Identity], closures: Mapping[str, str]) -> Iterator[bytes]:
        for row in range(len(self._view.stock.paths)):
            artifact = self._view.stock.artifact(row)
            if artifact is None:
                yield 3 * _UNKNOWN + _OTHER
                continue
            identity = identities.get(artifact) if artifact not in self._apart else None
            closure = closures[artifact] if identity and artifact not in self._leading_apart else None
            digests = (identity.digest, identity.metadata_digest) if identity else (None, None)
            yield from map(_bytes, (*digests, closure))
            yield self._stability(artifact)

    def _stability(self, artifact: str) -> bytes:
        if not self._view.is_kept(artifact):
            return _UNSEEN
        return _RETIRED if self._registry.manifests[artifact].stability == "retired" else _OTHER

    def _row(self, artifact: str) -> bytes:
        row = self._view.stock.index.get(artifact)
        return self._rows[row * ROW : (row + 1) * ROW] if row is not None else b""

    @cached_property
    def _apart(self) -> frozenset[str]:
        """The artifacts whose digests may be others than in the stock."""
        view, registry = self._view, self._registry
        names = {artifact.partition("/")[2] for artifact in view.come | view.gone}
        meant = (manifest.id for name in names for manifest in registry.referrers.writing(name))
        return view.differing.union(meant)

    @cached_property
    def _leading_apart(self) -> frozenset[str]:
        """The artifacts that depend on these, and so have closures that may be others."""
        return self._apart.union(distances(self._registry.dependents, self._apart))


def known_digests(registry: Registry) -> KnownDigests | None:
    """What is known of a registry; None where it is not seen as a stock is, or of that nothing is known."""
    view, kept = registry.view, registry.identities
    rows = kept.rows(view.stock.stamp) if view is not None and kept is not None else b""
    if view is None or not rows or len(rows) != ROW * len(view.stock.paths):
        return None
    return KnownDigests(registry, view, rows)


def learn_digests(
    registry: Registry, identities: Mapping[str, Identity], closures: Mapping[str, str]
) -> None:
    """Know this in the next run."""
    if registry.view is not None and registry.identities is not None:
        found = KnownDigests(registry, registry.view, b"")
        registry.identities.learn_rows(registry.view.stock.stamp, found.written(identities, closures))


def _text(digest: bytes) -> str:
    return _PREFIX + digest.hex()


def _bytes(digest: str | None) -> bytes:
    return bytes.fromhex(digest.removeprefix(_PREFIX)) if digest is not None else _UNKNOWN
