from collections.abc import Callable
from dataclasses import replace

import pytest

from plmctl.core.bundle import Bundle, bundled, read_bundle
from plmctl.core.confirmation import refuse_unconfirmed, unconfirmed
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import DataEntry, Lock, LockedArtifact, serialised
from plmctl.core.signed import message_of, signed_with
from tests.core.bundles import (
    BUNDLE,
    ENTRIES,
    LOCK,
    RELEASE,
    STATE,
    closure,
    hashed,
    with_lock,
)

GREET, SMALL = ENTRIES["prompt/greet"], ENTRIES["model/small"]
SIGNATURE = b"-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n"
FIXED = DataEntry(path="data/a.dvc", md5="0" * 32, size=1)
FLOATING = DataEntry(path="data/b.dvc", md5="1" * 32, size=2, commit="d" * 40)


def problems(bundle: Bundle) -> list[str]:
    return list(unconfirmed("b.plmz", bundle))


def locked(**entries: LockedArtifact | None) -> Bundle:
    """The bundle with other entries in its lock: greet, small, or another; None for one less."""
    artifacts = dict(LOCK.artifacts)
    for name, entry in entries.items():
        artifact = {"greet": "prompt/greet", "small": "model/small"}.get(name, f"tool/{name}")
        artifacts.pop(artifact, None)
        artifacts |= {artifact: entry} if entry is not None else {}
    return with_lock(replace(LOCK, artifacts=artifacts))


def released(state: Lock, bundle: Bundle = BUNDLE) -> Bundle:
    """The bundle whose release had another plm.lock."""
    return replace(bundle, release=replace(RELEASE, lock=serialised(state)))


def tagged(change: Callable[[bytes], bytes]) -> Bundle:
    return replace(BUNDLE, release=replace(RELEASE, tag=change(RELEASE.tag)))


def test_a_release_confirms_the_lock_of_one_root_and_its_own() -> None:
    assert problems(BUNDLE) == []
    assert problems(with_lock(STATE)) == []
    refuse_unconfirmed("b.plmz", BUNDLE)


def test_what_a_signature_follows_is_the_same_message() -> None:
    assert problems(tagged(lambda tag: tag + SIGNATURE)) == []
    assert message_of(RELEASE.tag + SIGNATURE) == message_of(RELEASE.tag)
    assert signed_with(RELEASE.tag + SIGNATURE) == "ssh"
    assert signed_with(RELEASE.tag) is None


def test_a_bundle_of_a_signed_release_is_read() -> None:
    signed = replace(with_lock(STATE), release=replace(RELEASE, tag=RELEASE.tag + SIGNATURE))
    assert read_bundle("b.plmz", bundled(signed)) == signed


def test_the_first_problem_is_an_error_with_what_to_do() -> None:
    with pytest.raises(IntegrityError) as caught:
        refuse_unconfirmed("b.plmz", locked(small=replace(SMALL, version="9.0.0")))
    assert caught.value.message == "b.plmz: model/small: version is not as v1.0.0 has it"
    assert (
        caught.value.hint == "make it anew with 'plmctl bundle' from a lock that 'plmctl verify' finds true"
    )


@pytest.mark.parametrize(
    ("bundle", "why"),
    [
        (
            tagged(lambda tag: tag.replace(b"tag v1.0.0", b"tag v0.9.0")),
            "its tag object is not that of the release v1.0.0",
        ),
        (
            tagged(lambda tag: tag.replace(b"type commit", b"type tree")),
            "its tag object is not that of the release v1.0.0",
        ),
        (
            tagged(lambda tag: tag.replace(b"object c", b"object d")),
            "v1.0.0 is not of the commit that was locked",
        ),
        (
            tagged(lambda tag: tag.replace(b"Registry: shop", b"Registry: other")),
            "v1.0.0 is a release of other, and the lock of shop",
        ),
        (released(replace(STATE, registry="other")), "the plm.lock of v1.0.0 is that of another release"),
        (released(LOCK), "the plm.lock of v1.0.0 is that of another release"),
        (
            released(replace(STATE, source=replace(STATE.source, release="v0.9.0"))),
            "the plm.lock of v1.0.0 is that of another release",
        ),
    ],
)
def test_a_release_that_is_another_is_named(bundle: Bundle, why: str) -> None:
    assert problems(bundle) == [why]


