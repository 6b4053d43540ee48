"""A bundle made by hand: a prompt with a file, its model, the release of both."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha1, sha256

from plmctl.core.bundle import Bundle, Release, Texts
from plmctl.core.lock import Lock, LockedArtifact, Source, serialised

GREET = Texts(
    manifest='{"apiVersion":"plmctl/v1","kind":"Prompt","name":"greet","spec":{"messages":'
    '[{"content":"Grüße {{name}}.","role":"user"}],"model":"model/small"}}'.encode(),
    metadata=b'{"metadata":{"owners":["desk"]},"spec":{}}',
)
SMALL = Texts(
    manifest=b'{"apiVersion":"plmctl/v1","kind":"Model","name":"small","spec":{"model":"m-1","provider":"openai"}}',
    metadata=b'{"metadata":{},"spec":{}}',
)
TEXTS = {"model/small": SMALL, "prompt/greet": GREET}
FILE = "Grüße {{name}}.\n".encode()
HEADER = (
    b"object %s\ntype commit\ntag v1.0.0\ntagger A <a@example.com> 1 +0000\n\n"
    b"v1.0.0\n\nRegistry: shop\nLock: %s\n"
)


def hashed(data: str | bytes) -> str:
    return f"sha256:{sha256(data.encode() if isinstance(data, str) else data).hexdigest()}"


def closure(*artifacts: str) -> str:
    return hashed(json.dumps([[a, hashed(TEXTS[a].manifest)] for a in artifacts], separators=(",", ":")))


def entry(artifact: str, path: str, closed: str, requires: tuple[str, ...] = ()) -> LockedArtifact:
    files = {path: hashed(b"its YAML")}
    if artifact == "prompt/greet":
        files["prompts/greet.md"] = hashed(FILE)
    return LockedArtifact(
        version="1.0.0",
        path=path,
        digest=hashed(TEXTS[artifact].manifest),
        metadata_digest=hashed(TEXTS[artifact].metadata),
        closure=closed,
        files=files,
        requires=requires,
    )


ENTRIES: Mapping[str, LockedArtifact] = {
    "model/small": entry("model/small", "models/small.yaml", closure("model/small")),
    "prompt/greet": entry(
        "prompt/greet", "prompts/greet.yaml", closure("model/small", "prompt/greet"), ("model/small",)
    ),
}
STATE = Lock(
    registry="shop", git=None, source=Source(release="v1.0.0"), root=None, artifacts=ENTRIES, bind={}
)
COMMIT = "c" * 40
TAG = HEADER % (COMMIT.encode(), hashed(serialised(STATE)).encode())
RELEASE = Release(name="v1.0.0", tag=TAG, lock=serialised(STATE))
TAG_ID = sha1(b"tag %d\0" % len(TAG) + TAG, usedforsecurity=False).hexdigest()
LOCK = replace(
    STATE,
    source=Source(release="v1.0.0", tag_object=TAG_ID, commit=COMMIT),
    root="prompt/greet",
    want="^1.0",
)
BUNDLE = Bundle(
    lock=LOCK,
    lock_data=serialised(LOCK),
    release=RELEASE,
    artifacts=TEXTS,
    files={"prompts/greet.md": FILE},
)


def with_lock(lock: Lock) -> Bundle:
    return replace(BUNDLE, lock=lock, lock_data=serialised(lock))
