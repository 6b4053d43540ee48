"""Names of moments: HEAD, revisions, tags, branches, and how they descend from each other."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from shlex import quote
from types import MappingProxyType

from plmctl.core.deferred import deferred
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.ports import DraftTag, Head, TagId, TagRef, TooLarge
from plmctl.core.ref import BRANCHES, REMOTES, TAGS
from plmctl.core.signed import split_signed
from plmctl.git.fetching import clone_of
from plmctl.git.objects import ObjectReader
from plmctl.git.process import Git, decoded

_TAG_FORM = "%(refname)%00%(objectname)%00%(objecttype)"
PERSON = deferred(r"([^\n]*) ([0-9]{1,18}) ([-+][0-9]{4})")
"""Who and when, as a commit or a tag says it."""
_TAG_HEADER = deferred(
    rf"object ([0-9a-f]{{40,64}})\ntype ([a-z]+)\ntag ([^\n]+)(?:\n|\Z)(?:tagger {PERSON.pattern}\n)?"
)
_FULL_ID = deferred(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_TAG_BYTES = 1 << 20
_NONE: Mapping[str, str] = MappingProxyType({})


def resolve(git: Git, revision: str) -> str:
    """The full id of the commit that a revision names."""
    found = _peeled(git, revision, "commit")
    if found is not None:
        return found
    if revision == "HEAD":
        raise PlmctlError("there is no commit yet", hint="run 'git add' and 'git commit' first")
    raise PlmctlError(f"no such revision: {revision}", hint=clone_of(git).to_resolve(revision))


def known_commit(git: Git, revision: str) -> str | None:
    """The same, None where there is none."""
    return _peeled(git, revision, "commit")


def tree_id(git: Git, revision: str) -> str | None:
    """The id of the tree that a revision names, which may be no commit's; None for none."""
    return _peeled(git, revision, "tree")


def _peeled(git: Git, revision: str, kind: str) -> str | None:
    # `:/text` takes all that follows for the text to search.
    found = _parsed(git, revision) if revision.startswith(":/") else revision
    return _parsed(git, f"{found}^{{{kind}}}") if found is not None else None


def _parsed(git: Git, revision: str) -> str | None:
    if revision.startswith(("-", "^")) or not revision.isprintable():
        return None
    done = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", revision, accept=(0, 1, 128))
    found = decoded(done.out).strip()
    return found if done.code == 0 and _FULL_ID.fullmatch(found) else None


def head(git: Git) -> Head:
    """What is checked out."""
    name = git.run("symbolic-ref", "--quiet", "HEAD", accept=(0, 1)).lines
    commit = git.run("rev-parse", "--verify", "--quiet", "HEAD", accept=(0, 1)).lines
    on_branch = name and name[0].startswith(BRANCHES)
    return Head(commit=commit[0] if commit else None, branch=name[0][len(BRANCHES) :] if on_branch else None)


def tag_ids(git: Git, objects: ObjectReader) -> tuple[TagId, ...]:
    """Every tag, by one for-each-ref. Raises IntegrityError for one that cannot be read."""
    done = git.run("for-each-ref", f"--format={_TAG_FORM}", TAGS, accept=(0, 128))
    # Git leaves a broken ref out with a warning: a version would be missing without a word.
    if done.code or "ignoring" in done.err:
        said = done.err.splitlines()[0].partition(": ")[2]
        raise objects.corrupt(f"the tags cannot be read: {said}", "run 'git fsck'")
    rows = (row.split("\0") for row in decoded(done.out).split("\n")[:-1])
    return tuple((ref.removeprefix(TAGS), oid, kind) for ref, oid, kind in rows)


def tags(objects: ObjectReader, ids: Sequence[TagId]) -> tuple[TagRef, ...]:
    """These tags, sorted by name. Raises IntegrityError for one that cannot be read."""
    objects.prefetch([oid for _, oid, _ in ids])
    return tuple(sorted((_tag(objects, *each) for each in ids), key=lambda tag: tag.name))


def _tag(objects: ObjectReader, name: str, oid: str, kind: str) -> TagRef:
    # for-each-ref checks no ids: type and content of an object are those that the reader vouches for.
    raw = b""
    try:
        stored = objects.read(oid, limit=_TAG_BYTES)
        kind, raw = stored.type, stored.data
    except TooLarge as error:
        if kind == "tag":
            hint = f"if it is no release, run 'git tag -d {quote(name)}'"
            raise PlmctlError(f"tag {name} cannot be read: {error}", hint=hint) from None
    if kind == "tag":
        return _annotated(name, oid, raw)
    commit = oid if kind == "commit" else None
    return TagRef(name=name, object_id=oid, object_type=kind, commit=commit, tag_name=None, message="")


def _annotated(name: str, oid: str, raw: bytes) -> TagRef:
    """The tag that an object tells of; one of a tag, a tree or a blob is on no commit."""
    text = decoded(split_signed(raw)[0])
    header = _TAG_HEADER.match(text)
    if header is None:
        raise IntegrityError(f"the tag object {oid} is malformed", hint="run 'git fsck'")
    target, kind, own_name, tagger, seconds, zone = header.groups()
    return TagRef(
        name=name,
        object_id=oid,
        object_type="tag",
        commit=target if kind == "commit" else None,
        tag_name=own_name,
        # As Git shows it: without its signature and the empty lines that come first.
        message=text.partition("\n\n")[2].lstrip("\n"),
        tagger=tagger or "",
        date=iso_date(int(seconds), zone) if seconds else "",
    )


