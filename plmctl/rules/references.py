"""References: that each names one artifact, of the right kind, by its present name, and none go round."""

import posixpath
from collections.abc import Iterable, Iterator
from itertools import islice

from plmctl.core.finding import Edit, Level
from plmctl.core.graph import cycles
from plmctl.core.kinds import Kinds
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.registry import Registry
from plmctl.core.sch import BAD_PATTERN
from plmctl.core.schema import kind_prefix
from plmctl.rules.cures import Cures, bare, is_full, listed
from plmctl.rules.mend import reference_edits
from plmctl.rules.rule import CheckRule, Fault, check_rule, manifest_rule


@check_rule("REF001", "no-such-artifact", Level.ERROR)
def no_such_artifact(registry: Registry) -> Iterator[Fault]:
    """A reference names nothing that is in this registry.

    Whoever needs the artifact gets none: no lock can be made of it. Correct the name, or add the manifest.
    A name that is the path of a file that could not be read is not told: that file has findings of its own.
    """
    cures = Cures(registry)
    unread = _names_of_unread(registry)
    # What cannot be a name is told by the schema already.
    told = {f.location for f in registry.findings if f.rule == BAD_PATTERN}
    for manifest in registry.judged():
        absent = (r for r in _absent(registry, manifest) if bare(r.written, registry.kinds) not in unread)
        untold = (r for r in absent if not told or manifest.location_of(r) not in told)
        for reference in islice(untold, registry.settings.limits.findings):
            has_kind = is_full(reference.written, registry.kinds)
            nothing = "there is no" if has_kind else f"no {listed(reference.kinds)} is named"
            yield Fault(
                manifest=manifest,
                location=manifest.location_of(reference),
                message=f"{nothing} '{reference.written}'",
                help=cures.of(reference),
                fix=_edits(manifest, reference, cures.certain(reference)),
            )


