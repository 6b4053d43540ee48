import pytest

from plmctl.core.content import Content, content_change, content_of
from plmctl.core.value import Value

MD5, OTHER = "0123456789abcdef0123456789abcdef", "f" * 32
FILE = Content(md5=MD5, size=1)
FOLDER = Content(md5=f"{OTHER}.dir", size=18081, nfiles=1200)


def test_content_of_a_file_and_of_a_folder() -> None:
    assert content_of({"md5": MD5, "size": 1}) == FILE
    assert content_of({"md5": f"{OTHER}.dir", "size": 18081, "nfiles": 1200}) == FOLDER


@pytest.mark.parametrize(
    "value",
    [
        None,
        [MD5],
        {},
        {"md5": MD5},
        {"size": 1},
        {"md5": MD5, "size": "1"},
        {"md5": MD5, "size": True},
        {"md5": MD5[:-1], "size": 1},
        {"md5": f"{MD5}.tar", "size": 1},
        {"md5": 1, "size": 1},
        {"md5": MD5, "size": 1, "nfiles": "1"},
        {"md5": MD5, "size": 1, "path": "faq"},
    ],
)
def test_any_other_value_is_no_content(value: Value) -> None:
    assert content_of(value) is None


def test_content_is_told_by_amount_and_first_digits() -> None:
    assert FILE.told == "1 byte, md5 0123456789ab"
    assert FOLDER.told == "1200 files, 18081 bytes, md5 ffffffffffff"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (FILE, Content(md5=OTHER, size=2000), "1 to 2000 bytes, md5 0123456789ab to ffffffffffff"),
        (FILE, FOLDER, "1 to 1200 files, 1 to 18081 bytes, md5 0123456789ab to ffffffffffff"),
        (FOLDER, FILE, "1200 to 1 file, 18081 to 1 byte, md5 ffffffffffff to 0123456789ab"),
        (
            Content(md5=f"{MD5}.dir", size=0, nfiles=0),
            Content(md5=f"{OTHER}.dir", size=0, nfiles=0),
            "0 files as before, 0 bytes as before, md5 0123456789ab to ffffffffffff",
        ),
        (FILE, Content(md5=MD5, size=2), "1 to 2 bytes, md5 0123456789ab as before"),
    ],
)
def test_change_of_content_counts_files_and_bytes_and_tells_the_hashes(
    old: Content, new: Content, expected: str
) -> None:
    assert content_change(old, new) == expected


def test_hashes_that_begin_alike_are_told_whole() -> None:
    twin = f"{MD5[:12]}{'0' * 20}"
    assert content_change(FILE, Content(md5=twin, size=1)) == f"1 byte as before, md5 {MD5} to {twin}"
