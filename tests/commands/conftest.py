import pytest

from tests.commands.builder import released_shop
from tests.commands.life import Life, lived
from tests.git.builder import Folder


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A small registry with three releases and a lock at the second. Read it, or copy it."""
    return released_shop(tmp_path_factory.mktemp("released") / "registry")


@pytest.fixture(scope="session")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A registry whose two environments have a past, and the journal of it. Read it, or copy it."""
    return lived(tmp_path_factory.mktemp("life") / "registry")
