"""Real prompts, made into a registry: how long validate, release and verify take on it.

    python benchmarks/corpus.py [FILE] [--keep DIR]

The file has one JSON object a line, gzip: `name`, `system`, sometimes `user`.
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plmctl.core.template.infer import Inferred, inferred_inputs
from plmctl.core.template.mustache import parse

PROJECT = Path(__file__).resolve().parent.parent
CORPUS = "../shared/corpora/prompts.jsonl.gz"
STEPS = (("validate",), ("release", "--yes"), ("verify",))
# One prompt quotes a token out of the documentation that it is about.
SETTINGS = """\
apiVersion: plmctl/v1
kind: Registry
metadata: {name: corpus}
spec:
  rules:
    - {code: LNT027, level: "off", reason: one prompt quotes a token out of a documentation}
"""
MODEL = """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: gpt-4o-mini}
spec:
  provider: openai
  model: gpt-4o-mini-2024-07-18
"""
# What is missing where a prompt has no user message: it is sent after the instructions.
USER = "{{input}}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One command: what it printed last, wall time and CPU time in seconds."""

    command: str
    summary: str
    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.command:16} {self.wall:6.2f} s wall {self.cpu:6.2f} s CPU  {self.summary}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Measure plmctl on a registry of real prompts.")
    parser.add_argument("file", nargs="?", default=str(PROJECT / CORPUS), help="the prompts")
    parser.add_argument("--keep", metavar="DIR", help="make the registry in this new folder, and keep it")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="plmctl-corpus-") as temporary:
        folder = Path(chosen.keep or f"{temporary}/registry")
        folder.mkdir(parents=True)
        counts = make_registry(prompts_of(Path(chosen.file)), folder)
        print(", ".join(f"{count} {name}" for name, count in counts.items()))
        for step in STEPS:
            print(measured(folder, step))
    return 0


def prompts_of(file: Path) -> Iterator[Mapping[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def make_registry(prompts: Iterator[Mapping[str, str]], folder: Path) -> dict[str, int]:
    """A committed registry; how many prompts, and how many messages in which template format."""
    counts = {"prompts": 0, "mustache": 0, "raw": 0}
    write(folder / "plmctl.yaml", SETTINGS)
    write(folder / "models" / "gpt-4o-mini.yaml", MODEL)
    for prompt in prompts:
        texts = {"system": prompt["system"], "user": prompt.get("user") or USER}
        formats = {role: template_format(text) for role, text in texts.items()}
        name = prompt["name"]
        for role, text in texts.items():
            write(folder / "prompts" / f"{name}.{role}.md", text)
            counts[formats[role]] += 1
        write(folder / "prompts" / f"{name}.yaml", manifest(name, formats))
        counts["prompts"] += 1
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Ada Example")
    git(folder, "config", "user.email", "ada@example.com")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=begin")
    return counts


def template_format(text: str) -> str:
    """`mustache` where the text is a template whose inputs it tells; else `raw`."""
    template = parse(text)
    is_template = not template.errors and isinstance(inferred_inputs([template]), Inferred)
    return "mustache" if is_template and template.tags else "raw"


def manifest(name: str, formats: Mapping[str, str]) -> str:
    messages = "".join(
        f"    - {{role: {role}, contentFile: {name}.{role}.md, templateFormat: {form}}}\n"
        for role, form in formats.items()
    )
    head = "apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {name: " + name + "}\n"
    return f"{head}spec:\n  model: gpt-4o-mini\n  messages:\n{messages}"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def measured(folder: Path, arguments: Sequence[str]) -> Measured:
    """A run of the console script, Git's processes included. Exits when it fails."""
    program = Path(sys.executable).with_name("plmctl")
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [program, *arguments, "--format", "json"],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"plmctl {' '.join(arguments)} exited with {done.returncode}\n{done.stdout}{done.stderr}")
    summary = json.loads(done.stdout)["summary"]
    return Measured(
        command=" ".join(arguments),
        summary=", ".join(f"{name} {value}" for name, value in summary.items()),
        wall=wall,
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
