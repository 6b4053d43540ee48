"""Fetching a registry twice at once: each has the same lock. What a killed run leaves is in tests/faults."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.elsewhere import deployment, served_shop
from tests.git.builder import Folder

PLMCTL = str(Path(sys.executable).with_name("plmctl"))


def begun(folder: Folder, shop: Folder, name: str) -> subprocess.Popen[bytes]:
    """A run that locks."""
    words = [PLMCTL, "lock", "-o", name, "desk@^1", "--registry", str(shop.path)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(words, cwd=folder.path, env=folder.environment, stdout=quiet, stderr=quiet)


@pytest.mark.slow
def test_two_runs_at_once_make_the_same_lock(tmp_path: Path) -> None:
    shop = served_shop(tmp_path / "shop")
    folder = deployment(tmp_path / "deployment")

    runs = [begun(folder, shop, name) for name in ("one.lock", "two.lock")]

    assert [run.wait(60) for run in runs] == [0, 0]
    assert (folder.path / "one.lock").read_bytes() == (folder.path / "two.lock").read_bytes()
