from hashlib import md5, sha256
from pathlib import Path

import pytest

from plmctl.store.hashing import CHUNK, ChangedWhileRead, Hashes, Hashing, NotAFile


def of(tmp_path: Path, content: bytes, hashing: Hashing | None = None) -> Hashes:
    path = tmp_path / "file"
    path.write_bytes(content)
    return (hashing or Hashing()).of(str(path))


def hexadecimal(content: bytes) -> str:
    return md5(content).hexdigest()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK - 7])
def test_a_file_of_any_size_is_hashed_whole(tmp_path: Path, size: int) -> None:
    content = (b"0123456789abcde" * (size // 15 + 1))[:size]
    assert of(tmp_path, content, Hashing(with_sha256=True)) == Hashes(
        size=size, md5=hexadecimal(content), sha256=sha256(content).hexdigest()
    )
    assert of(tmp_path, content).sha256 is None


def test_a_file_over_the_limit_is_put_off(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert Hashing().of_small(str(tmp_path / "file"), 4) is None
    assert Hashing().of_small(str(tmp_path / "file"), 5) == Hashes(
        size=5, md5=hexadecimal(b"12345"), sha256=None
    )


@pytest.mark.parametrize(
    ("content", "hashed"),
    [
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\rb\n", b"a\rb\n"),
        (b"", b""),
        (b"a\0\r\n", b"a\0\r\n"),
        (b"x" * 512 + b"\0\r\n", b"x" * 512 + b"\0\n"),
        (b"abcdefg\xff\xff\xff\r\n", b"abcdefg\xff\xff\xff\n"),
        (b"abcd\xff\xff\xff\r\n", b"abcd\xff\xff\xff\r\n"),
        # The end of a line that lies across two pieces stays, and each piece is judged by itself.
        (b"a" * (CHUNK - 1) + b"\r\nb\r\n", b"a" * (CHUNK - 1) + b"\r\nb\n"),
        (b"a" * CHUNK + b"\0\r\n", b"a" * CHUNK + b"\0\r\n"),
    ],
)
def test_dvc_2_took_the_end_of_a_line_for_one_character(
    tmp_path: Path, content: bytes, hashed: bytes
) -> None:
    found = of(tmp_path, content, Hashing(is_legacy=True, with_sha256=True))
    assert found == Hashes(size=len(content), md5=hexadecimal(hashed), sha256=sha256(content).hexdigest())


def test_a_file_with_more_than_it_had_when_it_was_opened_has_changed() -> None:
    # The kernel says that it is empty, and gives what it has.
    with pytest.raises(ChangedWhileRead):
        Hashing().of("/proc/self/status")


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(NotAFile):
        Hashing().of("/dev/zero")
    (tmp_path / "link").symlink_to("/dev/zero")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        Hashing().of(str(tmp_path / "link"))
