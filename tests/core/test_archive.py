import io
import zipfile
from collections.abc import Callable

import pytest

from plmctl.core.archive import packed, unpacked
from plmctl.core.finding import IntegrityError

FILES = {"bundle.json": b'{"bundleVersion": 1}', "files/a/b.md": b"", "files/käse.txt": b"cheese\n" * 3}


def test_what_was_packed_is_what_another_program_reads() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(FILES))) as read:
        assert {name: read.read(name) for name in read.namelist()} == FILES
        assert {(i.date_time, i.compress_type, i.external_attr >> 16) for i in read.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 0o100644)
        }


@pytest.mark.parametrize("files", [FILES, {}], ids=["some", "none"])
def test_what_was_packed_is_unpacked_in_its_order(files: dict[str, bytes]) -> None:
    found = unpacked("b.plmz", packed(files))
    assert [(name, bytes(data)) for name, data in found.items()] == [*files.items()]


def test_every_single_byte_and_every_length_counts() -> None:
    whole = packed(FILES)
    for at, byte in enumerate(whole):
        # The neighbour bits find what a checksum of the rest would miss.
        for other in {byte ^ 1, byte ^ 0x80, 0, 0x20, 0xFF} - {byte}:
            with pytest.raises(IntegrityError):
                unpacked("b.plmz", whole[:at] + bytes([other]) + whole[at + 1 :])
    for length in range(len(whole)):
        with pytest.raises(IntegrityError):
            unpacked("b.plmz", whole[:length])


Changed = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (lambda whole: whole + b"\n", "1 more byte follows its end"),
        (lambda whole: whole + bytes(2_000), "2,000 more bytes follow its end"),
        # A file in a bundle can hold a zip, and what is cut off behind it ends with that one's end.
        (lambda whole: packed({"a": b"...", "b": whole})[: -(22 + 88)], "it is cut off, or no bundle"),
        (lambda whole: whole[:-1], "it is cut off, or no bundle"),
        (lambda whole: b"\0" + whole, "the header at byte 0 is not as plmctl writes it"),
        (lambda whole: whole[:40] + b"!" + whole[41:], "its directory is not that of its files"),
        (
            lambda whole: whole.replace(b"cheese", b"cheeze", 1),
            "'files/käse.txt' is not what was packed: its checksum is another",
        ),
        (lambda whole: whole.replace(b"PK\1\2", b"PK\1\3", 1), "its directory is not that of its files"),
        (lambda whole: whole[:20], "it is cut off, or no bundle"),
    ],
)
def test_what_is_wrong_is_named(changed: Changed, why: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        unpacked("b.plmz", changed(packed(FILES)))
    assert caught.value.message == f"b.plmz: {why}"


def compressed() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("bundle.json", b"0" * 1_000_000)
    return made.getvalue()


def test_a_zip_that_unfolds_is_refused() -> None:
    with pytest.raises(IntegrityError, match="is not as plmctl writes it"):
        unpacked("bomb.plmz", compressed())


def test_a_name_that_stands_twice_is_refused() -> None:
    twice = packed({"files/a": b"1", "files/b": b"2"}).replace(b"files/b", b"files/a")
    with pytest.raises(IntegrityError) as caught:
        unpacked("b.plmz", twice)
    assert caught.value.message == "b.plmz: 'files/a' stands in it twice"


def test_more_than_a_zip_of_this_kind_holds_is_not_packed() -> None:
    with pytest.raises(ValueError, match="too much for one bundle"):
        packed({f"files/{number}": b"" for number in range(65_535)})
