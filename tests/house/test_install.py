import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from plmctl import __version__
from tests.programs import OUTSIDE, REPOSITORY

# One worker makes the environments, once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("install")]

LIMIT_DISTRIBUTIONS = 30
LIMIT_BYTES = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A virtual environment, fresh and with nothing in it, where the project is not on the path."""

    folder: Path

    def run(self, program: str, *arguments: str) -> str:
        """What one of its programs prints, started where nothing can be imported from the clone."""
        return output([str(self.folder / "bin" / program), *arguments], cwd=self.folder)

    def pip(self, *arguments: str) -> str:
        """What pip prints, with the user's own configuration of it; it need not be there to work there."""
        python = str(self.folder / "bin" / "python")
        return output(
            [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, *arguments],
            cwd=self.folder,
        )

    @property
    def site_packages(self) -> Path:
        """Where the packages are."""
        (folder,) = self.folder.glob("lib/python3*/site-packages")
        return folder


def output(command: list[str], *, cwd: Path) -> str:
    """The standard output of a program that must succeed; what it printed is the message if it does not."""
    # Coverage follows child processes, but it is not installed in these environments.
    environment = {
        k: v for k, v in OUTSIDE.items() if not k.startswith(("COVERAGE_", "PYTHON", "VIRTUAL_ENV"))
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode()


def new_environment(folder: Path) -> Environment:
    venv.create(folder, symlinks=True)
    return Environment(folder=folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as a release makes it: from the source distribution, not from the clone."""
    folder = tmp_path_factory.mktemp("dist")
    output(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)],
        cwd=folder,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed_wheel(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Environment:
    """An environment with the wheel, its dependencies, and nothing else."""
    environment = new_environment(tmp_path_factory.mktemp("wheel"))
    environment.pip("install", "--quiet", str(wheel))
    return environment


@pytest.fixture(scope="module")
def editable_install(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with an editable install; the dependencies are those of the tests' own environment."""
    environment = new_environment(tmp_path_factory.mktemp("editable"))
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (environment.site_packages / "dependencies.pth").write_text(f"{here}\n", encoding="utf-8")
    environment.pip("install", "--quiet", "--no-deps", "--editable", str(REPOSITORY))
    return environment


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder, compiled ones too: pip makes those as it installs."""
    return sum(os.lstat(path).st_size for path in folder.rglob("*") if path.is_file())


def distributions(environment: Environment) -> Mapping[str, str]:
    """Name and version of what is installed."""
    listed = json.loads(environment.pip("list", "--format=json"))
    return {entry["name"]: entry["version"] for entry in listed}


def test_the_wheel_runs_in_an_empty_environment(installed_wheel: Environment) -> None:
    assert installed_wheel.run("plmctl", "--version") == f"plmctl {__version__}\n"


def test_the_wheel_brings_its_schemas(installed_wheel: Environment) -> None:
    shipped = installed_wheel.site_packages / "plmctl" / "schemas"
    clone = REPOSITORY / "schemas"
    in_the_clone = {path.relative_to(clone): path.read_bytes() for path in clone.rglob("*.json")}
    assert {p.relative_to(shipped): p.read_bytes() for p in shipped.rglob("*") if p.is_file()} == in_the_clone
    assert json.loads(installed_wheel.run("plmctl", "schema", "prompt"))["type"] == "object"


def test_the_wheel_brings_its_examples(installed_wheel: Environment) -> None:
    shipped = installed_wheel.site_packages / "plmctl" / "examples"
    clone = REPOSITORY / "tests" / "examples"
    in_the_clone = {path.relative_to(clone): path.read_bytes() for path in clone.rglob("*") if path.is_file()}
    assert {p.relative_to(shipped): p.read_bytes() for p in shipped.rglob("*") if p.is_file()} == in_the_clone
    assert "\nAn example:\n" in installed_wheel.run("plmctl", "explain", "REF001")


def test_the_wheel_brings_the_program_that_keeps_a_comment(installed_wheel: Environment) -> None:
    program = installed_wheel.folder / "bin" / "plmctl-keep-comment"
    done = subprocess.run([program], cwd=installed_wheel.folder, stdout=subprocess.PIPE, check=False)
    assert (done.returncode, done.stdout.startswith(b"plmctl: error: usage: ")) == (2, True)


def test_the_wheel_is_typed(installed_wheel: Environment) -> None:
    assert (installed_wheel.site_packages / "plmctl" / "py.typed").is_file()


def test_an_install_stays_under_30_distributions_and_60_megabytes(installed_wheel: Environment) -> None:
    installed = distributions(installed_wheel)
    size = folder_size(installed_wheel.site_packages)
    assert len(installed) < LIMIT_DISTRIBUTIONS, installed
    assert size < LIMIT_BYTES, installed


def test_an_editable_install_runs(editable_install: Environment) -> None:
    assert editable_install.run("plmctl", "--version") == f"plmctl {__version__}\n"


def test_an_editable_install_reads_the_schemas_of_the_clone(editable_install: Environment) -> None:
    assert json.loads(editable_install.run("plmctl", "schema", "prompt"))["type"] == "object"
