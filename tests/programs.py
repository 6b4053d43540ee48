"""Programs that tests drive and that pip does not install here."""

import os
import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

# As it was before the fixtures fixed HOME and the rest: pip finds its configuration and its cache by it.
OUTSIDE: Mapping[str, str] = MappingProxyType(dict(os.environ))

# Generated tests draw a fifth of what they can, so that the tests stay quick: `make test-full` draws all.
IS_FULL = "PLMCTL_FULL" in OUTSIDE


def drawn(full: int) -> int:
    """How much to draw of what a full run draws."""
    return full if IS_FULL else -(-full // 5)


def require(program: str, package: str) -> str:
    """The path of a system program; without it the test is skipped and names the package, and fails in CI."""
    return shutil.which(program) or _without(f"{program} is missing: install the package {package}")


def require_gto() -> str:
    """The path of the real gto, which `make test` installs beside this Python."""
    gto = Path(sys.executable).with_name("gto")
    return str(gto) if gto.exists() else _without("gto is missing: run pip install 'plmctl[dev]'")


def require_dvc() -> str:
    """The path of the real DVC, which `make test` installs beside this Python."""
    dvc = Path(sys.executable).with_name("dvc")
    return str(dvc) if dvc.exists() else _without("dvc is missing: run pip install 'plmctl[dvc]'")


def require_modules(extra: str, *modules: str) -> None:
    """Packages of an extra, which `make test` installs; likewise."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        _without(f"{', '.join(missing)} is missing: run pip install 'plmctl[{extra}]'")


def require_language_server() -> tuple[str, Path]:
    """Node, and the script of the YAML language server that `make test` installs."""
    node = require("node", "nodejs")
    script = REPOSITORY / ".node/node_modules/yaml-language-server/bin/yaml-language-server"
    if not script.exists():
        _without("yaml-language-server is missing: install npm and run 'make .node/.stamp'")
    return node, script


def _without(message: str) -> NoReturn:
    if OUTSIDE.get("PLMCTL_CI"):
        pytest.fail(message)
    pytest.skip(message)
