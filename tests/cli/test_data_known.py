"""What `data status` knows from run to run, and that nobody else asks for it."""

import re
import time
from pathlib import Path

import pytest

from plmctl.cache.place import cache_file, cache_of
from plmctl.core.cache import MARGIN_NS, stamp_of
from tests.cli.running import plmctl
from tests.cli.test_data import CONTENT, MD5, _made, cloned, kept
from tests.house.sources import sources

__all__ = ("_made", "cloned")

OTHER = CONTENT.replace(b"1", b"2")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with an empty cache."""
    return {"XDG_CACHE_HOME": str(tmp_path / "home")}


@pytest.fixture
def registry(cloned: Path) -> Path:
    """A dataset whose data is here, and has been for a while."""
    kept(cloned / ".dvc/cache")
    (cloned / "data/tickets.jsonl").write_bytes(CONTENT)
    time.sleep(MARGIN_NS / 1e9 + 0.1)
    return cloned


def work_tree(registry: Path, **environment: str) -> str:
    """What `data status` says of the data in the work tree."""
    done = plmctl("data", "status", at=registry, **environment)
    return done.out.splitlines()[1].split()[1]


def test_what_was_hashed_is_known_to_the_next_run_and_an_edit_is_seen(
    registry: Path, home: dict[str, str]
) -> None:
    place = registry / "data/tickets.jsonl"
    stamp = stamp_of(place.stat())
    assert work_tree(registry, **home) == "same"
    with cache_of(str(registry), home) as cache:
        assert cache.every("md5") == {"data/tickets.jsonl": (stamp, bytes.fromhex(MD5))}
    assert work_tree(registry, **home) == "same"
    place.write_bytes(OTHER)
    assert work_tree(registry, **home) == "changed"
    place.write_bytes(CONTENT)
    assert work_tree(registry, **home) == "same"


def test_a_cache_that_lies_deceives_a_look_and_only_until_it_is_turned_off(
    registry: Path, home: dict[str, str]
) -> None:
    place = registry / "data/tickets.jsonl"
    place.write_bytes(OTHER)
    with cache_of(str(registry), home) as cache:
        cache.keep("md5", {"data/tickets.jsonl": (stamp_of(place.stat()), bytes.fromhex(MD5))})
    assert work_tree(registry, **home) == "same"
    assert work_tree(registry, **home, CI="1") == "changed"
    assert work_tree(registry, **home, CI="1", PLMCTL_CACHE="1") == "same"
    assert work_tree(registry, **home, PLMCTL_CACHE="0") == "changed"


@pytest.mark.parametrize("more", [{"CI": "true"}, {"PLMCTL_CACHE": "off"}])
def test_where_nothing_is_to_be_kept_nothing_is(
    registry: Path, home: dict[str, str], more: dict[str, str]
) -> None:
    assert work_tree(registry, **home, **more) == "same"
    assert not Path(home["XDG_CACHE_HOME"]).exists()


def test_a_setting_that_says_neither_is_wrong_usage(registry: Path) -> None:
    done = plmctl("data", "status", at=registry, PLMCTL_CACHE="sometimes")
    assert (done.code, done.out, done.err) == (
        2,
        "",
        "error: PLMCTL_CACHE is 'sometimes'\nhint: set PLMCTL_CACHE to 1 or to 0, or leave it out\n",
    )


def test_a_cache_that_is_no_cache_changes_no_answer(registry: Path, home: dict[str, str]) -> None:
    file = Path(cache_file(str(registry), home) or "")
    file.parent.mkdir(parents=True, mode=0o700)
    file.write_bytes(b"what is this?" * 1000)
    assert work_tree(registry, **home) == "same"
    with cache_of(str(registry), home) as cache:
        assert list(cache.every("md5")) == ["data/tickets.jsonl"]


def test_only_data_status_believes_what_is_known_of_data() -> None:
    """Never verify, release, lock, data add or data push: what they say, they have read."""
    handed = {
        source.path: len(found)
        for source in sources("plmctl")
        if (found := re.findall(r"\b(?:data_of|store_of)\(repo, cache\)|\bRecall\(", source.text))
    }
    assert handed == {"plmctl/cli/data.py": 1, "plmctl/cli/place.py": 2}
