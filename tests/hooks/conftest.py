import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.git.builder import Folder
from tests.hooks.hooked import FILES, Hooked, configuration, environment, install
from tests.programs import REPOSITORY


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A repository whose one commit is this project as it lies in the work tree, not yet committed or not."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
    )
    path = tmp_path_factory.mktemp("project")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (REPOSITORY / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, path / name)
    folder = Folder(path=path, environment=os.environ)
    folder.git("init", "-q")
    folder.git("add", "--all", "--force")
    folder.git("commit", "-q", "-m", "the project")
    return folder


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environment of the hooks, so that it is made once."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(scope="session")
def _installed(tmp_path_factory: pytest.TempPathFactory, project: Folder, cache: Path) -> Folder:
    """A committed registry in which the hooks are installed; nobody changes it."""
    folder = Folder(path=tmp_path_factory.mktemp("installed"), environment=environment(cache))
    folder.git("init", "-q", "-b", "main")
    rev = project.git("rev-parse", "HEAD")
    folder.commit({**FILES, ".pre-commit-config.yaml": configuration(project.path, rev)}, "begin")
    install(folder)
    return folder


@pytest.fixture
def registry(tmp_path: Path, _installed: Folder) -> Hooked:
    """The same, to be changed."""
    path = shutil.copytree(_installed.path, tmp_path / "registry", symlinks=True)
    return Hooked(folder=_installed.at(path))
