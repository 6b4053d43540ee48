"""A lock that is taken apart by its spelling, beside what its schema and its writer say of the same bytes."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core import spelling
from plmctl.core.finding import IntegrityError
from plmctl.core.kinds import BUILT_IN
from plmctl.core.lock import Lock, lock_from, read_lock, serialised
from plmctl.core.spelling import LONGEST, Entries, spelt
from plmctl.core.value import Value
from tests.core.test_lock import LOCKS, SMALL, TEXT
from tests.programs import REPOSITORY

Definition = dict[str, str | int]
SCHEMA = BUILT_IN.shape_of("Lock").validator


def by_spelling(data: bytes) -> Lock | None:
    with suppress(ValueError, LookupError, RecursionError):
        return spelt(data)
    return None


def by_schema(data: bytes) -> Lock | None:
    """What the engine of JSON Schema accepts, and what is written again as it was."""
    with suppress(ValueError, LookupError, RecursionError):
        value: Value = json.loads(data)
        if SCHEMA.is_valid(value) and serialised(lock := lock_from(value)) == data:
            return lock
    return None


def test_patterns_are_those_of_the_schemas() -> None:
    def read(name: str) -> dict[str, Definition]:
        schema = json.loads((REPOSITORY / f"schemas/{name}.json").read_text(encoding="utf-8"))
        return cast(dict[str, Definition], schema["$defs"])

    shared, own = read("defs"), read("lock")
    data = cast(dict[str, dict[str, str]], own["data"]["properties"])
    version = cast(dict[str, dict[str, str]], own["artifact"]["properties"])["version"]
    said = [shared["name"], own["id"], shared["gitUrl"], shared["range"], own["objectId"], shared["sha256"]]
    assert [each["pattern"] for each in said] == [
        spelling.NAME,
        spelling.ID,
        spelling.URL,
        spelling.RANGE,
        spelling.OBJECT_ID,
        spelling.SHA256,
    ]
    assert (data["md5"]["pattern"], version["pattern"]) == (spelling.MD5, spelling.VERSION)
    assert own["hash"]["pattern"] == spelling.SHA256.replace("^", "^sha256:")
    assert own["path"]["pattern"] == r"^[^/\\]([^\\]*)$"
    assert {each["pattern"]: each["maxLength"] for each in said if "maxLength" in each} == LONGEST


@given(LOCKS)
def test_what_is_written_is_taken_apart_without_its_schema(lock: Lock) -> None:
    found = by_spelling(serialised(lock))
    # One without artifacts is so short that its schema may say.
    assert found == (lock if lock.artifacts else None)
    if found is not None:
        entries = found.artifacts
        assert isinstance(entries, Entries)
        assert (len(entries), [*entries]) == (len(lock.artifacts), sorted(lock.artifacts))
        assert entries.digests == {key: entry.digest for key, entry in lock.artifacts.items()}
        assert entries.metadata_digests == {k: entry.metadata_digest for k, entry in lock.artifacts.items()}


def test_an_artifact_is_made_once() -> None:
    entries = spelt(TEXT).artifacts
    assert entries["dataset/faq"] is entries["dataset/faq"]
    assert "dataset/other" not in entries


THREE = replace(
    SMALL,
    artifacts={
        **SMALL.artifacts,
        "model/small": replace(
            SMALL.artifacts["application/desk"],
            path="models/small.yaml",
            files={"a.md": f"sha256:{'a' * 64}", "models/small.yaml": f"sha256:{'b' * 64}"},
        ),
    },
)


def test_artifacts_are_counted_and_what_they_include_is_told_without_their_manifests() -> None:
    entries = spelt(serialised(THREE)).artifacts
    assert isinstance(entries, Entries)
    assert (len(entries), [*entries]) == (3, ["application/desk", "dataset/faq", "model/small"])
    assert entries.included == {"a.md": f"sha256:{'a' * 64}"}


@pytest.mark.parametrize("place", ['    },\n    "dataset/faq": {', '    },\n    "model/small": {'])
@pytest.mark.parametrize("word", ["more", " ", "\n"])
def test_a_word_between_any_two_artifacts_is_refused(place: str, word: str) -> None:
    text = serialised(THREE).decode()
    assert text.count(place) == 1
    data = text.replace(place, place.replace("}", f"}}{word}", 1)).encode()
    assert (by_spelling(data), by_schema(data)) == (None, None)


Edit = Callable[[bytes], bytes]


def put(old: str, new: str) -> Edit:
    """One place of the small lock edited."""
    assert TEXT.decode().count(old) == 1, old
    return lambda data: data.replace(old.encode(), new.encode())


HASHES = {digit: f"sha256:{digit * 64}" for digit in "12345678"}
# What a reader that only cuts might take: by the part of a lock that it is about.
REFUSED: dict[str, Edit] = {
    "an artifact stands twice": lambda data: data.replace(b'"application/desk": {', b'"dataset/faq": {'),
    "artifacts in another order": lambda data: data.replace(b'"dataset/faq": {', b'"a/b": {'),
    "an id with no kind": put('    "application/desk": {', '    "desk": {'),
    "an id that ends in a dash": put('    "application/desk": {', '    "application/desk-": {'),
    "an id of capitals": put('    "application/desk": {', '    "application/Desk": {'),
    "an id that ends in a newline": put('    "application/desk": {', '    "application/desk\n": {'),
    "an id of two lines": put('    "application/desk": {', '    "application/de\nsk": {'),
    "an id of 121 characters": put('    "application/desk": {', f'    "application/{"d" * 109}": {{'),
    "an id with a digit of another script": put('    "application/desk": {', '    "application/desk٣": {'),
    "an escape in an id": put('    "application/desk": {', '    "application/des\\u006b": {'),
    "a version of two numbers": put('"version": "1.2.0"', '"version": "1.2"'),
    "a version with a zero before": put('"version": "1.2.0"', '"version": "01.2.0"'),
    "a version with a newline": put('"version": "1.2.0"', '"version": "1.2.0\\n"'),
    "a version that ends in a newline": put('"version": "1.2.0"', '"version": "1.2.0\n"'),
    "a version of digits of another script": put('"version": "1.2.0"', '"version": "1.2.٣"'),
    "a version that is true": put('"version": "1.2.0"', '"version": true'),
    "an absolute path": put('"path": "applications/desk.yaml"', '"path": "/applications/desk.yaml"'),
    "an empty path": put('"path": "applications/desk.yaml"', '"path": ""'),
    "a backslash in a path": put('"path": "applications/desk.yaml"', '"path": "applications\\\\desk.yaml"'),
    "a tab in a path": put('"path": "applications/desk.yaml"', '"path": "applications/\tdesk.yaml"'),
    "the last control in a path": put('"path": "applications/desk.yaml"', '"path": "applications/\x1fdesk"'),
    "a slash that is escaped": put('"path": "applications/desk.yaml"', '"path": "applications\\/desk.yaml"'),
    "a hash of 63 digits": put(HASHES["1"], HASHES["1"][:-1]),
    "a hash of 65 digits": put(HASHES["1"], HASHES["1"] + "1"),
    "one digit moved to the next hash": lambda data: data.replace(b"1" * 64, b"1" * 63).replace(
        b"2" * 64, b"2" * 65
    ),
    "a hash of capitals": put(HASHES["1"], f"sha256:{'A' * 64}"),
    "a hash of another algorithm": put(HASHES["1"], f"sha512:{'1' * 64}"),
    "a hash with digits of another script": put(HASHES["1"], f"sha256:{'1' * 63}٣"),
    "a closure that is no hash": put(HASHES["3"], "sha256:3"),
    "a metadataDigest that is no hash": put(HASHES["2"], "sha256:"),
    "a hash of a file that is none": put(HASHES["4"], f"sha256:{'4' * 63}g"),
    "no files": put(f'"datasets/faq.yaml": "{HASHES["8"]}"', ""),
    "a file stands twice": put(
        f'"datasets/faq.yaml": "{HASHES["8"]}"',
        f'"datasets/faq.yaml": "{HASHES["7"]}",\n        "datasets/faq.yaml": "{HASHES["8"]}"',
    ),
    "files in another order": put(
        f'"datasets/faq.yaml": "{HASHES["8"]}"',
        f'"datasets/faq.yaml": "{HASHES["8"]}",\n        "a.md": "{HASHES["8"]}"',
    ),
    "a comma after the last file": put(f'"{HASHES["8"]}"\n', f'"{HASHES["8"]}",\n'),
    "no comma between files": put(
        f'"datasets/faq.yaml": "{HASHES["8"]}"',
        f'"datasets/faq.yaml": "{HASHES["8"]}"\n        "e.md": "{HASHES["8"]}"',
    ),
    "a file without a path": put('        "datasets/faq.yaml": ', '        "": '),
    "a requirement stands twice": put('"dataset/faq",\n', '"dataset/faq",\n        "dataset/faq",\n'),
    "a requirement that is no id": put('"dataset/faq",\n', '"dataset",\n'),
    "requirements in another order": put('"dataset/faq",\n', '"tool/faq",\n'),
    "a comma after the last requirement": put('"model/small"\n      ]', '"model/small",\n      ]'),
    "requirements that begin with a blank": put('"requires": []', '"requires": [ ]'),
    "requirements that are empty lines": put('"requires": []', '"requires": [\n      ]'),
    "no comma between artifacts": put('    },\n    "dataset/faq": {', '    }\n    "dataset/faq": {'),
    "a brace between artifacts": put('    },\n    "dataset/faq": {', '    }{\n    "dataset/faq": {'),
    "a comma before the first artifact": put('"artifacts": {', '"artifacts": ,'),
    "a comma after the last artifact": put('    }\n  },\n  "bind"', '    },\n  },\n  "bind"'),
    "a line between artifacts": put('    },\n    "dataset/faq": {', '    },\n\n    "dataset/faq": {'),
    "a word between artifacts": put('    },\n    "dataset/faq": {', '    }more,\n    "dataset/faq": {'),
    "artifacts without an end": put('    }\n  },\n  "bind"', '    },\n  "bind"'),
    "artifacts that are bound": put('"artifacts": {', '"artifacts": {},\n  "bind": {'),
    "another field of an artifact": put('"requires": []', '"requires": [],\n      "more": 1'),
    "fields in another order": put(
        f'"digest": "{HASHES["1"]}",\n      "metadataDigest": "{HASHES["2"]}"',
        f'"metadataDigest": "{HASHES["2"]}",\n      "digest": "{HASHES["1"]}"',
    ),
    "artifacts stand twice": put('"artifacts": {\n', '"artifacts": {},\n  "artifacts": {\n'),
    "artifacts in a text": put('"want": "^1.0"', '"want": "\n  \\"artifacts\\": {}"'),
    "data that is empty": put('"data": [', '"data": [\n      ],\n      "more": ['),
    "data with a negative size": put('"size": 12', '"size": -12'),
    "data with a size of one to few": put('"size": 12', '"size": -1'),
    "data with a size that is true": put('"size": 12', '"size": true'),
    "data with files that are true": put('"nfiles": 1', '"nfiles": true'),
    "data with a size of a fraction": put('"size": 12', '"size": 12.5'),
    "data with an md5 that is none": put(f'"md5": "{"9" * 32}"', '"md5": "9"'),
    "data with a commit that is none": put('"nfiles": 1', '"nfiles": 1,\n          "commit": "abc"'),
    "data with a sha256 that is none": put('"nfiles": 1', '"nfiles": 1,\n          "sha256": "abc"'),
    "data with an absolute path": put('"faq.dvc"', '"/faq.dvc"'),
    "data with an output that is empty": put('"faq.dvc",', '"faq.dvc",\n          "out": "",'),
    "data with another field": put('"nfiles": 1', '"nfiles": 1,\n          "more": 1'),
    "a registry without a name": put('"name": "shop"', '"name": ""'),
    "a registry whose name is too long": put('"name": "shop"', f'"name": "{"s" * 101}"'),
    "an address with a password": put("https://git.", "https://me:secret@git."),
    "an address with a blank": put("/shop.git", "/shop shop.git"),
    "an address with another blank": put("/shop.git", "/shop\u2003shop.git"),
    "a release without a name": put('"release": "v1.2.0"', '"release": ""'),
    "a tag object of 39 digits": put("a" * 40, "a" * 39),
    "a commit of 41 digits": put("b" * 40, "b" * 41),
    "a root that is no id": put('"root": "application/desk"', '"root": "desk"'),
    "a range that is none": put('"want": "^1.0"', '"want": "newest"'),
    "a range after a blank that is one to few": put('"want": "^1.0"', '"want": "\\u001c^1.0"'),
    "a range before a blank that is one to few": put('"want": "^1.0"', '"want": "^1.0\\u001c"'),
    "a range of 201 characters": put('"want": "^1.0"', f'"want": "^1.0{" " * 197}"'),
    "an environment that is no name": put('"environment": "production"', '"environment": "Production"'),
    "an arm that is no name": put('"arm": "control"', '"arm": "-"'),
    "an id of bind that is none": put('"route/chat"', '"chat"'),
    "an id that is bound and none": put('"route/chat": "model/small"', '"route/chat": "small"'),
    "a version of locks that is newer": put('"lockVersion": 1', '"lockVersion": 2'),
    "a version of locks that is true": put('"lockVersion": 1', '"lockVersion": true'),
    "half a character": put('"release": "v1.2.0"', '"release": "\\ud800"'),
    "a mark before it": lambda data: b"\xef\xbb\xbf" + data,
    "no newline at its end": lambda data: data[:-1],
    "more after it": lambda data: data + b"\n",
    "newlines of Windows": lambda data: data.replace(b"\n", b"\r\n"),
}
# Of these the spelling says nothing, and the schema lets them pass.
LEFT_TO_THE_SCHEMA: dict[str, Edit] = {
    "a quote in a path": put('"path": "applications/desk.yaml"', '"path": "applications/\\"desk.yaml"'),
    "a control in a path": put('        "datasets/faq.yaml"', '        "datasets/\\u0001faq.yaml"'),
}
TAKEN: dict[str, Edit] = {
    "a path of another script": put('"path": "applications/desk.yaml"', '"path": "заявки/ż } ] , {.yaml"'),
    "an id of 120 characters": put('    "application/desk": {', f'    "application/{"d" * 108}": {{'),
    "a version that is to come": put('"version": "1.2.0"', '"version": "1.2.0-rc.1"'),
    "a requirement that is not locked": put('"dataset/faq",\n', '"dataset/else",\n'),
    "a path of an output": put('"faq.dvc",', '"dvc.yaml",\n          "out": "a \\"b\\"/ü",'),
    "an address of ssh": put("https://git.example.com/shop.git", "git.example.com:shop.git"),
    "data of no bytes": put('"size": 12', '"size": 0'),
    "data of nobody knows how many files": put(',\n          "nfiles": 1', ""),
    "a release of two lines": put('"release": "v1.2.0"', '"release": "v1\\n2"'),
    "a release of blanks": put('"release": "v1.2.0"', '"release": " "'),
    "what is bound to itself": put('"route/chat": "model/small"', '"route/chat": "route/chat"'),
}


@pytest.mark.parametrize("edit", REFUSED.values(), ids=REFUSED)
def test_what_is_no_lock_is_refused(edit: Edit) -> None:
    data = edit(TEXT)
    assert data != TEXT
    assert (by_spelling(data), by_schema(data)) == (None, None)
    with pytest.raises(IntegrityError):
        read_lock("plm.lock", data)


@pytest.mark.parametrize("edit", LEFT_TO_THE_SCHEMA.values(), ids=LEFT_TO_THE_SCHEMA)
def test_what_the_spelling_does_not_tell_the_schema_does(edit: Edit) -> None:
    data = edit(TEXT)
    lock = by_schema(data)
    assert lock is not None
    assert (by_spelling(data), read_lock("plm.lock", data)) == (None, lock)


@pytest.mark.parametrize("edit", TAKEN.values(), ids=TAKEN)
def test_what_is_a_lock_is_taken_as_its_schema_takes_it(edit: Edit) -> None:
    data = edit(TEXT)
    lock = by_schema(data)
    assert lock not in (None, SMALL)
    assert by_spelling(data) == lock


def test_so_many_hard_cases_are_known() -> None:
    assert (len(REFUSED), len(LEFT_TO_THE_SCHEMA), len(TAKEN)) == (91, 2, 11)


def test_no_byte_and_no_line_of_a_lock_is_read_in_two_ways() -> None:
    lines = TEXT.splitlines(keepends=True)
    changed = [
        TEXT[:n] + bytes([TEXT[n] ^ 1 << bit]) + TEXT[n + 1 :] for n in range(len(TEXT)) for bit in range(8)
    ]
    changed += [b"".join([*lines[:n], *lines[n + 1 :]]) for n in range(len(lines))]
    changed += [b"".join([*lines[: n + 1], *lines[n:]]) for n in range(len(lines))]
    changed += [
        b"".join([*lines[:n], lines[n + 1], lines[n], *lines[n + 2 :]]) for n in range(len(lines) - 1)
    ]
    for data in changed:
        assert by_spelling(data) == by_schema(data), data


PIECES = (
    "",
    '"',
    "\\",
    "\\u0041",
    "\n",
    " ",
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
    "null",
    "true",
    "0",
    "-1",
    "1.0",
    "é",
    "/",
    "\x1c",
)


@given(
    LOCKS.filter(lambda lock: bool(lock.artifacts)),
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 9), st.sampled_from(PIECES)),
        min_size=1,
        max_size=2,
    ),
)
def test_what_is_edited_anywhere_is_taken_by_both_or_by_none(
    lock: Lock, edits: list[tuple[float, int, str]]
) -> None:
    text = serialised(lock).decode()
    for place, length, piece in edits:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + length :]
    data = text.encode()
    known = by_schema(data)
    assert by_spelling(data) in (known, None)
    if known is None:
        with pytest.raises(IntegrityError):
            read_lock("plm.lock", data)
    else:
        assert read_lock("plm.lock", data) == known
