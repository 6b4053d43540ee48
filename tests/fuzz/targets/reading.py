"""The reader of YAML, the schemas of the kinds, and DVC's pointers."""

from collections.abc import Sequence
from functools import cache
from random import Random
from zlib import crc32

from plmctl.core.canonical import canonical_json
from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.finding import Finding, Level
from plmctl.core.inventory import BrokenListing, Inventory, Row, compared, read_listing
from plmctl.core.kinds import BUILT_IN
from plmctl.core.layout import formatted, require_same
from plmctl.core.limits import LIMITS
from plmctl.core.pointer import BrokenPointer, read_lock_output, read_pointer
from plmctl.core.reading import is_ours
from plmctl.core.schema import findings_of
from plmctl.core.settings import LIMIT
from plmctl.core.value import Value, as_mapping
from tests.fuzz import pieces, values
from tests.fuzz.corpus import files, listed
from tests.fuzz.manifests import encoded, manifest
from tests.fuzz.target import FILE, Broken, Came, Input, Target, demand, is_text
from tests.fuzz.values import Donors

PATH = "prompts/support/hostile.yaml"
_LAID_OUT = 1 << 18


def read(data: bytes) -> Document | BrokenDocument:
    """The document of a file, with what holds of all of them."""
    document = read_document(PATH, data)
    demand(len(document.findings) <= LIMITS.findings, "more than 100 findings")
    if isinstance(document, BrokenDocument):
        demand(any(f.level is Level.ERROR for f in document.findings), "broken, and no finding is an error")
        _require_places(document.findings, data.count(b"\n") + data.count(b"\r") + 1)
        return document
    demand(document.text.encode().decode() == document.text, "the text is no UTF-8")
    _require_places(document.findings, len(document.lines))
    last = (len(document.lines), len(document.lines[-1]) + 1)
    for pointer, spot in document.spots.items():
        if not (1, 1) <= spot[:2] <= spot[2:4] <= last:
            raise Broken(f"{pointer} stands outside of the file: {spot}")
    return document


def _require_places(found: tuple[Finding, ...], lines: int) -> None:
    for finding in found:
        place = finding.location
        is_inside = place.line is None or 1 <= place.line <= lines
        if not is_inside or (place.column is not None and place.column < 1):
            raise Broken(f"a finding outside of the file: {finding}")


def _read(given: Input) -> Came:
    data = given[FILE]
    document = read(data)
    # Some things are as dear as the reading itself: of some inputs they are asked.
    some = crc32(data) % 8
    if some == 0:
        again = read_document(PATH, data)
        demand(again == document, "another answer to the same bytes")
    if isinstance(document, BrokenDocument):
        return Came(is_decoded=is_text(data), value=document)
    # A layout is written twice, and read: of what is as large as files may be that takes more than a second.
    if some <= 1 and len(data) <= _LAID_OUT and is_ours(document.value, BUILT_IN):
        _require_layout(document)
    return Came(
        is_decoded=True, is_parsed=True, is_valid=is_schema_valid(document.value), value=document.value
    )


def _require_layout(document: Document) -> None:
    """The canonical layout has the value and the comments of the document, and is its own layout."""
    schema = BUILT_IN.schema_of(kind) if (kind := _kind(document.value)) in BUILT_IN.shapes else None
    text = formatted(document, schema)
    if len(text.encode()) <= LIMIT:
        require_same(document, text)
        other = read_document(document.path, text.encode())
        demand(isinstance(other, Document) and formatted(other, schema) == text, "fmt changes what it wrote")


def _kind(value: Value) -> str:
    kind = as_mapping(value).get("kind")
    return kind if isinstance(kind, str) else ""


def is_schema_valid(value: Value) -> bool:
    """Whether a value is what the schema of its kind wants."""
    kind = _kind(value)
    return kind in BUILT_IN.shapes and BUILT_IN.shape_of(kind).validator.is_valid(value)


def _checked(given: Input) -> Came:
    data = given[FILE]
    document = read_document(PATH, data)
    if isinstance(document, BrokenDocument):
        return Came(is_decoded=is_text(data))
    found = findings_of(document, _kind(document.value), BUILT_IN)
    demand(len(found) <= LIMITS.findings, "more than 100 findings")
    _require_places(found, len(document.lines))
    is_valid = is_schema_valid(document.value)
    demand(is_valid or bool(found), "invalid, and nothing is found")
    canonical_json(document.value)
    return Came(is_decoded=True, is_parsed=True, is_valid=is_valid, value=document.value)


def _made(chance: Random) -> Input:
    return {FILE: manifest(chance)}


