"""The changelog that a release keeps as a file: what becomes of it, and what is in the way."""

from collections.abc import Iterator, Mapping

from plmctl.core.changelog import in_markdown, planned_notes, with_notes
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import FILE_NAME
from plmctl.core.path import BadPath, resolved_path
from plmctl.core.plan import Plan
from plmctl.core.report import Problem
from plmctl.core.settings import Settings
from plmctl.core.tree import Tree, Unreadable

_LIMIT = 16 << 20


def release_files(tree: Tree, settings: Settings, made: Plan, day: str) -> Mapping[str, bytes]:
    """The files that a release writes: plm.lock, and the changelog with the notes of the release."""
    lock = {settings.at(FILE_NAME): made.lock_bytes}
    path = changelog_path(settings)
    if path is None:
        return lock
    text = with_notes(_text(tree, path), in_markdown(planned_notes(made, day)))
    return {**lock, path: text.encode()}


def changelog_path(settings: Settings) -> str | None:
    """The repository's path of the changelog; None where none is kept, or none can be."""
    if settings.changelog is None:
        return None
    path = resolved_path(settings.folder, settings.changelog)
    if isinstance(path, BadPath) or ".git" in path.lower().split("/"):
        return None
    is_taken = path in (settings.path, settings.at(FILE_NAME)) or settings.is_manifest(path)
    return None if is_taken or settings.is_acceptance(path) or settings.is_schema(path) else path


def changelog_problems(tree: Tree, settings: Settings) -> Iterator[Problem]:
    """Why the changelog cannot be written."""
    path = changelog_path(settings)
    try:
        if path is not None:
            _text(tree, path)
    except PlmctlError as error:
        yield Problem(message=error.message, hint=error.hint, exit_code=1)
    if path is None and settings.changelog is not None:
        yield Problem(
            message=f"release.changelog of {settings.path} can be no file of its own: '{settings.changelog}'",
            hint="write 'changelog: CHANGELOG.md'",
            exit_code=2,
        )


def _text(tree: Tree, path: str) -> str:
    """What a changelog says; nothing where there is none yet. Raises PlmctlError for what is no text."""
    if tree.kind(path) is None:
        return ""
    try:
        return tree.read(path, limit=_LIMIT).decode()
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    except Unreadable as error:
        why = str(error)
    hint = "move it away, or name another file in release.changelog"
    raise PlmctlError(f"{path} is no changelog that could be added to: {why}", hint=hint)
