"""What is known of the records of one dataset, after one reading of its files."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from hashlib import sha256
from typing import NamedTuple

from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.instance import Contract, Misfit, contract
from plmctl.core.record import Flaw, Raw, Record
from plmctl.core.records import Reader, has_records, identity, key_columns, key_of, reader_of
from plmctl.core.tree import Unreadable
from plmctl.core.value import Value, as_items, as_mapping, as_text

MOST = 100
"""Of each kind so much is told of a file."""
TRACKED = 1_000_000
"""So many records of a dataset are compared with each other, at about 300 bytes of memory each."""
_HASHES = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much of a dataset is read: its first records, and of the others a sample, from so many bytes.

    Of those that follow one in two is chosen at `sample`, one in three at twice `sample`, and so on.
    """

    first: int
    sample: int
    size: int


EXCERPT = Extent(first=1_000, sample=1_000, size=8 * 1024 * 1024)
"""What is read of a dataset when nobody asked for all records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file of a dataset: its path in the repository, and its name inside the data.

    `chunks` begins a reading; it may raise Unreadable, then or between chunks.
    """

    path: str
    name: str
    chunks: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a manifest says of its records; an empty schema says nothing, without a key none is told apart.

    `seed` decides which records a sample holds; `has_identities` whether they are to be compared with others.
    """

    format: str
    schema: Mapping[str, Value] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    splits: Mapping[str, Value] = field(default_factory=dict)
    seed: str = ""
    has_identities: bool = False


class Standing(NamedTuple):
    """Where a record stands: its file, the line where it begins, its number there."""

    path: str
    line: int
    number: int | None


class Member(NamedTuple):
    """A record that others are compared with, and the splits that it is in."""

    standing: Standing
    splits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a reading found; of each kind at most MOST a file.

    `doubles` are records with the key of an earlier one, `overlaps` those that are in two splits, by
    themselves or as an earlier one. `absent` are splits of which there is no file or no field, `empty` those
    without a record; `unread` has the files that could not be read, and why. `count` records were read, and
    `size` bytes looked through.
    `is_whole`: every record was read, `is_tracked`: and every one that was, compared.
    """

    flaws: tuple[tuple[Standing, Flaw], ...]
    misfits: tuple[tuple[Standing, Misfit], ...]
    keyless: tuple[Standing, ...]
    doubles: tuple[tuple[Standing, Standing], ...]
    overlaps: tuple[tuple[Standing, tuple[str, str], Standing], ...]
    absent: tuple[str, ...]
    empty: tuple[str, ...]
    identities: Mapping[bytes, Member]
    unread: tuple[tuple[str, str], ...]
    count: int
    size: int
    is_whole: bool
    is_tracked: bool


def question_of(spec: Mapping[str, Value], seed: str, *, has_schema: bool, has_identities: bool) -> Question:
    """What the spec of a Dataset says of its records; not its schema, where that is wrong itself."""
    return Question(
        format=as_text(spec.get("format")) or "",
        schema=as_mapping(spec.get("schema")) if has_schema else {},
        key=key_columns(spec.get("key")),
        splits=as_mapping(spec.get("splits")),
        seed=seed,
        has_identities=has_identities,
    )


def survey(
    files: Iterable[DataFile], question: Question, extent: Extent | None, tracked: int = TRACKED
) -> Survey:
    """Reads the files of a dataset, of a folder those of its format; without an extent all of it.

    So many records as are `tracked` are compared with each other.
    """
    found = tuple(files)
    is_folder = len(found) != 1 or "/" in found[0].name
    read = [file for file in found if not is_folder or has_records(file.name, question.format)]
    reading = _Reading(
        question=question,
        tracked=tracked,
        choice=_Choice(extent=extent, seed=question.seed),
        contract=contract(question.schema) if question.schema else None,
    )
    for file in read:
        reader = reader_of(question.format, question.schema)
        if reader is not None:
            reading.read(file, reader)
    return reading.survey(tuple(file.name for file in read))


