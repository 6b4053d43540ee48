from dataclasses import replace

import pytest

from plmctl.core.canonical import sha256_of
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import Lock
from plmctl.core.locking import now_of, registry_lock
from plmctl.core.pinned import pinned
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.version import Version
from tests.rules.registries import MODEL, SETTINGS, manifest

PROMPT = manifest(
    "Prompt",
    "p",
    """\
    model: m
    messages: [{role: user, contentFile: p.md}]
    """,
    ", deprecation: {replacedBy: q}",
)
OTHER = manifest("Prompt", "q", "model: m\nmessages: [{role: user, content: Hi.}]\n")
FILES = {
    "plmctl.yaml": SETTINGS + "spec: {}\n",
    "models/m.yaml": MODEL,
    "prompts/p.yaml": PROMPT,
    "prompts/p.md": "Hello {{name}}.\n",
    "prompts/q.yaml": OTHER,
}
TREE = MemoryTree(FILES)


def lock_of(*artifacts: str) -> Lock:
    """A lock of some of the artifacts."""
    now = now_of(load(TREE))
    whole = registry_lock(now, dict.fromkeys(now.identities, Version(major=1, minor=0, patch=0)), "v1.0.0")
    return replace(whole, artifacts={artifact: whole.artifacts[artifact] for artifact in artifacts})


def refused(tree: MemoryTree, lock: Lock) -> str:
    with pytest.raises(IntegrityError) as caught:
        pinned(tree, lock)
    assert caught.value.hint == "compare 'plmctl verify', which says what of the lock is not true"
    return caught.value.message


@pytest.mark.parametrize("artifacts", [("model/m", "prompt/p", "prompt/q"), ("model/m", "prompt/p")])
def test_each_artifact_of_a_lock_is_found_as_it_was_locked(artifacts: tuple[str, ...]) -> None:
    """Also one whose metadata names another that is not in the lock."""
    lock = lock_of(*artifacts)
    found = pinned(TREE, lock)
    assert {
        artifact: (sha256_of(texts.manifest), sha256_of(texts.metadata))
        for artifact, texts in found.texts.items()
    } == {artifact: (entry.digest, entry.metadata_digest) for artifact, entry in lock.artifacts.items()}
    assert found.files == {"prompts/p.md": b"Hello {{name}}.\n"}


def test_a_file_that_is_another_or_gone_is_refused() -> None:
    lock = lock_of("model/m", "prompt/p")
    changed = MemoryTree({**FILES, "prompts/p.md": "Bye.\n"})
    assert refused(changed, lock) == "prompts/p.md is not the file that was locked"
    gone = MemoryTree({name: text for name, text in FILES.items() if name != "prompts/p.md"})
    assert refused(gone, lock).startswith("prompts/p.md was locked, and cannot be read: ")


def test_what_means_something_else_now_is_refused() -> None:
    lock = lock_of("model/m", "prompt/p")
    entry = replace(lock.artifacts["prompt/p"], digest=f"sha256:{'0' * 64}")
    other = replace(lock, artifacts={**lock.artifacts, "prompt/p": entry})
    assert refused(TREE, other) == "prompt/p is not as it was locked: its digest is another"
    unknown = replace(lock, artifacts={**lock.artifacts, "prompt/x": lock.artifacts["model/m"]})
    assert refused(TREE, unknown) == "prompt/x is not as it was locked: its digest is another"
