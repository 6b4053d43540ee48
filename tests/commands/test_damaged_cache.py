"""What was fetched of a registry is damaged: offline that is told, and `lock` and `promote` fetch it anew."""

from collections.abc import Callable
from pathlib import Path

import pytest

from plmctl.commands.lock import LockOptions
from plmctl.core.finding import DamagedError
from tests.commands.builder import (
    SETTINGS,
    checked_locks,
    failures,
    made_locks,
    problems,
    verified,
)
from tests.commands.elsewhere import checked, copied_with_cache, deployment, made, served_shop
from tests.commands.stages import promoted, version_in
from tests.git.builder import Folder

ENVIRONMENT = """\
apiVersion: plmctl/v1
kind: Environment
metadata: {name: production}
spec:
  registry: {git: ADDRESS}
  pins: {desk: "^1.0"}
"""
LOCK = "environments/production/desk.lock"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The registry: desk 1.0.0, 1.1.0, 1.2.0. Read it."""
    return served_shop(tmp_path_factory.mktemp("served") / "shop")


@pytest.fixture(scope="module")
def begun(registry: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A lock for a service, and an environment with its lock; the cache beside them. Copy both."""
    folder = deployment(tmp_path_factory.mktemp("begun") / "deployment")
    address = registry.path.as_uri()
    environment = ENVIRONMENT.replace("ADDRESS", address)
    folder.commit(
        {"plmctl.yaml": SETTINGS.replace("shop", "deployments"), "environments/production.yaml": environment}
    )
    made(folder, root="application/desk@^1.0", registry=address)
    made_locks(folder, LockOptions(update={"desk": "1.1.0"}))
    folder.commit({}, "lock")
    return folder


@pytest.fixture
def folder(begun: Folder, tmp_path: Path) -> Folder:
    """A copy of it, with the cache."""
    return copied_with_cache(begun, tmp_path)


def cut(data: bytes) -> bytes:
    """Half of it."""
    return data[: len(data) // 2]


def emptied(data: bytes) -> bytes:
    """Nothing of it."""
    return b""


def flipped(data: bytes) -> bytes:
    """Other bytes in its last object."""
    return data[:-40] + bytes(byte ^ 0xFF for byte in data[-40:-20]) + data[-20:]


def damage(folder: Folder, how: Callable[[bytes], bytes]) -> None:
    """Every pack that was fetched."""
    for pack in (folder.path.parent / "cache").rglob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(how(pack.read_bytes()))


@pytest.mark.parametrize("how", [cut, emptied, flipped])
def test_a_lock_in_a_file(how: Callable[[bytes], bytes], folder: Folder, registry: Folder) -> None:
    damage(folder, how)

    (problem,) = verified(folder, "desk.lock").problems
    assert problem.message.startswith("desk.lock: what was fetched is damaged: ")
    command = "run 'plmctl lock -o desk.lock --registry GIT' where its registry can be reached"
    assert (problem.exit_code, problem.hint) == (4, f"{command}: it fetches that anew")
    with pytest.raises(DamagedError) as caught:
        checked(folder)
    assert (caught.value.exit_code, caught.value.hint) == (4, command)
    report = made(folder, registry=registry.path.as_uri()).report
    assert (report.problems, report.summary) == ((), {"written": 0, "unchanged": 1})
    assert (problems(verified(folder, "desk.lock")), failures(verified(folder, "desk.lock"))) == ([], [])
    assert checked(folder).findings == ()


def test_a_lock_of_an_environment(folder: Folder) -> None:
    damage(folder, cut)

    (problem,) = verified(folder, LOCK).problems
    assert problem.hint == (
        "run 'plmctl lock production desk' where its registry can be reached: it fetches that anew"
    )
    (problem,) = checked_locks(folder).problems
    assert problem.message.startswith(f"{LOCK}: ")
    assert (problem.exit_code, problem.hint) == (
        4,
        "run 'plmctl lock production desk' where its registry can be reached",
    )
    report = made_locks(folder)
    assert (report.problems, report.summary) == ((), {"written": 0, "unchanged": 1})
    assert (checked_locks(folder).problems, problems(verified(folder, LOCK))) == ((), [])


def test_a_promotion(folder: Folder) -> None:
    damage(folder, cut)

    promoted(folder, "desk@1.2.0", "production")

    assert (version_in(folder, "production"), problems(verified(folder, LOCK))) == ("1.2.0", [])
