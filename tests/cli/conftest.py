import shutil
from pathlib import Path

import pytest

from tests.cli.running import git, plmctl
from tests.programs import REPOSITORY


@pytest.fixture(scope="session")
def _committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("example") / "committed"
    shutil.copytree(REPOSITORY / "example-registry", path)
    git("init", "-q", "-b", "main", at=path)
    git("add", "--all", at=path)
    git("commit", "-q", "-m", "The registry", at=path)
    return path


@pytest.fixture(scope="session")
def _released(_committed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("example") / "released"
    shutil.copytree(_committed, path, symlinks=True)
    assert plmctl("release", "--yes", at=path).code == 0
    return path


@pytest.fixture
def registry(_committed: Path, tmp_path: Path) -> Path:
    """The example registry in one commit, never released."""
    return Path(shutil.copytree(_committed, tmp_path / "registry", symlinks=True))


@pytest.fixture
def released(_released: Path, tmp_path: Path) -> Path:
    """The example registry after its first release, v1.0.0."""
    return Path(shutil.copytree(_released, tmp_path / "released", symlinks=True))
