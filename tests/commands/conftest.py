import pytest

from tests.commands.builder import released_shop
from tests.git.builder import Folder


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A small registry with three releases and a lock at the second. Read it, or copy it."""
    return released_shop(tmp_path_factory.mktemp("released") / "registry")
