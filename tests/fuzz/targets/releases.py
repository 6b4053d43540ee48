"""Locks and tags: what says which version is which, and who must not be believed."""

import atexit
import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from plmctl.commands.archive import Archive
from plmctl.commands.claims import Claims
from plmctl.commands.loading import Around
from plmctl.commands.moment import current
from plmctl.commands.site import Site
from plmctl.core.event import in_utc
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.glance import glance
from plmctl.core.lock import (
    differences,
    is_conflicted,
    lock_value,
    locked_version,
    read_lock,
    serialised,
    stated_git,
    stated_versions,
)
from plmctl.core.locking import now_of, registry_lock
from plmctl.core.ports import DraftTag
from plmctl.core.report import Report, exit_code
from plmctl.core.settings import Settings
from plmctl.core.sums import recorded
from plmctl.core.tag import History, history
from plmctl.core.value import Value, as_mapping
from plmctl.core.version import FIRST
from plmctl.git.refs import tag_of
from tests.commands.builder import BYE, LOCK, MODEL, opened, released_shop
from tests.commands.timeline import Timeline, registry_of
from tests.fuzz import pieces, values
from tests.fuzz.corpus import listed, lock_text
from tests.fuzz.target import FILE, Came, Input, Target, demand, is_text
from tests.fuzz.values import Donors
from tests.rules.registries import example_registry

_WORDS = listed("releases")


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """A repository with releases: its claims, the lock that is true there, and locks to begin with."""

    claims: Claims
    true: bytes
    locks: Sequence[Value]
    donors: Donors


@cache
def _ground() -> _Ground:
    folder = released_shop(Path(mkdtemp()) / "shop")
    held = ExitStack()
    atexit.register(held.close)
    repo = held.enter_context(opened(folder))
    around = Around.of(current(repo.work_tree()))
    example = example_registry()
    versions = dict.fromkeys(example.manifests, FIRST) | {"prompt/support/triage": None}
    whole = lock_value(registry_lock(now_of(example), versions, "v1.0.0"))
    parts = as_mapping(whole["artifacts"])
    with_data = {name: entry for name, entry in parts.items() if "data" in as_mapping(entry)}
    data = (folder.path / LOCK).read_bytes()
    texts = (data, (folder.path / "plm.lock").read_bytes())
    locks: list[Value] = [*map(json.loads, texts), {**whole, "artifacts": {**with_data}}]
    return _Ground(
        claims=Claims(Archive(repo, around), Site(around)), true=data, locks=locks, donors=Donors(locks)
    )


def _lock_made(chance: Random) -> Input:
    ground, what = _ground(), chance.random()
    if what < 0.65:
        data = lock_text(values.changed(chance.choice(ground.locks), chance, ground.donors))
        return {FILE: data if what < 0.6 else pieces.changed(data, chance, _WORDS)}
    if what < 0.67:
        return {FILE: ground.true}
    data = pieces.changed(lock_text(chance.choice(ground.locks)), chance, _WORDS)
    return {FILE: pieces.grown(data, chance) if what > 0.9995 else data}


def _locked(given: Input) -> Came:
    data = given[FILE]
    glance(data)
    is_conflicted(data)
    stated = stated_versions(data)
    stated_git(data)
    try:
        lock = read_lock(LOCK, data)
    except IntegrityError:
        return Came(is_decoded=is_text(data), is_parsed=_is_json(data))
    demand(serialised(lock) == data, "a lock that is spelt in another way than its bytes")
    demand(
        stated == {name: entry.version for name, entry in lock.artifacts.items()}, "other versions are stated"
    )
    locked_version(lock)
    demand(differences(lock, lock) == (), "a lock differs from itself")
    code = _verified(data)
    demand(code != 0 or data == _ground().true, "a lock is ok that nobody made")
    return Came(is_decoded=True, is_parsed=True, is_valid=True, value=lock)


def _verified(data: bytes) -> int:
    try:
        return exit_code(Report(command="verify", checks=_ground().claims.lock_checks(LOCK, data)))
    except PlmctlError as error:
        return error.exit_code


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


LOCK_TARGET = Target(
    name="lock",
    expected="an IntegrityError, or a Lock whose one spelling is these bytes; verified, nothing is ok "
    "but the lock that was made",
    modules=("core/lock.py", "core/spelling.py", "core/glance.py"),
    make=_lock_made,
    run=_locked,
)

_WHEN = b"1750000000 +0200"
_HEAD = (
    "object {commit}\ntype commit\ntag {name}\n"
    f"tagger Ada <ada@example.com> {_WHEN.decode()}\n\n{{message}}"
)
TIMES: Mapping[str, bytes] = {
    "the first second": b"0 +0000",
    "the last one of the calendar": b"253402300799 +0000",
    "past the year 9999": b"253402300800 +0000",
    "past it where it was said": b"253402300799 +1400",
    "past it in UTC alone": b"253402318799 -1400",
    "before the year 1 where it was said": b"-62135596800 -0100",
    "before 1970": b"-1 +0000",
    "past 64 bits": b"9" * 18 + b" +0000",
    "of more digits than are read": b"9" * 400 + b" +0000",
    "in a zone of a hundred hours": b"1750000000 +9999",
    "in a zone of seconds": b"1750000000 +000001",
    "no number": b"now +0200",
    "no zone": b"1750000000",
    "nothing": b"",
}
"""What a tag may say of when it was made, by what is hard about it."""
_FILES = {"models/small.yaml": MODEL, "prompts/bye.yaml": BYE}


