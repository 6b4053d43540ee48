"""Two registries of one artifact, and what is judged of the difference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plmctl.core.diff import compare
from plmctl.core.judgement import Judgement
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.rules.judge import judgements
from tests.rules.registries import SETTINGS, manifest

Fields = Mapping[str, str]
"""The fields of a `spec` and their YAML; an empty text leaves a field out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An artifact before and after a change, and what is judged of it."""

    before: Fields
    after: Fields
    told: list[str]

    def __str__(self) -> str:
        return "+".join(line[:6] for line in self.told)


def cases(text: str) -> list[Case]:
    """Cases written like a diff: `-` before, `+` after, then judgements; indented lines go on the last."""
    return [_case(_lines(part)) for part in text.strip().split("\n\n")]


def _lines(part: str) -> list[str]:
    lines: list[str] = []
    for line in part.splitlines():
        if line.startswith("  "):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return lines


def _case(lines: list[str]) -> Case:
    return Case(
        before=_fields(lines, "- "),
        after=_fields(lines, "+ "),
        told=[x for x in lines if x[:2] not in ("- ", "+ ")],
    )


def _fields(lines: list[str], mark: str) -> Fields:
    written = (line[2:].partition(":") for line in lines if line.startswith(mark))
    return {name: text.strip() for name, _, text in written}


BASES: Mapping[str, Fields] = {
    "Prompt": {"model": "model/m", "messages": "[{role: user, content: hi}]"},
    "Partial": {"content": "hi"},
    "Tool": {"description": "Look it up.", "parameters": "{type: object}"},
    "Provider": {"type": "openai"},
    "Model": {"provider": "openai", "model": "gpt-4o-2024-08-06"},
    "Dataset": {"purpose": "[rag]", "data": "{uri: 's3://faq', version: '1'}", "format": "jsonl"},
    "Retriever": {"datasets": "[dataset/faq]", "index": "{engine: faiss, metric: cosine, build: one}"},
    "ContextPolicy": {"window": "{maxTokens: 8000}"},
    "Guardrail": {"stage": "input", "engine": "presidio"},
    "Route": {
        "strategy": "weighted",
        "targets": "[{model: model/a, weight: 1}, {model: model/b, weight: 2}]",
    },
    "EvalSuite": {"target": "prompt/p", "metrics": "[{name: accuracy, threshold: 0.9}]"},
    "Application": {"uses": "[prompt/p]"},
    "Environment": {"pins": "{application/a: 1.0.0}"},
}
"""What each kind's manifest has where a case says nothing."""


def registry_with(kind: str, fields: Fields, metadata: str = "", files: Fields | None = None) -> Registry:
    """The registry of one artifact, `a`."""
    lines = (f"{name}: {text}\n" for name, text in {**BASES[kind], **fields}.items() if text)
    path = "environments/a.yaml" if kind == "Environment" else "prompts/a.yaml"
    written = manifest(kind, "a", "".join(lines), metadata)
    return load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", path: written, **(files or {})}))


def judged(kind: str, case: Case) -> list[str]:
    """What is judged when the fields of the artifact change."""
    return told_between(registry_with(kind, case.before), registry_with(kind, case.after))


def judged_metadata(kind: str, before: str, after: str) -> list[str]:
    """What is judged when the metadata of the artifact changes."""
    return told_between(registry_with(kind, {}, before), registry_with(kind, {}, after))


def told_between(before: Registry, after: Registry, today: str | None = None) -> list[str]:
    """Everything that is judged between two registries."""
    return told_of(judgements(compare(before, after), after.settings, today))


def told_of(found: Iterable[Judgement]) -> list[str]:
    """Code, pointer, level, bump and message of judgements, in order."""
    return [
        f"{j.code} /{'/'.join(map(str, j.change.pointer))} {j.level.value} {j.bump.label}: {j.message}"
        for j in found
    ]
