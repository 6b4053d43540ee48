"""The reader of bundles in plain Node: it reads, refuses and renders what plmctl does."""

import base64
import json
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from plmctl.core.bundle import Bundle, bundled, tag_id
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import serialised
from plmctl.core.value import Value, as_items, as_mapping, as_text
from tests.core.bundles import BUNDLE, LOCK, RELEASE, STATE, hashed, with_lock
from tests.core.call.artifacts import prompt
from tests.core.test_bundle import RESPELT, respelt
from tests.programs import REPOSITORY, require
from tests.runtime.shelves import shelf
from tests.runtime.test_reading import forged, with_file

FOLDER = REPOSITORY / "examples" / "bundle-reader"
VECTORS = json.loads((FOLDER / "vectors.json").read_text(encoding="utf-8"))
# Answers each question on stdin: a bundle with a digest, or artifacts with a prompt and inputs.
DRIVER = """
import { read } from "./reader.mjs";
import { render } from "./mustache.mjs";
import { readFileSync } from "node:fs";
const answer = (ask) => { try { return { ok: ask() }; } catch (error) { return { error: error.message }; } };
const asked = JSON.parse(readFileSync(0));
const bundles = asked.bundles.map(([data, digest]) =>
  answer(() => Object.keys(read(Buffer.from(data, "base64"), digest ?? undefined).artifacts)));
const whole = Buffer.from(asked.whole, "base64");
const flipped = [...whole.keys()].filter((at) => {
  const other = Buffer.from(whole);
  other[at] ^= 1 << at % 8;
  return "ok" in answer(() => read(other));
});
const cut = [...whole.keys()].filter((length) => "ok" in answer(() => read(whole.subarray(0, length))));
const rendered = asked.vectors.map((vector) => answer(() => render(
  { lock: {}, artifacts: vector.artifacts }, "prompt/p", vector.input)));
console.log(JSON.stringify({ bundles, flipped, cut, rendered }));
"""


def spec_of(vector: Value) -> dict[str, Value]:
    manifest = as_mapping(as_mapping(vector)["manifest"])
    return {"model": "model/m", **manifest}


def partials_of(vector: Value) -> dict[str, dict[str, Value]]:
    partials = as_mapping(as_mapping(vector).get("partials"))
    return {f"partial/{name}": dict(as_mapping(spec)) for name, spec in partials.items()}


def asked(data: bytes, digest: str | None = None) -> Value:
    return [base64.b64encode(data).decode(), digest]


def quoting() -> Bundle:
    """A bundle whose tag is signed, and quotes a signature behind another Lock in its text."""
    quoted = b"Registry: shop\nLock: sha256:0\n-----BEGIN SSH SIGNATURE-----\n\n"
    head, found, said = RELEASE.tag.partition(b"Registry: ")
    tag = head + quoted + found + said + b"-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n"
    lock = replace(LOCK, source=replace(LOCK.source, tag_object=tag_id(tag)))
    return replace(with_lock(lock), release=replace(RELEASE, tag=tag))


GOOD = (BUNDLE, with_lock(STATE), shelf(20), quoting())


