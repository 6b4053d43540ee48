import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl import __version__
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import (
    DataEntry,
    Lock,
    LockedArtifact,
    Source,
    differences,
    lock_value,
    named,
    read_lock,
    serialised,
)
from plmctl.core.value import Value

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
HASH = HEX.map("sha256:{}".format)
OBJECT_ID = st.text("0123456789abcdef", min_size=40, max_size=40) | HEX
WORD = st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,8}[a-z0-9])?", fullmatch=True)
ID = st.builds("{}/{}".format, st.sampled_from(["prompt", "model", "dataset"]), WORD)
VERSION = st.builds("{}.{}.{}".format, *[st.integers(0, 999)] * 3)
PATH = st.from_regex(r"[A-Za-z0-9é_. -]{1,9}(/[A-Za-z0-9é_.-]{1,9}){0,2}", fullmatch=True)

DATA = st.builds(
    DataEntry,
    path=PATH,
    md5=st.text("0123456789abcdef", min_size=32, max_size=32) | st.just(f"{'e' * 32}.dir"),
    size=st.integers(0, 2**53),
    out=st.none() | st.text('ab/é\n"\\', min_size=1, max_size=9),
    nfiles=st.none() | st.integers(0, 2**31),
    sha256=st.none() | HEX,
    commit=st.none() | OBJECT_ID,
)
ARTIFACT = st.builds(
    LockedArtifact,
    version=st.none() | VERSION,
    path=PATH,
    digest=HASH,
    metadata_digest=HASH,
    closure=HASH,
    files=st.dictionaries(PATH, HASH, min_size=1, max_size=3),
    requires=st.lists(ID, unique=True, max_size=3).map(lambda ids: tuple(sorted(ids))),
    data=st.lists(DATA, max_size=2).map(tuple),
)
LOCKS = st.builds(
    Lock,
    registry=WORD,
    git=st.none() | st.just("https://git.example.com/acme/registry.git"),
    source=st.builds(
        Source,
        release=VERSION.map("v{}".format),
        tag_object=st.none() | OBJECT_ID,
        commit=st.none() | OBJECT_ID,
    ),
    root=st.none() | ID,
    artifacts=st.dictionaries(ID, ARTIFACT, max_size=3),
    want=st.none() | VERSION | st.just("^1.0, <1.9"),
    environment=st.none() | WORD,
    arm=st.none() | WORD,
    bind=st.dictionaries(ID, ID, max_size=2),
)

SMALL = Lock(
    registry="shop",
    git="https://git.example.com/shop.git",
    source=Source(release="v1.2.0", tag_object="a" * 40, commit="b" * 40),
    root="application/desk",
    want="^1.0",
    environment="production",
    arm="control",
    artifacts={
        "application/desk": LockedArtifact(
            version="1.2.0",
            path="applications/desk.yaml",
            digest=f"sha256:{'1' * 64}",
            metadata_digest=f"sha256:{'2' * 64}",
            closure=f"sha256:{'3' * 64}",
            files={"applications/desk.yaml": f"sha256:{'4' * 64}"},
            requires=("dataset/faq", "model/small"),
        ),
        "dataset/faq": LockedArtifact(
            version=None,
            path="datasets/faq.yaml",
            digest=f"sha256:{'5' * 64}",
            metadata_digest=f"sha256:{'6' * 64}",
            closure=f"sha256:{'7' * 64}",
            files={"datasets/faq.yaml": f"sha256:{'8' * 64}"},
            requires=(),
            data=(DataEntry(path="faq.dvc", md5="9" * 32, size=12, nfiles=1),),
        ),
    },
    bind={"route/chat": "model/small"},
)
TEXT = serialised(SMALL)
HINT = "locks are written by plmctl alone: restore the file from Git, or make it anew"


NEWER = (
    f"this is plmctl {__version__}, which reads lockVersion 1; a newer one may know more: "
    "run pip install --upgrade plmctl"
)


def refusal(data: bytes, hint: str = HINT) -> str:
    """Why a lock is refused."""
    with pytest.raises(IntegrityError) as caught:
        read_lock("plm.lock", data)
    assert caught.value.hint == hint
    return caught.value.message


def edited(old: str, new: str) -> bytes:
    """The small lock with one place edited."""
    text = TEXT.decode()
    assert text.count(old) == 1
    return text.replace(old, new).encode()


