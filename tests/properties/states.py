"""A manifest that is about to be edited, the files beside it, and ways into its value."""

import copy
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace

from plmctl.core.ports import MemoryTree
from plmctl.core.value import Pointer, Value
from tests.properties.fields import ITEM, KEY, Node, Path, nodes_of
from tests.properties.values import made_at


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One manifest as a value, and every other file of its registry."""

    kind: str
    path: str
    value: Value
    files: Mapping[str, str]

    def tree(self) -> MemoryTree:
        """The registry."""
        return MemoryTree({**self.files, self.path: json.dumps(self.value, ensure_ascii=False)})

    def beside(self, written: str) -> str:
        """The path in the registry of one that the manifest names."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), written))

    def with_file(self, path: str, text: str) -> "State":
        """With this file, or with another text in it."""
        return replace(self, files={**self.files, path: text})

    def without_file(self, path: str) -> "State":
        """Without this file."""
        return replace(self, files={name: text for name, text in self.files.items() if name != path})

    def at(self, pointer: Pointer) -> Value:
        """The value at a pointer, None for nothing."""
        return _at(self.value, pointer)

    def put(self, pointer: Pointer, value: Value) -> "State":
        """With this value at a pointer; a position at the end of a list adds to it."""
        whole = copy.deepcopy(self.value)
        parent, step = _at(whole, pointer[:-1]), pointer[-1]
        if isinstance(parent, dict):
            parent[str(step)] = copy.deepcopy(value)
        elif isinstance(parent, list) and isinstance(step, int):
            parent[step : step + 1] = [copy.deepcopy(value)]
        return replace(self, value=whole)

    def drop(self, pointer: Pointer) -> "State":
        """Without the value at a pointer."""
        whole = copy.deepcopy(self.value)
        parent, step = _at(whole, pointer[:-1]), pointer[-1]
        if isinstance(parent, dict):
            parent.pop(str(step), None)
        elif isinstance(parent, list) and isinstance(step, int):
            del parent[step : step + 1]
        return replace(self, value=whole)

    def place(self, path: Path) -> Pointer | None:
        """Where the first value of a path stands, None when there is none."""
        return next(iter(_places(self.value, path)), None)

    def places(self, path: Path) -> list[Pointer]:
        """Where every value of a path stands."""
        return _places(self.value, path)

    def holder(self, path: Path) -> Pointer | None:
        """Where the list or the mapping stands that a value of this path would be in."""
        wanted = list if path[-1] == ITEM else dict
        return next((p for p in self.places(path[:-1]) if isinstance(self.at(p), wanted)), None)

    def put_alone(self, pointer: Pointer, value: Value, path: Path) -> "State":
        """With this field, and without those that cannot stand beside it."""
        state = self
        for rival in rivals(nodes_of(self.kind)[path[:-1]], str(pointer[-1])):
            state = state.drop((*pointer[:-1], rival))
        return state.put(pointer, value)

    def with_place(self, path: Path) -> tuple["State", Pointer]:
        """With a value at the path, made where there is none."""
        found = self.place(path)
        if found is not None:
            return self, found
        if len(path) == 1:
            return self.put(path, {}), path
        state, parent = self.with_place(path[:-1])
        name = 0 if path[-1] == ITEM else "one" if path[-1] == KEY else path[-1]
        if not isinstance(state.at(parent), list if path[-1] == ITEM else dict):
            state = state.put(parent, [] if path[-1] == ITEM else {})
        return state.put_alone((*parent, name), made_at(self.kind, path), path), (*parent, name)


def rivals(node: Node, name: str) -> tuple[str, ...]:
    """The fields that cannot stand beside this one, as `oneOf` has them."""
    branches = node.get("oneOf")
    rows = (texts_below(branch, "required") for branch in branches) if isinstance(branches, list) else ()
    names = {name for row in rows for name in row}
    return tuple(sorted(names - {name})) if name in names else ()


def texts_below(node: Value, key: str) -> tuple[str, ...]:
    """The strings of the list under a key."""
    found = node.get(key) if isinstance(node, dict) else None
    return tuple(str(item) for item in found) if isinstance(found, list) else ()


def _at(value: Value, pointer: Pointer) -> Value:
    for step in pointer:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _places(value: Value, path: Path, pointer: Pointer = ()) -> list[Pointer]:
    if not path:
        return [pointer]
    step, rest = path[0], path[1:]
    if isinstance(value, list) and step == ITEM:
        return [found for i, item in enumerate(value) for found in _places(item, rest, (*pointer, i))]
    if isinstance(value, dict):
        keys = list(value) if step == KEY else [step] if step in value else []
        return [found for key in keys for found in _places(value[key], rest, (*pointer, key))]
    return []
