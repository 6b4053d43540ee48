"""The manifests that are edited: the example registry's, and those that the schemas show."""

import json
import posixpath
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from plmctl.core.kinds import BUILT_IN, FOLDERS
from plmctl.core.registry import Registry
from plmctl.core.schema import KINDS
from plmctl.core.value import Value
from tests.properties.fields import fields_of
from tests.properties.states import State
from tests.rules.registries import SETTINGS, example_registry

EXAMPLE = Path(__file__).parents[2] / "example-registry"
FOLDER = dict(zip(KINDS, FOLDERS, strict=True))
POINTER = "outs:\n- md5: {digit}f7df1abef5990681fab106996e6254b\n  size: 20\n  hash: md5\n  path: data\n"
LOCK = (
    "schema: '2.0'\nstages:\n  one:\n    cmd: make\n    outs:\n    - path: {out}\n"
    "      hash: md5\n      md5: {digit}f7df1abef5990681fab106996e6254b\n      size: 20\n"
)
SPARE = {
    "one.txt": "One text.\n",
    "another.txt": "Another text.\n",
    "one.dvc": POINTER.format(digit=3),
    "another.dvc": POINTER.format(digit=4),
}
"""Files beside each manifest that it may come to name."""

OTHERS: dict[str, dict[str, Value]] = {
    "Prompt": {"model": "other", "messages": [{"role": "user", "content": "Hi."}]},
    "Partial": {"content": "Be kind."},
    "Tool": {"description": "Look it up.", "builtin": "web-search"},
    "Provider": {"type": "openai"},
    "Model": {"provider": "openai", "model": "gpt-4o-2024-08-06"},
    "Dataset": {"purpose": ["rag"], "data": {"uri": "s3://other", "version": "1"}, "format": "jsonl"},
    "Retriever": {"datasets": ["other"], "index": {"engine": "bm25"}},
    "ContextPolicy": {"window": {"maxTokens": 8000}},
    "Guardrail": {"stage": "input", "engine": "presidio"},
    "Route": {"strategy": "failover", "targets": [{"model": "other"}]},
    "EvalSuite": {"target": "prompt/other", "metrics": [{"name": "accuracy", "threshold": 0.9}]},
    "Application": {"uses": ["prompt/other"]},
    "Environment": {"pins": {"other": "^1.0"}},
}
"""One artifact of each kind that references may be changed to."""


def other(kind: str, name: str = "other", **metadata: Value) -> State:
    """The artifact of a kind that references may be changed to."""
    value = manifest(kind, {"name": name, **metadata}, OTHERS[kind])
    return State(kind=kind, path=f"{FOLDER[kind]}/other.yaml", value=value, files={})


def manifest(kind: str, metadata: dict[str, Value], spec: dict[str, Value]) -> Value:
    """A manifest as a value."""
    return {"apiVersion": "plmctl/v1", "kind": kind, "metadata": metadata, "spec": spec}


@cache
def donors(kind: str) -> tuple[State, ...]:
    """The manifests of a kind with the files that belong to them, the smallest first."""
    found = (*of_the_example(kind), *_of_the_schema(kind))
    return tuple(sorted(found, key=lambda state: len(json.dumps(state.value))))


@cache
def _example() -> Registry:
    return example_registry()


def of_the_example(kind: str) -> Iterator[State]:
    """The manifests of a kind in the example registry."""
    for found in _example().of_kind(kind):
        targets = {edge.target for edge in _example().edges if edge.source == found.id}
        named = [path for file in found.included.values() for path, _ in file.hashes]
        named += [_example().manifests[target].path for target in sorted(targets)]
        files = {path: (EXAMPLE / path).read_text(encoding="utf-8") for path in named}
        yield _with_spares(State(kind=kind, path=found.path, value=found.document.value, files=files))


def _of_the_schema(kind: str) -> Iterator[State]:
    shown = BUILT_IN.bundled(kind).get("examples")
    for index, value in enumerate(shown if isinstance(shown, list) else []):
        state = State(kind=kind, path=f"{FOLDER[kind]}/shown-{index}.yaml", value=value, files={})
        yield _with_spares(_with_named_files(state))


def _with_named_files(state: State) -> State:
    for field in fields_of(state.kind):
        for pointer in state.places(field.path):
            written = state.at(pointer)
            if not isinstance(written, str):
                continue
            path = state.beside(written)
            if field.says("x-plm-file"):
                state = state.with_file(path, "A text.\n")
            elif field.says("x-plm-pointer"):
                out = str(state.at((*pointer[:-1], "out")))
                lock = posixpath.join(posixpath.dirname(path), "dvc.lock")
                state = state.with_file(path, POINTER.format(digit=2))
                state = state.with_file(lock, LOCK.format(digit=2, out=out))
    return state


def _with_spares(state: State) -> State:
    state = state.with_file("plmctl.yaml", SETTINGS + "spec: {}\n")
    for name, text in SPARE.items():
        state = state.with_file(state.beside(name), text)
    return state


def with_others(state: State, kinds: tuple[str, ...]) -> State:
    """With an artifact of each of these kinds to refer to."""
    for kind in kinds:
        state = state.with_file(other(kind).path, json.dumps(other(kind).value))
    return state