@pytest.mark.parametrize(
    ("bundle", "why"),
    [
        (locked(small=None), "model/small is missing from the closure of prompt/greet"),
        (
            locked(greet=None, small=SMALL),
            "prompt/greet is missing from the closure of prompt/greet",
        ),
        (
            locked(small=replace(SMALL, closure=hashed("other"))),
            "model/small: its closure is another than that of its dependencies",
        ),
        (locked(small=replace(SMALL, version="2.0.0")), "model/small: version is not as v1.0.0 has it"),
        (locked(small=replace(SMALL, path="models/x.yaml")), "model/small: path is not as v1.0.0 has it"),
        (
            locked(small=replace(SMALL, metadata_digest=hashed("other"))),
            "model/small: metadataDigest is not as v1.0.0 has it",
        ),
        (locked(small=replace(SMALL, files={})), "model/small: files is not as v1.0.0 has it"),
        (locked(small=replace(SMALL, data=(FIXED,))), "model/small: data is not as v1.0.0 has it"),
    ],
)
def test_what_a_release_does_not_say_is_named(bundle: Bundle, why: str) -> None:
    assert problems(bundle) == [why]


def test_another_digest_is_named_even_where_closures_follow_it() -> None:
    other = hashed("other")
    changed = replace(SMALL, digest=other, closure=hashed(f'[["model/small","{other}"]]'))
    both = f'[["model/small","{other}"],["prompt/greet","{GREET.digest}"]]'
    assert problems(locked(small=changed, greet=replace(GREET, closure=hashed(both)))) == [
        "model/small: digest is not as v1.0.0 has it"
    ]


def test_what_the_root_does_not_need_is_named() -> None:
    stranger = replace(SMALL, closure=hashed(f'[["tool/x","{SMALL.digest}"]]'))
    assert problems(locked(x=stranger)) == [
        "tool/x does not belong to the closure of prompt/greet",
        "tool/x is not released in v1.0.0",
    ]


def test_what_has_no_version_in_the_release_is_named() -> None:
    unreleased = {**STATE.artifacts, "model/small": replace(SMALL, version=None)}
    assert problems(released(replace(STATE, artifacts=unreleased))) == [
        "model/small is not released in v1.0.0"
    ]


def test_requires_are_those_of_the_release_with_what_is_bound() -> None:
    dropped = replace(GREET, requires=(), closure=closure("prompt/greet"))
    assert problems(locked(greet=dropped, small=None)) == ["prompt/greet: requires is not as v1.0.0 has it"]
    big = replace(SMALL, closure=hashed(f'[["model/big","{SMALL.digest}"]]'))
    members = f'[["model/big","{SMALL.digest}"],["prompt/greet","{GREET.digest}"]]'
    artifacts = {
        "model/big": big,
        "prompt/greet": replace(GREET, requires=("model/big",), closure=hashed(members)),
    }
    bound = with_lock(replace(LOCK, artifacts=artifacts, bind={"model/small": "model/big"}))
    state = replace(STATE, artifacts={**STATE.artifacts, "model/big": big})
    assert problems(released(state, bound)) == []


def test_data_that_floats_is_no_matter_of_a_release() -> None:
    assert problems(locked(small=replace(SMALL, data=(FLOATING,)))) == []


def test_a_plm_lock_that_is_none_is_refused() -> None:
    with pytest.raises(IntegrityError) as caught:
        problems(replace(BUNDLE, release=replace(RELEASE, lock=b"{}\n")))
    assert caught.value.message.startswith("b.plmz: the plm.lock of v1.0.0: ")
