"""LNT021: indexes that were built from something else than their retriever names."""

from collections.abc import Iterator, Mapping

from plmctl.core.build import BUILD, CLOSURES, recorded_closures, source_closures
from plmctl.core.finding import Level
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.value import Value
from plmctl.rules.rule import CheckRule, Fault, manifest_rule


@manifest_rule("LNT021", "index-stale", Level.WARNING, kind="Retriever")
def index_stale(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """An index was built from another version of the datasets or the embedder than the retriever names.

    It finds passages that are no longer there and misses those that are; with another embedder distances
    mean nothing. Build it anew, then run `plmctl data index-built RETRIEVER`, which records in
    `index.build.closures` what it was built from. A build that records no closures is not judged, and a
    night of floating data makes no index stale: it is in no closure.
    """
    recorded = recorded_closures(manifest)
    now = source_closures(registry, manifest) if recorded is not None else None
    if recorded is None or now is None:
        return
    for artifact, message in _differences(recorded, now):
        place = (*BUILD, CLOSURES, artifact) if artifact in recorded else (*BUILD, CLOSURES)
        at = manifest.document.location if artifact in recorded else manifest.document.key_location
        yield Fault(
            manifest=manifest,
            location=at(place),
            message=message,
            help=f"build the index anew, then run 'plmctl data index-built {manifest.name}'",
        )


def _differences(recorded: Mapping[str, Value], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for artifact, closure in now.items():
        if artifact not in recorded:
            yield artifact, f"the index was not built from '{artifact}', which the retriever names"
        elif recorded[artifact] != closure:
            yield artifact, f"the index was built from another version of '{artifact}' than there is now"
    for artifact in recorded:
        if artifact not in now:
            yield artifact, f"the index was built from '{artifact}', which the retriever does not name"


INDEX_RULES: tuple[CheckRule, ...] = (index_stale,)