@given(LOCKS)
def test_lock_round_trips_byte_for_byte(lock: Lock) -> None:
    data = serialised(lock)
    again = read_lock("plm.lock", data)

    assert again == lock
    assert serialised(again) == data
    assert differences(lock, again) == ()


@given(LOCKS)
def test_order_of_entries_does_not_matter(lock: Lock) -> None:
    shuffled = replace(
        lock,
        artifacts=dict(reversed([*lock.artifacts.items()])),
        bind=dict(reversed([*lock.bind.items()])),
    )

    assert serialised(shuffled) == serialised(lock)


def test_lock_is_spelt_in_one_way() -> None:
    lock = replace(SMALL, artifacts={}, git=None, source=Source(release="v1.0.0"), root=None, bind={})
    bare = replace(lock, want=None, environment=None, arm=None)

    assert serialised(bare) == (
        b'{\n  "lockVersion": 1,\n  "registry": {\n    "name": "shop"\n  },\n'
        b'  "source": {\n    "release": "v1.0.0"\n  },\n  "root": null,\n  "artifacts": {}\n}\n'
    )


def test_keys_stand_in_a_fixed_order() -> None:
    value = json.loads(TEXT)

    assert [*value] == [
        "lockVersion",
        "registry",
        "source",
        "root",
        "want",
        "environment",
        "arm",
        "artifacts",
        "bind",
    ]
    assert [*value["artifacts"]["dataset/faq"]] == [
        "version",
        "path",
        "digest",
        "metadataDigest",
        "closure",
        "files",
        "requires",
        "data",
    ]
    assert [*value["artifacts"]["dataset/faq"]["data"][0]] == ["path", "md5", "size", "nfiles"]


def test_lock_cut_off_anywhere_is_refused() -> None:
    for end in range(len(TEXT)):
        with pytest.raises(IntegrityError):
            read_lock("plm.lock", TEXT[:end])


@pytest.mark.no_cover
def test_lock_with_any_byte_flipped_is_refused_or_is_another_lock() -> None:
    for position in range(len(TEXT)):
        for bit in range(8):
            data = bytearray(TEXT)
            data[position] ^= 1 << bit
            try:
                other = read_lock("plm.lock", bytes(data))
            except IntegrityError:
                continue
            assert other != SMALL
            assert serialised(other) == bytes(data)


def test_keys_in_another_order_are_refused() -> None:
    data = edited('"release": "v1.2.0",\n    "tagObject": "' + "a" * 40, '"tagObject": "' + "a" * 40)
    data = data.replace(b'"commit": "', b'"release": "v1.2.0",\n    "commit": "')

    assert refusal(data) == "plm.lock: line 8 is not as plmctl writes it"


def test_doubled_key_is_refused() -> None:
    data = edited('"want": "^1.0",', '"want": "^1.0",\n  "want": "^1.0",')

    assert refusal(data) == "plm.lock: not a lock: the key 'want' stands twice"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"arm": "control"', '"arm": "control",\n  "extra": 1', "the whole file: "),
        ('"commit": "', '"time": 1,\n    "commit": "', "source: "),
        ('"size": 12', '"size": 12,\n          "x-mine": 1', "dataset/faq: data.0: "),
    ],
)
def test_unknown_field_is_refused(old: str, new: str, why: str) -> None:
    field = {"a": "extra", "t": "time", "s": "x-mine"}[new.split('"')[1][0].replace("c", "t")]
    assert refusal(edited(old, new), NEWER) == (
        f"plm.lock: {why}Additional properties are not allowed ('{field}' was unexpected)"
    )


def test_newer_lock_is_refused_with_the_plmctl_that_reads_it() -> None:
    with pytest.raises(IntegrityError) as caught:
        read_lock("plm.lock", edited('"lockVersion": 1', '"lockVersion": 2'))

    assert caught.value.message == "plm.lock: lockVersion 2 is newer than this plmctl reads (1)"
    assert caught.value.hint == NEWER


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("0", "lockVersion: 1 was expected"),
        ("true", "lockVersion: 1 was expected"),
        ('"1"', "lockVersion: 1 was expected"),
        ("1.0", "lockVersion is not as plmctl writes it"),
    ],
)
def test_other_lock_version_is_refused(version: str, why: str) -> None:
    assert refusal(edited('"lockVersion": 1', f'"lockVersion": {version}')) == f"plm.lock: {why}"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Expecting value: line 1 column 1 (char 0)"),
        (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (
            b'"\\ud800"',
            "'utf-8' codec can't encode character '\\ud800' in position 1: surrogates not allowed",
        ),
    ],
)
def test_what_is_no_json_text_is_refused(data: bytes, why: str) -> None:
    assert refusal(data) == f"plm.lock: not a lock: {why}"