def tag_object(objects: ObjectReader, name: str, oid: str) -> DraftTag:
    """A tag object that is in this repository, with its raw bytes. Raises PlmctlError for anything else."""
    stored = objects.read(oid, limit=_TAG_BYTES)
    if stored.type != "tag":
        hint = f"compare it with 'git show {quote(name)}'"
        raise PlmctlError(f"{name} is not an annotated tag, but a {stored.type}", hint=hint)
    return DraftTag(name=name, object_id=oid, raw=stored.data)


def tag_of(draft: DraftTag) -> TagRef:
    """What a tag object says."""
    return _annotated(draft.name, draft.object_id, draft.raw)


# All tags of a release were made at one time.
@lru_cache(maxsize=256)
def iso_date(seconds: int, zone: str) -> str:
    """A time of Git in ISO 8601; empty for one that is beyond the calendar."""
    minutes = int(zone[1:3]) * 60 + int(zone[3:])
    try:
        there = timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))
        return (datetime.fromtimestamp(0, there) + timedelta(seconds=seconds)).isoformat()
    except (OverflowError, ValueError):
        return ""


def ancestors(git: Git, commit: str) -> frozenset[str]:
    """The commit and all that it descends from."""
    return frozenset(git.run("rev-list", "--end-of-options", commit).lines)


def descends(git: Git, commit: str, ancestor: str) -> bool:
    """Whether a commit is another or descends from it; not so of one that is not in this repository."""
    return git.run("merge-base", "--is-ancestor", ancestor, commit, accept=(0, 1, 128)).code == 0


def changed_paths(git: Git, before: str, after: str) -> tuple[str, ...]:
    """The paths whose files two commits have not alike, sorted."""
    done = git.run("diff-tree", "-r", "--raw", "-z", "--no-renames", before, after)
    return tuple(sorted(decoded(done.out).split("\0")[1::2]))


def parents(git: Git, commit: str) -> tuple[str, ...]:
    """The parents of a commit, the first of them first."""
    return tuple(git.run("rev-list", "--parents", "--max-count=1", commit).lines[0].split(" ")[1:])


def merge_base(git: Git, first: str, second: str) -> str:
    """The best common ancestor. In a shallow clone one that nothing cut off could better."""
    found = git.run("merge-base", "--end-of-options", first, second, accept=(0, 1)).lines
    if found and not _is_cut(git, first, second, found[0]):
        return found[0]
    clone = clone_of(git)
    where = " in this shallow clone" if clone.is_shallow else ""
    raise PlmctlError(f"no common ancestor of {first} and {second}{where}", hint=clone.to_join())


def _is_cut(git: Git, first: str, second: str, base: str) -> bool:
    """Whether history since a common ancestor was cut: beyond the cut there may be a better one."""
    if git.run("rev-parse", "--is-shallow-repository").lines != ["true"]:
        return False
    since = git.run("rev-list", "--parents", "--end-of-options", first, second, f"^{base}")
    return any(" " not in line for line in since.lines)


def branch_tips(git: Git) -> Mapping[str, str]:
    """Full names of branches and remote-tracking branches, and their commits; not `origin/HEAD`."""
    rows = _rows(git, "%(refname)%00%(objectname)%00%(symref)", BRANCHES, REMOTES)
    return {ref: oid for ref, oid, symref in rows if not (symref and ref.startswith(REMOTES))}


def upstream(git: Git, branch: str) -> tuple[str, str] | None:
    """The remote-tracking ref that a branch follows and its commit, None if there is none."""
    rows = _rows(git, "%(refname)%00%(upstream)", BRANCHES + branch)
    ref = next((followed for name, followed in rows if name == BRANCHES + branch), "")
    commit = branch_tips(git).get(ref)
    return (ref, commit) if commit else None


def refs_below(git: Git, *prefixes: str, variables: Mapping[str, str] = _NONE) -> Mapping[str, str]:
    """Full names of refs, and the ids of their objects; `variables` may name another Git directory."""
    form = "%(refname)%00%(objectname)"
    return {row[0]: row[1] for row in _rows(git, form, *prefixes, variables=variables)}


def branch_place(git: Git, ref: str) -> str | None:
    """The work tree in which a branch is checked out, None for none."""
    rows = _rows(git, "%(refname)%00%(worktreepath)", ref)
    return next((path for name, path in rows if name == ref and path), None)


def commits_of(git: Git, commit: str, path: str) -> tuple[str, ...]:
    """The commits that changed a path on the way to this one, by first parents, the newest first."""
    words = ("--first-parent", "--end-of-options", commit, "--", path)
    return tuple(git.run("rev-list", *words).lines)


def _rows(git: Git, form: str, *patterns: str, variables: Mapping[str, str] = _NONE) -> Iterator[list[str]]:
    # A ref's name has neither a newline nor a NUL (git-check-ref-format).
    done = git.run("for-each-ref", f"--format={form}", *patterns, extra=variables)
    for line in decoded(done.out).split("\n")[:-1]:
        yield line.split("\0")
