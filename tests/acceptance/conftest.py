import pytest

from tests.commands.builder import example_history, released_shop
from tests.git.builder import Folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The example registry after its history: five releases, six locks. Read it, or copy it."""
    return example_history(tmp_path_factory.mktemp("example") / "registry")


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A small registry with three releases and a lock at the second. Read it, or copy it."""
    return released_shop(tmp_path_factory.mktemp("released") / "registry")
