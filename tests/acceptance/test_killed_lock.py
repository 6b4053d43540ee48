"""Fetching a registry, killed at any time or run twice at once: what is kept is used, or made anew."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from tests.commands.builder import plmctl
from tests.commands.elsewhere import FILE, deployment, served_shop
from tests.git.builder import Folder

KILLS = int(os.environ.get("PLMCTL_LOCK_KILLS", "3"))
"""How often a run is killed."""

SECONDS = 2.0
"""A run takes about so long."""

PLMCTL = str(Path(sys.executable).with_name("plmctl"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with three releases."""
    return served_shop(tmp_path_factory.mktemp("served") / "shop")


def begun(folder: Folder, shop: Folder, name: str = FILE) -> subprocess.Popen[bytes]:
    """A run that locks, with all that it starts in a group of its own."""
    words = [PLMCTL, "lock", "-o", name, "desk@^1", "--registry", str(shop.path)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        words, cwd=folder.path, env=folder.environment, stdout=quiet, stderr=quiet, start_new_session=True
    )


@pytest.mark.slow
def test_a_run_after_one_that_was_killed_makes_the_lock(shop: Folder, tmp_path: Path) -> None:
    folder = deployment(tmp_path / "deployment")
    moments = random.Random(5)
    for _ in range(KILLS):
        run = begun(folder, shop)
        sleep(moments.uniform(0.2, SECONDS))
        os.killpg(run.pid, signal.SIGKILL)
        run.wait(10)

    plmctl(folder, "lock", "-o", FILE, "desk@^1", "--registry", str(shop.path))
    folder.commit({}, "lock")

    assert "FAILED" not in plmctl(folder, "verify").stdout


@pytest.mark.slow
def test_two_runs_at_once_make_the_same_lock(shop: Folder, tmp_path: Path) -> None:
    folder = deployment(tmp_path / "deployment")

    runs = [begun(folder, shop, name) for name in ("one.lock", "two.lock")]

    assert [run.wait(60) for run in runs] == [0, 0]
    assert (folder.path / "one.lock").read_bytes() == (folder.path / "two.lock").read_bytes()
