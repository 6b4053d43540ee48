"""Commits in a registry where the real pre-commit runs this repository's hooks."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.git.builder import Folder
from tests.programs import OUTSIDE

# What would lead the programs in the hooks' own environment to ours, or skip a hook.
_UNWANTED = ("COVERAGE_", "GIT_", "PRE_COMMIT", "PYTHON", "SKIP", "VIRTUAL_ENV")
_RESULT = re.compile(r"^(plmctl \w+)\.+(?:\(.*\))?(Passed|Failed|Skipped)$", re.MULTILINE)

FILES = {
    ".gitattributes": "* text=auto eol=lf\n",
    # What pre-commit passes too: YAML in other folders, which need not even be YAML.
    "charts/values.yaml": "replicas: {{ .Values.replicas }}\n",
    "ci.yml": "jobs: [validate]\n",
    "plmctl.yaml": "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n",
    "models/small.yaml": """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: small}
spec:
  provider: openai
  model: gpt-4o-mini-2024-07-18
""",
    "partials/tone.yaml": """\
apiVersion: plmctl/v1
kind: Partial
metadata: {name: tone}
spec:
  content: Be kind.
""",
    "prompts/greet.yaml": """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: greet}
spec:
  model: small
  messages:
    - role: user
      content: "{{> tone}} Greet {{name}}."
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of a commit: its exit code, what each hook did, and all that was printed."""

    code: int
    hooks: Mapping[str, str]
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooked:
    """A registry in whose repository the hooks are installed."""

    folder: Folder
    python: str = sys.executable

    def commit(self, *arguments: str) -> Attempt:
        """Try to commit, with the arguments of git commit."""
        return attempt(self.folder, ["git", "commit", "-m", "change", *arguments])

    def stage(self, files: Mapping[str, str]) -> None:
        """Write files and stage them."""
        for name, content in files.items():
            self.folder.write(name, content)
        self.folder.git("add", "--all")

    def committed(self, name: str) -> str:
        """A file as the newest commit has it."""
        return self.folder.git("show", f"HEAD:{name}") + "\n"


def environment(cache: Path) -> dict[str, str]:
    """pip's own surroundings, the tests' own Git configuration."""
    kept = {name: value for name, value in OUTSIDE.items() if not name.startswith(_UNWANTED)}
    git = {name: value for name, value in os.environ.items() if name.startswith("GIT_")}
    configuration = str(Path(os.environ["HOME"]) / ".gitconfig")
    return {
        **kept,
        **git,
        "GIT_CONFIG_GLOBAL": configuration,
        "PRE_COMMIT_HOME": str(cache),
        "LC_ALL": "C.UTF-8",
        # Python compiles the few modules that a hook imports; pip would compile every package.
        "PIP_COMPILE": "0",
    }


def configuration(
    repository: Path, rev: str, hooks: Sequence[str] = ("plmctl-validate", "plmctl-check")
) -> str:
    """A .pre-commit-config.yaml with hooks of a repository."""
    listed = "".join(f"      - id: {hook}\n" for hook in hooks)
    return f"repos:\n  - repo: {repository}\n    rev: {rev}\n    hooks:\n{listed}"


def install(folder: Folder, *words: str) -> None:
    """Put pre-commit into the repository of a folder, and make the environments of the hooks."""
    done = attempt(folder, [sys.executable, "-m", "pre_commit", "install", "--install-hooks", *words])
    assert done.code == 0, done.output


def attempt(folder: Folder, command: list[str]) -> Attempt:
    """What came of a command."""
    done = subprocess.run(
        command,
        cwd=folder.path,
        env=folder.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return Attempt(code=done.returncode, hooks=dict(_RESULT.findall(done.stdout)), output=done.stdout)
