"""What the user's own and the repository's configuration say, as far as plmctl asks."""

from collections.abc import Mapping

from plmctl.core.dataclass import dataclass
from plmctl.git.process import Git, decoded

_OFF = {"required": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A name and an e-mail address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who writes a commit."""

    author: Person
    committer: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Settings by key (section and name in lower case), the last one of each."""

    user: Mapping[str, str]
    repository: Mapping[str, str]

    def get(self, key: str) -> str | None:
        """The repository's value, else the user's."""
        return self.repository.get(key, self.user.get(key))

    @property
    def signs_tags(self) -> bool:
        """Whether the user or the repository asks for signed tags: neither can take it back."""
        values = (side.get("tag.gpgsign", "false") for side in (self.user, self.repository))
        return any(is_true(value) for value in values)

    @property
    def signs_commits(self) -> bool:
        """Whether commits are to be signed, as Git decides it: the repository's word counts first."""
        return is_true(self.get("commit.gpgsign") or "false")

    def identity(self, environment: Mapping[str, str]) -> Identity | None:
        """Who writes: by the environment, else by `user.name` and `user.email`; None if unknown."""
        author, committer = (self._person(environment, role) for role in ("AUTHOR", "COMMITTER"))
        return Identity(author=author, committer=committer) if author and committer else None

    def _person(self, environment: Mapping[str, str], role: str) -> Person | None:
        name = environment.get(f"GIT_{role}_NAME") or self.get("user.name")
        email = environment.get(f"GIT_{role}_EMAIL") or self.get("user.email")
        return Person(name=name, email=email) if name and email else None


def is_true(value: str) -> bool:
    """Whether a value means true (git-config: boolean)."""
    word = value.strip().lower()
    return word in ("true", "yes", "on") or (word.lstrip("+-").isdigit() and int(word) != 0)


def read_configuration(git: Git) -> Configuration:
    """Both sides, each by one `git config --list`."""
    return Configuration(user=dict(git.user_settings()), repository=_repository_settings(git))


def _repository_settings(git: Git) -> dict[str, str]:
    fields = git.run("config", "--list", "-z", "--show-scope").out.split(b"\0")
    found: dict[str, str] = {}
    for scope, setting in zip(fields[::2], fields[1::2], strict=False):
        # "command" is what the hardening passes by -c.
        if scope in (b"local", b"worktree"):
            key, newline, value = decoded(setting).partition("\n")
            found[key] = value if newline else "true"
    return found


def filters_off(git: Git) -> dict[str, str]:
    """The variables under which Git runs none of the filters that the repository configures.

    Whoever writes an index compares the files that are as young as it is, and filters them for that.
    """
    found = [key for key in _repository_settings(git) if key.startswith("filter.")]
    off = {f"GIT_CONFIG_KEY_{n}": key for n, key in enumerate(found)}
    values = {f"GIT_CONFIG_VALUE_{n}": _OFF.get(key.rpartition(".")[2], "") for n, key in enumerate(found)}
    return {**off, **values, "GIT_CONFIG_COUNT": str(len(found))}
