import os
from pathlib import Path

import pytest

from plmctl.core.draft import Stray
from plmctl.core.finding import UsageError
from plmctl.git.outside import Outside

ENDINGS = (".md", ".txt")


def test_a_file_is_read_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "greet.j2").write_bytes(b"Hi\r\n")
    outside = Outside(str(tmp_path / "greet.j2"))
    assert outside.is_folder is False
    assert list(outside.strays(ENDINGS, 10)) == [Stray(path="greet.j2", data=b"Hi\r\n")]


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("text", encoding="utf-8")
    (tmp_path / "link.md").symlink_to("real.md")
    assert list(Outside(str(tmp_path / "link.md")).strays(ENDINGS, 10)) == [
        Stray(path="link.md", data=b"text")
    ]


def test_a_folder_is_read_in_order_and_says_what_it_passes_over(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.TXT", "a/code.py", ".hidden/x.md", ".x.md", "large.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "large.md").write_text("more than ten", encoding="utf-8")
    (tmp_path / "link.md").symlink_to("b.md")
    (tmp_path / "folder").symlink_to("a")
    os.mkfifo(tmp_path / "pipe.md")
    outside = Outside(str(tmp_path))
    assert outside.is_folder is True
    assert list(outside.strays(ENDINGS, 10)) == [
        Stray(path="a/code.py", reason="it has another ending", passed_over=True),
        Stray(path="a/z.TXT", data=b"a/z.TXT"),
        Stray(path="b.md", data=b"b.md"),
        Stray(path="folder", reason="it is a symbolic link", passed_over=True),
        Stray(path="large.md", reason="13 bytes, over the limit of 10"),
        Stray(path="link.md", reason="it is a symbolic link", passed_over=True),
        Stray(path="pipe.md", reason="not a file but a special file"),
    ]


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        Outside(f"{tmp_path}/none.md")
    assert error.value.message == f"no such file or folder: {tmp_path}/none.md"


def test_a_file_that_opens_and_cannot_be_read_says_so() -> None:
    (stray,) = Outside("/proc/self/mem").strays(ENDINGS, 10)
    assert stray == Stray(path="mem", reason="input/output error")
