import gc
import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

from tests.measuring import import_all, is_measured, unmeasured

# Not timed: two cores are shared with other workers. Derandomised: what passed in CI passes again.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# As the program itself does: a worker holds thousands of tests, and looked through them all the time.
gc.set_threshold(100_000)

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05+00:00",
    "GIT_COMMITTER_NAME": "Carl Committer",
    "GIT_COMMITTER_EMAIL": "carl@example.com",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05+00:00",
}
GIT_CONFIGURATION = """\
[user]
	name = Ada Author
	email = ada@example.com
[init]
	defaultBranch = main
[core]
	autocrlf = false
[commit]
	gpgSign = false
[tag]
	gpgSign = false
"""
FROM_OUTSIDE = ("GIT_", "GITHUB_", "CI_", "XDG_", "PLMCTL_", "PRE_COMMIT")
LOUD = ("CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "LINES", "EDITOR", "PAGER", "LANG")


@pytest.fixture(scope="session", autouse=True)
def fixed_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """HOME, GIT_*, locale, time zone and colour are the same on every machine."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(GIT_CONFIGURATION, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        for name in list(os.environ):
            if name.startswith(FROM_OUTSIDE) or name in LOUD:
                environment.delenv(name)
        fixed = {
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "dumb",
        }
        for name, value in (fixed | IDENTITY).items():
            environment.setenv(name, value)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Coverage sees how the program is imported, and looks away while the tests are read."""
    if is_measured():
        import_all()
    with unmeasured():
        return (yield)


# Folders of tests that run whole commands: measuring what happens in each doubles the time that it takes.
# What the command line does is measured where it is tested, in tests/cli.
UNMEASURED = frozenset({"acceptance", "action", "faults", "hooks", "hostile", "house"})
# What is generated runs the same lines thousands of times: every branch has a test of its own.
GENERATED = (
    "tests/properties/",
    "tests/faults/",
    "tests/fuzz/",
    "tests/core/test_document_properties.py",
    "tests/core/test_clean.py",
    "tests/rules/test_verdicts_edits.py",
)
# What reads all the sources of the project reads them once.
READERS = "tests/house/"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A megabyte of text is no name of a test: workers send names to and fro."""
    return f"{argname} of {len(val)}" if isinstance(val, str | bytes) and len(val) > 1000 else None


# First: pytest-xdist looks at groups in this hook too.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that would take twice as long are not measured; those that share what is costly stay together.

    Tests of one file do, as one worker makes its fixtures then, not both. Long ones begin first.
    """
    for item in items:
        is_drawn = getattr(getattr(item, "function", None), "is_hypothesis_test", False)
        if is_drawn or item.nodeid.startswith((*GENERATED, READERS)):
            item.add_marker(pytest.mark.no_cover)
        if item.get_closest_marker("xdist_group") is None:
            file, _, _ = item.nodeid.partition("::")
            item.add_marker(pytest.mark.xdist_group("house" if file.startswith(READERS) else file))
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(autouse=True)
def measured_where_it_tells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that these tests start are not measured; what runs in the tests themselves is.

    Of what is marked `no_cover` neither is.
    """
    if request.path.parent.name in UNMEASURED or request.node.get_closest_marker("no_cover"):
        for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS")]:
            monkeypatch.delenv(name)


def pytest_collection_finish() -> None:
    """What was collected stays until the end: nobody looks for cycles in it."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests of faults counted."""
    passed = terminalreporter.stats.get("passed", [])
    for line in sorted(
        str(value) for report in passed for key, value in report.user_properties if key == "faults"
    ):
        terminalreporter.write_line(line)
