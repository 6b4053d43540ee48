"""git-setup: the drivers for manifests, in this clone's own settings of Git."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from plmctl.core.attributes import attribute_lines, with_block
from plmctl.core.configuration import read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.ports import Tree
from plmctl.core.report import Report

# Where plmctl is not on the PATH, Git would take the file of ours for a merge without a conflict marker.
_MERGE = (
    "if command -v plmctl >/dev/null; then plmctl git-merge-driver -- %O %A %B %L %P; "
    "else git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B; fi"
)
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "diff.plmctl.command": "plmctl git-diff-driver --",
        "merge.plmctl.name": "manifests of plmctl, by their schemas",
        "merge.plmctl.driver": _MERGE,
    }
)
"""What is written into the clone's configuration."""

_CONFIGURATION, _ATTRIBUTES = ".git/config", ".git/info/attributes"


class Clone(Protocol):
    """One clone of a repository, with the settings that it shares with no other."""

    def work_tree(self) -> Tree:
        """Its files."""
        ...

    def setting(self, key: str) -> str | None:
        """A value of its own configuration."""
        ...

    def put_setting(self, key: str, value: str | None) -> None:
        """Write a value, or take it out (None)."""
        ...

    def attributes(self) -> bytes:
        """Its own attributes."""
        ...

    def put_attributes(self, data: bytes) -> None:
        """Write them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GitSetupOptions:
    """Whether to take the drivers out again, or only to print what would be written."""

    is_remove: bool = False
    is_print: bool = False


def git_setup(clone: Clone, options: GitSetupOptions) -> Report:
    """Make Git show and merge manifests with plmctl, in this clone alone; or no longer."""
    wanted = SETTINGS if not options.is_remove else dict.fromkeys(SETTINGS)
    lines = () if options.is_remove else _lines(clone)
    if options.is_print:
        return Report(command="git-setup", text=_shown(lines))
    done = [*_settings_done(clone, wanted), *_attributes_done(clone, lines)]
    if not done:
        said = "there is nothing to take out" if options.is_remove else "all is set up already"
        return Report(command="git-setup", done=(said,))
    after = () if options.is_remove else ("git log -p --ext-diff -1",)
    return Report(command="git-setup", done=tuple(done), next=after)


def _lines(clone: Clone) -> tuple[str, ...]:
    tree = clone.work_tree()
    return attribute_lines(read_settings_of(tree, tuple(tree.paths())))


def _settings_done(clone: Clone, wanted: Mapping[str, str | None]) -> list[str]:
    done = []
    for key, value in wanted.items():
        if clone.setting(key) != value:
            clone.put_setting(key, value)
            done.append(f"{'removed' if value is None else 'set'} {key} in {_CONFIGURATION}")
    return done


def _attributes_done(clone: Clone, lines: tuple[str, ...]) -> list[str]:
    there = clone.attributes()
    text = there.decode("utf-8", "surrogateescape")
    wanted = with_block(text, lines).encode("utf-8", "surrogateescape")
    if wanted == there:
        return []
    clone.put_attributes(wanted)
    count = f"{len(lines)} lines" if len(lines) != 1 else "1 line"
    return [f"wrote {count} into {_ATTRIBUTES}" if lines else f"took our lines out of {_ATTRIBUTES}"]


def _shown(lines: tuple[str, ...]) -> str:
    settings = "".join(f"git config --local {key} '{value}'\n" for key, value in SETTINGS.items())
    return (
        f"# {_CONFIGURATION}, as these commands write it\n{settings}# {_ATTRIBUTES}\n{with_block('', lines)}"
    )
