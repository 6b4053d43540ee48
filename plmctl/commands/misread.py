"""Words of a diff that are no revision, or could be something else too: what they were meant for."""

from collections.abc import Collection

from plmctl.commands.artifact import named
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.ports import EntryKind, Repo
from plmctl.core.registry import Registry, load


def require_words(repo: Repo, words: tuple[str, ...], *, is_split: bool) -> None:
    """Raises UsageError for an empty word, and for one that is a revision and an artifact at once.

    After `--` no word is asked about: the one who wrote it said which are revisions, as for `git diff`.
    """
    if "" in words:
        raise UsageError(
            "an empty word names no revision",
            hint="is a variable of the shell empty? Without words HEAD is compared with the work tree",
        )
    paths = [word for word in words if "/" in word and "@" not in word and not is_split]
    here = _registry(repo) if paths else None
    for word in paths:
        if here is not None and word in here.manifests and repo.tree(word) is not None:
            raise UsageError(
                f"'{word}' is a revision and an artifact",
                hint=f"write 'plmctl diff {word} --' or 'plmctl diff -- {word}'",
            )


def misread(repo: Repo, word: str, error: PlmctlError) -> PlmctlError:
    """The error for a word that is no revision, with the hint for what it is."""
    here = _registry(repo)
    ids = _ids(word, here) if here is not None else ()
    if ids:
        return PlmctlError(
            error.message, hint=f"if '{word}' is an artifact, write: plmctl diff -- {' '.join(ids)}"
        )
    if here is not None and _is_path(repo, word):
        return PlmctlError(error.message, hint="that is a path; what follows '--' are ids of artifacts")
    commit, colon, _ = word.partition(":")
    if colon and repo.tree(commit) is not None:
        return PlmctlError(error.message, hint=f"files are not compared: write 'plmctl diff {commit} -- ID'")
    return error


def filtered(word: str, known: Collection[str], here: Registry) -> str:
    """The id of an artifact that a word after `--` names. Raises PlmctlError, with what it may have meant."""
    if word.startswith("-"):
        raise UsageError(f"'{word}' is no id of an artifact", hint="options come before '--'")
    try:
        return named(word, known).artifact
    except PlmctlError as error:
        at = next((m.id for m in here.manifests.values() if m.path == word), None)
        if at is None:
            raise
        raise PlmctlError(error.message, hint=f"that file is {at}") from None


def _registry(repo: Repo) -> Registry | None:
    """The registry of the work tree, None where there is none to read."""
    try:
        return load(repo.work_tree())
    except PlmctlError:
        return None


def _ids(word: str, here: Registry) -> tuple[str, ...]:
    """The artifacts that a word names, by id, by name, or by file."""
    names = {m.id: (m.id, m.id.partition("/")[2], m.path) for m in here.manifests.values()}
    return tuple(artifact for artifact, known in names.items() if word in known)


def _is_path(repo: Repo, word: str) -> bool:
    return repo.work_tree().kind(word.rstrip("/")) in (EntryKind.FILE, EntryKind.FOLDER)