@cache
def answers() -> dict[str, Value]:
    """What the reader says to all questions: Node is started once."""
    node = require("node", "nodejs")
    questions: dict[str, Value] = {
        "bundles": [
            *(asked(bundled(bundle), hashed(bundle.lock_data)) for bundle in GOOD),
            asked(bundled(BUNDLE)),
            asked(bundled(BUNDLE), hashed(serialised(STATE))),
            asked(bundled(forged())),
            asked(with_file("files/../../evil")),
            asked(bundled(BUNDLE) + b"\n"),
            *(asked(respelt(edit)) for edit in RESPELT.values()),
        ],
        "whole": base64.b64encode(bundled(BUNDLE)).decode(),
        "vectors": [
            {
                "artifacts": {
                    "prompt/p": {"spec": spec_of(vector)},
                    **{name: {"spec": spec} for name, spec in partials_of(vector).items()},
                },
                "input": as_mapping(vector)["input"],
            }
            for vector in VECTORS
        ],
    }
    command = [node, "--input-type=module", "-e", DRIVER]
    done = subprocess.run(
        command, cwd=FOLDER, input=json.dumps(questions).encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_node_reads_the_bundles_that_plmctl_writes() -> None:
    read = as_items(answers()["bundles"])[: len(GOOD) + 1]
    assert read == [{"ok": [*bundle.artifacts]} for bundle in (*GOOD, BUNDLE)]


def test_node_refuses_the_bundles_that_plmctl_refuses() -> None:
    refused = as_items(answers()["bundles"])[len(GOOD) + 1 :]
    assert refused == [
        {"error": "it holds another lock than was asked for"},
        {"error": "prompt/greet is not as v1.0.0 has it"},
        {"error": "the path of a file leaves it"},
        {"error": "not a bundle: it was changed, or cut off"},
        *({"error": "bundle.json is not as plmctl writes it"} for _ in RESPELT),
    ]


def test_node_refuses_every_changed_bit_and_every_length() -> None:
    assert (answers()["flipped"], answers()["cut"]) == ([], [])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_is_rendered_by_plmctl_as_it_says(vector: Value) -> None:
    said, made = as_mapping(vector), prompt(spec_of(vector), partials_of(vector))
    if "error" in said:
        with pytest.raises(PlmctlError, match=f"'{as_text(said['error'])}'"):
            made.render(as_mapping(said["input"]))
    else:
        messages = made.render(as_mapping(said["input"])).messages
        assert [{"role": m.role, "content": m.text} for m in messages] == said["messages"]


@pytest.mark.parametrize("index", range(len(VECTORS)), ids=lambda index: VECTORS[index]["name"])
def test_a_vector_is_rendered_by_node_as_it_says(index: int) -> None:
    said, found = VECTORS[index], as_mapping(as_items(answers()["rendered"])[index])
    if "error" in said:
        assert f"'{said['error']}'" in str(found["error"])
    else:
        assert found == {"ok": said["messages"]}


def test_the_reader_has_less_than_150_lines_and_the_renderer_less_than_100() -> None:
    lines = {path.name: path.read_text(encoding="utf-8").count("\n") for path in FOLDER.glob("*.mjs")}
    assert {
        name: lines[name] < most for name, most in (("reader.mjs", 150), ("mustache.mjs", 100))
    } == dict.fromkeys(lines, True)


@pytest.mark.parametrize(
    ("words", "code", "out", "error"),
    [
        (("b.plmz", "prompt/greet", '{"name": "Ada"}'), 0, "Grüße Ada.", ""),
        (("b.plmz", "prompt/greet", '{"name": "Ada"}', hashed(BUNDLE.lock_data)), 0, "Grüße Ada.", ""),
        ((), 2, "", "usage: node mustache.mjs BUNDLE PROMPT [INPUTS [DIGEST]]"),
        (("b.plmz",), 2, "", "usage: node mustache.mjs BUNDLE PROMPT [INPUTS [DIGEST]]"),
        (("gone.plmz", "prompt/greet"), 2, "", "ENOENT"),
        (("b.plmz", "prompt/greet", "{"), 2, "", "JSON"),
        (("b.plmz", "prompt/gone"), 3, "", "prompt/gone is not in this lock"),
        (("b.plmz", "prompt/greet"), 3, "", "'name'"),
        (("b.plmz", "prompt/greet", "{}", "sha256:0"), 4, "", "it holds another lock than was asked for"),
        (("cut.plmz", "prompt/greet"), 4, "", "not a bundle: it was changed, or cut off"),
    ],
)
def test_the_command_says_what_was_wrong_by_its_exit_code(
    words: tuple[str, ...], code: int, out: str, error: str, tmp_path: Path
) -> None:
    (tmp_path / "b.plmz").write_bytes(bundled(BUNDLE))
    (tmp_path / "cut.plmz").write_bytes(bundled(BUNDLE)[:-1])
    command = [require("node", "nodejs"), str(FOLDER / "mustache.mjs"), *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == code
    assert out in done.stdout.decode()
    assert (done.stdout == b"", done.stderr == b"") == (code != 0, code == 0)
    assert done.stderr.decode().startswith("error: ") is (code != 0)
    assert error in done.stderr.decode()
