from collections.abc import Iterator

import pytest

from tests.action.standin import Service, serving


@pytest.fixture
def service() -> Iterator[Service]:
    """A stand-in for the API, without any comment."""
    with serving() as found:
        yield found
