"""A registry with references of every sort to what is renamed, and what a rename made of it."""

from pathlib import Path

import pytest

from plmctl.commands.rename import RenameOptions, rename
from plmctl.core.finding import UsageError
from plmctl.core.report import Report
from tests.commands.builder import footprint
from tests.commands.ground import folder_at, opened
from tests.git.builder import Folder

HEAD = "apiVersion: plmctl/v1\nkind: "


def flow(kind: str, name: str, spec: str, comment: str = "") -> str:
    """A manifest in few lines."""
    return f"{HEAD}{kind}\nmetadata: {{name: {name}}}{comment}\nspec: {{{spec}}}\n"


OTHER = "choose another name"
CHANGED = "the digest of what refers to it changes too, so each of these changed:"
SCHEMA = ".plmctl/schemas/prompt.json"
HI = "messages: [{role: user, content: Hi.}]"
FILES = {
    "plmctl.yaml": (
        f"{HEAD}Registry\nmetadata: {{name: acme}}\nspec:\n  rules:\n"
        "    - code: TPL002\n      level: warning\n      reason: later\n"
        "      artifacts: [prompt/support/greet, prompt/bye] # one\n"
        "    - {code: TPL001, level: error, reason: later, artifacts: ['prompt/support/*']}\n"
    ),
    "models/small.yaml": flow("Model", "small", "provider: openai, model: gpt-4o"),
    "partials/voice.yaml": flow("Partial", "voice", "content: Be kind.", " # how we sound"),
    "prompts/support/greet.yaml": (
        "# yaml-language-server: $schema=../../.plmctl/schemas/prompt.json\n"
        f"{HEAD}Prompt # a prompt\n"
        "metadata:\n  name: support/greet   # the name\n\n  labels: {team: support/greet}\n"
        "spec:\n  model: 'small'\n  messages:\n"
        "    - role: system\n      content: |\n        {{> voice}} {{> voice}}\n        support/greet\n"
        "    - {role: user, contentFile: greet.md}\n"
    ),
    "prompts/support/greet.md": "Greet {{name}}.\n{{> voice}}\n",
    "prompts/bye.yaml": (
        f"{HEAD}Prompt\nmetadata:\n  name: bye\n  formerly: [ciao]\n  stability: deprecated\n"
        '  deprecation: {since: "2026-01-01", replacedBy: support/greet}\n'
        "spec:\n  model: small\n  messages:\n    - {role: user, contentFile: support/greet.md}\n"
        '    - {role: user, content: "{{> voice}}"}\n'
    ),
    "applications/desk.yaml": (
        f"{HEAD}Application\nmetadata: {{name: desk}}\nspec:\n  uses:\n    - prompt/support/greet # first\n"
        "    - prompt/bye\n"
    ),
    "evals/greet.yaml": flow("EvalSuite", "greet", "target: support/greet, metrics: [{name: a}]"),
    "environments/live.yaml": (
        f"{HEAD}Environment\nmetadata: {{name: live}}\nspec:\n  pins:\n    desk: ^1.0 # pinned\n"
        "  hold: {application/desk: {reason: no, until: '2026-12-01'}}\n"
    ),
    "tools/find.yaml": flow("Tool", "kb/find", "description: Find., parameters: {type: object}"),
    "prompts/tooled.yaml": flow("Prompt", "tooled", f"model: small, tools: [{{ref: kb/find}}], {HI}"),
}


def desk(path: Path) -> Folder:
    """A repository at a new path with FILES in its only commit."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    folder.commit(FILES)
    return folder


def renamed(
    folder: Folder, artifact: str, name: str, *, keeps_file: bool = False, is_dry: bool = False
) -> Report:
    """The report of a rename."""
    options = RenameOptions(
        artifact=artifact, name=name, keeps_file=keeps_file, is_dry=is_dry, today="2026-03-04"
    )
    with opened(folder) as repo:
        return rename(repo, options)


def texts(folder: Folder) -> dict[str, str]:
    """What stands in each file of the work tree."""
    files = (p for p in folder.path.rglob("*") if p.is_file() and ".git" not in p.parts)
    return {p.relative_to(folder.path).as_posix(): p.read_bytes().decode() for p in sorted(files)}


def refused(folder: Folder, artifact: str, name: str, *, keeps_file: bool = False) -> tuple[str, str | None]:
    """Message and hint of a rename that writes nothing."""
    before = footprint(folder.path)
    with pytest.raises(UsageError) as error:
        renamed(folder, artifact, name, keeps_file=keeps_file)
    assert footprint(folder.path) == before
    return error.value.message, error.value.hint
