"""DVC's configuration as far as it says where data lies, read without DVC: `cache.dir` and the remotes."""

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import field

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError

LIMIT = 1024 * 1024
# O_NONBLOCK: opening a FIFO must not wait for a writer.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_SECTION = deferred(r"""\[\s*(["']?)(.*?)\1\s*\]\s*(?:#.*)?""")
_SETTING = deferred(r"""([^=\s]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^"'#]*?))\s*(?:#.*)?""")
_REMOTE = deferred(r"""remote\s+["']?(.*?)["']?""")
_SCHEME = deferred(r"\w+://")
# What DVC takes for a path, relative to the configuration that says it (dvc/config.py).
_PATHS = frozenset(
    [
        "url",
        "gdrive_user_credentials_file",
        "gdrive_service_account_json_file_path",
        "credentialpath",
        "configpath",
        "keyfile",
        "cert_path",
        "key_path",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSettings:
    """A remote as it is configured: where it is, and the names of all its settings."""

    name: str
    url: str
    settings: frozenset[str]

    @property
    def folder(self) -> str | None:
        """The folder that it is; None for one elsewhere, or with settings that change what lies where."""
        is_plain = self.settings == {"url"} and not _SCHEME.match(self.url)
        return self.url if is_plain else None

    @property
    def shown(self) -> str:
        """Where it is, for people: without what may be a password."""
        return re.sub(r"(?<=://)[^/@]*@", "", self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Where DVC keeps data: the folder of its cache, the remotes by name, and the default one."""

    cache: str
    remote: str | None = None
    remotes: Mapping[str, RemoteSettings] = field(default_factory=dict)


def configuration(top: str, environment: Mapping[str, str]) -> Configuration:
    """What the configurations of system, user, repository and clone say together, for DVC's top.

    A pull request may edit the repository's: nothing that must not read elsewhere asks for it. Raises
    PlmctlError for one that cannot be read.
    """
    merged = _merged(top, environment)
    sections = sorted({section for section, _ in merged})
    remotes = {}
    for section in sections:
        named = _REMOTE.fullmatch(section)
        if named is not None and (section, "url") in merged:
            keys = frozenset(key for other, key in merged if other == section)
            url = merged[section, "url"]
            remotes[named[1]] = RemoteSettings(name=named[1], url=url, settings=keys)
    default = merged.get(("core", "remote"))
    return Configuration(
        cache=merged.get(("cache", "dir"), os.path.join(top, ".dvc", "cache")),
        remote=None if default is None else default.lower(),
        remotes=remotes,
    )


def configuration_apart(top: str, environment: Mapping[str, str]) -> str:
    """The configuration of a DVC repository elsewhere that has the same cache and remotes, without Git.

    It has what the user's own configurations say too, which may be credentials. Raises PlmctlError.
    """
    lines = ["[core]", "no_scm = true", "[cache]", _written("dir", configuration(top, environment).cache)]
    section = ""
    for (name, key), value in sorted(_merged(top, environment).items()):
        if named := _REMOTE.fullmatch(name):
            lines += [f"['remote \"{named[1]}\"']"] if name != section else []
            lines.append(_written(key, value))
            section = name
    return "".join(f"{line}\n" for line in lines)


def _written(key: str, value: str) -> str:
    quote = "'" if '"' in value else '"'
    return f"{key} = {quote}{value}{quote}"


def _merged(top: str, environment: Mapping[str, str]) -> Mapping[tuple[str, str], str]:
    """Values by section and key, paths absolute."""
    merged: dict[tuple[str, str], str] = {}
    for path in _paths(top, environment):
        for section, key, value in _settings(path):
            is_path = (key in _PATHS and _REMOTE.fullmatch(section)) or (section, key) == ("cache", "dir")
            merged[section, key] = _resolved(os.path.dirname(path), value, environment) if is_path else value
    return merged


def _paths(top: str, environment: Mapping[str, str]) -> list[str]:
    """The files of a configuration, the weaker first (dvc/dirs.py, platformdirs)."""
    home = environment.get("HOME", os.sep)
    if sys.platform == "darwin":
        user = os.path.join(home, "Library", "Application Support", "dvc")
        system = "/Library/Application Support/dvc"
    else:
        user = os.path.join(environment.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "dvc")
        system = os.path.join((environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")[0], "dvc")
    folders = (
        environment.get("DVC_SYSTEM_CONFIG_DIR") or system,
        environment.get("DVC_GLOBAL_CONFIG_DIR") or user,
    )
    own = os.path.join(top, ".dvc")
    return [*(os.path.join(each, "config") for each in folders), f"{own}/config", f"{own}/config.local"]


def _settings(path: str) -> Iterator[tuple[str, str, str]]:
    """Section, key and value of each setting, as ConfigObj reads them, in lower case but for the value."""
    section = ""
    for number, line in enumerate(_lines(path), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if found := _SECTION.fullmatch(text):
            section = re.sub(r"\s+", " ", found[2].strip()).lower()
        elif found := _SETTING.fullmatch(text):
            value = next(part for part in (*found.groups()[1:], "") if part is not None)
            yield section, found[1].lower(), value
        elif section in ("core", "cache") or _REMOTE.fullmatch(section):
            raise PlmctlError(
                f"{path}:{number}: plmctl cannot read this setting of DVC",
                hint="write it as 'name = value', or let 'dvc config' write it",
            )


def _lines(path: str) -> list[str]:
    try:
        opened = os.open(path, _FLAGS)
        with os.fdopen(opened, "rb") as file:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise PlmctlError(f"{path} is no file", hint="find out who put it there, and delete it")
            data = file.read(LIMIT)
        return data.decode("utf-8-sig").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise PlmctlError(f"{path} cannot be read: {error}") from None


def _resolved(folder: str, value: str, environment: Mapping[str, str]) -> str:
    """A path of a configuration, which is relative to its own folder; an address as it is."""
    if _SCHEME.match(value):
        return value
    if value == "~" or value.startswith("~/"):
        return environment.get("HOME", os.sep) + value[1:]
    return os.path.normpath(os.path.join(folder, value))
