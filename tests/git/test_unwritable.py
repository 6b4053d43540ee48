import errno

import pytest

from plmctl.git.unwritable import advice, advice_in

ROOM = "make room there, then run the command again"
LEAVE = "look at the permissions there, and whether the file system is mounted read-only"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, ROOM),
        (errno.EDQUOT, ROOM),
        (errno.EACCES, LEAVE),
        (errno.EPERM, LEAVE),
        (errno.EROFS, LEAVE),
        (errno.EIO, None),
        (None, None),
    ],
)
def test_what_to_do_follows_from_the_error(number: int | None, expected: str | None) -> None:
    assert advice(OSError(number, "refused") if number else OSError("refused")) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("fatal: Unable to create '/r/.git/packed-refs.lock': No space left on device", ROOM),
        ("error: unable to write file /r/.git/objects/ab/cd: Disk quota exceeded", ROOM),
        ("error: could not lock config file .git/config: Permission denied", LEAVE),
        ("fatal: Unable to create '/r/.git/index.lock': Read-only file system", LEAVE),
        ("error: insufficient permission for adding an object to repository database .git/objects", LEAVE),
        ("fatal: not a valid object name", None),
    ],
)
def test_git_says_it_in_words(said: str, expected: str | None) -> None:
    assert advice_in(said) == expected
