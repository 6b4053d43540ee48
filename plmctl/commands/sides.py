"""The two moments that a diff compares: what `git diff` compares for the same words."""

from functools import cached_property
from shlex import quote

from plmctl.commands.artifact import version_named
from plmctl.commands.misread import misread, require_words
from plmctl.commands.tree import tree_of
from plmctl.commands.trust import require_history
from plmctl.commands.unfetched import locked_versions
from plmctl.core.configuration import read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.known_tags import known_history
from plmctl.core.lock import FILE_NAME
from plmctl.core.memo import Memo
from plmctl.core.ports import MemoryTree, Repo, Tree
from plmctl.core.settings import Settings
from plmctl.core.tag import ArtifactTag, History, RegistryTag
from plmctl.core.version import parsed_version

NOTHING = MemoryTree({})
"""The tree before the first commit."""

# `A^!` is what A did to its parent, `A^-2` what it did to its second (gitrevisions).
_ONE_COMMIT = deferred(r".+\^(?:!|-(?:[1-9]\d*)?)")
_PLAIN = deferred(r"[\w./@+-][\w./@+~-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One moment: its tree, its name for people, the command that validates it, the ids that it names."""

    tree: Tree
    name: str = ""
    command: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The older moment and the newer one.

    `since` are the commits that the newer one descends from, where the older one is its newest release.
    """

    before: Side
    after: Side
    since: frozenset[str] | None = None
    notes: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The artifacts whose versions were named."""
        return (*self.before.ids, *self.after.ids)


class Past:
    """What the tags say, read when it is asked for, once; `memo` is for who looks only."""

    def __init__(self, repo: Repo, memo: Memo | None = None):
        self._repo = repo
        self._memo = memo

    @property
    def work_tree(self) -> Tree:
        """The work tree, with what is known of its files."""
        return tree_of(self._repo, None, memo=self._memo)

    @cached_property
    def history(self) -> History:
        """The versions, by the settings of HEAD."""
        return known_history(self._repo, self.settings, self._memo)

    @cached_property
    def settings(self) -> Settings:
        """The settings of HEAD: by them a release is judged."""
        beside = self._memo.briefs.trees.beside(self.head.root) if self._memo is not None else None
        return read_settings_of(self.head, beside.places if beside else tuple(self.head.paths()))

    @cached_property
    def head(self) -> Tree:
        """The tree of HEAD."""
        return self._repo.commit_tree(self._repo.resolve("HEAD"))


def sides(repo: Repo, past: Past, words: tuple[str, ...], *, is_staged: bool, is_split: bool) -> Sides:
    """What the words of a diff compare; `is_split` says that a `--` ended them."""
    require_words(repo, words, is_split=is_split)
    ends = _ends(repo, words)
    if is_staged:
        return _staged(repo, past, words, is_range=ends is not None)
    if ends is not None:
        return _between(repo, past, ends)
    if len(words) > 2:
        raise UsageError("at most two revisions can be compared", hint="write ids after '--'")
    if len(words) == 2:
        return _between(repo, past, _Ends(start=words[0], end=words[1]))
    before = _point(repo, past, words[0]) if words else _head(repo)
    return Sides(before=before, after=_work_tree(past))


def since_release(repo: Repo, past: Past, words: tuple[str, ...]) -> Sides:
    """The newest release that a revision, or the work tree, descends from; nothing before the first one."""
    if len(words) > 1 or _ends(repo, words) is not None:
        raise UsageError("--since-release compares with one moment", hint="name one revision, or none")
    require_history(repo)
    after = _revision(repo, words[0]) if words else _work_tree(past)
    ancestors = repo.ancestors(repo.resolve(words[0] if words else "HEAD"))
    newest = past.history.newest_release(ancestors)
    if newest is not None:
        return Sides(before=_released(repo, newest), after=after, since=ancestors)
    _require_tags(past)
    note = "there is no release yet: all of it is new"
    return Sides(before=Side(tree=NOTHING), after=after, since=ancestors, notes=(note,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """Two revisions; from their common ancestor on, if symmetric."""

    start: str
    end: str
    is_symmetric: bool = False


def _ends(repo: Repo, words: tuple[str, ...]) -> _Ends | None:
    """The ends of what one word, or one with another that is left out, says as a range; None for no range."""
    ranges = [word for word in words if ".." in word or _ONE_COMMIT.fullmatch(word)]
    if not ranges:
        return _excluding(words)
    if len(words) > 1:
        raise UsageError(f"'{ranges[0]}' names two moments already", hint="leave out the rest")
    if ".." not in ranges[0]:
        return _one_commit(repo, ranges[0])
    dots = "..." if "..." in ranges[0] else ".."
    start, _, end = ranges[0].partition(dots)
    return _Ends(start=start or "HEAD", end=end or "HEAD", is_symmetric=dots == "...")


def _excluding(words: tuple[str, ...]) -> _Ends | None:
    """`A ^B` is `B..A`."""
    out = [word[1:] for word in words if len(word) > 1 and word.startswith("^")]
    kept = [word for word in words if not word.startswith("^")]
    return _Ends(start=out[0], end=kept[0]) if len(out) == len(kept) == 1 else None


def _one_commit(repo: Repo, word: str) -> _Ends:
    """The commit that a word means, and the parent that it is compared with."""
    commit, _, which = word.rpartition("^")
    if which == "!" and repo.tree(f"{commit}^2") is not None:
        raise UsageError(f"'{commit}' has more than one parent", hint=f"write '{commit}^-1' or '{commit}^-2'")
    return _Ends(start=f"{commit}^{which[1:]}", end=commit)


def _staged(repo: Repo, past: Past, words: tuple[str, ...], *, is_range: bool) -> Sides:
    if len(words) > 1 or is_range:
        raise UsageError("--staged compares one revision with the index", hint="leave out the second")
    before = _point(repo, past, words[0]) if words else _head(repo)
    return Sides(
        before=before, after=Side(tree=repo.index(), name="the index", command="plmctl validate --staged")
    )


def _between(repo: Repo, past: Past, ends: _Ends) -> Sides:
    first, second = (_point(repo, past, word) for word in (ends.start, ends.end))
    if first.ids and second.ids and first.ids != second.ids:
        raise UsageError(
            f"'{ends.start}' and '{ends.end}' are versions of two artifacts",
            hint="compare two versions of one, or two revisions",
        )
    if not ends.is_symmetric:
        return Sides(before=first, after=second)
    base = repo.merge_base(*(_commit(repo, past, word) for word in (ends.start, ends.end)))
    older = Side(
        tree=repo.commit_tree(base), name=base[:12], command=f"plmctl validate --rev {base}", ids=first.ids
    )
    return Sides(before=older, after=second)


def _work_tree(past: Past) -> Side:
    try:
        return Side(tree=past.work_tree, name="the work tree", command="plmctl validate")
    except PlmctlError as error:
        raise PlmctlError(error.message, hint="name two revisions: 'plmctl diff HEAD~1 HEAD'") from None


def _head(repo: Repo) -> Side:
    """HEAD; before the first commit nothing, as for `git diff --cached`."""
    return _revision(repo, "HEAD") if repo.head().commit is not None else Side(tree=NOTHING)


def _revision(repo: Repo, word: str) -> Side:
    """A commit, or a tree by itself. Raises PlmctlError, which says what else the word may have meant."""
    try:
        commit = repo.resolve(word)
    except PlmctlError as error:
        tree = repo.tree(word)
        if tree is None:
            raise misread(repo, word, error) from None
        return Side(tree=tree, name=word)
    return Side(tree=repo.commit_tree(commit), name=word, command=_command(word))


def _command(revision: str) -> str:
    # Nothing that a shell would read is in most revisions, and quotes within quotes are hard to read.
    plain = _PLAIN.fullmatch(revision)
    return f"plmctl validate --rev {revision if plain else quote(revision)}"


def _point(repo: Repo, past: Past, word: str) -> Side:
    """A revision, or `ID@VERSION`: the release that made that version, and that artifact alone."""
    tag = _version(repo, past, word)
    if tag is None:
        return _revision(repo, word)
    tree = repo.commit_tree(tag.commit)
    return Side(tree=tree, name=word, command=_command(tag.name), ids=(tag.artifact,))


def _commit(repo: Repo, past: Past, word: str) -> str:
    tag = _version(repo, past, word)
    return repo.resolve(word) if tag is None else tag.commit


def _version(repo: Repo, past: Past, word: str) -> ArtifactTag | None:
    artifact, at, version = word.partition("@")
    wanted = parsed_version(version.removeprefix("v")) if at and "/" in artifact else None
    if wanted is None:
        return None
    versions = past.history.versions.get(artifact, ())
    if not any(tag.version == wanted for tag in versions):
        require_history(repo)
    return version_named(artifact, str(wanted), versions)


def _released(repo: Repo, release: RegistryTag) -> Side:
    tree = repo.commit_tree(release.commit)
    return Side(tree=tree, name=release.name, command=_command(release.name))


def _require_tags(past: Past) -> None:
    """Raises PlmctlError where a lock names versions, and no tag is here: a clone without tags."""
    locked = locked_versions(past.head, past.settings.at(FILE_NAME))
    if any(locked.values()):
        raise PlmctlError(
            f"{past.settings.at(FILE_NAME)} names versions, and no release tag is here",
            hint="run 'git fetch --tags'",
        )
