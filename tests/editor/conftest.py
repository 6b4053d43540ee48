import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from plmctl.commands.new import NewOptions, new
from plmctl.core.schema import KINDS
from plmctl.core.starter import EDITOR, SCHEMA_FOLDER, Beginning, starter_files
from tests.commands.ground import folder_at, opened
from tests.editor.server import Server
from tests.programs import REPOSITORY, require_language_server

# A folder that the editor's settings know nothing of: only a line of each manifest tells its schema.
DRAFTS = "drafts"
SETTINGS = """\
apiVersion: plmctl/v1
kind: Registry
metadata: {name: alpenglow}
spec:
  manifests: {include: ["*/**/*.yaml"]}
"""
BROKEN = """\
apiVersion: plmctl/v1
kind: Prompt
metadata:
  name: Broken
  titel: Broken
spec:
  modle: gpt-4o
  messages:
    - role: usr
      content: Hello
"""


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example registry with the files of `init` for editors, a draft of every kind, a broken prompt."""
    path = tmp_path_factory.mktemp("editor") / "registry"
    shutil.copytree(REPOSITORY / "example-registry", path)
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    beginning = Beginning(name="alpenglow", folder="", tag="v{version}", branch="main")
    for name, text in starter_files(beginning).items():
        if name == EDITOR or name.startswith(SCHEMA_FOLDER):
            folder.write(name, text)
    folder.write("plmctl.yaml", SETTINGS)
    with opened(folder) as repo:
        for kind in KINDS:
            new(repo, NewOptions(kind=kind, name=f"{kind.lower()}-draft", folder=DRAFTS))
    folder.write("prompts/broken.yaml", BROKEN)
    line, _, _ = (path / DRAFTS / "prompt-draft.yaml").read_text(encoding="utf-8").partition("\n")
    folder.write(f"{DRAFTS}/broken.yaml", f"{line}\n{BROKEN}")
    return path


@pytest.fixture(scope="session")
def server(registry: Path) -> Iterator[Server]:
    """The language server with the registry open, and the settings that `init` wrote for VS Code."""
    node, script = require_language_server()
    schemas = json.loads((registry / EDITOR).read_text(encoding="utf-8"))["yaml.schemas"]
    server = Server(node, script, registry, schemas)
    try:
        yield server
    finally:
        server.stop()
