import pytest

from plmctl.core.pull_request import pull_request_link

GITLAB = "https://gitlab.example.com/a/b/shop"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://github.com/acme/shop.git", "https://github.com/acme/shop/compare/promote/x%26y?expand=1"),
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop/compare/promote/x%26y?expand=1"),
        ("ssh://git@github.com/acme/shop", "https://github.com/acme/shop/compare/promote/x%26y?expand=1"),
        (
            "https://gitlab.example.com:8443/a/b/shop.git/",
            f"{GITLAB}/-/merge_requests/new?merge_request%5Bsource_branch%5D=promote%2Fx%26y",
        ),
        (
            "https://bitbucket.org/a/shop",
            "https://bitbucket.org/a/shop/pull-requests/new?source=promote%2Fx%26y",
        ),
        ("https://git.example.com/acme/shop.git", None),
        ("../shop.git", None),
        (None, None),
    ],
)
def test_the_page_of_a_known_host(address: str | None, link: str | None) -> None:
    assert pull_request_link(address, "promote/x&y") == link
