import base64
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import jsonschema_rs
import pytest

from plmctl.core.archive import packed
from plmctl.core.bundle import Bundle, bundled, read_bundle
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import Source, serialised
from plmctl.core.value import Value
from tests.core.bundles import BUNDLE, FILE, GREET, LOCK, RELEASE, SMALL, STATE, TAG, hashed, with_lock
from tests.programs import REPOSITORY


def refused(data: bytes) -> str:
    with pytest.raises(IntegrityError) as caught:
        read_bundle("b.plmz", data)
    return caught.value.message


def rewritten(change: Callable[[dict[str, Value]], Value]) -> bytes:
    """A bundle whose bundle.json somebody changed, and packed again."""
    with zipfile.ZipFile(io.BytesIO(bundled(BUNDLE))) as read:
        main = json.loads(read.read("bundle.json"))
    change(main)
    spelt = json.dumps(main, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    return packed({"bundle.json": spelt, "files/prompts/greet.md": FILE})


def test_a_bundle_that_was_written_is_read_again() -> None:
    assert read_bundle("b.plmz", bundled(BUNDLE)) == BUNDLE


def test_what_a_bundle_is_in_another_language() -> None:
    with zipfile.ZipFile(io.BytesIO(bundled(BUNDLE))) as read:
        assert read.namelist() == ["bundle.json", "files/prompts/greet.md"]
        assert read.read("files/prompts/greet.md") == FILE
        assert json.loads(read.read("bundle.json")) == {
            "artifacts": {
                "model/small": {"manifest": SMALL.manifest.decode(), "metadata": SMALL.metadata.decode()},
                "prompt/greet": {"manifest": GREET.manifest.decode(), "metadata": GREET.metadata.decode()},
            },
            "bundleVersion": 1,
            "lock": serialised(LOCK).decode(),
            "release": {
                "lock": serialised(STATE).decode(),
                "name": "v1.0.0",
                "tag": base64.b64encode(TAG).decode(),
            },
        }


def test_what_is_published_of_a_bundle_is_what_is_written() -> None:
    schema = json.loads((REPOSITORY / "schemas/bundle.json").read_text(encoding="utf-8"))
    published = jsonschema_rs.Draft202012Validator(schema)
    with zipfile.ZipFile(io.BytesIO(bundled(BUNDLE))) as read:
        main = json.loads(read.read("bundle.json"))
    assert published.is_valid(main)
    for place in ((), ("release",), ("artifacts", "model/small")):
        for field in reach(main, place):
            assert not published.is_valid(without(main, (*place, field))), (place, field)
        assert place != () or not published.is_valid({**main, "more": 1})


def reach(value: Value, place: tuple[str, ...]) -> dict[str, Value]:
    for name in place:
        assert isinstance(value, dict)
        value = value[name]
    assert isinstance(value, dict)
    return value


def without(value: Value, place: tuple[str, ...]) -> dict[str, Value]:
    assert isinstance(value, dict)
    first, *rest = place
    if not rest:
        return {key: inner for key, inner in value.items() if key != first}
    return {**value, first: without(value[first], tuple(rest))}


def test_the_lock_of_a_whole_registry_is_bundled_too() -> None:
    whole = with_lock(STATE)
    assert read_bundle("b.plmz", bundled(whole)) == whole


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (replace(BUNDLE, artifacts={"prompt/greet": GREET}), "'model/small' is missing"),
        (
            replace(BUNDLE, artifacts={**BUNDLE.artifacts, "tool/x": SMALL}),
            "'tool/x' is not in its lock",
        ),
        (
            replace(BUNDLE, artifacts={"model/small": SMALL, "prompt/greet": replace(GREET, manifest=b"{}")}),
            "prompt/greet: its manifest is not the one that was locked",
        ),
        (
            replace(BUNDLE, artifacts={"model/small": SMALL, "prompt/greet": replace(GREET, metadata=b"{}")}),
            "prompt/greet: its metadata is not the one that was locked",
        ),
        (replace(BUNDLE, files={}), "the file 'prompts/greet.md' is missing"),
        (
            replace(BUNDLE, files={"../a": b"", "prompts/greet.md": FILE}),
            "'files/../a' does not belong to a bundle",
        ),
        (
            replace(BUNDLE, files={"prompts/greet.md": b"other"}),
            "the file 'prompts/greet.md' is not the one that was locked",
        ),
        (
            replace(BUNDLE, release=replace(RELEASE, name="v2.0.0")),
            "it holds the release 'v2.0.0', and its lock was read at 'v1.0.0'",
        ),
        (
            replace(BUNDLE, release=replace(RELEASE, tag=TAG + b"\n")),
            "the tag object of v1.0.0 is not the one that was locked",
        ),
        (
            replace(BUNDLE, release=replace(RELEASE, lock=b"{}")),
            "the plm.lock of v1.0.0 is not the one that its tag names",
        ),
        (
            with_lock(replace(STATE, registry="mine")),
            "its lock is not the plm.lock of v1.0.0",
        ),
    ],
)
def test_what_does_not_belong_together_is_named(changed: Bundle, why: str) -> None:
    assert refused(bundled(changed)) == f"b.plmz: {why}"


