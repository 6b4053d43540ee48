"""The sha256 of data: recorded in the tag of a version, copied by the next and by every lock."""

from dataclasses import replace

import pytest

from plmctl.core.locking import Wanted, closure_lock, now_of
from plmctl.core.plan import Plan, artifact_tag
from plmctl.core.pointer import Pointer
from plmctl.core.sums import Summing, locked_sums, recorded, trailer, unsummed
from plmctl.core.tag import ArtifactTag
from plmctl.core.trailer import trailers
from plmctl.core.version import parsed_version
from tests.commands.builder import MODEL
from tests.commands.timeline import Timeline, registry_of
from tests.core.test_locking import DATASET, POINTER
from tests.core.test_unwritten import again

MD5, OTHER_MD5 = "e" * 32, "d" * 32
SHA256, OTHER_SHA256 = "a" * 64, "b" * 64
FILES = {"models/small.yaml": MODEL, "datasets/faq.yaml": DATASET, "datasets/faq.jsonl.dvc": POINTER}
OTHER = {**FILES, "datasets/faq.jsonl.dvc": POINTER.replace(MD5, OTHER_MD5)}
RENAMED = {**FILES, "datasets/faq.yaml": DATASET.replace("rag", "few-shot")}
FLOATING = {**FILES, "datasets/faq.yaml": f"{DATASET}  floating: true\n"}


def at_hand(pointer: Pointer) -> str | None:
    """Bytes that are here of the first content alone."""
    return {MD5: SHA256}.get(pointer.md5)


def nothing_at_hand(pointer: Pointer) -> str | None:
    raise AssertionError(f"{pointer.path} was read")


def planned(timeline: Timeline, files: dict[str, str], summing: Summing = at_hand) -> Plan:
    return replace(timeline, summing=summing).planned(files)


def released(files: dict[str, str]) -> Timeline:
    """A registry with one release, whose data was at hand."""
    timeline = Timeline(summing=at_hand)
    timeline.release(files)
    return timeline


def said(made: Plan) -> str | None:
    """The trailer of the dataset's new tag."""
    return next(
        trailers(artifact_tag(p, "shop").message).get("Data")
        for p in made.planned
        if p.artifact == "dataset/faq"
    )


def sums(made: Plan) -> dict[str, str]:
    return dict(locked_sums(made.lock.artifacts["dataset/faq"]))


def test_tag_and_lock_say_the_sha256_of_data_at_hand() -> None:
    made = planned(Timeline(), FILES)
    assert said(made) == f"{MD5}=sha256:{SHA256}"
    assert sums(made) == {MD5: SHA256}
    assert made.lock.artifacts["model/small"].data == ()


def test_data_that_is_not_here_has_none() -> None:
    made = planned(Timeline(), FILES, unsummed)
    assert (said(made), sums(made)) == (None, {})


def test_floating_data_has_none() -> None:
    made = planned(Timeline(), FLOATING, nothing_at_hand)
    assert said(made) is None
    assert made.lock.artifacts["dataset/faq"].data == ()


def test_what_was_recorded_is_copied_and_nothing_read() -> None:
    made = planned(released(FILES), RENAMED, nothing_at_hand)
    assert said(made) == f"{MD5}=sha256:{SHA256}"
    assert sums(made) == {MD5: SHA256}
    unchanged = planned(released(FILES), {**FILES, "models/small.yaml": f"{MODEL}  deployment: a\n"})
    assert [p.artifact for p in unchanged.planned] == ["model/small"]
    assert sums(unchanged) == {MD5: SHA256}


def test_other_data_has_not_the_sha256_of_the_data_before() -> None:
    made = planned(released(FILES), OTHER)
    assert (said(made), sums(made)) == (None, {})


def test_a_lock_of_one_root_copies_it_from_the_release() -> None:
    timeline = Timeline(summing=at_hand)
    made = timeline.release(FILES)
    (release,) = timeline.past.releases
    wanted = Wanted(root="dataset/faq", bind={})
    lock = closure_lock(wanted, release, now_of(registry_of(FILES)), made.lock)
    assert locked_sums(lock.artifacts["dataset/faq"]) == {MD5: SHA256}


def test_a_lock_that_no_commit_has_is_made_again_with_it() -> None:
    timeline = Timeline(summing=at_hand)
    assert again(timeline, timeline.release(FILES)) == [True, True]


def tag_that_says(data: str) -> ArtifactTag:
    """A tag of a version whose trailer says this of its data."""
    version = parsed_version("1.0.0")
    assert version is not None
    return ArtifactTag(
        name="dataset/faq@v1.0.0",
        artifact="dataset/faq",
        version=version,
        object_id="1" * 40,
        commit="2" * 40,
        digest="",
        metadata_digest="",
        closure="",
        message=f"dataset/faq 1.0.0\n\n- First release.\n\nRegistry: shop\nData: {data}\n",
    )


def test_where_nothing_is_recorded_nothing_is_known() -> None:
    assert recorded(None) == {}
    assert locked_sums(None) == {}


def test_several_are_written_by_their_md5_with_a_blank_between() -> None:
    by_md5 = {f"{OTHER_MD5}.dir": OTHER_SHA256, MD5: SHA256, "0" * 32: "9" * 64}
    written = f"{'0' * 32}=sha256:{'9' * 64} {OTHER_MD5}.dir=sha256:{OTHER_SHA256} {MD5}=sha256:{SHA256}"
    assert trailer(by_md5) == written
    assert recorded(tag_that_says(written)) == by_md5


@pytest.mark.parametrize(
    "word",
    [
        f"{MD5}=sha256:{SHA256}0",
        f"{MD5}=sha256:{SHA256},",
        f"{MD5}=sha256:{SHA256}\t{OTHER_MD5}=sha256:{SHA256}",
        f"0{MD5}=sha256:{SHA256}",
        f"{MD5}.file=sha256:{SHA256}",
        f"{MD5[1:]}=sha256:{SHA256}",
        f"{MD5}=sha256:{SHA256[1:]}",
        f"{MD5}=sha256:{SHA256.upper()}",
        f"{MD5}=sha1:{SHA256}",
        f"{MD5}=md5:{SHA256} x={SHA256} ",
    ],
)
def test_a_word_that_plmctl_does_not_write_says_nothing(word: str) -> None:
    known = f"{OTHER_MD5}=sha256:{OTHER_SHA256}"
    assert recorded(tag_that_says(f"{word} {known}")) == {OTHER_MD5: OTHER_SHA256}
