from collections.abc import Iterator
from functools import cache

import pytest

from tests.faults.campaign import Campaign, campaign, warmed
from tests.faults.commands import CASES
from tests.faults.sizes import Campaigns
from tests.faults.tracer import Warm


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """A process that runs commands below the tracer, one after the other."""
    with warmed() as process:
        yield process


@pytest.fixture(scope="session")
def campaigns(warm: Warm) -> Campaigns:
    """The campaign of a case in a registry, made ready once for all tests of it."""

    @cache
    def made(name: str, registry: str) -> Campaign:
        return campaign(warm, name, CASES[name], registry)

    return made
