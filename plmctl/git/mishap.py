"""What went wrong with another repository, in words, and what to do."""

import re

from plmctl.core.finding import PlmctlError, UnsettledError
from plmctl.git.address import shown
from plmctl.git.process import Completed

_BROKE = "the connection broke"
_LOGIN = (
    "give the user's own Git the credentials: a credential helper or an ssh key in 'git config --global'; "
    "those of the repository's own configuration are not used"
)
# The first of which Git says one of the words, under LC_ALL=C: what it means, and what to do.
_KNOWN: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("does not support --atomic push",),
        "it cannot take all refs or none",
        "plmctl needs a server with atomic pushes, which receive.advertiseAtomic=false turns off",
    ),
    (
        ("Host key verification failed",),
        "its ssh host key is not known",
        "connect once with 'ssh HOST' and compare the key that it shows",
    ),
    (
        (
            "Authentication failed",
            "could not read Username",
            "could not read Password",
            "Permission denied",
            "error: 401",
            "error: 403",
            "terminal prompts disabled",
            "Access denied",
        ),
        "it does not let you in",
        _LOGIN,
    ),
    (
        ("not found", "does not appear to be a git repository", "does not exist", "error: 404"),
        "there is no such repository, or not for you",
        "look at its address with 'git remote -v'",
    ),
    (
        ("' not allowed",),
        "plmctl does not use such addresses",
        "use https://, ssh:// or a path",
    ),
    (
        ("git-http-push failed",),
        "it takes no push at this address",
        "push by ssh, or have the server take pushes by Git's smart HTTP (http.receivepack)",
    ),
    (
        ("dubious ownership",),
        "it belongs to another user of this machine",
        "if you trust it, add it to safe.directory in 'git config --global'",
    ),
    (("certificate",), "its certificate is not trusted", "see http.sslCAInfo in 'git help config'"),
    (
        (
            "Could not resolve",
            "Connection refused",
            "timed out",
            "Failed to connect",
            "Couldn't connect",
            "Network is unreachable",
            "No route to host",
            "unable to connect",
        ),
        "it cannot be reached",
        "try again when it answers; 'git remote -v' shows its address",
    ),
    (
        ("couldn't find remote ref",),
        "it does not have what was asked for",
        "look at what it has with 'git ls-remote'",
    ),
    (
        ("hash algorithm", "object format", "mismatched algorithms"),
        "its object ids are of another kind",
        "SHA-1 and SHA-256 repositories do not mix: use a remote of this one's kind",
    ),
    (
        (
            "hung up",
            "early EOF",
            "Connection reset",
            "closed by remote",
            "Broken pipe",
            "unexpected disconnect",
        ),
        _BROKE,
        "run the command again: it asks first what is there",
    ),
)
_DOING = {"ls-remote": "cannot ask", "push": "cannot push to", "fetch": "cannot fetch from"}
_NOT_ASKED = "; what it took of the push was not asked"


def failed(name: str, command: str, done: Completed) -> PlmctlError:
    """The error of a command that failed."""
    err = done.err
    lines = [line for line in err.splitlines() if re.match(r"(?:fatal|error|remote|ssh|git): ?", line)]
    said = next((line for line in lines if line.startswith("fatal: ")), next(iter(lines), done.ending))
    for words, meaning, hint in _KNOWN:
        pattern = "|".join(re.escape(word) for word in words)
        if found := re.search(rf"(?i)[^\n]*(?:{pattern})[^\n]*", err):
            is_unsettled = command == "push" and meaning == _BROKE
            error, asked = (UnsettledError, _NOT_ASKED) if is_unsettled else (PlmctlError, "")
            return error(f"{_DOING[command]} {name}: {meaning} ({_plain(found[0])}){asked}", hint=hint)
    if done.code < 0:
        said = done.ending
    error = UnsettledError if command == "push" else PlmctlError
    return error(f"{_DOING[command]} {name}: {_plain(said)}", hint="run the command again")


def silent(name: str, command: str, seconds: float) -> PlmctlError:
    """The error of a remote that said nothing for so long."""
    error, asked = (UnsettledError, _NOT_ASKED) if command == "push" else (PlmctlError, "")
    return error(
        f"{_DOING[command]} {name}: it said nothing for {seconds:g} seconds{asked}",
        hint="run the command again: it asks first what is there",
    )


def _plain(line: str) -> str:
    return shown(re.sub(r"^(?:(?:fatal|error|remote): )+", "", line.strip())).strip()
