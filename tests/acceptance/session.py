"""Console blocks of a Markdown file, run as a reader would type them.

`python -m tests.acceptance.session --write README.md docs/commands/*.md` puts the real output where another
one stands.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.commands.builder import example_history
from tests.conftest import GIT_CONFIGURATION, IDENTITY
from tests.programs import REPOSITORY
from tests.warm import shim

PROMPT = "$ "
ANYTHING = "..."
EXAMPLE = REPOSITORY / "example-registry"
COMMANDS = REPOSITORY / "docs" / "commands"
"""The pages of the commands: each begins in a copy of the example registry after its history."""
TIMEOUT_SECONDS = 60

_BLOCK = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
# An id of Git depends on a random number of 32 digits, and digests have tests of their own.
_MASKED = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{10})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command of a console block, and the output that the block shows for it."""

    command: str
    output: str


@dataclass(slots=True, kw_only=True)
class Session:
    """A shell in a folder of its own; it remembers its working directory and the last exit code."""

    folder: Path
    place: Path
    code: int = 0

    def run(self, command: str) -> str:
        """What a command prints, stdout and stderr in one stream; the session's folder reads `/tmp`."""
        place = shlex.quote(str(self._place_file))
        script = f"(exit {self.code})\n{command}\nsaved=$?\npwd >{place}\nexit $saved"
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=self.place,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        self.code = done.returncode
        self.place = Path(self._place_file.read_text(encoding="utf-8").removesuffix("\n"))
        return done.stdout.decode().replace(str(self._work), "/tmp")

    @property
    def environment(self) -> dict[str, str]:
        """What its programs see."""
        return _environment(self.folder)

    @property
    def _work(self) -> Path:
        return self.folder / "work"

    @property
    def _place_file(self) -> Path:
        return self.folder / "place"


def begun(folder: Path) -> Session:
    """A session beside a copy of the example registry: plmctl and DVC on the path, and all else fixed."""
    folder = folder.resolve()
    for name in ("home", "bin", "work"):
        (folder / name).mkdir()
    (folder / "home" / ".gitconfig").write_text(GIT_CONFIGURATION, encoding="utf-8")
    shim(folder / "bin" / "plmctl")
    for name in ("python", "uvicorn"):
        program = Path(sys.executable).with_name(name)
        (folder / "bin" / name).write_text(
            f'#!/bin/sh\nexec {shlex.quote(str(program))} "$@"\n', encoding="utf-8"
        )
        (folder / "bin" / name).chmod(0o755)
    # Leads nowhere where DVC is not installed: only a block that runs it fails.
    (folder / "bin" / "dvc").symlink_to(Path(sys.executable).with_name("dvc"))
    shutil.copytree(EXAMPLE, folder / "work" / EXAMPLE.name)
    return Session(folder=folder, place=folder / "work")


def begun_in(registry: Path, folder: Path) -> Session:
    """A session in a copy of a registry; its folder is `/tmp/registry`."""
    session = begun(folder)
    shutil.copytree(registry, session.place / "registry", symlinks=True)
    session.run("cd registry")
    return session


def filled(markdown: str, session: Session) -> str:
    """The text with every console block run, in order; an output that is true as it stands is kept."""
    return _BLOCK.sub(lambda block: f"```console\n{_filled_block(block['body'], session)}```", markdown)


def steps(body: str) -> Iterator[Step]:
    """The commands of a console block."""
    for part in re.split(r"^(?=\$ )", body, flags=re.MULTILINE):
        if not part.startswith(PROMPT):
            assert not part, f"output without a command: {part!r}"
            continue
        command, _, output = part.removeprefix(PROMPT).partition("\n")
        while command.endswith("\\"):
            line, _, output = output.partition("\n")
            command = f"{command}\n{line}"
        yield Step(command=command, output=output)


def is_true_of(shown: str, real: str) -> bool:
    """Whether output that is shown is the real one; a line `...` stands for any lines, an id for any id."""
    lines = ["(?:.*\n)*?" if line == ANYTHING else re.escape(f"{line}\n") for line in _plain(shown)]
    return re.fullmatch("".join(lines), "".join(f"{line}\n" for line in _plain(real))) is not None


def _plain(output: str) -> list[str]:
    return _MASKED.sub(lambda found: f"<{len(found[0])} digits>", output).splitlines()


def _filled_block(body: str, session: Session) -> str:
    parts = []
    for step in steps(body):
        real = session.run(step.command)
        parts.append(f"{PROMPT}{step.command}\n{step.output if is_true_of(step.output, real) else real}")
    return "".join(parts)


def _environment(folder: Path) -> dict[str, str]:
    # Not under coverage: what the pages show has tests of its own, and so many runs would take twice as long.
    fixed = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder / "home"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "DVC_SITE_CACHE_DIR": str(folder / "dvc"),
    }
    return fixed | IDENTITY


def main() -> None:
    """Writes the real output into the console blocks of the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", nargs="+", type=Path, required=True, metavar="FILE")
    with tempfile.TemporaryDirectory() as history:
        registry = Path(history) / "registry"
        for path in parser.parse_args().write:
            is_of_command = path.resolve().parent == COMMANDS
            if is_of_command and not registry.exists():
                os.environ.update(_environment(Path(history)))
                example_history(registry)
            with tempfile.TemporaryDirectory() as folder:
                session = begun_in(registry, Path(folder)) if is_of_command else begun(Path(folder))
                text = filled(path.read_text(encoding="utf-8"), session)
            path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
