"""Where a pull request for a branch is opened, as far as a repository's address tells."""

from urllib.parse import quote

from plmctl.core.deferred import deferred

_ADDRESS = deferred(r"(?:https?://|ssh://(?:[^@/]+@)?|[^@/]+@)(?P<host>[^:/]+)(?::[0-9]+)?[:/](?P<path>.+)")


def pull_request_link(address: str | None, branch: str) -> str | None:
    """The page that opens one, on the hosts whose pages are known; None for all others."""
    found = _ADDRESS.fullmatch(address or "")
    if found is None:
        return None
    path = found["path"].removesuffix("/").removesuffix(".git")
    page, name = f"https://{found['host']}/{path}", quote(branch, safe="")
    if "github" in found["host"]:
        return f"{page}/compare/{quote(branch)}?expand=1"
    if "gitlab" in found["host"]:
        return f"{page}/-/merge_requests/new?merge_request%5Bsource_branch%5D={name}"
    if "bitbucket" in found["host"]:
        return f"{page}/pull-requests/new?source={name}"
    return None