@manifest_rule("REF002", "wrong-kind", Level.ERROR)
def wrong_kind(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A reference names an artifact of a kind that cannot stand there: a Prompt where a Model is needed.

    Services that load it would use the one as the other, and fail at the first call. Name one of the kinds
    that the message lists.
    """
    for reference in _without_target(registry, manifest):
        others = _others(registry, reference)
        if others and not _new_id(registry, reference.written, reference.kinds):
            yield Fault(
                manifest=manifest,
                location=manifest.location_of(reference),
                message=f"'{reference.written}' is a {listed(_kind_of(i, registry) for i in others)}, "
                f"not a {listed(reference.kinds)}",
                help=f"name a {listed(reference.kinds)}",
            )


@manifest_rule("REF003", "ambiguous-reference", Level.ERROR)
def ambiguous_reference(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A bare name fits artifacts of two kinds, so which one is meant depends on who reads it.

    Write the full id: the kind in lower case, a slash, the name.
    """
    for reference in own_references(manifest):
        # Most name one artifact: that is known, and quicker to ask.
        fits = registry.candidates(reference) if registry.target(reference) is None else ()
        if len(fits) > 1:
            yield Fault(
                manifest=manifest,
                location=manifest.location_of(reference),
                message=f"'{reference.written}' fits {len(fits)} artifacts",
                help=f"write {listed(map(repr, fits))}",
            )


@check_rule("REF004", "reference-cycle", Level.ERROR, is_of_all=True)
def reference_cycle(registry: Registry) -> Iterator[Fault]:
    """Artifacts depend on each other in a ring: none of them can be released before the others.

    A partial in such a ring would never end, a fallback would lead back to what has failed. Take one
    reference of the ring away. References that say only what something is about are no dependencies.
    """
    rings = cycles(registry.dependencies)
    found = reversed(registry.edges) if rings else ()
    edges = {(e.source, e.target): e for e in found if e.is_dependency}
    for ring in rings:
        edge = edges[ring[0], ring[1 % len(ring)]]
        yield Fault(
            manifest=registry.manifests[edge.source],
            location=edge.manifest.location_of(edge.reference),
            message=f"these depend on each other: {' -> '.join((*ring, ring[0]))}",
            help="take one of these references away",
        )


@manifest_rule("REF010", "former-name", Level.ERROR)
def former_name(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A reference uses a name that its artifact had before it was renamed (`metadata.formerly`).

    A former name stays reserved and leads nowhere. Write the present one.
    """
    for reference in _without_target(registry, manifest):
        new = _new_name(registry, reference.written, reference.kinds)
        if new is not None:
            yield Fault(
                manifest=manifest,
                location=manifest.location_of(reference),
                message=f"'{reference.written}' is a former name of '{new}'",
                help=f"write '{new}'",
                fix=_edits(manifest, reference, new),
            )


@check_rule("REF011", "former-name-taken", Level.ERROR, is_of_all=True)
def former_name_taken(registry: Registry) -> Iterator[Fault]:
    """A name in `metadata.formerly` belongs to somebody else: to an artifact, or to another one's past.

    The history of the two could not be told apart. Former names stay reserved: choose another name for
    the new artifact, or delete the entry that is wrong.
    """
    first: dict[str, str] = {}
    for manifest in registry.manifests.values():
        for index, old in enumerate(manifest.formerly):
            claim = _claim(registry, manifest, old, first.setdefault(old, manifest.id))
            if claim is not None:
                location = manifest.document.location(("metadata", "formerly", index))
                yield Fault(manifest=manifest, location=location, message=claim[0], help=claim[1])


@check_rule("REF012", "no-such-replacement", Level.ERROR)
def no_such_replacement(registry: Registry) -> Iterator[Fault]:
    """`deprecation.replacedBy` names no other artifact: users are sent to where nothing is.

    A bare name means one of the same kind; write the full id for another kind.
    """
    cures, unread = Cures(registry), _names_of_unread(registry)
    for manifest in registry.judged():
        deprecation = manifest.metadata.get("deprecation")
        written = deprecation.get("replacedBy") if isinstance(deprecation, dict) else None
        if not isinstance(written, str):
            continue
        kinds = (_kind_of(written, registry),) if is_full(written, registry.kinds) else (manifest.kind,)
        pointer = ("metadata", "deprecation", "replacedBy")
        reference = Reference(pointer=pointer, written=written, kinds=kinds)
        target = registry.target(reference)
        if target == manifest.id:
            message = f"'{written}' cannot be replaced by itself"
            yield Fault(
                manifest=manifest,
                location=manifest.location_of(reference),
                message=message,
                help="name the new artifact",
            )
        elif target is None and bare(written, registry.kinds) not in unread:
            new = _new_name(registry, written, kinds)
            yield Fault(
                manifest=manifest,
                location=manifest.location_of(reference),
                message=f"no {kinds[0]} is named '{written}'",
                help=f"write '{new}', its present name" if new else cures.of(reference),
                fix=_edits(manifest, reference, new or cures.certain(reference)),
            )


REFERENCE_RULES: tuple[CheckRule, ...] = (
    no_such_artifact,
    wrong_kind,
    ambiguous_reference,
    reference_cycle,
    former_name,
    former_name_taken,
    no_such_replacement,
)


def own_references(manifest: Manifest) -> Iterator[Reference]:
    """The references of a manifest to what must be in its registry."""
    # An environment of a registry in another repository pins what is there; other environments are here.
    is_elsewhere = manifest.kind == "Environment" and "registry" in manifest.spec
    return (r for r in manifest.references if not is_elsewhere or r.kinds == ("Environment",))


def _without_target(registry: Registry, manifest: Manifest) -> Iterator[Reference]:
    return (r for r in own_references(manifest) if registry.target(r) is None and not registry.candidates(r))


def _absent(registry: Registry, manifest: Manifest) -> Iterator[Reference]:
    for reference in _without_target(registry, manifest):
        if not _others(registry, reference) and not _new_id(registry, reference.written, reference.kinds):
            yield reference


def _names_of_unread(registry: Registry) -> frozenset[str]:
    """The names that the files that could not be read may have, by their paths."""
    paths = (posixpath.splitext(path)[0].split("/") for path in registry.broken)
    return frozenset("/".join(path[start:]) for path in paths for start in range(len(path)))


def _ids(written: str, kinds: Iterable[str], known: Kinds) -> tuple[str, ...]:
    if is_full(written, known):
        return (written,)
    return tuple(f"{kind_prefix(kind)}/{written}" for kind in kinds)


def _others(registry: Registry, reference: Reference) -> tuple[str, ...]:
    """What has the name of a reference that fits nothing, and is of another kind."""
    known = registry.kinds
    return tuple(i for i in _ids(reference.written, known.names, known) if i in registry.manifests)


def _new_id(registry: Registry, written: str, kinds: tuple[str, ...]) -> str | None:
    """The artifact of these kinds that had the name before."""
    ids = _ids(written, kinds, registry.kinds)
    old = (i for i in ids if i in registry.former and _kind_of(i, registry) in kinds)
    return registry.former.get(next(old, ""))


def _new_name(registry: Registry, written: str, kinds: tuple[str, ...]) -> str | None:
    """The present name of what had this one before, written as the old one is."""
    new = _new_id(registry, written, kinds)
    if new is None or is_full(written, registry.kinds):
        return new
    name = registry.manifests[new].name
    return name if registry.candidates_of(name, kinds) == (new,) else new


def _kind_of(artifact: str, registry: Registry) -> str:
    return registry.kinds.by_prefix[artifact.partition("/")[0]]


def _edits(manifest: Manifest, reference: Reference, name: str | None) -> tuple[Edit, ...]:
    return reference_edits(manifest, reference, name) if name is not None else ()


def _claim(registry: Registry, manifest: Manifest, old: str, first: str) -> tuple[str, str] | None:
    """What speaks against a former name, and what to do."""
    if old == manifest.id:
        return f"'{old}' is the present name", "delete it here"
    if old in registry.manifests:
        path = registry.manifests[old].path
        return f"'{old}' is another artifact, in {path}", "former names stay reserved: rename that one"
    if first != manifest.id:
        return f"'{old}' is a former name of '{first}' too", "delete it in one of them"
    return None
