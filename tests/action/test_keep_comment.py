"""The program that keeps one comment, against a stand-in for the APIs."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.action.standin import BOT, READ_ONLY, TOKEN, Service
from tests.programs import REPOSITORY

PROGRAM = REPOSITORY / "action" / "keep_comment.py"
MARKER = "<!-- plmctl-diff -->"
REPORT = f"{MARKER}\n**1 artifact changed**\n"
OTHER = f"{MARKER}\n**2 artifacts changed**\n"
FOREIGN = "> From the checks of the pull request itself: its author could have changed what they say."
SHA = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run ended with: its exit code, and its output, in which the token never is."""

    code: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """The program beside a service, in a folder of its own."""

    service: Service
    folder: Path
    name: str = "github"

    def keep(self, report: str | bytes = REPORT, *words: str, **more: str) -> Run:
        """A run for a report."""
        file = self.folder / "report.md"
        file.write_bytes(report.encode() if isinstance(report, str) else report)
        return self.run(str(file), *words, **more)

    def run(self, *words: str, **more: str) -> Run:
        """A run of the program."""
        variables = {
            "PATH": os.environ["PATH"],
            "GITHUB_ACTIONS": "true" if self.name == "github" else "",
            "GITHUB_API_URL": self.service.url,
            "GITHUB_REPOSITORY": "acme/shop",
            "PLMCTL_PULL_REQUEST": "7",
            "CI_API_V4_URL": self.service.url,
            "CI_MERGE_REQUEST_PROJECT_ID": "5",
            "CI_MERGE_REQUEST_IID": "7",
            "PLMCTL_TOKEN": TOKEN,
            **more,
        }
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM), self.name, *words],
            cwd=self.folder,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert "secret" not in done.stdout
        return Run(code=done.returncode, said=done.stdout)


@pytest.fixture(params=["github", "gitlab"])
def keeper(request: pytest.FixtureRequest, service: Service, tmp_path: Path) -> Keeper:
    """The program for one of the two services."""
    return Keeper(service=service, folder=tmp_path, name=request.param)


@pytest.fixture
def github(service: Service, tmp_path: Path) -> Keeper:
    """The program for GitHub."""
    return Keeper(service=service, folder=tmp_path)


def became(word: str) -> Run:
    return Run(code=0, said=f"plmctl: the comment is {word}\n")


def test_the_first_run_writes_a_comment_and_the_next_one_changes_it(keeper: Keeper) -> None:
    keeper.service.add("first!", "mallory")
    assert keeper.keep(REPORT) == became("created")
    keeper.service.add("last!", "mallory")
    assert keeper.keep(REPORT) == became("up to date")
    assert keeper.keep(OTHER) == became("updated")
    assert keeper.service.bodies == ["first!", OTHER, "last!"]
    assert keeper.service.methods == ["POST", "PATCH" if keeper.name == "github" else "PUT"]


def test_a_strangers_comment_with_the_marker_is_not_touched(keeper: Keeper) -> None:
    keeper.service.add(f"{MARKER}\nmine now", "mallory")
    keeper.service.add(f"as the bot says:\n{MARKER}\n", BOT)
    assert keeper.keep(REPORT) == became("created")
    assert keeper.keep(OTHER) == became("updated")
    assert keeper.service.bodies == [f"{MARKER}\nmine now", f"as the bot says:\n{MARKER}\n", OTHER]


def test_where_nothing_changed_no_comment_is_begun(keeper: Keeper) -> None:
    assert keeper.keep(REPORT, PLMCTL_CHANGED="false") == became("not needed")
    keeper.keep(REPORT)
    assert keeper.keep(OTHER, PLMCTL_CHANGED="false") == became("updated")
    assert keeper.service.bodies == [OTHER]


def test_a_comment_on_a_later_page_is_found(keeper: Keeper) -> None:
    for number in range(6):
        keeper.service.add(f"no. {number}", "mallory")
    keeper.keep(REPORT)
    assert keeper.keep(OTHER) == became("updated")
    assert len(keeper.service.bodies) == 7


