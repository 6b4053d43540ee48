"""Runs the steps of a composite action as a runner of GitHub would, in a checkout of a pull request."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import yaml

from plmctl.core.value import Value, as_items, as_mapping, as_text
from tests.action.standin import TOKEN
from tests.cli.shells import path_with, shim
from tests.git.builder import Folder
from tests.programs import REPOSITORY

ACTION = REPOSITORY / "action"
_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step ended with: its exit code, its output, in which the token never is, and its outputs."""

    code: int
    said: str
    outputs: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Runner:
    """A job in a checkout: where its steps run, what the event says, where its files are."""

    checkout: Folder
    temporary: Path
    variables: Mapping[str, str]
    event: Mapping[str, str]
    shell: str = "sh"
    outputs: dict[str, str] = field(default_factory=dict)

    def step(self, name: str, action: Path = ACTION, **inputs: str) -> Step:
        """Runs a step of the action, with some of its inputs."""
        found = next(step for step in steps(action / "action.yml") if step["name"] == name)
        written = self.temporary / "output"
        written.write_text("", encoding="utf-8")
        done = subprocess.run(
            [self.shell, "-e", "-c", (as_text(found["run"]) or "").replace("sh ", f"{self.shell} ", 1)],
            cwd=self.checkout.path,
            env={**self._environment(written, action), **self._declared(action, found, inputs)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert "secret" not in done.stdout
        lines = written.read_text(encoding="utf-8").splitlines()
        outputs = {key: value for key, _, value in (line.partition("=") for line in lines)}
        self.outputs.update({f"steps.{found.get('id')}.outputs.{key}": v for key, v in outputs.items()})
        return Step(code=done.returncode, said=done.stdout, outputs=outputs)

    @property
    def summary(self) -> str:
        """What the summary of the job shows."""
        return (self.temporary / "summary").read_text(encoding="utf-8")

    def _environment(self, written: Path, action: Path) -> dict[str, str]:
        (self.temporary / "summary").touch()
        return {
            **path_with(shim(self.temporary / "bin")),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_OUTPUT": str(written),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"),
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_REPOSITORY": "acme/shop",
            **self.variables,
        }

    def _declared(self, action: Path, step: Mapping[str, Value], inputs: Mapping[str, str]) -> dict[str, str]:
        """The variables that the step declares, their expressions filled in."""
        known = {
            **defaults(action / "action.yml"),
            **{f"inputs.{k.replace('_', '-')}": v for k, v in inputs.items()},
        }
        known |= {**self.event, **self.outputs, "inputs.token": inputs.get("token", TOKEN)}
        declared = as_mapping(step.get("env"))
        return {key: _EXPRESSION.sub(lambda m: known[m[1]], str(value)) for key, value in declared.items()}


def read(path: Path) -> dict[str, Value]:
    """A YAML file."""
    return cast(dict[str, Value], yaml.safe_load(path.read_text(encoding="utf-8")))


def steps(path: Path) -> list[Mapping[str, Value]]:
    """The steps of a composite action."""
    return [as_mapping(step) for step in as_items(as_mapping(read(path)["runs"])["steps"])]


def defaults(path: Path) -> dict[str, str]:
    """What the inputs are where nobody sets them, by the expressions that name them."""
    inputs = as_mapping(read(path)["inputs"])
    return {f"inputs.{name}": str(as_mapping(said).get("default", "")) for name, said in inputs.items()}
