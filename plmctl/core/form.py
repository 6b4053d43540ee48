"""The forms of a manifest: what its digests hash, and what a diff compares.

Expanded: references are full ids, files stand for their content. From it come the digest form (without what
the schema leaves out), the metadata form (only that), and the resolved form (all of it, defaults and inferred
inputs filled in).
"""

from collections.abc import Mapping

from plmctl.core.bundle import Texts
from plmctl.core.canonical import canonical_json, closure_of, sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.graph import Graph, reachable
from plmctl.core.inputs import inferred_inputs_of
from plmctl.core.known_identities import key_of
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.registry import Registry
from plmctl.core.schema import Schema, kind_prefix
from plmctl.core.template.mustache import map_partials
from plmctl.core.value import Pointer, Value

# Of a Model or a Route the first is likely; of any kind, none is.
_FEW_KINDS = 2
NO_RENAMES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """One manifest three times: as its digest and metadataDigest hash it, and as a diff compares it."""

    digest_form: dict[str, Value]
    metadata_form: dict[str, Value]
    resolved: dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The digests of an artifact, each as `sha256:` and hex digits."""

    digest: str
    metadata_digest: str


def identity_of(manifest: Manifest, registry: Registry) -> Identity:
    """The digest and the metadataDigest of an artifact (manifests.md, Identity)."""
    key = _key(manifest, registry) if registry.identities is not None else None
    known = registry.identities.find(key) if registry.identities is not None and key is not None else None
    if known is not None:
        return Identity(digest=known[0], metadata_digest=known[1])
    texts = texts_of(manifest, registry)
    found = Identity(digest=sha256_of(texts.manifest), metadata_digest=sha256_of(texts.metadata))
    if registry.identities is not None and key is not None:
        registry.identities.learn(key, found.digest, found.metadata_digest)
    return found


def _key(manifest: Manifest, registry: Registry) -> str | None:
    """By what the digests of an artifact are found again; None where they are not to be kept."""
    file = registry.files.get(manifest.path)
    if file is None or file.asked is None or file.manifest is not manifest:
        return None
    return key_of(manifest.path, file.identity, file.asked, registry.targets(manifest))


def texts_of(manifest: Manifest, registry: Registry) -> Texts:
    """The canonical texts that the digest and the metadataDigest of an artifact are the sha256 of."""
    expanded = _Expansion(manifest, registry, NO_RENAMES).expanded()
    return Texts(
        manifest=canonical_json(_digest_form(manifest, expanded)),
        metadata=canonical_json(_metadata_form(manifest, expanded)),
    )


def identities(registry: Registry) -> dict[str, Identity]:
    """The identity of every versioned artifact."""
    versioned = registry.kinds.versioned
    each = ((part, m) for part in registry.parts() for m in part.judged() if m.kind in versioned)
    return dict(sorted({manifest.id: identity_of(manifest, part) for part, manifest in each}.items()))


def closure(artifact: str, graph: Graph, digests: Mapping[str, str]) -> str:
    """The closure of an artifact: the sha256 over the digests of all it depends on, itself included."""
    return closure_of({member: digests[member] for member in reachable(graph, artifact)})


def forms_of(
    manifest: Manifest,
    registry: Registry,
    renames: Mapping[str, str] = NO_RENAMES,
    schema: Schema | None = None,
) -> Forms:
    """The forms of a manifest; ids that `renames` knows are replaced with those they have now.

    The defaults are those of `schema`: its own where None is given.
    """
    expanded = _Expansion(manifest, registry, renames).expanded()
    return Forms(
        digest_form=_digest_form(manifest, expanded),
        metadata_form=_metadata_form(manifest, expanded),
        resolved=_resolved(manifest, expanded, schema or manifest.schema),
    )


def _digest_form(manifest: Manifest, expanded: Mapping[str, Value]) -> dict[str, Value]:
    kept = _kept(expanded["spec"], manifest.schema.property("spec"))
    return {"apiVersion": "plmctl/v1", "kind": manifest.kind, "name": manifest.name, "spec": kept}


def _metadata_form(manifest: Manifest, expanded: Mapping[str, Value]) -> dict[str, Value]:
    left_out = _left_out(expanded["spec"], manifest.schema.property("spec"))
    return {"metadata": expanded["metadata"], "spec": left_out if left_out is not None else {}}


def _resolved(manifest: Manifest, expanded: Mapping[str, Value], schema: Schema) -> dict[str, Value]:
    spec = expanded["spec"]
    inputs = inferred_inputs_of(manifest)
    if inputs is not None and isinstance(spec, dict):
        spec = {**spec, "inputs": inputs}
    whole: Value = {"metadata": expanded["metadata"], "spec": spec}
    filled = _filled(whole, schema)
    return filled if isinstance(filled, dict) else {}


def _kept(value: Value, schema: Schema | None) -> Value:
    """What the digest covers: all but the fields that the schema leaves out of it."""
    if schema is None or schema.reach.is_whole or not isinstance(value, dict):
        return value
    kept: dict[str, Value] = {}
    for key, child in value.items():
        below = schema.property(key)
        if below is None or below.in_digest:
            kept[key] = _kept(child, below)
    return kept


def _left_out(value: Value, schema: Schema | None) -> Value:
    """What the digest leaves out; None for nothing."""
    if schema is None or schema.reach.is_whole or not isinstance(value, dict):
        return None
    out: dict[str, Value] = {}
    for key, child in value.items():
        below = schema.property(key)
        part = child if below is not None and not below.in_digest else _left_out(child, below)
        if part is not None:
            out[key] = part
    return out or None


def _filled(value: Value, schema: Schema | None) -> Value:
    """The value with the defaults of its schema where a field is not written."""
    if schema is None or schema.is_json_schema:
        return value
    if isinstance(value, list):
        return [_filled(item, schema.item()) for item in value]
    if not isinstance(value, dict):
        return value
    filled = {key: _filled(child, schema.property(key)) for key, child in value.items()}
    for key, below in schema.properties().items():
        if below.has_default and key not in filled:
            filled[key] = below.default
    return filled


class _Expansion:
    """The rewriting of one manifest into its expanded form."""

    def __init__(self, manifest: Manifest, registry: Registry, renames: Mapping[str, str]):
        self._manifest = manifest
        self._renames = renames
        self._partials = {
            _bare(old): _bare(new) for old, new in renames.items() if old.startswith("partial/")
        }
        self._ids: dict[Pointer, str] = {}
        self._key_ids: dict[Pointer, str] = {}
        for reference in manifest.references:
            if not reference.is_partial:
                ids = self._key_ids if reference.is_key else self._ids
                ids[reference.pointer] = self._id(registry.target(reference) or _likely(reference))

    def _id(self, artifact: str) -> str:
        return self._renames.get(artifact, artifact)

    def expanded(self) -> dict[str, Value]:
        """`metadata` without the name, and `spec`."""
        metadata = {key: value for key, value in self._manifest.metadata.items() if key != "name"}
        schema = self._manifest.schema
        return {
            "metadata": self._value(metadata, schema.property("metadata"), ("metadata",)),
            "spec": self._value(dict(self._manifest.spec), schema.property("spec"), ("spec",)),
        }

    def _value(self, value: Value, schema: Schema | None, pointer: Pointer) -> Value:
        if schema is None or not schema.reach.leads:
            return value
        if isinstance(value, dict):
            return self._mapping(value, schema, pointer)
        if isinstance(value, list):
            below = schema.item()
            return [self._value(item, below, (*pointer, index)) for index, item in enumerate(value)]
        if isinstance(value, str):
            return self._text(value, schema, pointer)
        return value

    def _mapping(self, value: dict[str, Value], schema: Schema, pointer: Pointer) -> Value:
        leading = dict(schema.leading(value))
        is_pointer = (*pointer, "dvc") in self._manifest.included
        # Most mappings lead to nothing, and are what they are.
        if not (leading or self._key_ids or is_pointer):
            return value
        out: dict[str, Value] = {}
        for key, child in value.items():
            if is_pointer and key == "out":
                continue  # it chose the output that `dvc` now stands for
            at, below = (*pointer, key), leading.get(key)
            name = self._key_ids.get(at, key)
            if below is None:
                out[name] = child
                continue
            if below.is_file and below.is_template:
                name = key.removesuffix("File")
            out[name] = self._value(child, below, at)
        return out

    def _text(self, value: str, schema: Schema, pointer: Pointer) -> Value:
        included = self._manifest.included.get(pointer)
        if included is not None and included.text is not None:
            return self._template(included.text)
        if included is not None:
            return {} if included.data is not None and self._manifest.is_floating else included.value
        if schema.is_template:
            return self._template(value)
        return self._ids.get(pointer, value)

    def _template(self, text: str) -> str:
        # One final newline is dropped: a block scalar, a plain one and a file then hash alike.
        mapped = map_partials(text, self._partials) if self._partials else text
        return mapped.removesuffix("\n")


def _likely(reference: Reference) -> str:
    """The id that a reference to nothing most likely means: its artifact may only be unreadable now."""
    if "/" in reference.written or len(reference.kinds) > _FEW_KINDS:
        return reference.written
    return f"{kind_prefix(reference.kinds[0])}/{reference.written}"


def _bare(artifact: str) -> str:
    return artifact.partition("/")[2]
