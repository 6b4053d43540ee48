import pytest

from plmctl.git.mishap import failed, silent
from plmctl.git.process import Completed

LOGIN = (
    "give the user's own Git the credentials: a credential helper or an ssh key in 'git config --global'; "
    "those of the repository's own configuration are not used"
)

# What servers and Git said, word for word.
SAID = [
    (
        "remote: No passwords.\nfatal: Authentication failed for 'https://ada:secret@git.example.com/r.git/'\n",
        "it does not let you in (Authentication failed for 'https://git.example.com/r.git/')",
    ),
    (
        "fatal: could not read Username for 'https://git.example.com': terminal prompts disabled\n",
        (
            "it does not let you in "
            "(could not read Username for 'https://git.example.com': terminal prompts disabled)"
        ),
    ),
    (
        "git@host: Permission denied (publickey).\r\nfatal: Could not read from remote repository.\n\n",
        "it does not let you in (git@host: Permission denied (publickey).)",
    ),
    (
        "remote: Repository not found.\nfatal: repository 'https://git.example.com/a/b.git/' not found\n",
        "there is no such repository, or not for you (Repository not found.)",
    ),
    (
        "Host key verification failed.\r\nfatal: Could not read from remote repository.\n",
        "its ssh host key is not known (Host key verification failed.)",
    ),
    (
        "fatal: unable to access 'https://x.invalid/r/': Could not resolve host: x.invalid\n",
        "it cannot be reached (unable to access 'https://x.invalid/r/': Could not resolve host: x.invalid)",
    ),
    (
        "fatal: unable to access 'https://e.com/': SSL certificate problem: self-signed certificate\n",
        (
            "its certificate is not trusted "
            "(unable to access 'https://e.com/': SSL certificate problem: self-signed certificate)"
        ),
    ),
    (
        "fatal: detected dubious ownership in repository at '/srv/r.git'\n",
        (
            "it belongs to another user of this machine "
            "(detected dubious ownership in repository at '/srv/r.git')"
        ),
    ),
    ("error: something new\nfatal: it broke\n", "it broke"),
    ("warning: nothing else\n", "no message"),
]


def said(err: str, code: int = 1) -> Completed:
    return Completed(code=code, out=b"", err=err)


@pytest.mark.parametrize(("err", "told"), SAID)
def test_what_a_remote_says_is_explained_without_its_secrets(err: str, told: str) -> None:
    error = failed("origin", "fetch", said(err))
    assert (error.message, error.exit_code) == (f"cannot fetch from origin: {told}", 3)
    assert error.hint


def test_whoever_is_not_let_in_learns_where_credentials_come_from() -> None:
    assert failed("origin", "push", said("fatal: Authentication failed\n")).hint == LOGIN


def test_a_git_that_was_killed_is_named_and_not_its_last_words() -> None:
    error = failed("origin", "fetch", said("remote: Enumerating objects: 2, done.\n", -9))
    assert error.message == "cannot fetch from origin: git was ended by SIGKILL"


def test_a_push_that_broke_may_have_been_taken() -> None:
    error = failed("origin", "push", said("fatal: the remote end hung up unexpectedly\n"))
    assert error.message == (
        "cannot push to origin: the connection broke (the remote end hung up unexpectedly)"
        "; what it took of the push was not asked"
    )
    assert silent("origin", "ls-remote", 120).message == "cannot ask origin: it said nothing for 120 seconds"
