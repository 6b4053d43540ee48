"""Bundles of artifacts that a test writes down."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from plmctl.core.bundle import Bundle, Release, Texts, bundled
from plmctl.core.lock import Lock, LockedArtifact, serialised
from plmctl.core.value import Value
from tests.core.bundles import COMMIT, HEADER, STATE, hashed

MODEL: Mapping[str, Value] = {"provider": "openai", "model": "gpt-4o-2024-08-06"}

Specs = Mapping[str, Mapping[str, Value]]
"""What artifacts say, by their ids."""


def prompt(text: str, **more: Value) -> dict[str, Value]:
    """A prompt of one message, which asks `model/small`."""
    return {"model": "model/small", "messages": [{"role": "user", "content": text}], **more}


def bundle_of(
    specs: Specs,
    metadata: Specs | None = None,
    version: str = "1.0.0",
    bind: Mapping[str, str] | None = None,
) -> Bundle:
    """The bundle of a whole registry of these artifacts and of `model/small`."""
    known = {"model/small": MODEL, **specs}
    texts = {
        artifact: Texts(
            manifest=_spelt({"kind": artifact.partition("/")[0], "spec": dict(spec)}),
            metadata=_spelt({"metadata": dict((metadata or {}).get(artifact, {})), "spec": {}}),
        )
        for artifact, spec in known.items()
    }
    entries = {artifact: _entry(artifact, found, version) for artifact, found in texts.items()}
    lock = replace(STATE, artifacts=entries, bind=bind or {})
    return _released(lock, texts)


def write_bundle(path: Path, bundle: Bundle) -> Path:
    """The file of a bundle, put in its place at once."""
    new = path.with_suffix(".new")
    new.write_bytes(bundled(bundle))
    new.replace(path)
    return path


def _released(lock: Lock, texts: Mapping[str, Texts]) -> Bundle:
    data = serialised(lock)
    tag = HEADER % (COMMIT.encode(), hashed(data).encode())
    release = Release(name="v1.0.0", tag=tag, lock=data)
    return Bundle(lock=lock, lock_data=data, release=release, artifacts=texts, files={})


def _entry(artifact: str, texts: Texts, version: str) -> LockedArtifact:
    return LockedArtifact(
        version=version,
        path=f"{artifact}.yaml",
        digest=hashed(texts.manifest),
        metadata_digest=hashed(texts.metadata),
        closure=hashed(artifact),
        files={f"{artifact}.yaml": hashed(artifact)},
        requires=(),
    )


def _spelt(value: Mapping[str, Value]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
