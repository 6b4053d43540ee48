import os
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.ports import TooLarge
from plmctl.git.objects import CHUNK, KEPT_OBJECT, ObjectReader, StoredObject, object_id
from plmctl.git.process import Git
from tests.git.builder import Folder, Opener

LIMIT = 1 << 20


def swap(folder: Folder, oid: str, content: bytes) -> None:
    folder.loose(oid).write_bytes(content)


def test_an_object_is_read_with_its_type(committed: Folder, opened: Opener) -> None:
    oid = committed.git("rev-parse", "HEAD:a.yaml")
    assert opened(committed).objects.read(oid, limit=LIMIT) == StoredObject(type="blob", data=b"a: 1\n")


def test_a_swapped_object_is_told_by_its_id(committed: Folder, opened: Opener) -> None:
    oid = committed.git("rev-parse", "HEAD:a.yaml")
    swap(committed, oid, zlib.compress(b"blob 5\0a: 2\n"))
    # Git itself prints it.
    assert committed.git("cat-file", "blob", oid) == "a: 2"
    with pytest.raises(IntegrityError) as caught:
        opened(committed).objects.read(oid, limit=LIMIT)
    assert caught.value.message == f"object {oid} is corrupt: what is stored under this id is something else"
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "object file .git/objects/{a}/{b} is empty"), (b"garbage", "inflate: data stream error")],
)
def test_a_damaged_object_is_told_by_its_id(
    content: bytes, said: str, committed: Folder, opened: Opener
) -> None:
    oid = committed.git("rev-parse", "HEAD:a.yaml")
    swap(committed, oid, content)
    with pytest.raises(IntegrityError) as caught:
        opened(committed).objects.read(oid, limit=LIMIT)
    assert caught.value.message.startswith(f"object {oid} is corrupt: {said.format(a=oid[:2], b=oid[2:])}")


def test_an_object_that_ends_git_is_told_by_its_id(committed: Folder, opened: Opener) -> None:
    oid = committed.git("rev-parse", "HEAD:a.yaml")
    whole = zlib.compress(b"blob 70000\0" + os.urandom(70000))
    swap(committed, oid, whole[:-30000])
    reader = opened(committed).objects
    with pytest.raises(IntegrityError, match=f"object {oid} is corrupt: "):
        reader.read(oid, limit=LIMIT)
    other = committed.git("rev-parse", "HEAD:prompts/b.yaml")
    reader.prefetch([oid])
    assert reader.read(other, limit=LIMIT).data == b"b: 2\n"
    assert reader.read(committed.git("rev-parse", "HEAD"), limit=LIMIT).type == "commit"


def test_a_missing_object_is_to_be_fetched(committed: Folder, opened: Opener) -> None:
    oid = "0123456789" * 4
    with pytest.raises(PlmctlError) as caught:
        opened(committed).objects.read(oid, limit=LIMIT)
    assert caught.value.exit_code == 3
    assert caught.value.message == f"object {oid} is not in this repository"
    assert caught.value.hint == "run 'git fetch --refetch --no-filter origin'"


def test_a_partial_clone_opens_no_connection(committed: Folder, tmp_path: Path, opened: Opener) -> None:
    committed.git("config", "uploadpack.allowFilter", "true")
    clone = committed.at(tmp_path / "clone")
    committed.git(
        "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{committed.path}", str(clone.path)
    )
    clone.git("config", "protocol.file.allow", "always")
    oid = committed.git("rev-parse", "HEAD:a.yaml")
    with pytest.raises(PlmctlError) as caught:
        opened(clone).objects.read(oid, limit=LIMIT)
    assert caught.value.message == f"object {oid} is not in this repository"


