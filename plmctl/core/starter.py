"""What a new registry begins with: the files of plmctl/starter, filled in, and the schemas for editors."""

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from string import Template

from plmctl.core.schema import KINDS, bundled, kind_prefix
from plmctl.core.settings import FILE_NAME, FOLDERS

FOLDER_OF: Mapping[str, str] = dict(zip(KINDS, FOLDERS, strict=True))
SCHEMA_FOLDER = ".plmctl/schemas"
ATTRIBUTES = ".gitattributes"
HOOKS = ".pre-commit-config.yaml"
EDITOR = ".vscode/settings.json"

_CONTENT = ("prompts/summarize.yaml", "models/gpt-4o-mini.yaml", "environments/README.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a registry is to be called, the folder it is in, and how and where it is released."""

    name: str
    folder: str
    tag: str
    branch: str


def starter_files(beginning: Beginning) -> dict[str, str]:
    """The text of every file of a new registry, by its path in the repository; plmctl.yaml is the last."""
    # Hooks and editor settings are looked for at the top of a repository only.
    files = {HOOKS: _shipped("pre-commit-config.yaml"), EDITOR: editor_settings(beginning.folder)}
    inside = {ATTRIBUTES: _shipped("gitattributes")}
    inside.update((path, _shipped(path)) for path in _CONTENT)
    inside.update((_schema_path(kind), schema_text(kind)) for kind in (*KINDS, "Registry"))
    # Quoted: a name of digits only is a string too.
    words = {"name": beginning.name, "tag": beginning.tag, "branch": beginning.branch}
    quoted = {word: json.dumps(value, ensure_ascii=False) for word, value in words.items()}
    # Shipped under another name: this project's own repository must not hold two registries.
    inside[FILE_NAME] = Template(_shipped("registry.yaml")).substitute(quoted)
    return files | {posixpath.join(beginning.folder, path): text for path, text in inside.items()}


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind, whole, as text."""
    return json.dumps(bundled(kind), indent=2, ensure_ascii=False) + "\n"


def editor_settings(folder: str) -> str:
    """Settings of VS Code: which schema each manifest has, for a registry in a folder of the repository."""
    schemas = {f"./{posixpath.join(folder, path)}": globs for path, globs in _globs(folder)}
    return json.dumps({"yaml.schemas": schemas}, indent=2) + "\n"


def _globs(folder: str) -> Iterator[tuple[str, list[str]]]:
    yield _schema_path("Registry"), [posixpath.join(folder, FILE_NAME)]
    for kind, below in FOLDER_OF.items():
        at = posixpath.join(folder, below)
        yield _schema_path(kind), [f"{at}/**/*.yaml", f"{at}/**/*.yml"]


def _schema_path(kind: str) -> str:
    return f"{SCHEMA_FOLDER}/{kind_prefix(kind)}.json"


def _shipped(name: str) -> str:
    return (resources.files("plmctl") / "starter" / name).read_text(encoding="utf-8")