def test_a_release_whose_lock_is_no_text_is_refused_and_not_written() -> None:
    with pytest.raises(IntegrityError, match=r"^the plm\.lock of v1\.0\.0 is not UTF-8(?m:$)"):
        bundled(replace(BUNDLE, release=replace(RELEASE, lock=b"\xff")))


def test_a_tag_object_of_sha256_is_known_by_its_own_id() -> None:
    tag = TAG.replace(b"object ccc", b"object ccc" + b"c" * 24)
    object_id = sha256(b"tag %d\0" % len(tag) + tag).hexdigest()
    source = Source(release="v1.0.0", tag_object=object_id, commit="c" * 64)
    made = replace(with_lock(replace(LOCK, source=source)), release=replace(RELEASE, tag=tag))
    assert read_bundle("b.plmz", bundled(made)) == made


@pytest.mark.parametrize("path", ["../a", "a/../../b", "a/./b", "a//b", "a/"])
def test_a_path_that_leaves_is_refused_though_the_lock_has_it(path: str) -> None:
    entry = LOCK.artifacts["prompt/greet"]
    more = replace(entry, files={**entry.files, path: f"sha256:{sha256(b'a').hexdigest()}"})
    made = with_lock(replace(LOCK, artifacts={**LOCK.artifacts, "prompt/greet": more}))
    made = replace(made, files={path: b"a", **made.files})
    assert refused(bundled(made)) == f"b.plmz: 'files/{path}' does not belong to a bundle"


def test_a_name_of_an_artifact_cannot_write_a_line_of_its_own() -> None:
    made = replace(BUNDLE, artifacts={**BUNDLE.artifacts, "tool/x\nERROR: \x1b[31m": SMALL})
    assert refused(bundled(made)) == "b.plmz: 'tool/x\\nERROR: \\x1b[31m' is not in its lock"


def test_files_in_another_order_are_refused() -> None:
    entry = LOCK.artifacts["prompt/greet"]
    more = replace(entry, files={**entry.files, "a.md": f"sha256:{sha256(b'a').hexdigest()}"})
    made = with_lock(replace(LOCK, artifacts={**LOCK.artifacts, "prompt/greet": more}))
    with zipfile.ZipFile(io.BytesIO(bundled(made))) as read:
        main = read.read("bundle.json")
    shuffled = packed({"bundle.json": main, "files/prompts/greet.md": FILE, "files/a.md": b"a"})
    assert refused(shuffled) == "b.plmz: its files are not in order"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda main: main.pop("lock"), "bundle.json has other fields than a bundle"),
        (lambda main: main.update(more=1), "bundle.json has other fields than a bundle"),
        (lambda main: main.update(bundleVersion="1"), "bundle.json has other fields than a bundle"),
        (lambda main: main.update(bundleVersion=True), "bundle.json has other fields than a bundle"),
        (lambda main: main.update(bundleVersion=2), "bundleVersion 2 is newer than this plmctl reads (1)"),
        (lambda main: main.update(lock=1), "lock is not text"),
        (lambda main: main.update(release=[]), "release has other fields than a bundle's"),
        (lambda main: main["release"].update(tag="%"), "release.tag is not base64"),
        (lambda main: main["release"].update(tag="QR=="), "release.tag is not as plmctl writes it"),
        (
            lambda main: main["artifacts"].update({"model/small": {}}),
            "'model/small' has other fields than a bundle's artifact",
        ),
        (
            lambda main: main["artifacts"].update({"model/small": {"manifest": "", "metadata": 1}}),
            "'model/small' has other fields than a bundle's artifact",
        ),
    ],
)
def test_a_bundle_of_another_shape_is_refused(change: Callable[[dict[str, Value]], Value], why: str) -> None:
    assert refused(rewritten(change)) == f"b.plmz: {why}"


def test_a_lock_that_was_edited_is_refused() -> None:
    edited = rewritten(lambda main: main.update(lock=str(main["lock"]).replace('"root"', '"Root"', 1)))
    assert refused(edited).startswith("b.plmz: the lock: ")


@pytest.mark.parametrize(
    ("main", "why"),
    [
        (b"{", "bundle.json is not JSON: "),
        (b"\xff", "bundle.json is not JSON: "),
        (b'{"a":"\\ud800"}', "bundle.json has other fields than a bundle"),
        (b"[" * 100_000, "bundle.json is not JSON: "),
        (b"[]", "bundle.json has other fields than a bundle"),
    ],
)
def test_what_is_no_bundle_json_is_refused(main: bytes, why: str) -> None:
    assert refused(packed({"bundle.json": main})).startswith(f"b.plmz: {why}")


def main_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        return read.read("bundle.json")


