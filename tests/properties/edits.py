"""Edits of a manifest: what can happen to each field, drawn from the schemas."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from plmctl.core.inputs import inferred_inputs_of
from plmctl.core.registry import load
from plmctl.core.schema import KINDS
from plmctl.core.value import Value
from tests.properties.donors import donors, other, with_others
from tests.properties.fields import ITEM, KEY, Field, fields_of
from tests.properties.states import State
from tests.properties.values import changed_at, is_keyword, made_at


class What(Enum):
    """What an edit does."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"
    RENAMED = "renamed"
    MOVED = "moved to a file"
    WRITTEN_OUT = "written out as its default"


Step = Callable[[State], State]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing that happens to a field; `arrange` makes a manifest to which it can happen."""

    target: Field
    what: What
    arrange: Step = field(repr=False, compare=False)
    apply: Step = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """Kind, path and edit."""
        return f"{self.target.name}-{self.what.value}"

    def before(self) -> State:
        """A manifest to which it can happen, one that has the field where there is one."""
        path, known = self.target.path, donors(self.target.kind)
        heads = (path[:length] for length in range(len(path), -1, -1))
        return self.arrange(next(donor for head in heads for donor in known if donor.place(head) is not None))


UNTOUCHABLE = ("metadata", "name")


def edits_of(kind: str) -> tuple[Edit, ...]:
    """Every edit of a kind."""
    found: list[Edit] = []
    for one in fields_of(kind):
        if one.path != UNTOUCHABLE:
            found += [Edit(target=one, what=what, arrange=a, apply=b) for what, a, b in _steps(one)]
    whole = Field(kind=kind, path=(), node={})
    found.append(Edit(target=whole, what=What.MOVED, arrange=_same, apply=_manifest_moved))
    found.append(Edit(target=whole, what=What.RENAMED, arrange=_same, apply=_artifact_renamed))
    if any(one.path == ("spec", "inputs") for one in fields_of(kind)):
        found.append(_inputs_written_out(kind))
    return tuple(found)


def _steps(one: Field) -> list[tuple[What, Step, Step]]:
    absent, present = _without(one), _with(one)
    steps = [(What.ADDED, absent, _added(one)), (What.REMOVED, present, _removed(one))]
    if "const" not in one.node:
        steps.append((What.CHANGED, present, _changed(one)))
    if one.is_list:
        steps.append((What.REORDERED, _with_two(one), _reordered(one)))
    if "default" in one.node:
        steps.append((What.WRITTEN_OUT, absent, _set(one, one.node["default"])))
    if "x-plm-ref" in one.node:
        steps.append((What.RENAMED, _referring(one), _target_renamed(one)))
    if one.says("x-plm-template") or one.says("x-plm-file") or one.says("x-plm-pointer"):
        steps.append((What.MOVED, present, _moved(one)))
    return steps


def _same(state: State) -> State:
    return state


def _with(one: Field) -> Step:
    return lambda state: state.with_place(one.path)[0]


def _without(one: Field) -> Step:
    def absent(state: State) -> State:
        state, pointer = state.with_place(one.path)
        return state if one.path[-1] in (ITEM, KEY) else state.drop(pointer)

    return absent


def _added(one: Field) -> Step:
    def added(state: State) -> State:
        parent = state.holder(one.path)
        if parent is None:
            return state
        value, items = made_at(one.kind, one.path), state.at(parent)
        if isinstance(items, list):
            return state.put((*parent, len(items)), _unlike(one, value, items))
        if one.path[-1] == KEY:
            return state.put((*parent, "application/more" if one.path[1] == "pins" else "more"), value)
        return state.put_alone((*parent, one.path[-1]), value, one.path)

    return added


def _unlike(one: Field, value: Value, others: list[Value]) -> Value:
    for _ in range(9):
        if value not in others:
            break
        value = changed_at(one.kind, one.path, value)
    return value


def _set(one: Field, value: Value) -> Step:
    def written(state: State) -> State:
        parent = state.holder(one.path)
        return state if parent is None else state.put((*parent, one.path[-1]), value)

    return written


def _removed(one: Field) -> Step:
    def removed(state: State) -> State:
        pointer = state.place(one.path)
        return state if pointer is None else state.drop(pointer)

    return removed


def _changed(one: Field) -> Step:
    def changed(state: State) -> State:
        pointer = state.place(one.path)
        if pointer is None:
            return state
        value = state.at(pointer)
        is_file = one.says("x-plm-file") or one.says("x-plm-pointer")
        if is_file and isinstance(value, str):
            return _file_changed(state, state.beside(value))
        return state.put(pointer, changed_at(one.kind, one.path, value))

    return changed


def _file_changed(state: State, path: str) -> State:
    text = state.files.get(path, "")
    if text.startswith(("outs:", "schema:")):
        return state.with_file(path, text.replace("md5: ", "md5: 1", 1).replace("b\n", "\n", 1))
    return state.with_file(path, f"{text}One more line.\n")


def _with_two(one: Field) -> Step:
    def arranged(state: State) -> State:
        state, pointer = state.with_place(one.path)
        items = state.at(pointer)
        items = items if isinstance(items, list) else [made_at(one.kind, (*one.path, ITEM))]
        if is_keyword(one.kind, one.path):
            return state.put(pointer, made_at(one.kind, one.path))
        item = replace(one, path=(*one.path, ITEM))
        while len(items) < 2:
            items = [*items, _unlike(item, made_at(one.kind, item.path), items)]
        return state.put(pointer, items)

    return arranged


def _reordered(one: Field) -> Step:
    def reordered(state: State) -> State:
        pointer = state.place(one.path)
        items = state.at(pointer) if pointer is not None else None
        if pointer is None or not isinstance(items, list):
            return state
        return state.put(pointer, items[::-1])

    return reordered


def _kinds(one: Field) -> tuple[str, ...]:
    kinds = one.node.get("x-plm-ref")
    return tuple(str(kind) for kind in kinds) if isinstance(kinds, list) else ()


def _referring(one: Field) -> Step:
    def referring(state: State) -> State:
        state, pointer = with_others(state, _kinds(one)[:1]).with_place(one.path)
        return state.put(pointer, f"{_kinds(one)[0].lower()}/other")

    return referring


def _target_renamed(one: Field) -> Step:
    def renamed(state: State) -> State:
        pointer, kind = state.place(one.path), _kinds(one)[0]
        if pointer is None or state.at(pointer) != f"{kind.lower()}/other":
            return state
        new = other(kind, "renamed", formerly=["other"])
        state = state.with_file(new.path, json.dumps(new.value))
        return state.put(pointer, f"{kind.lower()}/renamed")

    return renamed


def _moved(one: Field) -> Step:
    def moved(state: State) -> State:
        pointer = state.place(one.path)
        value = state.at(pointer) if pointer is not None else None
        if pointer is None or not isinstance(value, str):
            return state
        is_file = one.says("x-plm-file") or one.says("x-plm-pointer")
        text = state.files.get(state.beside(value), "") if is_file else value
        if one.says("x-plm-file") and one.says("x-plm-template"):
            return state.drop(pointer).put((*pointer[:-1], "content"), text)
        # In another folder, what a pointer stands for is elsewhere too.
        there = f"moved/{one.path[-1]}.dvc"
        state = state.with_file(state.beside(there), text)
        if is_file:
            return state.put(pointer, there)
        return state.drop(pointer).put((*pointer[:-1], "contentFile"), there)

    return moved


def _manifest_moved(state: State) -> State:
    return replace(state, path=state.path.replace(".yaml", "-moved.yaml"))


def _artifact_renamed(state: State) -> State:
    name = str(state.at(UNTOUCHABLE))
    return state.put(("metadata", "formerly"), [name]).put(UNTOUCHABLE, f"{name}-renamed")


def _inputs_written_out(kind: str) -> Edit:
    inputs = next(one for one in fields_of(kind) if one.path == ("spec", "inputs"))
    text = "{{#urgent}}At once: {{/urgent}}{{ticket}}"

    def arranged(state: State) -> State:
        spec: dict[str, Value] = {"content": text}
        if kind == "Prompt":
            spec = {"model": "other", "messages": [{"role": "user", "content": text}]}
        return state.put(("spec",), spec)

    def written(state: State) -> State:
        found = next(m for m in load(state.tree()).manifests.values() if m.path == state.path)
        return state.put(("spec", "inputs"), inferred_inputs_of(found))

    return Edit(target=inputs, what=What.WRITTEN_OUT, arrange=arranged, apply=written)


EDITS: Mapping[str, tuple[Edit, ...]] = {kind: edits_of(kind) for kind in KINDS}
"""Every edit, by kind."""