@pytest.mark.parametrize("data", [b"[" * 100_000, b"9" * 5_000, b"1e999", b"NaN", b"null", b"[]", b"{}"])
def test_extreme_json_is_refused(data: bytes) -> None:
    assert refusal(data).startswith("plm.lock: ")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"size": 12', '"size": 12.0', "dataset/faq: data.0.size"),
        ('"size": 12,\n          ', "", "dataset/faq: data.0.size"),
        ('"dataset/faq",\n        "model/small"', '"model/small",\n        "dataset/faq"', None),
        ('"requires": []', '"requires": [ ]', "line 40"),
        ('"shop"', '"sh\\u006fp"', "line 4"),
    ],
)
def test_value_in_another_spelling_is_named(old: str, new: str, place: str | None) -> None:
    expected = place or "application/desk: requires.0"

    assert refusal(edited(old, new)) == f"plm.lock: {expected} is not as plmctl writes it"


@pytest.mark.parametrize("more", [b"\n", b" ", b"{}", b"\0"])
def test_what_follows_the_lock_is_refused(more: bytes) -> None:
    assert refusal(TEXT + more).startswith("plm.lock: ")


def test_last_newline_belongs_to_the_lock() -> None:
    assert refusal(TEXT[:-1]) == f"plm.lock: line {TEXT.count(bytes([10]))} is not as plmctl writes it"


def test_crlf_is_refused() -> None:
    assert refusal(TEXT.replace(b"\n", b"\r\n")) == "plm.lock: line 1 is not as plmctl writes it"


def places(value: Value, pointer: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a JSON value."""
    yield pointer
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, child in children:
        yield from places(child, (*pointer, step))


def with_other(value: Value, pointer: tuple[str | int, ...], new: Value) -> Value:
    """The value with another one at a place."""
    if not pointer:
        return new
    if isinstance(value, dict):
        return {k: with_other(v, pointer[1:], new) if k == pointer[0] else v for k, v in value.items()}
    assert isinstance(value, list)
    return [with_other(v, pointer[1:], new) if n == pointer[0] else v for n, v in enumerate(value)]


@pytest.mark.parametrize("pointer", list(places(json.loads(TEXT))), ids=named)
def test_any_value_changed_is_refused_or_differs_there(pointer: tuple[str | int, ...]) -> None:
    whole: Value = lock_value(SMALL)
    other: tuple[Value, ...] = (None, True, 0, 1.5, "", "x", "sha256:", [], [None], {}, {"": ""})
    for new in other:
        changed = with_other(whole, pointer, new)
        if json.dumps(changed) == json.dumps(whole):
            continue
        data = f"{json.dumps(changed, indent=2)}\n".encode()
        try:
            lock = read_lock("plm.lock", data)
        except IntegrityError:
            continue
        told = [place for place, _, _ in differences(SMALL, lock)]
        assert told
        assert pointer == ("artifacts",) or all(place.startswith(named(pointer)) for place in told)


def test_differences_are_told_by_artifact_and_field() -> None:
    dataset = SMALL.artifacts["dataset/faq"]
    other = replace(
        SMALL,
        want=None,
        artifacts={
            "application/desk": replace(SMALL.artifacts["application/desk"], requires=("dataset/faq",)),
            "dataset/faq": replace(dataset, data=(replace(dataset.data[0], size=13),)),
        },
    )

    assert differences(SMALL, other) == (
        ("want", "^1.0", None),
        ("application/desk: requires", ["dataset/faq", "model/small"], ["dataset/faq"]),
        ("dataset/faq: data.0.size", 12, 13),
    )


def test_a_number_is_not_the_same_as_a_truth() -> None:
    dataset = SMALL.artifacts["dataset/faq"]
    told = replace(dataset, data=(replace(dataset.data[0], nfiles=True),))
    other = replace(SMALL, artifacts={**SMALL.artifacts, "dataset/faq": told})

    assert other == SMALL
    assert differences(SMALL, other) == (("dataset/faq: data.0.nfiles", 1, True),)


def test_missing_artifact_is_a_difference_of_its_own() -> None:
    less = replace(SMALL, artifacts={"application/desk": SMALL.artifacts["application/desk"]})

    assert [place for place, _, _ in differences(SMALL, less)] == ["dataset/faq"]
