"""A pull request that changes as many artifacts as wanted: every kind, harmless and not, with long texts."""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

from plmctl.commands.diff import DiffOptions, diff
from plmctl.core.report import Report
from tests.commands.builder import SETTINGS, opened
from tests.commands.ground import folder_at
from tests.git.builder import Folder
from tests.rules.registries import manifest

_ENDS = ("er", "ing", "ed", "s", "ly", "tion", "ment", "al", "\u6f22", "\u00eb")
_WORDS = [f"{first}{middle}{end}" for first in "bdfgklmnprstvw" for middle in "aeiou" for end in _ENDS]
_WORDS += ["{{question}}", "the", "a", "of", "to"] * 20

_PROMPT = """\
model: base
inputs: {{type: object, properties: {inputs}}}
messages:
  - role: system
    content: |
{text}
"""

SPECS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "Tool": (
        "tools",
        "description: Find it.\nparameters: {type: object, properties: {id: {type: string}}}\n",
        (
            "description: Find it.\nparameters: {type: object, properties: {id: {type: integer}}}\n",
            "description: Find one.\nparameters: {type: object, properties: {id: {type: string}}}\n",
        ),
    ),
    "Model": (
        "models",
        "provider: openai\nmodel: gpt-4o-2024-08-06\nparameters: {temperature: 0.3}\n",
        (
            "provider: azure-openai\nmodel: gpt-4o-2024-08-06\nparameters: {temperature: 0.3}\n",
            "provider: openai\nmodel: gpt-4o-2024-08-06\nparameters: {temperature: 0.7}\n",
        ),
    ),
    "Provider": ("providers", "type: openai\n", ("type: anthropic\n", "type: openai\nregion: eu\n")),
    "Dataset": (
        "datasets",
        'purpose: [rag]\ndata: {uri: "s3://d", version: "1"}\nformat: jsonl\n',
        (
            'purpose: [rag]\ndata: {uri: "s3://d", version: "2"}\nformat: jsonl\n',
            'purpose: [rag, evaluation]\ndata: {uri: "s3://d", version: "1"}\nformat: jsonl\n',
        ),
    ),
    "Retriever": (
        "retrievers",
        "datasets: [base]\nindex: {engine: bm25}\nquery: {topK: 5}\n",
        ("datasets: [base]\nindex: {engine: bm25}\nquery: {topK: 8}\n",),
    ),
    "ContextPolicy": (
        "contexts",
        "window: {maxTokens: 8000}\n",
        ("window: {maxTokens: 16000}\n",),
    ),
    "Guardrail": (
        "guardrails",
        "stage: input\nengine: presidio\n",
        ("stage: output\nengine: presidio\n",),
    ),
    "Route": (
        "routes",
        "strategy: failover\ntargets: [{model: base}]\n",
        ("strategy: failover\ntargets: [{model: base}, {model: spare}]\n",),
    ),
    "EvalSuite": (
        "evals",
        "target: prompt/base\nmetrics: [{name: accuracy, threshold: 0.9}]\n",
        ("target: prompt/base\nmetrics: [{name: accuracy, threshold: 0.8}]\n",),
    ),
    "Application": (
        "applications",
        "uses: [prompt/base, model/base]\n",
        ("uses: [prompt/base]\n", "uses: [prompt/base, model/base, model/spare]\n"),
    ),
}
"""The kinds that have no long text: a folder, the spec before, and what it may become."""

_BASE = {
    "plmctl.yaml": SETTINGS,
    "models/base.yaml": manifest("Model", "base", SPECS["Model"][1]),
    "models/spare.yaml": manifest("Model", "spare", SPECS["Model"][1]),
    "datasets/base.yaml": manifest("Dataset", "base", SPECS["Dataset"][1]),
    "prompts/base.yaml": manifest("Prompt", "base", "model: base\nmessages: [{role: user, content: hi}]\n"),
}


def pull_request(path: Path, count: int) -> Report:
    """What `plmctl diff` finds in a pull request that changes so many artifacts."""
    path.mkdir()
    folder: Folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    chance = random.Random(300)
    files = tuple(_files(chance, count))
    folder.commit({**_BASE, **{name: before for name, before, _ in files}}, "before")
    folder.commit({name: after for name, _, after in files}, "after")
    with opened(folder) as repo:
        return diff(repo, DiffOptions(revisions=("HEAD~1", "HEAD"), today="2026-01-15"))


def _files(chance: random.Random, count: int) -> Iterator[tuple[str, str, str]]:
    """A path, the manifest there before, and after."""
    kinds = (*SPECS, "Prompt", "Partial")
    for number in range(count):
        kind, name = kinds[number % len(kinds)], f"item-{number}"
        if kind in SPECS:
            folder, before, later = SPECS[kind]
            after = chance.choice(later)
        else:
            folder = "prompts" if kind == "Prompt" else "partials"
            before, after = _texts(chance, kind)
        yield f"{folder}/{name}.yaml", manifest(kind, name, before), manifest(kind, name, after)


def _texts(chance: random.Random, kind: str) -> tuple[str, str]:
    words = [chance.choice(_WORDS) for _ in range(240)]
    other = [chance.choice(_WORDS) if chance.random() < 0.1 else word for word in words]
    if kind == "Partial":
        return f"content: |\n{_prose(words)}", f"content: |\n{_prose(other)}"
    both = "{question: {type: string}, tone: {type: string}}"
    fewer = chance.choice((both, "{question: {type: string}}"))
    return _PROMPT.format(inputs=both, text=_prose(words)), _PROMPT.format(inputs=fewer, text=_prose(other))


def _prose(words: list[str]) -> str:
    lines = [words[start : start + 20] for start in range(0, len(words), 20)]
    return "".join(f"      {' '.join(line).capitalize()}.\n" for line in lines)
