"""Registries in real repositories, for the tests of commands."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from plmctl.commands.init import InitOptions, init
from plmctl.commands.release import ReleaseOptions, prepared, release
from plmctl.core.report import Report
from plmctl.git.initial import Ground
from plmctl.git.repository import Repository
from tests.git.builder import Folder

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def folder_at(path: Path) -> Folder:
    """A folder in which plain Git runs as the tests' own environment has it."""
    return Folder(path=path, environment=dict(os.environ))


def begun(path: Path, name: str | None = None) -> Report:
    """What `init` reports of a folder."""
    with Ground(str(path)) as ground:
        return init(ground, InitOptions(name=name))


@contextmanager
def opened(folder: Folder) -> Iterator[Repository]:
    """The repository of a folder, closed at the end."""
    with Repository.discover(str(folder.path)) as repository:
        yield repository


def released(folder: Folder) -> str:
    """The registry tag of a release of what is committed."""
    with opened(folder) as repo:
        ready = prepared(repo, ReleaseOptions(raised={}, when=WHEN, run="0" * 16))
        report = release(repo, ready)
    assert (report.problems, report.findings) == ((), ())
    assert ready.report.plan is not None
    return ready.report.plan.tag


MODEL = """\
apiVersion: plmctl/v1
kind: Model
metadata:
  name: small
  title: Small
  owners: [platform]
  labels: {tier: cheap}
spec:
  provider: openai
  model: gpt-4o-mini-2024-07-18
"""
PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata:
  name: greet
  owners: [support-team, platform]
  labels: {tier: free, language: en}
  stability: experimental
spec:
  model: small
  messages:
    - role: user
      contentFile: greet.md
"""
SUITE = """\
apiVersion: plmctl/v1
kind: EvalSuite
metadata: {name: greet}
spec:
  target: prompt/greet
  metrics: [{name: accuracy}]
"""
ENVIRONMENT = """\
apiVersion: plmctl/v1
kind: Environment
metadata: {name: staging}
spec:
  pins: {}
"""
REGISTRY = """\
apiVersion: plmctl/v1
kind: Registry
metadata: {name: acme}
"""
FILES = {
    "plmctl.yaml": REGISTRY,
    "models/small.yaml": MODEL,
    "prompts/greet.yaml": PROMPT,
    "prompts/greet.md": "Greet {{name}}.\n",
    "evals/greet.yaml": SUITE,
    "environments/staging.yaml": ENVIRONMENT,
}


def small_registry(path: Path) -> Folder:
    """A committed registry with one artifact of each of four kinds."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    folder.commit(FILES)
    return folder