@pytest.mark.parametrize("token", [READ_ONLY, "secret-of-nobody", "", "  "])
def test_a_token_that_may_not_write_is_no_failure(token: str, keeper: Keeper) -> None:
    run = keeper.keep(PLMCTL_TOKEN=token)
    why = {READ_ONLY: "403", "secret-of-nobody": "401"}.get(token)
    said = f"the token may not (the API answers {why})" if why else "there is no token"
    told = "::notice title=plmctl::" if keeper.name == "github" else "plmctl: notice: "
    expected = (
        f"{told}no comment was written: {said}; the report is in the summary or the artifacts of this job\n"
    )
    assert run == Run(code=0, said=expected)
    assert keeper.service.bodies == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_fails_for_a_moment_is_asked_again(status: int, github: Keeper) -> None:
    github.service.faults = [("GET", status, {"Retry-After": "0"}), ("POST", status, {"Retry-After": "0"})]
    assert github.keep() == became("created")
    assert github.service.bodies == [REPORT]


def test_a_comment_whose_answer_was_lost_is_not_written_twice(keeper: Keeper) -> None:
    keeper.service.faults = [("POST", 502, {"Retry-After": "0"})]
    keeper.service.is_lost = True
    assert keeper.keep() == became("up to date")
    assert keeper.service.bodies == [REPORT]


def test_what_keeps_failing_is_given_up_after_three_times(github: Keeper) -> None:
    github.service.faults = [("GET", 403, {"Retry-After": "0"})] * 9
    run = github.keep()
    assert run.code == 0
    assert run.said.startswith(
        "::warning title=plmctl::no comment was written: the API answers 403, 3 times; "
    )
    assert len(github.service.asked) == 3


def test_nobody_at_the_address_is_no_failure(github: Keeper) -> None:
    run = github.keep(GITHUB_API_URL="http://127.0.0.1:9")
    assert (run.code, "no answer: URLError, 3 times" in run.said) == (0, True)


def test_a_redirection_is_not_followed(github: Keeper) -> None:
    elsewhere = f"{github.service.url}/stolen"
    github.service.faults = [("GET", 302, {"Location": elsewhere})]
    assert "no comment was written: the API answers 302" in github.keep().said
    assert len(github.service.asked) == 1


def test_another_account_is_named_once_it_has_written(github: Keeper) -> None:
    github.service.writer = "plm-app[bot]"
    run = github.keep()
    assert "the comment is of 'plm-app[bot]': set the input 'bot' to that" in run.said
    assert github.keep(OTHER, PLMCTL_BOT="plm-app[bot]") == became("updated")
    assert github.service.bodies == [OTHER]


def test_a_long_report_is_cut_at_a_line_and_says_so(github: Keeper) -> None:
    line = "é𝄞" + "x" * 96 + "\n"
    text = f"{MARKER}\n" + line * 700
    assert github.keep(text) == became("created")
    (body,) = github.service.bodies
    assert 59_000 < len(body.encode("utf-16-le")) // 2 <= 60_000
    marker, note, empty, *lines = body.splitlines(keepends=True)
    assert (marker, empty, set(lines)) == (f"{MARKER}\n", "\n", {line})
    left = re.fullmatch(
        r"> \*\*This is not all of it\*\*: ([\d,]+) characters are left out\. "
        r"The summary or the artifacts have all\.\n",
        note,
    )
    assert left is not None
    assert int(left[1].replace(",", "")) == (700 - len(lines)) * len(line)
    # Of one long line what fits is kept.
    assert github.keep(f"{MARKER}\n" + "𝄞" * 70_000) == became("updated")
    assert 59_000 < len(github.service.bodies[0].encode("utf-16-le")) // 2 <= 60_000


