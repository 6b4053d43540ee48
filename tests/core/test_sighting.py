import json

import pytest

from plmctl.core.ports import TagRef
from plmctl.core.sighting import Period, Sighting, asked, in_lock, in_message, in_release, in_tag, periods
from plmctl.core.tag import ArtifactTag, RegistryTag
from tests.core.slots import version

A, B, C = (f"sha256:{letter * 64}" for letter in "abc")


def seen(digest: str, field: str = "digest", **more: str | None) -> Sighting:
    given: dict[str, str | None] = {"artifact": "prompt/p", "version": "1.0.0", **more}
    return Sighting(
        digest=digest,
        field=field,
        artifact=given["artifact"],
        version=given["version"],
        path=given.get("path"),
    )


@pytest.mark.parametrize(
    ("written", "prefix"),
    [
        ("abcdef12", "sha256:abcdef12"),
        (" sha256:ABCDEF12\n", "sha256:abcdef12"),
        ("a" * 64, A),
        ("a" * 65, None),
        ("abcdef1", None),
        ("xyzxyzxyz", None),
        ("sha256:", None),
    ],
)
def test_a_hash_is_asked_for_by_at_least_8_digits(written: str, prefix: str | None) -> None:
    assert asked(written) == prefix


LOCK = json.dumps(
    {
        "artifacts": {
            "prompt/p": {
                "version": "1.0.0",
                "digest": A,
                "metadataDigest": B,
                "closure": C,
                "files": {"p.md": A, "p.yaml": B},
                "data": [{"path": "d.dvc", "sha256": A}, {"path": "e.dvc"}],
            },
            "model/m": {"version": None, "digest": A},
        }
    }
).encode()


def test_every_hash_of_a_lock_is_seen() -> None:
    assert in_lock(LOCK, A) == (
        seen(A),
        seen(A, "file", path="p.md"),
        seen(A, "data", path="d.dvc"),
        seen(A, artifact="model/m", version=None),
    )
    assert in_lock(LOCK, B[:15]) == (seen(B, "metadataDigest"), seen(B, "file", path="p.yaml"))
    assert in_lock(LOCK, C) == (seen(C, "closure"),)


def test_nothing_is_seen_in_a_lock_that_has_nothing_or_is_none() -> None:
    assert in_lock(LOCK, "sha256:dddddddd") == ()
    assert in_lock(b'{"artifacts": ' + A.encode(), A) == ()


TAG = ArtifactTag(
    name="prompt/p@v1.0.0",
    artifact="prompt/p",
    version=version("1.0.0"),
    object_id="o",
    commit="c",
    digest=A,
    metadata_digest=B,
    closure=A,
    message="",
)


def test_a_version_says_its_hashes() -> None:
    assert tuple(in_tag(TAG, A)) == (seen(A), seen(A, "closure"))


def test_a_tag_that_is_no_version_says_what_its_trailers_say() -> None:
    message = f"text\n\nDigest: {A}\nMetadata-Digest: {B}\n"
    tag = TagRef(
        name="prompt/p@v1.0.0",
        object_id="o",
        object_type="tag",
        commit="c",
        tag_name="prompt/p@v1.0.0",
        message=message,
    )
    assert tuple(in_message(tag, B)) == (seen(B, "metadataDigest"),)
    assert tuple(in_message(tag, C)) == ()


def test_a_release_says_the_hash_of_its_lock() -> None:
    release = RegistryTag(
        name="v1.0.0",
        version=version("1.0.0"),
        object_id="o",
        commit="c",
        released=(),
        removed=(),
        lock=A,
        previous=None,
    )
    assert tuple(in_release(release, A)) == (seen(A, "lock", artifact=None),)
    assert tuple(in_release(release, B)) == ()


def test_a_period_lasts_from_the_commit_that_brings_a_hash_to_the_one_that_takes_it() -> None:
    states = [
        ("1", "x.lock", (seen(A),)),
        ("2", "y.lock", (seen(A),)),
        ("3", "x.lock", (seen(A), seen(B))),
        ("4", "x.lock", ()),
        ("5", "x.lock", (seen(A),)),
    ]
    assert periods(states) == (
        Period(sighting=seen(A), path="x.lock", first="1", last="4"),
        Period(sighting=seen(B), path="x.lock", first="3", last="4"),
        Period(sighting=seen(A), path="y.lock", first="2", last=None),
        Period(sighting=seen(A), path="x.lock", first="5", last=None),
    )


def test_another_version_of_the_same_hash_is_another_period() -> None:
    states = [("1", "x.lock", (seen(A),)), ("2", "x.lock", (seen(A, version="1.0.1"),))]
    assert periods(states) == (
        Period(sighting=seen(A), path="x.lock", first="1", last="2"),
        Period(sighting=seen(A, version="1.0.1"), path="x.lock", first="2", last=None),
    )
