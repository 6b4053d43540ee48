import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.finding import IntegrityError
from plmctl.core.inventory import BrokenListing, Inventory, Row
from plmctl.core.pointer import Pointer
from plmctl.store.inner import InnerCache

ONE, OTHER = b'{"id": 1}\n', b'{"id": 2}\n'


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def keep(folder: Path, data: bytes, md5: str = "") -> Path:
    """An object in the cache of the DVC repository at a folder."""
    name = md5 or md5_of(data)
    place = folder / ".dvc" / "cache" / "files" / "md5" / name[:2] / name[2:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def file_of(data: bytes, out_path: str = "data/a.jsonl") -> Pointer:
    return Pointer(
        path=f"{out_path}.dvc",
        md5=md5_of(data),
        size=len(data),
        nfiles=None,
        is_legacy=False,
        out_path=out_path,
        findings=(),
    )


INVENTORY = Inventory.of([Row(relpath="a.jsonl", md5=md5_of(ONE)), Row(relpath="b.jsonl", md5=md5_of(OTHER))])
FOLDER = Pointer(
    path="data/f.dvc",
    md5=INVENTORY.md5,
    size=len(ONE) + len(OTHER),
    nfiles=2,
    is_legacy=False,
    out_path="data/f",
    findings=(),
)


def read(pieces: Iterator[bytes] | None) -> bytes | None:
    return None if pieces is None else b"".join(pieces)


def test_a_file_that_the_cache_has_is_read(tmp_path: Path) -> None:
    keep(tmp_path, ONE)
    cache = InnerCache(str(tmp_path))
    assert cache.not_in_cache([file_of(ONE), file_of(OTHER)]) == (file_of(OTHER),)
    assert read(cache.content(file_of(ONE), md5_of(ONE))) == ONE
    assert cache.content(file_of(OTHER), md5_of(OTHER)) is None
    assert cache.listing(file_of(ONE)) is None


def test_a_folder_has_its_listing_and_its_files(tmp_path: Path) -> None:
    for data, md5 in ((ONE, ""), (OTHER, ""), (INVENTORY.listing, INVENTORY.md5)):
        keep(tmp_path, data, md5)
    cache = InnerCache(str(tmp_path))
    assert cache.not_in_cache([FOLDER]) == ()
    listing = cache.listing(FOLDER)
    assert isinstance(listing, Inventory)
    assert [(row.relpath, row.size) for row in listing.rows] == [("a.jsonl", 10), ("b.jsonl", 10)]
    assert read(cache.content(FOLDER, md5_of(OTHER))) == OTHER


def test_a_listing_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    keep(tmp_path, INVENTORY.listing, INVENTORY.md5)
    size = len(INVENTORY.listing)
    assert isinstance(InnerCache(str(tmp_path), listing_limit=size).listing(FOLDER), Inventory)
    cache = InnerCache(str(tmp_path), listing_limit=size - 1)
    assert cache.listing(FOLDER) == BrokenListing(
        message=f"the listing of 'data/f' has over {size - 1} bytes, and is not read",
        help="divide the folder, and give each part a Dataset of its own",
    )
    assert cache.not_in_cache([FOLDER]) == (FOLDER,)


@pytest.mark.parametrize("below", ["", "sub/"])
def test_a_refusal_names_the_place_from_the_top_on(below: str, tmp_path: Path) -> None:
    keep(tmp_path / below, b"[]", INVENTORY.md5)
    pointer = replace(FOLDER, out_path=f"{below}data/f")
    found = InnerCache(str(tmp_path)).listing(pointer)
    assert isinstance(found, BrokenListing)
    name = f"{INVENTORY.md5[:2]}/{INVENTORY.md5[2:]}"
    place = f"{below}.dvc/cache/files/md5/{name}"
    assert found.message == (
        f"the listing of '{below}data/f' in {place} is not the one that was added: "
        "its md5 is d751713988987e9331980363e24189ce.dir"
    )


def test_the_cache_is_that_of_the_nearest_dvc_repository(tmp_path: Path) -> None:
    (tmp_path / ".dvc").mkdir()
    keep(tmp_path / "sub", ONE)
    cache = InnerCache(str(tmp_path))
    assert cache.not_in_cache([file_of(ONE, "sub/data/a.jsonl")]) == ()
    assert cache.not_in_cache([file_of(ONE, "data/a.jsonl")]) == (file_of(ONE, "data/a.jsonl"),)


def test_what_was_tampered_with_is_told_at_the_end(tmp_path: Path) -> None:
    keep(tmp_path, OTHER, md5_of(ONE))
    keep(tmp_path, b"[]", INVENTORY.md5)
    cache = InnerCache(str(tmp_path))
    with pytest.raises(IntegrityError):
        read(cache.content(file_of(ONE), md5_of(ONE)))
    assert isinstance(cache.listing(FOLDER), BrokenListing)


def test_a_configuration_moves_no_cache(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    keep(elsewhere, ONE)
    top = tmp_path / "top"
    (top / ".dvc").mkdir(parents=True)
    (top / ".dvc" / "config").write_text(f"[cache]\n    dir = {elsewhere / '.dvc' / 'cache'}\n")
    assert InnerCache(str(top)).not_in_cache([file_of(ONE)]) == (file_of(ONE),)


@pytest.mark.parametrize("link", ["file", "cache", "dvc"])
def test_no_link_leads_out_of_the_repository(link: str, tmp_path: Path) -> None:
    outside, top = tmp_path / "outside", tmp_path / "top"
    keep(outside, ONE)
    keep(outside, INVENTORY.listing, INVENTORY.md5)
    if link == "file":
        for md5 in (md5_of(ONE), INVENTORY.md5):
            place = keep(top, b"", md5)
            place.unlink()
            place.symlink_to(outside / place.relative_to(top))
    elif link == "cache":
        (top / ".dvc").mkdir(parents=True)
        (top / ".dvc" / "cache").symlink_to(outside / ".dvc" / "cache")
    else:
        top.mkdir()
        (top / ".dvc").symlink_to(outside / ".dvc")
    cache = InnerCache(str(top))
    assert cache.content(file_of(ONE), md5_of(ONE)) is None
    assert cache.not_in_cache([file_of(ONE)]) == (file_of(ONE),)
    assert cache.listing(FOLDER) is None


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    place = keep(tmp_path, ONE)
    place.unlink()
    os.mkfifo(place)
    assert InnerCache(str(tmp_path)).content(file_of(ONE), md5_of(ONE)) is None


def test_a_link_inside_the_repository_is_followed(tmp_path: Path) -> None:
    keep(tmp_path / "kept", ONE)
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "cache").symlink_to(Path("..") / "kept" / ".dvc" / "cache")
    assert read(InnerCache(str(tmp_path)).content(file_of(ONE), md5_of(ONE))) == ONE
