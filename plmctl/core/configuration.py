"""The settings of a tree: its plmctl.yaml, with the kinds that it adds and the limits that it is granted."""

from dataclasses import replace

from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.own import kinds_of
from plmctl.core.ports import EntryKind, Tree, Unreadable
from plmctl.core.settings import (
    FILE_NAME,
    LIMIT,
    Settings,
    refuse_tag,
    settings_document,
    settings_in,
    settings_of,
)
from plmctl.core.values import NO_VALUES, Values


class NoRegistry(PlmctlError):
    """A tree without a plmctl.yaml (exit 3)."""


def read_settings_of(tree: Tree, paths: tuple[str, ...], values: Values = NO_VALUES) -> Settings:
    """The settings of the one plmctl.yaml in a tree; with `values` it may be known."""
    found = settings_in(paths)
    if not found:
        raise NoRegistry(f"no {FILE_NAME} here", hint="run 'plmctl init' to begin a registry")
    if len(found) > 1:
        raise UsageError(
            f"more than one {FILE_NAME}: {', '.join(found)}", hint="keep one registry in a repository"
        )
    if tree.kind(found[0]) is not EntryKind.FILE:
        raise UsageError(f"{found[0]} is no file", hint="replace the link with the file itself")
    try:
        document = settings_document(found[0], tree.read(found[0], limit=LIMIT), values)
    except Unreadable as error:
        raise UsageError(f"{found[0]} cannot be read: {error}") from error
    said = settings_of(document)
    settings = replace(
        said, kinds=kinds_of(document, said, tree, paths), limits=tree.ceiling.granted(said.asked)
    )
    refuse_tag(settings, document)
    return settings