def put(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda main: main.replace(old.encode(), new.encode(), 1)


# The same value to one reader of JSON or to all: if one of them were read, two could read it in two ways.
RESPELT: dict[str, Callable[[bytes], bytes]] = {
    "a version twice": put('"bundleVersion":1', '"bundleVersion":2,"bundleVersion":1'),
    "a version twice, and the same": put('"bundleVersion":1', '"bundleVersion":1,"bundleVersion":1'),
    "a lock twice": put('"lock":"{', '"lock":"","lock":"{'),
    "the lock of the release twice": put('"release":{"lock":"{', '"release":{"lock":"","lock":"{'),
    "artifacts twice": put('{"artifacts":{', '{"artifacts":{},"artifacts":{'),
    "an artifact twice": put('"artifacts":{', '"artifacts":{"model/small":{},'),
    "a manifest twice": put('"model/small":{', '"model/small":{"manifest":"",'),
    "metadata before the manifest": lambda main: re.sub(
        rb'("manifest":"(?:[^"\\]|\\.)*"),("metadata":"(?:[^"\\]|\\.)*")', rb"\2,\1", main, count=1
    ),
    "a version at the end": lambda main: (
        main.replace(b'"bundleVersion":1,', b"", 1)[:-1] + b',"bundleVersion":1}'
    ),
    "a name after the tag": lambda main: (
        main.replace(b'"name":"v1.0.0",', b"", 1)[:-2] + b',"name":"v1.0.0"}}'
    ),
    "a blank after a colon": put('"bundleVersion":1', '"bundleVersion": 1'),
    "a blank before it": lambda main: b" " + main,
    "a newline after it": lambda main: main + b"\n",
    "a character that is escaped": put('"model/small":{', '"model/smal\\u006c":{'),
    "a slash that is escaped": put('"model/small":{', '"model\\/small":{'),
    "a quote that is escaped at length": put('\\"apiVersion', "\\u0022apiVersion"),
    "a newline that is escaped at length": put('"lock":"{\\n', '"lock":"{\\u000a'),
    "a letter that is escaped": put("Grüße", "Gr\\u00fcße"),
    "a field that is escaped": put('"bundleVersion"', '"bundleV\\u0065rsion"'),
    "a number with a point": put('"bundleVersion":1', '"bundleVersion":1.0'),
    "a number with an exponent": put('"bundleVersion":1', '"bundleVersion":1e0'),
}


def respelt(edit: Callable[[bytes], bytes]) -> bytes:
    """The bundle with the same values, packed again."""
    main = main_of(bundled(BUNDLE))
    other = edit(main)
    assert (other != main, json.loads(other)) == (True, json.loads(main))
    return packed({"bundle.json": other, "files/prompts/greet.md": FILE})


@pytest.mark.parametrize("edit", RESPELT.values(), ids=RESPELT)
def test_no_other_spelling_is_read(edit: Callable[[bytes], bytes]) -> None:
    assert refused(respelt(edit)) == "b.plmz: bundle.json is not as plmctl writes it"


@pytest.mark.parametrize("text", ["\x01", "\x7f", "\t\b\f\r", "\u2028", "\U0001f600", "\\u0041 \\/"])
def test_a_text_of_any_characters_is_read_as_it_was_written(text: str) -> None:
    odd = replace(SMALL, manifest=text.encode())
    entry = replace(LOCK.artifacts["model/small"], digest=hashed(text))
    made = with_lock(replace(LOCK, artifacts={**LOCK.artifacts, "model/small": entry}))
    made = replace(made, artifacts={**BUNDLE.artifacts, "model/small": odd})
    assert read_bundle("b.plmz", bundled(made)) == made


def test_a_lock_that_only_its_schema_knows_is_bundled_too() -> None:
    entry = LOCK.artifacts["model/small"]
    quoted = replace(entry, path='models/"small".yaml', files={'models/"small".yaml': hashed("")})
    made = with_lock(replace(LOCK, artifacts={**LOCK.artifacts, "model/small": quoted}))
    assert read_bundle("b.plmz", bundled(made)) == made


def test_a_text_with_half_a_character_is_refused() -> None:
    main = main_of(bundled(BUNDLE)).replace("Grüße".encode(), b"\\ud800", 1)
    assert refused(packed({"bundle.json": main})).startswith("b.plmz: bundle.json is not JSON: ")


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ([], "it does not begin with bundle.json"),
        (["files/a", "bundle.json"], "it does not begin with bundle.json"),
    ],
)
def test_what_does_not_begin_as_a_bundle_is_refused(names: list[str], why: str) -> None:
    assert refused(packed(dict.fromkeys(names, b"{}"))) == f"b.plmz: {why}"


def test_a_file_that_belongs_to_no_bundle_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(bundled(BUNDLE))) as read:
        main = read.read("bundle.json")
    assert (
        refused(packed({"bundle.json": main, "evil.sh": b""}))
        == "b.plmz: 'evil.sh' does not belong to a bundle"
    )
