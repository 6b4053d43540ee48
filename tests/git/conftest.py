import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from plmctl.git.repository import Repository
from tests.git.builder import PERSON, Folder, Opener


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing of the machine's user in it."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": "@1700000000 +0000",
        "GIT_COMMITTER_DATE": "@1700000000 +0000",
        **PERSON,
    }


@pytest.fixture
def empty(tmp_path: Path, environment: dict[str, str]) -> Folder:
    """A repository before its first commit."""
    path = tmp_path / "repo"
    path.mkdir()
    folder = Folder(path=path, environment=environment)
    folder.git("init", "-q", "-b", "main")
    return folder


@pytest.fixture
def committed(empty: Folder) -> Folder:
    """A repository with one commit."""
    empty.commit({"a.yaml": "a: 1\n", "prompts/b.yaml": "b: 2\n"}, "first")
    return empty


@pytest.fixture
def opened(environment: dict[str, str]) -> Iterator[Opener]:
    """Opens repositories, and closes them at the end."""
    repositories: list[Repository] = []

    def discover(folder: Folder | Path, **more: str) -> Repository:
        path = folder.path if isinstance(folder, Folder) else folder
        repositories.append(Repository.discover(str(path), {**environment, **more}))
        return repositories[-1]

    yield discover
    for repository in repositories:
        repository.close()
