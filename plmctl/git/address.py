"""Addresses of other repositories: which are taken from a configuration, and how one is shown."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.git.discovery import Place
from plmctl.git.process import settings

_HELPER = deferred(r"[A-Za-z0-9][A-Za-z0-9+.-]*::")
_USER = deferred(r"(?<=://)[^/\s@]*@(?:[^/\s@]*@)*")
_FILE = "file://"
_PLAIN = "https://, ssh:// or a path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """A remote of a repository: its name, where it is read, where it is written."""

    name: str
    fetch: str
    push: tuple[str, ...]

    @classmethod
    def at(cls, address: str) -> "Addresses":
        """One address for reading and writing."""
        return cls(name=shown(address), fetch=address, push=(address,))


def address_of(place: Place, branch: str | None) -> Addresses | None:
    """The remote that a branch is pushed to (git-push), None for none; of its settings only the addresses."""
    pairs = (*place.git.user_settings(), *settings(place.git.run("config", "--list", "-z", "--local").out))
    last = dict(pairs)
    for name in _candidates(last, branch, sorted(_names(pairs))):
        if name == ".":
            return None
        if found := _configured(pairs, name):
            return found
        if ":" in name or "/" in name:
            return Addresses.at(name)
    return None


def _candidates(last: Mapping[str, str], branch: str | None, known: Sequence[str]) -> Iterator[str]:
    keys = (f"branch.{branch}.pushremote", "remote.pushdefault", f"branch.{branch}.remote")
    yield from (last[key] for key in keys if key in last)
    if len(known) == 1 or "origin" in known:
        yield known[0] if len(known) == 1 else "origin"


def _names(pairs: Iterable[tuple[str, str]]) -> set[str]:
    return {
        key[len("remote.") : -len(".url")] for key, _ in pairs if re.fullmatch(r"(?s)remote\..+\.url", key)
    }


def _configured(pairs: Iterable[tuple[str, str]], name: str) -> Addresses | None:
    fetch = tuple(value for key, value in pairs if key == f"remote.{name}.url")
    push = tuple(value for key, value in pairs if key == f"remote.{name}.pushurl")
    return Addresses(name=name, fetch=fetch[0], push=push or fetch) if fetch else None


def checked(place: Place, address: str) -> str:
    """An address that Git may be given. Raises UsageError for one that is an option or names a program."""
    if not address or address.startswith("-") or not address.isprintable():
        raise UsageError(f"not an address: {shown(address)}", hint=f"write {_PLAIN}")
    if _HELPER.match(address):
        raise UsageError(f"an address that starts a program: {shown(address)}", hint=f"write {_PLAIN}")
    path = local_path(address, place.top)
    inside = (os.path.realpath(folder) for folder in (place.top, place.git_dir, place.common_dir))
    # Git runs the hooks of a repository that it pushes to by a path.
    if path is not None and any(f"{path}/".startswith(f"{folder}/") for folder in inside):
        raise PlmctlError(
            f"the remote lies inside this repository: {shown(address)}", hint="use a remote outside of it"
        )
    return address


def local_path(address: str, top: str) -> str | None:
    """Where an address of this machine leads, None for any other."""
    if address.startswith(_FILE):
        return os.path.realpath(unquote(address.removeprefix(_FILE), errors="surrogateescape"))
    # `host:path` is ssh, and so is `a:b/c`; `./a:b` is a path (git-clone, Git URLs).
    colon, slash = address.find(":"), address.find("/")
    is_path = colon < 0 or 0 <= slash < colon
    return os.path.realpath(os.path.join(top, address)) if is_path else None


def shown(text: str) -> str:
    """A text with addresses in it, as it may be printed: without user information."""
    return _USER.sub("", text)
