#!/usr/bin/env python3
"""Keeps one comment up to date with a report: on a pull request of GitHub or a merge request of GitLab.

    keep_comment.py github|gitlab FILE [--foreign]

Its own comment is the one whose first line is the marker and that its own account wrote: another's is never
touched, whatever is in it. Where it may not write it says so and exits 0, for the report is in the summary or
the artifacts of the job too. `--foreign` is for a report that a stranger could have written.
It needs Python's standard library only; the token comes by the environment, and goes to the API alone.
"""

import json
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

MARKER = "<!-- plmctl-diff -->"
# GitHub takes 65,536 characters, GitLab 1,000,000.
LIMITS = {"github": 60_000, "gitlab": 900_000}
LARGEST_FILE = 4 << 20
LARGEST_ANSWER = 64 << 20
SECONDS = 30
TRIES = 3
LONGEST_WAIT = 20
PAGE = 100
MOST_PAGES = 50
FROM_OUTSIDE = (
    "> From the checks of the pull request itself: its author could have changed what they say.\n\n"
)
REST_IS = "the report is in the summary or the artifacts of this job"

Comment = Mapping[str, object]


class Wrong(Exception):
    """Wrong usage or surroundings: exit 2."""


class Refused(Exception):
    """The API does not allow it."""


class Busy(Exception):
    """The API failed in a way that may pass; `wait` in seconds."""

    def __init__(self, what: str, wait: float):
        super().__init__(what)
        self.wait = wait


class _NoRedirect(HTTPRedirectHandler):
    """Follows nothing: another host would get the token."""

    def redirect_request(self, *_: object) -> None:
        """No request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """An API and the headers with which it knows us."""

    url: str
    headers: Mapping[str, str]

    def ask(self, method: str, path: str, body: str | None = None) -> object:
        """The answer as a value. Raises Refused or Busy."""
        data = json.dumps({"body": body}).encode() if body is not None else None
        headers = {**self.headers, "Content-Type": "application/json", "User-Agent": "plmctl"}
        request = Request(f"{self.url}/{path}", data=data, headers=headers, method=method)
        try:
            with build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
                return json.loads(answer.read(LARGEST_ANSWER))
        except HTTPError as error:
            error.close()
            raise _failure(error) from None
        except (URLError, HTTPException, OSError) as error:
            raise Busy(f"no answer: {type(error).__name__}", 1) from None
        except ValueError:
            raise Busy("an answer that is no JSON", 1) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The comments of a request: where they are listed, made and changed, and which are ours."""

    api: Api
    listed: str
    changed: Callable[[int], str]
    method: str
    is_ours: Callable[[Comment], bool]

    def own(self) -> Comment | None:
        """Our comment, None if there is none."""
        return next((c for c in self._comments() if _first_line(c) == MARKER and self.is_ours(c)), None)

    def _comments(self) -> Iterator[Comment]:
        for page in range(1, MOST_PAGES + 1):
            query = urlencode({"per_page": PAGE, "page": page, "sort": "asc", "order_by": "created_at"})
            found = _objects(self.api.ask("GET", f"{self.listed}?{query}"))
            yield from found
            if not found:
                return
        raise Refused("there are too many comments to look through")

    def keep(self, body: str, *, is_new_wanted: bool) -> str:
        """What became of the comment, in a word. Asked again it goes on where it stopped."""
        own = self.own()
        if own is None:
            if not is_new_wanted:
                return "not needed"
            self._check(self.api.ask("POST", self.listed, body))
            return "created"
        if _text(own, "body").replace("\r\n", "\n").strip() == body.strip():
            return "up to date"
        self.api.ask(self.method, self.changed(_number(own)), body)
        return "updated"

    def _check(self, made: object) -> None:
        if isinstance(made, dict) and not self.is_ours(made):
            who = _text(_object(made.get("user")), "login")
            say("warning", f"the comment is of '{who}': set the input 'bot' to that, or each run adds one")


