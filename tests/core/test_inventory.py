import json

import pytest

from plmctl.core import inventory
from plmctl.core.inventory import (
    BrokenListing,
    Comparison,
    Inventory,
    Measured,
    Renamed,
    Row,
    compared,
    read_listing,
    relpath_problem,
    total_size,
)

EMPTY = "d41d8cd98f00b204e9800998ecf8427e"
ONE = "c4ca4238a0b923820dcc509a6f75849b"
TWO = "c81e728d9d4c2f636f067f89cc14862c"
HELLO = "b1946ac92492d2347c6235b4d2611184"

# What DVC 3.67.1 kept in its cache for a folder of six files, and the md5 that it wrote into the pointer.
LISTING = (
    b'[{"md5": "5ebe2294ecd0e0f08eab7690d2a6ee69", "relpath": ".hidden"}, '
    b'{"md5": "b1946ac92492d2347c6235b4d2611184", "relpath": "a.txt"}, '
    b'{"md5": "c81e728d9d4c2f636f067f89cc14862c", "relpath": "sub.txt"}, '
    b'{"md5": "d41d8cd98f00b204e9800998ecf8427e", "relpath": "sub/none"}, '
    b'{"md5": "cb30fc9cec9a2d04ef49b22e2066c264", "relpath": "sub/\\u00e9.txt"}, '
    b'{"md5": "c4ca4238a0b923820dcc509a6f75849b", "relpath": "\\ud83d\\ude00"}]'
)
LISTING_MD5 = "00437cb1fe64342800e2527cebd693c6.dir"
ROWS = (
    Row(relpath=".hidden", md5="5ebe2294ecd0e0f08eab7690d2a6ee69", size=6),
    Row(relpath="a.txt", md5=HELLO, size=6),
    Row(relpath="sub.txt", md5=TWO, size=1),
    Row(relpath="sub/none", md5=EMPTY, size=0),
    Row(relpath="sub/é.txt", md5="cb30fc9cec9a2d04ef49b22e2066c264", size=3),
    Row(relpath="😀", md5=ONE, size=1),
)


def rows(**files: str) -> Inventory:
    return Inventory.of(Row(relpath=path, md5=md5) for path, md5 in files.items())


def refusal(listing: bytes) -> str:
    found = read_listing(listing)
    assert isinstance(found, BrokenListing)
    assert found.help == (
        "no data is read by it: find out who wrote it, and add the folder again with 'dvc add'"
    )
    return found.message.removeprefix("the listing of the folder is refused: ")


def refused_path(*paths: str) -> str:
    return refusal(json.dumps([{"md5": ONE, "relpath": path} for path in paths]).encode())


def test_the_listing_is_that_of_dvc_to_the_byte() -> None:
    found = Inventory.of(reversed(ROWS))
    assert found.rows == ROWS
    assert (found.listing, found.md5, found.size) == (LISTING, LISTING_MD5, 17)


def test_a_code_point_above_ffff_comes_after_those_below() -> None:
    # In UTF-16, which other languages sort by, the surrogates of the emoji come before U+FF71.
    found = rows(**{"😀": ONE, "ｱ": TWO, "Z": ONE, "a": ONE})
    assert [row.relpath for row in found.rows] == ["Z", "a", "ｱ", "😀"]


def test_a_listing_that_was_written_is_read() -> None:
    found = read_listing(LISTING)
    assert found == Inventory(rows=tuple(Row(relpath=r.relpath, md5=r.md5) for r in ROWS))
    assert isinstance(found, Inventory)
    assert found.size is None


def test_a_listing_need_not_be_sorted() -> None:
    text = json.dumps([{"relpath": "b", "md5": TWO}, {"relpath": "a", "md5": ONE}])
    assert read_listing(text.encode()) == rows(a=ONE, b=TWO)


def test_a_folder_without_files_has_a_listing() -> None:
    assert Inventory.of(()).md5 == "d751713988987e9331980363e24189ce.dir"  # echo -n '[]' | md5sum
    assert read_listing(b"[]") == Inventory(rows=())


@pytest.mark.parametrize(
    ("listing", "said"),
    [
        (b"", "it is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"\xff", "it is not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b'{"md5": 1}', "it is not a list"),
        (b"[1]", "row 1 is not an object with 'md5' and 'relpath' alone"),
        (b'[{"md5": 1, "relpath": "a"}]', "row 1 is not an object with 'md5' and 'relpath' alone"),
        (b'[{"md5": "a"}]', "row 1 is not an object with 'md5' and 'relpath' alone"),
        (
            b'[{"md5": "a", "relpath": "a", "cloud": {}}]',
            "row 1 is not an object with 'md5' and 'relpath' alone",
        ),
        (
            b'[{"md5": "C4CA4238A0B923820DCC509A6F75849B", "relpath": "a"}]',
            "row 1, 'a': the md5 is not 32 hexadecimal digits in lower case",
        ),
        (
            b'[{"md5": "../../../../etc/passwd", "relpath": "a"}]',
            "row 1, 'a': the md5 is not 32 hexadecimal digits in lower case",
        ),
    ],
)
def test_a_listing_of_another_shape_is_refused(listing: bytes, said: str) -> None:
    assert refusal(listing) == said


def test_a_deep_listing_is_refused() -> None:
    assert refusal(b"[" * 200_000).startswith("it is not JSON: maximum recursion depth exceeded")