def test_gitlab_takes_more_and_no_line_as_an_order(service: Service, tmp_path: Path) -> None:
    keeper = Keeper(service=service, folder=tmp_path, name="gitlab")
    text = f"{MARKER}\n/merge\n  /close\na /path\n"
    keeper.keep(text)
    assert service.bodies == [f"{MARKER}\n\u200b/merge\n  \u200b/close\na /path\n"]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("no marker\n", "the report is none of 'plmctl diff --format markdown'"),
        (f"{MARKER}\nnul \0\n", "the report is none of 'plmctl diff --format markdown'"),
        (b"<!-- plmctl-diff -->\n\xff", "the report is not UTF-8"),
        (f"{MARKER}\n" + "x" * (4 << 20), "the report is too large to be one of plmctl"),
    ],
)
def test_what_is_no_report_is_never_written(report: str | bytes, said: str, github: Keeper) -> None:
    assert github.keep(report) == Run(code=2, said=f"::error title=plmctl::{said}\n")
    assert github.service.asked == []


def test_a_link_or_a_pipe_in_the_place_of_the_report_is_refused(github: Keeper) -> None:
    (github.folder / "link").symlink_to("/etc/passwd")
    os.mkfifo(github.folder / "pipe")
    runs = [github.run(str(github.folder / name)) for name in ("link", "pipe", "none")]
    assert [run.code for run in runs] == [2, 2, 2]
    assert [run.said.partition("plmctl::")[2] for run in runs] == [
        "the report cannot be read: Too many levels of symbolic links\n",
        "the report is no file\n",
        "the report cannot be read: No such file or directory\n",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_REPOSITORY", "acme/shop/../../user"),
        ("PLMCTL_PULL_REQUEST", "7/../8"),
        ("GITHUB_API_URL", "file:///etc"),
        ("PLMCTL_TOKEN", "secret\nX-Other: 1"),
    ],
)
def test_surroundings_that_are_wrong_are_refused_without_showing_them(
    name: str, value: str, github: Keeper
) -> None:
    run = github.keep(**{name: value})
    assert run.code == 2
    assert run.said.startswith(f"::error title=plmctl::{name} is ")
    assert github.service.asked == []


def test_of_a_fork_the_event_says_which_pull_request_it_is(github: Keeper) -> None:
    head = "mallory:topic&state=all"
    event = {"PLMCTL_PULL_REQUEST": "", "PLMCTL_HEAD": head, "PLMCTL_SHA": SHA}
    github.service.pulls = [
        {"number": 6, "label": "mallory:other", "head": {"sha": SHA}},
        {"number": 7, "label": head, "head": {"sha": SHA}},
    ]
    assert github.keep(REPORT, "--foreign", **event) == became("created")
    # Something newer was pushed since: its own run will tell of it.
    github.service.pulls[1]["head"] = {"sha": SHA[::-1]}
    run = github.keep(OTHER, "--foreign", **event)
    assert "0 open pull requests have the commit that was checked" in run.said
    assert github.service.bodies == [f"{MARKER}\n{FOREIGN}\n\n**1 artifact changed**\n"]


def test_a_strangers_report_calls_nobody_loads_nothing_and_leads_nowhere(github: Keeper) -> None:
    text = (
        f"{MARKER}\n<details><summary>ok</summary>\n@acme/admins &#64;ada &commat;bob ![x](https://evil.example/x)"
        "\n<img src=x> <A href=x> [log in](/x) www.evil.example [r]: x\n<!-- the rest is hidden\n"
    )
    github.keep(text, "--foreign")
    body = github.service.bodies[0].split("\n", 3)[3]
    assert body == (
        "<details><summary>ok</summary>\n@\u200bacme/admins @\u200bada @\u200bbob "
        "!\u200b[x]\u200b(https:\u200b//evil.example/x)"
        "\n&lt;img src=x> &lt;A href=x> [log in]\u200b(/x) www\u200b.evil.example [r]\u200b: x\n"
        "<!-- the rest is hidden\n"
    )


def test_usage_is_told(github: Keeper) -> None:
    assert github.run().code == 2
    assert github.run("a", "b").said.startswith("::error title=plmctl::usage: keep_comment.py github|gitlab ")
