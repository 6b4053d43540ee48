"""A registry in another repository: its tags, and of the rest only what is read."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

from plmctl.core.deferred import deferred
from plmctl.core.finding import DamagedError
from plmctl.core.ports import Repo, Watch
from plmctl.core.ref import TAGS
from plmctl.git.address import Addresses
from plmctl.git.cache import discard, taken
from plmctl.git.discovery import Place, bare_place
from plmctl.git.objects import Source
from plmctl.git.process import Git
from plmctl.git.refs import refs_below
from plmctl.git.remote import Remote
from plmctl.git.update import RefUpdate, update_refs

# A server says zeros of a ref that is broken there.
_ID = deferred(r"(?!0+$)[0-9a-f]{40}(?:[0-9a-f]{24})?")
# git-check-ref-format; a stranger's server may say anything.
_NO_TAG = deferred(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|/\.|\.lock(?:/|$)|[/.]$")
# The name of the registry in the settings of one fetch: an address would be written into the cache.
_NAMED = "plmctl"
# Words of one command: an id has 41 bytes, the name of a tag may have many more.
_CHUNK = 2_000
# Nothing is said of what is here: it lacks trees and files, and the server would take it for whole.
_NO_TALK = "fetch.negotiationAlgorithm=noop"
# What Git says of objects here that it cannot read.
_DAMAGED = deferred(
    r"bad object|is corrupt|does not match index|is too (?:short|small)|far too short|bad tree"
)
_ANEW = "run the command again: it fetches anew"
_NOBODY = {"GIT_COMMITTER_NAME": "plmctl", "GIT_COMMITTER_EMAIL": "plmctl@localhost"}


class Elsewhere:
    """A registry by its address; only `tags`, `take` and reading what `repo` lacks open a connection."""

    def __init__(self, asked: Remote, git: Git, watch: Watch | None, opened: Callable[[Place, Source], Repo]):
        self._asked = asked
        self._git = git
        self._watch = watch
        self._opened = opened

    @property
    def name(self) -> str:
        """Its address without user information."""
        return self._asked.name

    def tags(self) -> Mapping[str, str]:
        """Short names of its tags and their object ids, asked once; names that Git refuses are left out."""
        return self._tags

    def take(self, tags: Collection[str]) -> None:
        """Fetch some of its tags and the commits they are on; forget those that it has no more."""
        with self._place() as place:
            here = refs_below(place.git, TAGS)
            self._forget(place, here)
            wanted = [t for t in sorted(tags) if t in self._tags and here.get(TAGS + t) != self._tags[t]]
            for chunk in _chunks([_refspec(tag) for tag in wanted]):
                self._fetch(place, ("--depth=1", "--filter=tree:0"), chunk)

    def deepen(self) -> None:
        """Fetch the commits before those that were taken, and nothing of their files."""
        with self._place() as place:
            here = [_refspec(ref.removeprefix(TAGS)) for ref in refs_below(place.git, TAGS)]
            # Git refuses to do it to what is whole.
            if here and place.is_shallow:
                self._fetch(place, ("--unshallow", "--filter=tree:0"), here)

    def discard(self) -> None:
        """Throw away what was fetched, so that it is fetched anew."""
        discard(self.name, self._git.surroundings)

    @cached_property
    def repo(self) -> Repo:
        """What was taken of it; the files of its commits are fetched when they are read."""
        with self._place() as place:
            return self._opened(place, self._bring)

    @cached_property
    def _tags(self) -> Mapping[str, str]:
        refs = self._asked.refs(f"{TAGS}*")
        named = {ref.removeprefix(TAGS): oid for ref, oid in refs.items() if ref.startswith(TAGS)}
        return {
            name: oid
            for name, oid in sorted(named.items())
            if name.isprintable() and not _NO_TAG.search(name) and _ID.fullmatch(oid)
        }

    @contextmanager
    def _place(self) -> Iterator[Place]:
        """Where it is kept, for nobody else meanwhile."""
        object_format = "sha256" if any(len(oid) == 64 for oid in self._tags.values()) else "sha1"
        with taken(self.name, object_format, self._git.surroundings) as folder:
            yield bare_place(self._git.at(os.path.realpath(folder)))

    def _bring(self, ids: Collection[str]) -> None:
        """Fetch objects: of a tree all trees below it too, and no file."""
        with self._place() as place:
            for chunk in _chunks(sorted(ids)):
                remote = self._remote(place, _NO_TALK)
                if remote.fetch_part("--filter=blob:none", _NAMED, *chunk).code:
                    # An old server lets nobody ask for objects: all of the tags' commits come then.
                    here = (ref.removeprefix(TAGS) for ref in refs_below(place.git, TAGS))
                    self._fetch(place, ("--refetch", "--no-filter", "--depth=1"), list(map(_refspec, here)))

    def _fetch(self, place: Place, options: Sequence[str], refspecs: Sequence[str]) -> None:
        remote = self._remote(place)
        done = remote.fetch_part(*options, _NAMED, *refspecs)
        if done.code and "shallow" in done.err:
            # A server of plain files has only whole history.
            done = remote.fetch_part("--no-filter", _NAMED, *refspecs)
        if done.code and _DAMAGED.search(done.err):
            raise DamagedError(f"what was fetched of {self.name} before is damaged", hint=_ANEW)
        if done.code:
            raise remote.failure("fetch", done)

    def _forget(self, place: Place, here: Mapping[str, str]) -> None:
        gone = [ref for ref in here if ref.removeprefix(TAGS) not in self._tags]
        updates = [RefUpdate(ref=ref, old=here[ref], new=None) for ref in gone]
        if updates:
            update_refs(place.git, updates, why="lock", variables=_NOBODY)

    def _remote(self, place: Place, *settings: str) -> Remote:
        """The registry as Git fetches from it into its place here: objects may be missing afterwards."""
        said = (
            f"remote.{_NAMED}.url={self._asked.addresses.fetch}",
            f"remote.{_NAMED}.promisor=true",
            f"remote.{_NAMED}.partialCloneFilter=tree:0",
            *settings,
        )
        asked = self._asked.connection
        return Remote(
            connection=replace(asked, place=place, surroundings=_having(asked.surroundings, said)),
            addresses=Addresses(name=self.name, fetch=_NAMED, push=()),
            variables={},
            watch=self._watch,
        )


def _refspec(tag: str) -> str:
    return f"+{TAGS}{tag}:{TAGS}{tag}"


def _chunks(words: Sequence[str]) -> Iterator[Sequence[str]]:
    return (words[start : start + _CHUNK] for start in range(0, len(words), _CHUNK))


def _having(surroundings: Mapping[str, str], settings: Sequence[str]) -> dict[str, str]:
    """The same environment with more settings for Git, which no list of processes shows."""
    count = surroundings.get("GIT_CONFIG_COUNT", "")
    first = int(count) if count.isdigit() else 0
    found = {**surroundings, "GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, setting in enumerate(settings, first):
        key, _, value = setting.partition("=")
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found
