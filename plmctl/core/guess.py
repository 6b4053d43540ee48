"""What can be read off data that nobody described: its format, the schema and the key of its records."""

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field

from plmctl.core.csv import typed
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.record import Flaw
from plmctl.core.records import reader_of, records
from plmctl.core.value import Value, as_mapping

MOST = 10_000
"""So many records are read."""

_MOST_COLUMNS = 100
_KEY = deferred(r"id|key|uuid|guid|.+(_id|-id|Id|ID)")
_FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "ndjson",
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".htm": "html",
    ".html": "html",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".pdf": "pdf",
    ".docx": "docx",
}
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
_TEXT_TYPES = ("integer", "number", "boolean")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The JSON Schema of a record and the column that tells records apart, None where nothing is plain.

    `is_whole`: all records were read.
    """

    schema: Mapping[str, Value] | None = None
    key: str | None = None
    is_whole: bool = True


def guessed_format(names: Iterable[str]) -> str | None:
    """The format of most of the files, by how their names end; None where no ending is known."""
    endings = (posixpath.splitext(name)[1].lower() for name in names)
    counts = Counter(found for ending in endings if (found := _FORMATS.get(ending)) is not None)
    return min(counts, key=lambda found: (-counts[found], found), default=None)


def guessed(files: Iterable[Iterable[bytes]], format_: str) -> Guess:
    """What the records of files of one format have in common; nothing where one of them cannot be read."""
    seen = _Seen(is_text=format_ == "csv")
    for chunks in files:
        reader = reader_of(format_, {})
        for record in records(chunks, reader) if reader is not None else ():
            if seen.count == MOST:
                return seen.guess(is_whole=False)
            if isinstance(record, Flaw):
                if not record.is_mark:
                    return Guess()
            elif not seen.take(record.value):
                return Guess()
    return seen.guess(is_whole=True)


@dataclass(slots=True, kw_only=True)
class _Column:
    """What was seen of a column: the types, in how many records, and its values until two are alike."""

    types: set[str] = field(default_factory=set)
    count: int = 0
    empty: int = 0
    values: set[Value] | None = field(default_factory=set)

    def take(self, value: Value, *, is_text: bool) -> None:
        """One more value."""
        self.count += 1
        if is_text and value == "":
            self.empty += 1
            return
        self.types.add(_text_type(value) if is_text else _type(value))
        can_be_key = isinstance(value, str | int) and not isinstance(value, bool) and value != ""
        if self.values is not None and can_be_key and value not in self.values:
            self.values.add(value)
        else:
            self.values = None


@dataclass(slots=True, kw_only=True)
class _Seen:
    """The records that were seen; of CSV all values are text."""

    is_text: bool
    count: int = 0
    columns: dict[str, _Column] = field(default_factory=dict)

    def take(self, value: Value) -> bool:
        """One more record; False for one that is no object, or has too many columns to be one of a table."""
        self.count += 1
        for name, inner in as_mapping(value).items():
            self.columns.setdefault(name, _Column()).take(inner, is_text=self.is_text)
        return isinstance(value, dict) and len(self.columns) <= _MOST_COLUMNS

    def guess(self, *, is_whole: bool) -> Guess:
        """What all of them say together."""
        if not self.columns:
            return Guess(is_whole=is_whole)
        properties: dict[str, Value] = {name: {"type": self._type(c)} for name, c in self.columns.items()}
        schema: dict[str, Value] = {"type": "object", "properties": properties}
        required: list[Value] = [name for name, column in self.columns.items() if self._is_required(column)]
        # Records that were not read may lack what those that were have.
        if is_whole and required:
            schema["required"] = required
        keys = [name for name, column in self.columns.items() if self._is_key(name, column)]
        key = min(keys, key=lambda name: name != "id") if keys and is_whole else None
        return Guess(schema=schema, key=key, is_whole=is_whole)

    def _type(self, column: _Column) -> Value:
        types = column.types or {"string"}
        if "number" in types:
            types = types - {"integer"}
        if self.is_text and len(types) > 1:
            return "string"
        found: list[Value] = sorted(types, key=lambda name: (name == "null", name))
        return found[0] if len(found) == 1 else found

    def _is_required(self, column: _Column) -> bool:
        # An empty field of a column that is no text is none (plmctl.core.csv).
        is_there = not column.empty or self._type(column) == "string"
        return column.count == self.count and is_there

    def _is_key(self, name: str, column: _Column) -> bool:
        is_filled = column.count == self.count and not column.empty
        return is_filled and column.values is not None and _KEY.fullmatch(name) is not None


def _type(value: Value) -> str:
    return "null" if value is None else _TYPES[type(value)]


def _text_type(value: Value) -> str:
    """The narrowest type that a field of CSV spells."""
    text = str(value)
    return next((name for name in _TEXT_TYPES if not isinstance(typed(text, (name,)), str)), "string")
