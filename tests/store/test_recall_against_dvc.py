"""Whether anything changed, by what is known of the last look and as DVC itself says it."""

import os
import time
from pathlib import Path

import pytest

from plmctl.cache.file import CacheFile
from plmctl.core.cache import MARGIN_NS
from plmctl.store.dvc import DvcStore
from plmctl.store.recall import Recall
from tests.store.dvc import Project, pointer


def is_same(project: Project) -> bool:
    """As one run of plmctl sees it, when all that was written has settled."""
    with CacheFile(str(project.path.parent / "known" / "r.sqlite")) as cache:
        recall = Recall(cache=cache, clock=lambda: time.time_ns() + 2 * MARGIN_NS)
        store = DvcStore(str(project.path), project.environment, recall=recall)
        found = pointer(project, "data.dvc")
        assert store.not_in_cache([found]) == ()
        counted = store.counted("data")
        return counted is not None and store.md5("data") == found.md5


def is_same_to_dvc(project: Project) -> bool:
    return project.dvc("status", "--json").strip() == "{}"


@pytest.mark.slow
def test_what_is_known_says_what_dvc_says_after_each_change(tmp_path: Path) -> None:
    project = Project.made(tmp_path)
    for number in range(30):
        project.write(f"data/{number // 10}/{number}.json", f"{number}" * 50)
    project.dvc("add", "--quiet", "data")
    place = project.path / "data/1/12.json"
    content, status = place.read_bytes(), place.stat()

    def said() -> tuple[bool, bool]:
        first = is_same(project)
        assert is_same(project) == first
        return first, is_same_to_dvc(project)

    assert said() == (True, True)
    place.write_bytes(content.replace(b"1", b"3"))
    assert said() == (False, False)
    # DVC trusts a time that is set back; plmctl sees the change time.
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert is_same(project) is False
    place.write_bytes(content)
    assert said() == (True, True)
    place.unlink()
    assert said() == (False, False)
    place.write_bytes(content)
    project.write("data/new.json", "new")
    assert said() == (False, False)
    (project.path / "data/new.json").unlink()
    assert said() == (True, True)
