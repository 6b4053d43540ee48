"""Where a registry begins: the repository around a folder, or one that is made there."""

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from plmctl.core.finding import PlmctlError
from plmctl.git.process import Git
from plmctl.git.repository import Repository

FIRST_BRANCH = "main"


class Ground:
    """A folder, which need not exist, where a registry is to begin; use it in a `with`."""

    def __init__(self, folder: str, environment: Mapping[str, str] = os.environ):
        self._environment = environment
        self._repository: Repository | None = None
        self.folder = os.path.realpath(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._repository is not None:
            self._repository.close()

    def repository(self) -> Repository | None:
        """The repository that the folder is, or would be, in. Raises PlmctlError when it is none to trust."""
        near = self.folder
        while not os.path.isdir(near):
            near = os.path.dirname(near)
        asked = Git.installed(near, self._environment).run("rev-parse", "--git-dir", accept=(0, 128))
        if asked.code and "not a git repository" in asked.err:
            return None
        self._repository = Repository.discover(near, self._environment)
        return self._repository

    def make_repository(self) -> Repository:
        """A new repository in the folder, which is made where it is missing."""
        make_repository(self.folder, self._environment)
        self._repository = Repository.discover(self.folder, self._environment)
        return self._repository

    def file_named(self, name: str) -> str | None:
        """The first file of a name in the folder or below, as a path relative to it."""
        found = (os.path.join(at, name) for at, _, files in os.walk(self.folder) if name in files)
        return min((os.path.relpath(path, self.folder) for path in found), default=None)


def make_repository(folder: str, environment: Mapping[str, str] = os.environ) -> None:
    """Make a folder and a repository in it, on the branch `main`, without a commit."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise PlmctlError(f"cannot make the folder {folder}: {error.strerror}") from None
    Git.installed(folder, environment).make_repository(FIRST_BRANCH)