def main(arguments: list[str]) -> int:
    """The exit code."""
    try:
        service, path, is_foreign = understood(arguments)
        body = fitted(report(path), LIMITS[service], service, is_foreign=is_foreign)
        is_new_wanted = os.environ.get("PLMCTL_CHANGED") != "false"
        became = patiently(lambda: thread(service).keep(body, is_new_wanted=is_new_wanted))
        print(f"plmctl: the comment is {became}")
    except Wrong as error:
        say("error", str(error))
        return 2
    except Refused as error:
        say("notice", f"no comment was written: {error}; {REST_IS}")
    except Busy as error:
        say("warning", f"no comment was written: {error}, {TRIES} times; {REST_IS}")
    return 0


def understood(arguments: list[str]) -> tuple[str, str, bool]:
    """The service, the file, and whether a stranger could have written it."""
    words = [word for word in arguments if word != "--foreign"]
    if len(words) != 2 or words[0] not in LIMITS:
        raise Wrong("usage: keep_comment.py github|gitlab FILE [--foreign]")
    return words[0], words[1], len(words) != len(arguments)


def patiently(attempt: Callable[[], str]) -> str:
    """What an attempt gives that may be made again. Raises Busy after TRIES of them."""
    for left in reversed(range(TRIES)):
        try:
            return attempt()
        except Busy as error:
            if not left:
                raise
            time.sleep(min(error.wait * (TRIES - left), LONGEST_WAIT))
    raise AssertionError


def report(path: str) -> str:
    """The text of a report: a file, no link, that begins with the marker."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Wrong(f"the report cannot be read: {error.strerror}") from None
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Wrong("the report is no file")
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Wrong("the report is too large to be one of plmctl")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("the report is not UTF-8") from None
    if text.partition("\n")[0].strip() != MARKER or "\0" in text:
        raise Wrong("the report is none of 'plmctl diff --format markdown'")
    return text


def fitted(text: str, limit: int, service: str, *, is_foreign: bool) -> str:
    """The comment for a report: harmless in its place, at most so long, and saying what is left out."""
    rest = text.partition("\n")[2].replace("\r\n", "\n")
    # First, so that nothing that a stranger left open can swallow it.
    head = f"{MARKER}\n{FROM_OUTSIDE if is_foreign else ''}"
    rest = harmless(rest) if is_foreign else rest
    rest = without_actions(rest) if service == "gitlab" else rest
    if units(head + rest) <= limit:
        return head + rest
    note = (
        "> **This is not all of it**: {} characters are left out. The summary or the artifacts have all.\n\n"
    )
    kept = _cut(rest, limit - len(head) - len(note) - 20)
    return f"{head}{note.format(f'{len(rest) - len(kept):,}')}{kept}"


def _cut(text: str, limit: int) -> str:
    """The lines of a text that fit; of one that is too long by itself, what fits."""
    # No character has more than two units, so no more characters than units are kept.
    kept = text[:limit]
    while units(kept) > limit:
        kept = kept[: len(kept) - max(1, (units(kept) - limit) // 2)]
    whole, newline, _ = kept.rpartition("\n")
    return whole + newline if newline else kept


def units(text: str) -> int:
    """The length as JavaScript counts it: what a service may count by, never less than characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def harmless(text: str) -> str:
    """A stranger's Markdown in which nobody is called, nothing is loaded, and nothing leads elsewhere."""
    text = re.sub(r"&(?:#0*64|#[xX]0*40|commat)(?:;|(?!\w))", "@", text)
    text = re.sub(r"@(?=\w)", "@\u200b", text)
    text = re.sub(r"!(?=\[)", "!\u200b", text)
    text = re.sub(r"\](?=[(\[:])", "]\u200b", text)
    text = re.sub(r"(?i)<(?=/?(?:a|img|picture|source|video|audio|svg|input|form|button)\b)", "&lt;", text)
    text = re.sub(r"(?i)(https?|ftp|mailto):(?=\S)", "\\1:\u200b", text)
    return re.sub(r"(?i)\bwww\.", "www\u200b.", text)


def without_actions(text: str) -> str:
    """Text of which GitLab takes no line for a quick action, as `/merge` is."""
    return re.sub(r"(?m)^([ \t]*)/(?=\w)", "\\1\u200b/", text)


def thread(service: str) -> Thread:
    """The comments of the request that this job belongs to."""
    return _github() if service == "github" else _gitlab()