@cache
def _tags() -> Mapping[str, tuple[str, bytes]]:
    """The tag objects of three releases by their names, each with the id that others know it by."""
    made = Timeline()
    for words in ("goodbye", "farewell", "so long"):
        made.release({**_FILES, "prompts/bye.yaml": BYE.replace("goodbye", words)})
    made.release({"models/small.yaml": MODEL})
    written = {
        name: _HEAD.format(commit=ref.commit, name=name, message=ref.message)
        for name, ref in made.tags.items()
    }
    return {name: (made.tags[name].object_id, text.encode()) for name, text in written.items()}


def _tags_made(chance: Random) -> Input:
    """The tags, most of them after one another: what was changed is named by its new id, or by none."""
    raws = {name: raw for name, (_, raw) in _tags().items()}
    changed = {chance.choice([*raws]) for _ in range(1 + int(chance.expovariate(1.5)))}
    is_named = chance.random() < 0.7
    found: dict[str, bytes] = {}
    ids: dict[bytes, bytes] = {}
    for name, (known, _) in _tags().items():
        raw = raws[name]
        if name in changed:
            raw = _tag_changed(raw, chance)
        if is_named or name not in changed:
            for old, new in ids.items():
                raw = raw.replace(old, new)
            ids[known.encode()] = _id_of(raw).encode()
        found[_renamed(name, chance) if name in changed and chance.random() < 0.1 else name] = raw
    return found


def _tag_changed(raw: bytes, chance: Random) -> bytes:
    head, gap, message = raw.partition(b"\n\n")
    what = chance.random()
    if what < 0.1:
        return pieces.changed(raw, chance, _WORDS)
    if what > 0.9995:
        return pieces.grown(raw, chance)
    if what < 0.35:
        lines = message.split(b"\n")
        at = int(chance.random() * len(lines))
        lines[at : at + 1] = chance.choice(
            ([], [lines[at], lines[-2]], [b"removed: prompt/x"], [b"More: words"])
        )
        return head + gap + b"\n".join(lines)
    if what < 0.4:
        return head.replace(_WHEN, TIMES[chance.choice([*TIMES])]) + gap + message
    if what < 0.7:
        return head + gap + message.replace(chance.choice(_OLD), chance.choice(_NEW), 1)
    return head + gap + pieces.changed(message, chance, _WORDS)


_OLD = (
    b"1.0.0",
    b"1.1.0",
    b"none",
    b"major",
    b"shop",
    b"prompt/bye",
    b"model/small",
    b": ",
    b"\n\n",
    b"- ",
    b"words",
)
_NEW = (
    b"1.0.0",
    b"0.9.0",
    b"2.0.0-rc.1",
    b"01.0",
    b"shop",
    b"prompt/bye",
    b"other",
    b":",
    b"\n",
    b"\n\n",
    b"a\nBy: b",
)


def _renamed(name: str, chance: Random) -> str:
    return chance.choice(
        (f"v{name}", name.replace("1", "2"), name.replace("@v", "@"), "v1.0.0", f"x/{name}", "v01")
    )


def _id_of(raw: bytes) -> str:
    return hashlib.sha1(b"tag %d\0%b" % (len(raw), raw)).hexdigest()


@cache
def _settings() -> Settings:
    return registry_of({}).settings


def _told(given: Input) -> Came:
    is_decoded = all(map(is_text, given.values()))
    refs = []
    for name, raw in given.items():
        try:
            refs.append(tag_of(DraftTag(name=name, object_id=_id_of(raw), raw=raw)))
        except IntegrityError:
            continue
    for ref in refs:
        in_utc(ref.date)
    past = history(refs, _settings())
    _require_sound(past)
    is_parsed = len(refs) == len(given) and bool(past.releases)
    is_valid = is_parsed and not past.findings and bool(past.confirmed)
    return Came(is_decoded=is_decoded, is_parsed=is_parsed, is_valid=is_valid, value=past)


def _require_sound(past: History) -> None:
    """Of each version there is one tag, confirmed by a release that names its id; what is asked, ends."""
    everywhere = frozenset(release.commit for release in past.releases)
    demand(len({tag.name for tag in past.confirmed}) == len(past.confirmed), "a version twice")
    for tag in past.confirmed:
        demand(tag.release is not None and tag.release.commit == tag.commit, "a version on another commit")
        recorded(tag)
        past.version(tag.artifact, tag.version)
    for release in past.releases:
        for artifact in past.released:
            past.held(release, artifact)
        past.chain(release)
        past.last_release(everywhere, release)
    past.newest_release(everywhere)
    past.baseline(past.released, everywhere)
    past.newest(past.released, everywhere)
    past.living(everywhere)
    for tag in past.confirmed[:2]:
        past.may_hold(past.releases[0], tag)
    past.of(frozenset(release.object_id for release in past.releases))


TAG = Target(
    name="tag",
    expected="an IntegrityError for what is no tag object; findings for the others; each version "
    "confirmed by one release, by the tag's own id and commit",
    modules=("core/tag.py", "core/trailer.py", "core/sums.py"),
    make=_tags_made,
    run=_told,
)