@dataclass(slots=True, kw_only=True)
class _Choice:
    """Which records are read, so that the same are chosen each time; `is_whole` until one was not."""

    extent: Extent | None
    seed: str
    is_whole: bool = True
    size: int = 0
    _count: int = 0

    def is_over(self) -> bool:
        """Whether no more is to be read."""
        if self.extent is None or self.size <= self.extent.size:
            return False
        self.is_whole = False
        return True

    def takes(self, name: str, raw: Raw) -> bool:
        """Whether a record is read."""
        self._count += 1
        self.size += len(raw.data) + 1
        if self.extent is None or self._count <= self.extent.first:
            return True
        number = int.from_bytes(sha256(f"{self.seed}:{name}:{raw.number}".encode()).digest()[:4], "big")
        sample, further = self.extent.sample, self._count - self.extent.first
        is_taken = number * (further + sample) < _HASHES * sample
        self.is_whole &= is_taken
        return is_taken


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been found so far."""

    question: Question
    tracked: int
    choice: _Choice
    contract: Contract | None
    flaws: list[tuple[Standing, Flaw]] = field(default_factory=list)
    misfits: list[tuple[Standing, Misfit]] = field(default_factory=list)
    keyless: list[Standing] = field(default_factory=list)
    doubles: list[tuple[Standing, Standing]] = field(default_factory=list)
    overlaps: list[tuple[Standing, tuple[str, str], Standing]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    identities: dict[bytes, Member] = field(default_factory=dict)
    count: int = 0
    _members: dict[bytes, Member] = field(default_factory=dict)
    _sizes: Counter[str] = field(default_factory=Counter)
    _fields: set[str] = field(default_factory=set)
    _told: Counter[str] = field(default_factory=Counter)

    def read(self, file: DataFile, reader: Reader) -> None:
        """Reads one file; what is wrong with it hides nothing of the others."""
        self._told.clear()
        inside = tuple(name for name, said in self.question.splits.items() if _is_inside(file.name, said))
        try:
            for raw in reader.raws(file.chunks()):
                if self.choice.is_over():
                    return
                if isinstance(raw, Flaw):
                    self._flaw(file, raw)
                elif self.choice.takes(file.name, raw):
                    record = reader.record(raw)
                    if isinstance(record, Flaw):
                        self._flaw(file, record)
                    else:
                        self._see(Standing(file.path, record.line, record.number), record, inside)
        except Unreadable as error:
            self.unread.append((file.path, str(error)))
            self.choice.is_whole = False

    def _may_tell(self, kind: str) -> bool:
        self._told[kind] += 1
        return self._told[kind] <= MOST

    def _flaw(self, file: DataFile, flaw: Flaw) -> None:
        if self._may_tell("flaws"):
            self.flaws.append((Standing(file.path, flaw.line, flaw.number), flaw))

    def _see(self, standing: Standing, record: Record, inside: tuple[str, ...]) -> None:
        self.count += 1
        value = record.value
        if self.contract is not None and self._told["misfits"] < MOST:
            for misfit in self.contract.misfits(value, "record"):
                if self._may_tell("misfits"):
                    self.misfits.append((standing, misfit))
        splits = (*inside, *self._selecting(value))
        self._sizes.update(splits)
        self._place(Member(standing, splits), value)

    def _selecting(self, value: Value) -> Iterator[str]:
        """The splits whose condition a record fulfils."""
        row = as_mapping(value)
        for name, said in self.question.splits.items():
            column = as_text(as_mapping(said).get("field"))
            if column is not None and column in row:
                self._fields.add(column)
                if _equals(row[column], as_mapping(said).get("equals")):
                    yield name

    def _place(self, member: Member, value: Value) -> None:
        question = self.question
        # Only identities have 32 bytes for each record, however long it is.
        own = identity(value) if question.has_identities or (question.splits and not question.key) else b""
        if len(self.identities) < self.tracked and question.has_identities:
            self.identities.setdefault(own, member)
        key = key_of(value, question.key) if question.key else own
        if key is None:
            if self._may_tell("keyless"):
                self.keyless.append(member.standing)
        elif key:
            self._compare(sha256(key).digest()[:16], member)

    def _compare(self, key: bytes, member: Member) -> None:
        if len(member.splits) > 1:
            self._overlap(member, (member.splits[0], member.splits[1]), member)
        first = self._members.get(key)
        if first is None:
            if len(self._members) < self.tracked:
                self._members[key] = member
            return
        others = [name for name in member.splits if name not in first.splits]
        if others and first.splits:
            self._overlap(member, (first.splits[0], others[0]), first)
        elif self.question.key and self._may_tell("doubles"):
            self.doubles.append((member.standing, first.standing))

    def _overlap(self, member: Member, names: tuple[str, str], first: Member) -> None:
        if self._may_tell("overlaps"):
            self.overlaps.append((member.standing, names, first.standing))

    def survey(self, names: tuple[str, ...]) -> Survey:
        """All that was found, in files of these names."""
        is_whole = self.choice.is_whole
        absent = tuple(self._absent(names)) if is_whole else ()
        empty = [name for name, said in self.question.splits.items() if _is_known(said)]
        return Survey(
            flaws=tuple(self.flaws),
            misfits=tuple(self.misfits),
            keyless=tuple(self.keyless),
            doubles=tuple(self.doubles),
            overlaps=tuple(self.overlaps),
            absent=absent,
            empty=tuple(n for n in empty if is_whole and n not in absent and not self._sizes[n]),
            identities=self.identities,
            unread=tuple(self.unread),
            count=self.count,
            size=self.choice.size,
            is_whole=is_whole,
            is_tracked=max(len(self._members), len(self.identities)) < self.tracked,
        )

    def _absent(self, names: tuple[str, ...]) -> Iterator[str]:
        for name, said in self.question.splits.items():
            column = as_text(as_mapping(said).get("field"))
            if isinstance(said, str):
                if not any(_is_inside(file, said) for file in names):
                    yield name
            elif column is not None and column not in self._fields and self.count:
                yield name


def _is_known(said: Value) -> bool:
    """Whether it is known what a split holds: a file or folder, or records by a field."""
    return isinstance(said, str) or "equals" in as_mapping(said)


def _is_inside(name: str, said: Value) -> bool:
    if not isinstance(said, str):
        return False
    path = said.removeprefix("./").rstrip("/")
    return name == path or name.startswith(f"{path}/")


def _equals(value: Value, wanted: Value) -> bool:
    spelling = canonical_json(value)
    choices = [
        canonical_json(choice) for choice in (as_items(wanted) if isinstance(wanted, list) else [wanted])
    ]
    # Of a column of CSV without a type, the text is all that is known.
    return spelling in choices or (isinstance(value, str) and value.encode() in choices)