def _github() -> Thread:
    repository = _needed("GITHUB_REPOSITORY", r"[\w.-]+/[\w.-]+")
    token = _needed("PLMCTL_TOKEN", r"[!-~]+", is_secret=True)
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    api = Api(url=_url("GITHUB_API_URL"), headers=headers)
    bot = os.environ.get("PLMCTL_BOT") or "github-actions[bot]"
    return Thread(
        api=api,
        listed=f"repos/{repository}/issues/{_pull_request(api, repository)}/comments",
        changed=lambda number: f"repos/{repository}/issues/comments/{number}",
        method="PATCH",
        # Nobody's own name can have brackets in it.
        is_ours=lambda comment: _text(_object(comment.get("user")), "login") == bot,
    )


def _pull_request(api: Api, repository: str) -> str:
    """The number in the event; a fork's has none, but names its branch and commit."""
    if os.environ.get("PLMCTL_PULL_REQUEST"):
        return _needed("PLMCTL_PULL_REQUEST", r"[1-9][0-9]*")
    head, sha = _needed("PLMCTL_HEAD", r"[^:]+:.+"), _needed("PLMCTL_SHA", r"[0-9a-f]{40}|[0-9a-f]{64}")
    query = urlencode({"state": "open", "per_page": PAGE, "head": head})
    found = _objects(api.ask("GET", f"repos/{repository}/pulls?{query}"))
    fitting = [pull for pull in found if _text(_object(pull.get("head")), "sha") == sha]
    if len(fitting) != 1:
        raise Refused(f"{len(fitting)} open pull requests have the commit that was checked")
    return str(_number(fitting[0], "number"))


def _gitlab() -> Thread:
    project = _needed("CI_MERGE_REQUEST_PROJECT_ID", r"[1-9][0-9]*")
    request = _needed("CI_MERGE_REQUEST_IID", r"[1-9][0-9]*")
    token = _needed("PLMCTL_TOKEN", r"[!-~]+", is_secret=True)
    api = Api(url=_url("CI_API_V4_URL"), headers={"PRIVATE-TOKEN": token})
    ourselves = _number(_object(api.ask("GET", "user")))
    notes = f"projects/{project}/merge_requests/{request}/notes"
    return Thread(
        api=api,
        listed=notes,
        changed=lambda number: f"{notes}/{number}",
        method="PUT",
        is_ours=lambda note: _object(note.get("author")).get("id") == ourselves,
    )


def _failure(error: HTTPError) -> Exception:
    again = error.headers.get("Retry-After")
    is_spent = error.headers.get("X-RateLimit-Remaining") == "0"
    if error.code >= 500 or error.code == 429 or (error.code == 403 and (again or is_spent)):
        wait = float(again) if again and again.isdigit() else 1.0
        return Busy(f"the API answers {error.code}", wait)
    if error.code in (401, 403, 404):
        return Refused(f"the token may not (the API answers {error.code})")
    return Refused(f"the API answers {error.code}")


def _needed(name: str, form: str, *, is_secret: bool = False) -> str:
    value = os.environ.get(name, "").strip()
    if is_secret and not value:
        raise Refused("there is no token")
    if not re.fullmatch(form, value):
        raise Wrong(f"{name} is not set, or to something else than it should be")
    return value


def _url(name: str) -> str:
    url = os.environ.get(name, "").rstrip("/")
    if urlsplit(url).scheme not in ("http", "https") or not url.isprintable() or " " in url:
        raise Wrong(f"{name} is no address")
    return url


def _objects(value: object) -> list[Comment]:
    return [_object(item) for item in value] if isinstance(value, list) else []


def _object(value: object) -> Comment:
    return value if isinstance(value, dict) else {}


def _text(value: Comment, key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _number(value: Comment, key: str = "id") -> int:
    found = value.get(key)
    if not isinstance(found, int):
        raise Busy("an answer without a number", 1)
    return found


def _first_line(comment: Comment) -> str:
    return _text(comment, "body").partition("\n")[0].strip()


def say(level: str, text: str) -> None:
    """Tell the reader of the job's log; where workflow commands are heard, as one."""
    heard = os.environ.get("GITHUB_ACTIONS") == "true"
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{level} title=plmctl::{escaped}" if heard else f"plmctl: {level}: {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
