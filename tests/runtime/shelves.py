"""Bundles of many small prompts, made without a repository."""

from dataclasses import replace
from functools import cache
from hashlib import sha1

from plmctl.core.bundle import Bundle, Release, Texts
from plmctl.core.lock import Lock, LockedArtifact, Source, serialised
from tests.core.bundles import COMMIT, HEADER, SMALL, hashed

TEXT = "Say {{word}} to number %d.\n"


@cache
def shelf(count: int) -> Bundle:
    """A bundle of an Application that uses so many prompts, every other with its text in a file."""
    texts = {f"prompt/p{number:04}": _texts(number) for number in range(count)}
    used = ",".join(f'"{artifact}"' for artifact in texts)
    texts["application/desk"] = Texts(
        manifest=f'{{"apiVersion":"plmctl/v1","kind":"Application","name":"desk","spec":{{"uses":[{used}]}}}}'.encode(),
        metadata=b'{"metadata":{},"spec":{}}',
    )
    texts["model/small"] = SMALL
    entries = {artifact: _entry(artifact, texts) for artifact in sorted(texts)}
    source = Source(release="v1.0.0")
    state = Lock(registry="shop", git=None, source=source, root=None, artifacts=entries, bind={})
    tag = HEADER % (COMMIT.encode(), hashed(serialised(state)).encode())
    tag_object = sha1(b"tag %d\0" % len(tag) + tag, usedforsecurity=False).hexdigest()
    there = replace(source, tag_object=tag_object, commit=COMMIT)
    lock = replace(state, source=there, root="application/desk")
    return Bundle(
        lock=lock,
        lock_data=serialised(lock),
        release=Release(name="v1.0.0", tag=tag, lock=serialised(state)),
        artifacts={artifact: texts[artifact] for artifact in sorted(texts)},
        files={f"prompts/p{number:04}.md": (TEXT % number).encode() for number in range(0, count, 2)},
    )


def _texts(number: int) -> Texts:
    said = (TEXT % number).replace("\n", "\\n")
    return Texts(
        manifest=f'{{"apiVersion":"plmctl/v1","kind":"Prompt","name":"p{number:04}","spec":{{"messages":'
        f'[{{"content":"{said}","role":"user"}}],"model":"model/small"}}}}'.encode(),
        metadata=b'{"metadata":{"owners":["desk"]},"spec":{}}',
    )


def _entry(artifact: str, texts: dict[str, Texts]) -> LockedArtifact:
    kind, _, name = artifact.partition("/")
    path = f"{kind}s/{name}.yaml"
    files = {path: hashed(b"its YAML")}
    number = int(name[1:]) if kind == "prompt" else 1
    if number % 2 == 0:
        files[f"prompts/{name}.md"] = hashed((TEXT % number).encode())
    leads = {"application": [*texts], "prompt": [artifact, "model/small"], "model": [artifact]}
    members = sorted(leads[kind])
    pairs = ",".join(f'["{member}","{hashed(texts[member].manifest)}"]' for member in members)
    return LockedArtifact(
        version="1.0.0",
        path=path,
        digest=hashed(texts[artifact].manifest),
        metadata_digest=hashed(texts[artifact].metadata),
        closure=hashed(f"[{pairs}]"),
        files=files,
        requires=tuple(member for member in members if member != artifact),
    )
