"""Artifacts as a call is made from them: checked, resolved, and out of one lock."""

import json
from collections.abc import Callable, Mapping

from plmctl.core.bundle import Texts
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.value import Value, as_mapping

_MEND = "give 'digest' or 'signers': without them anybody can make a bundle whose hashes agree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One artifact: what its digest hashes, and what its metadataDigest hashes (manifests.md, Identity).

    In `spec` text files stand as text, references are full ids, and what a lock binds is replaced; what the
    digest leaves out, as `samples` and `pricing`, is in `unhashed`. `version` is None when it is unreleased.
    """

    id: str
    version: str | None
    digest: str
    metadata_digest: str
    closure: str
    spec: Mapping[str, Value]
    unhashed: Mapping[str, Value]
    metadata: Mapping[str, Value]

    @property
    def kind(self) -> str:
        """The kind in lower case, as the id has it."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The name without the kind."""
        return self.id.partition("/")[2]


def versioned(artifact: str, version: str | None) -> str:
    """An id as messages and logs have it: with its version where it has one."""
    return artifact if version is None else f"{artifact}@{version}"


Artifacts = Callable[[str], Artifact]
"""The artifacts of a lock by their ids; raises PlmctlError for one that it does not have."""


def artifact_of(
    artifact: str, texts: Texts, *, version: str | None, digest: str, metadata_digest: str, closure: str
) -> Artifact:
    """An artifact from its canonical texts, whose digests are these. Raises IntegrityError."""
    try:
        manifest, rest = _parsed(texts.manifest), _parsed(texts.metadata)
        spec, unhashed, metadata = manifest["spec"], rest["spec"], rest["metadata"]
    except (KeyError, ValueError, RecursionError) as error:
        # Hashes that agree say nothing of who wrote what they are of.
        raise IntegrityError(f"{artifact}: what was locked is no artifact", hint=_MEND) from error
    return Artifact(
        id=artifact,
        version=version,
        digest=digest,
        metadata_digest=metadata_digest,
        closure=closure,
        spec=as_mapping(spec),
        unhashed=as_mapping(unhashed),
        metadata=as_mapping(metadata),
    )


def _parsed(text: bytes) -> Mapping[str, Value]:
    value: Value = json.loads(text)
    return as_mapping(value)
