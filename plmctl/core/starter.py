"""What a new registry begins with: the files of plmctl/starter, filled in, and the schemas for editors."""

import json
import posixpath
from collections.abc import Iterator, Mapping
from importlib import resources
from string import Template

from plmctl import __version__
from plmctl.core.dataclass import dataclass
from plmctl.core.kinds import BUILT_IN
from plmctl.core.lines import in_flow
from plmctl.core.quoting import inline_text
from plmctl.core.schema import KINDS, Node, kind_prefix
from plmctl.core.settings import FILE_NAME

SCHEMA_FOLDER = ".plmctl/schemas"
ATTRIBUTES = ".gitattributes"
HOOKS = ".pre-commit-config.yaml"
EDITOR = ".vscode/settings.json"
WORKFLOWS: Mapping[str, str] = {"github": ".github/workflows/plmctl.yml", "gitlab": ".gitlab-ci.yml"}
"""Where the workflow of a CI service is looked for, by the service's name."""

_CONTENT = ("prompts/summarize.yaml", "models/gpt-4o-mini.yaml", "environments/README.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A registry's name and folder, how and where it is released, and the CI service that checks it."""

    name: str
    folder: str
    tag: str
    branch: str
    service: str | None = None


def starter_files(beginning: Beginning) -> dict[str, str]:
    """The text of every file of a new registry, by its path in the repository; plmctl.yaml is the last."""
    # Hooks and editor settings are looked for at the top of a repository only.
    files = {HOOKS: _shipped("pre-commit-config.yaml"), EDITOR: editor_settings(beginning.folder)}
    if beginning.service is not None:
        files[WORKFLOWS[beginning.service]] = workflow(beginning.service, (beginning.branch,))
    inside = {ATTRIBUTES: _shipped("gitattributes")}
    inside.update((path, _shipped(path)) for path in _CONTENT)
    inside.update((_schema_path(kind), _editor_schema(kind)) for kind in (*KINDS, "Registry"))
    # Quoted: a name of digits only is a string too.
    words = {
        "name": inline_text(beginning.name),
        "tag": inline_text(beginning.tag),
        "branch": in_flow(beginning.branch),
    }
    # Shipped under another name: this project's own repository must not hold two registries.
    inside[FILE_NAME] = Template(_shipped("registry.yaml")).substitute(words)
    return files | {posixpath.join(beginning.folder, path): text for path, text in inside.items()}


def workflow(service: str, branches: tuple[str, ...]) -> str:
    """The workflow of a CI service: it checks what is proposed, and what is on the branches of releases."""
    text = _shipped(f"ci/{service}.yml").replace("@VERSION@", __version__)
    return text.replace("@BRANCHES@", in_flow([*branches]))


def schema_text(bundle: Node) -> str:
    """The JSON Schema of a kind, whole, as text."""
    return json.dumps(bundle, indent=2, ensure_ascii=False) + "\n"


def _editor_schema(kind: str) -> str:
    # On one line: half the size, and nobody reads it.
    return json.dumps(BUILT_IN.bundled(kind), separators=(",", ":"), ensure_ascii=False) + "\n"


def editor_settings(folder: str) -> str:
    """Settings of VS Code: which schema each manifest has, for a registry in a folder of the repository."""
    schemas = {f"./{posixpath.join(folder, path)}": globs for path, globs in _globs(folder)}
    return json.dumps({"yaml.schemas": schemas}, indent=2) + "\n"


def _globs(folder: str) -> Iterator[tuple[str, list[str]]]:
    yield _schema_path("Registry"), [posixpath.join(folder, FILE_NAME)]
    for kind, below in BUILT_IN.folders.items():
        at = posixpath.join(folder, below)
        yield _schema_path(kind), [f"{at}/**/*.yaml", f"{at}/**/*.yml"]


def _schema_path(kind: str) -> str:
    return f"{SCHEMA_FOLDER}/{kind_prefix(kind)}.json"


def _shipped(name: str) -> str:
    return (resources.files("plmctl") / "starter" / name).read_text(encoding="utf-8")