READER = Target(
    name="reader",
    expected="a Document, or a BrokenDocument with an error; the same for the same bytes; places inside the "
    "file; the canonical layout reads as the file does, and is its own layout",
    modules=("core/clean.py", "core/document.py", "core/source.py", "core/scalar.py"),
    make=_made,
    run=_read,
)
SCHEMA = Target(
    name="schema",
    expected="at most 100 findings, inside the file, and one at least for what the schema refuses",
    modules=("core/schema.py", "core/explanation.py", "core/fault.py", "core/subset.py"),
    make=_made,
    run=_checked,
)

_POINTERS: tuple[Value, ...] = (
    {"outs": [{"md5": "f7df1abef5990681fab106996e6254b1", "size": 20, "hash": "md5", "path": "data.jsonl"}]},
    {
        "outs": [
            {
                "md5": "f7df1abef5990681fab106996e6254b1.dir",
                "size": 9,
                "nfiles": 2,
                "hash": "md5",
                "path": "docs",
            }
        ]
    },
    {
        "outs": [
            {
                "md5": "f7df1abef5990681fab106996e6254b1",
                "size": 20,
                "path": "old",
                "desc": "x",
                "meta": {"a": 1},
            }
        ]
    },
    {
        "frozen": True,
        "wdir": "sub",
        "md5": "0" * 32,
        "deps": [{"path": "data", "repo": {"url": "https://example.com/x.git", "rev_lock": "1" * 40}}],
        "outs": [
            {"md5": "0" * 32, "size": 1, "hash": "md5", "path": "data", "remote": "far", "cache": False}
        ],
    },
    {
        "schema": "2.0",
        "stages": {
            "one": {"cmd": "make", "outs": [{"path": "data", "hash": "md5", "md5": "0" * 32, "size": 20}]},
            "two": {"cmd": "x", "outs": [{"path": "x", "md5": "1" * 32 + ".dir", "size": 2, "nfiles": 1}]},
        },
    },
)
_LISTING: Value = [{"md5": "0" * 32, "relpath": "a.txt"}, {"md5": "1" * 32, "relpath": "b/c.txt"}]
_INVENTORY = Inventory.of((Row(relpath="a.txt", md5="0" * 32), Row(relpath="b/c.txt", md5="2" * 32)))
_POINTER_DONORS = Donors((*_POINTERS, {"outs": _LISTING}))
_POINTER_WORDS = listed("pointers")


@cache
def _kept() -> Sequence[bytes]:
    return [data for path, data in files().items() if path.endswith((".dvc", "dvc.lock"))]


def _pointer_made(chance: Random) -> Input:
    what = chance.random()
    if what < 0.7:
        value = chance.choice((*_POINTERS, _LISTING)) if what < 0.1 else chance.choice(_POINTERS)
        data = encoded(values.changed(value, chance, _POINTER_DONORS), chance)
        return {FILE: data if what < 0.6 else pieces.changed(data, chance, _POINTER_WORDS)}
    data = pieces.changed(chance.choice(_kept()), chance, _POINTER_WORDS)
    return {FILE: pieces.grown(data, chance) if what > 0.9995 else data}


def _pointed(given: Input) -> Came:
    data = given[FILE]
    found = read_pointer("datasets/data.dvc", data)
    of_lock = read_lock_output("datasets/dvc.lock", data, "data")
    listing = read_listing(data)
    for each in (found, of_lock):
        is_wrong = any(f.level is Level.ERROR for f in each.findings)
        demand(isinstance(each, BrokenPointer) is is_wrong, "broken or not, against its findings")
        if not isinstance(each, BrokenPointer):
            demand(each.size >= 0 and ".." not in each.out_path.split("/"), "data outside of the folder")
    if isinstance(listing, Inventory):
        between = compared(_INVENTORY, listing)
        both = (*between.added, *(new for _, new in between.changed), *(r.new for r in between.renamed))
        demand(len(both) + between.unchanged == len(listing.rows), "a file of a listing is lost")
        demand(read_listing(listing.listing) == listing, "a listing that is another when it is written")
    is_valid = any(not isinstance(each, (BrokenPointer, BrokenListing)) for each in (found, of_lock, listing))
    is_yaml = not any(f.code.startswith("YML") and f.level is Level.ERROR for f in found.findings)
    return Came(is_decoded=is_text(data), is_parsed=is_yaml, is_valid=is_valid, value=found)


POINTER = Target(
    name="pointer",
    expected="a Pointer whose data lies below it, or a BrokenPointer with an error; of a listing likewise",
    modules=("core/pointer.py", "core/inventory.py"),
    make=_pointer_made,
    run=_pointed,
)
