"""A mutant that is imported instead of its module, in a process of its own, by a plugin of pytest."""

import ast
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from tests.mutation.operators import Mutant, mutants, mutated

REPOSITORY = Path(__file__).resolve().parent.parent.parent
_MODULE, _SOURCE = "MUTANT_MODULE", "MUTANT_SOURCE"


def path_of(module: str) -> Path:
    """The file of a module."""
    return REPOSITORY / f"{module.replace('.', '/')}.py"


def killed_afresh(module: str, mutant: Mutant, files: Sequence[str]) -> str | None:
    """That tests fail when they import the mutant; None where they pass."""
    tree = ast.parse(path_of(module).read_text(encoding="utf-8"))
    same = next(each for each in mutants(tree) if each.name == mutant.name)
    with mutated(same), tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as source:
        source.write(ast.unparse(ast.fix_missing_locations(tree)))
        source.flush()
        told = {_MODULE: module, _SOURCE: source.name}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "tests.mutation.fresh",
        ]
        done = subprocess.run([*command, *files], cwd=REPOSITORY, env=os.environ | told, capture_output=True)
    return None if done.returncode == 0 else "tests of a fresh import"


class _Finder(MetaPathFinder):
    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        """Where the mutant is, for the module that it is of."""
        if fullname != os.environ.get(_MODULE):
            return None
        source = os.environ[_SOURCE]
        return spec_from_file_location(fullname, source, loader=SourceFileLoader(fullname, source))


if _MODULE in os.environ:
    sys.meta_path.insert(0, _Finder())
