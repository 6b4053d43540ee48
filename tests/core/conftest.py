"""States of Python that the tests of core share."""

import sys
from collections.abc import Iterator
from typing import cast

import jinja2
import pytest


@pytest.fixture
def _without_jinja2() -> Iterator[None]:
    """As long as it says so there, Python finds no jinja2."""
    modules = cast(dict[str, object], sys.modules)
    modules["jinja2"] = None
    yield
    modules["jinja2"] = jinja2
