"""Registries for the tests of rules: written by hand, or the example on disk."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent

from plmctl.core.finding import Finding, sorted_findings
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.rules.rule import CheckRule

SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: test}\n"
_EXAMPLE = Path(__file__).parents[2] / "example-registry"

Told = tuple[str, str, str | None]


def manifest(kind: str, name: str, spec: str, metadata: str = "") -> str:
    """A manifest whose spec begins on line 5, column 3; `metadata` goes after the name, in flow style."""
    head = f"apiVersion: plmctl/v1\nkind: {kind}\nmetadata: {{name: {name}{metadata}}}\nspec:\n"
    return head + indent(dedent(spec).lstrip("\n"), "  ")


MODEL = manifest("Model", "m", "provider: openai\nmodel: gpt-4o-2024-08-06\n")


def registry_of(files: Mapping[str, str], spec: str = "spec: {}\n") -> Registry:
    """The registry of these files and of one model, `m`."""
    return load(MemoryTree({"plmctl.yaml": SETTINGS + spec, "models/m.yaml": MODEL, **files}))


def example_registry() -> Registry:
    """The registry that plmctl comes with."""
    files = (path for path in sorted(_EXAMPLE.rglob("*")) if path.is_file())
    return load(MemoryTree({path.relative_to(_EXAMPLE).as_posix(): path.read_bytes() for path in files}))


def told(rule: CheckRule, files: Mapping[str, str]) -> list[Told]:
    """Place, message and help of what a rule finds, in order."""
    return [as_told(finding) for finding in sorted_findings(rule.findings(registry_of(files)))]


def as_told(finding: Finding) -> Told:
    """Place (path:line:column-end), message and help."""
    end = finding.location.end_column
    return f"{finding.location}{'' if end is None else f'-{end}'}", finding.message, finding.help
