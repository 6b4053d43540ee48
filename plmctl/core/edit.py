"""Exact edits of a manifest's text: what is changed is changed, every other byte stays."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Self, cast

from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument, Document, normalised_text, read_document
from plmctl.core.finding import PlmctlError
from plmctl.core.limits import UTMOST
from plmctl.core.splice import (
    Part,
    Splice,
    field_splices,
    item_splices,
    key_splices,
    part_splices,
    parts_splices,
    removal_splices,
    same_occurrences,
    spliced,
    value_splices,
    with_parts,
)
from plmctl.core.value import Pointer, Value, value_at


class NotEditable(PlmctlError):
    """No way was found to write the change so that it reads back as it should (exit 3)."""

    def __init__(self, path: str):
        super().__init__(f"{path} cannot be edited by a program", hint="change it by hand")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A manifest that is being edited: its text with line ends and byte order mark, and how it reads."""

    text: str
    document: Document

    @classmethod
    def of(cls, path: str, data: bytes) -> "Draft | BrokenDocument":
        """The draft of a file as it is on disk."""
        # Whoever chose the file to edit has read it within what holds for it.
        document = read_document(path, data, UTMOST)
        if isinstance(document, BrokenDocument):
            return document
        return cls(text=data.decode("utf-8"), document=document)

    @property
    def data(self) -> bytes:
        """The bytes to write."""
        return self.text.encode()

    def with_value(self, pointer: Pointer, new: str) -> Self:
        """Another text where a scalar stands, in its style if that can say it."""
        wanted = _replaced(self.document.value, pointer, lambda _: new)
        return self._edited(value_splices(self.document, pointer, new), wanted)

    def with_key(self, pointer: Pointer, new: str) -> Self:
        """Another key before the value at a pointer."""
        wanted = _replaced(self.document.value, pointer[:-1], lambda owner: _rekeyed(owner, pointer[-1], new))
        return self._edited(key_splices(self.document, pointer, new), wanted)

    def with_part(self, pointer: Pointer, start: int, end: int, new: str) -> Self:
        """Other text between two offsets of the text at a pointer."""
        wanted = _replaced(
            self.document.value, pointer, lambda text: f"{str(text)[:start]}{new}{str(text)[end:]}"
        )
        return self._edited(part_splices(self.document, pointer, start, end, new), wanted)

    def with_parts(self, parts: Mapping[Pointer, Sequence[Part]]) -> Self:
        """Other words at parts of many texts, all at once: to read a long file for each takes too long."""
        wanted, splices = self.document.value, list[Splice]()
        for pointer, found in parts.items():
            wanted = _replaced(wanted, pointer, partial(_with_parts, parts=found))
            splices.extend(parts_splices(self.document, pointer, found))
        try:
            return self._edited_by([splices], wanted)
        except NotEditable:
            draft = self
            for pointer, found in parts.items():
                for start, end, new in sorted(found, reverse=True):
                    draft = draft.with_part(pointer, start, end, new)
            return draft

    def with_item(self, pointer: Pointer, item: Value) -> Self:
        """One more item at the end of a list."""
        wanted = _replaced(self.document.value, pointer, lambda items: [*cast(list[Value], items), item])
        return self._edited(item_splices(self.document, pointer, item), wanted)

    def with_field(self, pointer: Pointer, key: str, value: Value, *, after: str | None) -> Self:
        """One more key of a mapping, behind another one; None: of an empty one."""
        wanted = _replaced(
            self.document.value, pointer, lambda owner: {**cast(dict[str, Value], owner), key: value}
        )
        return self._edited(field_splices(self.document, pointer, key, value, after), wanted)

    def without_field(self, pointer: Pointer) -> Self:
        """The key at a pointer, and its value, taken out of their mapping."""
        wanted = _replaced(self.document.value, pointer[:-1], lambda owner: _without(owner, pointer[-1]))
        return self._edited(removal_splices(self.document, pointer), wanted)

    def with_comment(self, splice: Splice) -> Self:
        """Another text where no value is: all of them read as before."""
        return self._edited([splice], self.document.value)

    def _edited(self, ways: Iterable[Splice], wanted: Value) -> Self:
        return self._edited_by(([splice] for splice in ways), wanted)

    def _edited_by(self, ways: Iterable[Iterable[Splice]], wanted: Value) -> Self:
        path = self.document.path
        for splices in ways:
            draft = self.of(path, spliced(self.text, splices).encode())
            if isinstance(draft, Draft) and _form(draft.document.value) == _form(wanted):
                return cast(Self, draft)
        raise NotEditable(path)


def text_with_parts(path: str, data: bytes, parts: Iterable[tuple[int, int, str]]) -> bytes:
    """A text file with other text between offsets of what it reads as; all else stays, line ends too."""
    found = tuple(parts)
    text, source = normalised_text(data), data.decode("utf-8")
    offsets = same_occurrences(text, source, found)
    if any(start not in offsets for start, _, _ in found):
        raise NotEditable(path)
    moved = ((offsets[start], offsets[start] + end - start, new) for start, end, new in found)
    changed = with_parts(source, moved).encode()
    if normalised_text(changed) != with_parts(text, found):
        raise NotEditable(path)
    return changed


def _replaced(value: Value, pointer: Pointer, change: Callable[[Value], Value]) -> Value:
    """The value with another one at a pointer."""
    if not pointer:
        return change(value)
    step, rest = pointer[0], pointer[1:]
    inner = _replaced(value_at(value, (step,)), rest, change)
    if isinstance(value, dict):
        return {**value, str(step): inner}
    items = list(cast(list[Value], value))
    items[int(step)] = inner
    return items


def _with_parts(text: Value, parts: Sequence[Part]) -> Value:
    return with_parts(str(text), parts)


def _rekeyed(owner: Value, old: str | int, new: str) -> Value:
    fields = cast(dict[str, Value], owner)
    return {new if key == old else key: value for key, value in fields.items()}


def _without(owner: Value, key: str | int) -> Value:
    return {name: value for name, value in cast(dict[str, Value], owner).items() if name != key}


def _form(value: Value) -> str:
    # Not ==: to Python 1, 1.0 and true are equal.
    return json.dumps(value, sort_keys=True)
