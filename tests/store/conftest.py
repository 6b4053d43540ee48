import shutil
from pathlib import Path

import pytest

from tests.store.dvc import ROWS, Project


@pytest.fixture(scope="session")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A folder and a file that were added, committed and pushed to the remote `store`, a folder."""
    project = Project.made(tmp_path_factory.mktemp("pushed"))
    (project.path / ".dvc" / "config").write_text(
        "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../remote\n"
    )
    for row, content in zip(ROWS, ("hello\n", "", "1"), strict=True):
        project.write(f"data/faq/{row.relpath}", content)
    project.write("data/one.jsonl", '{"q": 1}\n')
    project.dvc("add", "--quiet", "data/faq", "data/one.jsonl")
    project.dvc("push", "--quiet")
    return project


@pytest.fixture
def project(pushed: Project, tmp_path: Path) -> Project:
    """A copy of it for a test that changes something."""
    top = tmp_path.resolve() / "copy"
    shutil.copytree(pushed.path.parent, top, symlinks=True)
    return Project(path=top / "repo", environment=pushed.environment)
