import pytest


def test_who_hands_out_the_tests_is_told_their_groups(request: pytest.FixtureRequest) -> None:
    # A release of pytest took that away, and nothing said so: what is made once for a group was made by each
    # worker. Where there are no workers there are no groups.
    has_workers = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@house") is has_workers