@pytest.mark.parametrize("size", [LIMIT + 1, 65 << 20])
def test_a_large_object_is_not_held(size: int, empty: Folder, opened: Opener) -> None:
    empty.commit({"large": b"x" * size, "small": b"s"})
    large, small = empty.git("rev-parse", "HEAD:large", "HEAD:small").split()
    reader = opened(empty).objects
    reader.prefetch([large, small])
    with pytest.raises(TooLarge) as caught:
        reader.read(large, limit=LIMIT)
    assert (caught.value.size, caught.value.limit) == (size, LIMIT)
    assert reader.read(small, limit=LIMIT).data == b"s"


def test_what_was_kept_still_has_a_limit(committed: Folder, opened: Opener) -> None:
    oid = committed.git("rev-parse", "HEAD:a.yaml")
    reader = opened(committed).objects
    reader.read(oid, limit=LIMIT)
    with pytest.raises(TooLarge):
        reader.read(oid, limit=4)


def test_more_objects_than_a_pipe_holds_come_in_chunks(empty: Folder, opened: Opener) -> None:
    contents = [b"%05d" % n * 200 for n in range(3 * CHUNK)]
    empty.commit({f"{n}": content for n, content in enumerate(contents)})
    ids = [object_id("sha1", "blob", content) for content in contents]
    reader = opened(empty).objects
    reader.prefetch(ids)
    assert [reader.read(oid, limit=LIMIT).data for oid in ids] == contents


def test_only_so_many_bytes_are_kept(empty: Folder, opened: Opener) -> None:
    contents = [bytes([n]) * KEPT_OBJECT for n in range(66)]
    empty.git("config", "core.compression", "0")
    empty.commit({f"{n}": content for n, content in enumerate(contents)})
    ids = [object_id("sha1", "blob", content) for content in contents]
    reader = opened(empty).objects
    reader.prefetch(ids)
    assert [reader.read(oid, limit=KEPT_OBJECT).data == contents[n] for n, oid in enumerate(ids)] == [
        True
    ] * 66


def test_a_larger_object_than_is_kept_can_be_read_twice(empty: Folder, opened: Opener) -> None:
    empty.commit({"large": b"x" * (KEPT_OBJECT + 1)})
    oid = empty.git("rev-parse", "HEAD:large")
    reader = opened(empty).objects
    assert [len(reader.read(oid, limit=1 << 30).data) for _ in range(2)] == [KEPT_OBJECT + 1] * 2


def test_an_announced_object_that_is_corrupt_fails_only_itself(committed: Folder, opened: Opener) -> None:
    bad, good = committed.git("rev-parse", "HEAD:a.yaml", "HEAD:prompts/b.yaml").split()
    swap(committed, bad, zlib.compress(b"blob 5\0a: 2\n"))
    reader = opened(committed).objects
    reader.prefetch([good, bad])
    assert reader.read(good, limit=LIMIT).data == b"b: 2\n"
    with pytest.raises(IntegrityError):
        reader.read(bad, limit=LIMIT)


def test_an_object_that_never_comes_is_not_waited_for(committed: Folder) -> None:
    oid = committed.git("rev-parse", "HEAD:a.yaml")
    path = committed.loose(oid)
    path.unlink()
    os.mkfifo(path)
    git = replace(Git.installed(str(committed.path), committed.environment), timeout=0.3)
    with pytest.raises(PlmctlError, match=r"git did not answer within 0\.3 seconds"):
        ObjectReader(git, "sha1").read(oid, limit=LIMIT)


def test_a_reader_that_is_forgotten_leaves_no_process(committed: Folder) -> None:
    reader = ObjectReader(Git.installed(str(committed.path), committed.environment), "sha1")
    reader.read(committed.git("rev-parse", "HEAD"), limit=LIMIT)
    del reader


def test_a_closed_reader_begins_again(committed: Folder, opened: Opener) -> None:
    first, second = committed.git("rev-parse", "HEAD:a.yaml", "HEAD:prompts/b.yaml").split()
    reader = opened(committed).objects
    reader.read(first, limit=LIMIT)
    reader.close()
    reader.close()
    assert reader.read(second, limit=LIMIT).data == b"b: 2\n"
