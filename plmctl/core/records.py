"""Data as records: which formats have them, how they are read, and when two of them are one.

record (the values) <- jsonl, csv (the formats) <- records <- survey (what is known of all records)
                                                          <- row (what changed between two files)
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Protocol

from plmctl.core.canonical import canonical_json
from plmctl.core.csv import Rows, column_types
from plmctl.core.jsonl import json_raws, json_record
from plmctl.core.record import Flaw, Raw, Record
from plmctl.core.value import Value, as_mapping, as_texts

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "jsonl": (".jsonl", ".ndjson"),
    "ndjson": (".jsonl", ".ndjson"),
    "csv": (".csv",),
}
"""How the names of files end that are read of a folder, by format."""
FORMATS = tuple(SUFFIXES)
"""The values of a Dataset's `format` whose records can be read."""


def has_records(name: str, format_: str) -> bool:
    """Whether a file of a folder of such data has records that can be read."""
    return name.lower().endswith(SUFFIXES.get(format_, ()))


class Reader(Protocol):
    """Reads one file of records: first tells them apart, then reads those that are wanted."""

    def raws(self, chunks: Iterable[bytes]) -> Iterator[Raw | Flaw]:
        """The records, not read yet, and what is wrong between them."""
        ...

    def record(self, raw: Raw) -> Record | Flaw:
        """One of them."""
        ...


class JsonLines:
    """The reader of a file of JSON Lines."""

    def raws(self, chunks: Iterable[bytes]) -> Iterator[Raw | Flaw]:
        """Its lines."""
        return json_raws(chunks)

    def record(self, raw: Raw) -> Record | Flaw:
        """The record of a line."""
        return json_record(raw)


def reader_of(format_: str, schema: Mapping[str, Value]) -> Reader | None:
    """A reader for one file of a format, whose records the schema describes; None where it has no records."""
    if format_ == "csv":
        return Rows(types=column_types(schema))
    return JsonLines() if format_ in FORMATS else None


def records(chunks: Iterable[bytes], reader: Reader) -> Iterator[Record | Flaw]:
    """All records of a file, in its order."""
    for raw in reader.raws(chunks):
        yield raw if isinstance(raw, Flaw) else reader.record(raw)


def identity(value: Value) -> bytes:
    """What a record is by content: SHA-256 of its canonical JSON (RFC 8785), blanks folded, texts NFC."""
    return sha256(canonical_json(_folded(value))).digest()


def _folded(value: Value) -> Value:
    if isinstance(value, dict):
        return {_folded_text(key): _folded(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_folded(child) for child in value]
    return _folded_text(value) if isinstance(value, str) else value


def _folded_text(text: str) -> str:
    folded = " ".join(text.split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def key_columns(key: Value) -> tuple[str, ...]:
    """The columns that the `key` of a Dataset names: one, or several."""
    return (key,) if isinstance(key, str) else as_texts(key)


def key_of(value: Value, columns: tuple[str, ...]) -> bytes | None:
    """What tells a record apart: the values of its key's columns; None where one of them has none."""
    row = as_mapping(value)
    key = [row.get(column) for column in columns]
    return None if any(part is None or part == "" for part in key) else canonical_json(key)