def test_a_huge_listing_is_refused_before_it_is_parsed() -> None:
    size = inventory.LISTING_LIMIT + 1
    assert refusal(bytes(size)) == "268435457 bytes, over the limit of 268435456"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/etc/passwd", "the path is not relative"),
        ("C:/x", "the path is not relative"),
        ("c:x", "the path is not relative"),
        ("a\\b", "the path has a backslash"),
        ("a\nb", "the path has a control character, or is not UTF-8"),
        ("a\x9bb", "the path has a control character, or is not UTF-8"),
        ("a\udcff", "the path has a control character, or is not UTF-8"),
        (".git/config", "the path leads into '.git', from which programs take orders"),
        ("a/.GIT. /hooks/x", "the path leads into '.GIT. ', from which programs take orders"),
        (".g\u200cit/config", "the path leads into '.g\\u200cit', from which programs take orders"),
        ("git~1/config", "the path leads into 'git~1', from which programs take orders"),
        ("a/.dvc/config", "the path leads into '.dvc', from which programs take orders"),
        ("a/.DVCignore", "the path leads into '.DVCignore', from which programs take orders"),
        ("..", "the path leaves its folder by '..'"),
        ("a/../b", "the path leaves its folder by '..'"),
        ("", "the path has an empty segment or '.'"),
        ("a//b", "the path has an empty segment or '.'"),
        ("a/", "the path has an empty segment or '.'"),
        ("a/./b", "the path has an empty segment or '.'"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(path: str, said: str) -> None:
    assert refused_path("fine", path) == f"row 2, {path!a}: {said}"


def test_a_path_of_too_many_folders_is_refused() -> None:
    assert relpath_problem("/".join("a" * 255)) is None
    assert relpath_problem("/".join("a" * 256)) == "the path has 256 segments, over the limit of 255"


@pytest.mark.parametrize("path", ["ab:c", "..a", "a..", "-x", " ", "é", "e\u0301", "😀", "שלום", "a b/c?"])
def test_a_plain_path_is_accepted(path: str) -> None:
    assert relpath_problem(path) is None


def test_a_path_that_stands_twice_is_refused() -> None:
    assert refused_path("a", "b", "a") == "row 3, 'a': the path stands twice"


def test_a_file_that_is_a_folder_of_another_is_refused() -> None:
    assert refused_path("a/b/c", "a-b", "a") == "'a' is a file and the folder of 'a/b/c'"


def test_the_sha256_of_a_folder_is_over_its_canonical_pairs() -> None:
    hello = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
    one = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    first = Row(relpath="a.txt", md5=HELLO, sha256=hello)
    found = Inventory.of([Row(relpath="😀", md5=ONE, sha256=one), first])
    # printf '[["a.txt","5891..."],["😀","6b86..."]]' | sha256sum
    assert found.sha256 == "sha256:ed28539327d157857ad2794de1bab42f2b0aacea4c3ad6b7a3ba3483af831eae"
    assert Inventory.of([first, Row(relpath="b", md5=ONE)]).sha256 is None


def test_a_size_that_is_not_known_makes_the_sum_unknown() -> None:
    assert total_size([]) == 0
    assert total_size([Row(relpath="a", md5=ONE, size=1), Row(relpath="b", md5=ONE, size=2)]) == 3
    assert total_size([Row(relpath="a", md5=ONE, size=1), Row(relpath="b", md5=ONE)]) is None


def test_two_inventories_of_the_same_files_have_no_difference() -> None:
    found = compared(Inventory(rows=ROWS), Inventory(rows=ROWS))
    assert found == Comparison(unchanged=6)
    assert found.is_empty


def test_what_differs_is_added_removed_changed_or_renamed() -> None:
    old = Inventory.of(
        [
            Row(relpath="gone", md5="a" * 32, size=10),
            Row(relpath="here", md5=ONE, size=1),
            Row(relpath="kept", md5=ONE, size=1),
            Row(relpath="old/name", md5=HELLO, size=6),
        ]
    )
    new = Inventory.of(
        [
            Row(relpath="come", md5="b" * 32, size=20),
            Row(relpath="here", md5=TWO, size=2),
            Row(relpath="kept", md5=ONE, size=1),
            Row(relpath="new/name", md5=HELLO, size=6),
        ]
    )
    found = compared(old, new)
    assert found == Comparison(
        added=(Row(relpath="come", md5="b" * 32, size=20),),
        removed=(Row(relpath="gone", md5="a" * 32, size=10),),
        changed=((Row(relpath="here", md5=ONE, size=1), Row(relpath="here", md5=TWO, size=2)),),
        renamed=(
            Renamed(
                old=Row(relpath="old/name", md5=HELLO, size=6), new=Row(relpath="new/name", md5=HELLO, size=6)
            ),
        ),
        unchanged=1,
    )
    assert (found.is_empty, found.bytes_in, found.bytes_out) == (False, 22, 11)


def test_files_of_one_content_move_in_the_order_of_their_paths() -> None:
    found = compared(rows(a=ONE, b=ONE, c=ONE), rows(x=ONE, y=ONE, c=TWO))
    assert [(r.old.relpath, r.new.relpath) for r in found.renamed] == [("a", "x"), ("b", "y")]
    assert (found.added, found.removed) == ((), ())
    more = compared(rows(a=ONE), rows(x=ONE, y=ONE))
    assert [(r.old.relpath, r.new.relpath) for r in more.renamed] == [("a", "x")]
    assert more.added == (Row(relpath="y", md5=ONE),)


def test_an_empty_file_is_not_taken_for_another_that_moved() -> None:
    found = compared(rows(a=EMPTY), rows(b=EMPTY))
    assert found == Comparison(added=rows(b=EMPTY).rows, removed=rows(a=EMPTY).rows)


def test_a_file_has_no_number_of_files_and_a_folder_has() -> None:
    assert Measured(md5=ONE, size=1).nfiles is None
    assert Measured(md5=LISTING_MD5, size=17, inventory=Inventory(rows=ROWS)).nfiles == 6
