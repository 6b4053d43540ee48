"""Writing a release: the objects, the record of it, then the refs, the registry tag last (release.md)."""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import DraftTag, PendingRelease, TagObject
from plmctl.core.ref import BRANCHES, TAGS
from plmctl.git.checkout import FileUpdate, planned_files, put_files
from plmctl.git.discovery import Place
from plmctl.git.drafts import Authorship, ObjectWriter, draft_tag, tagger_of
from plmctl.git.objects import ObjectReader, commit_header
from plmctl.git.pending import PENDING, pending_files, read_pending
from plmctl.git.refs import ancestors, head, refs_below
from plmctl.git.signing import Signer
from plmctl.git.stuck import after_a_moved_branch, after_a_taken_tag, is_untouched
from plmctl.git.trees import CommitTree
from plmctl.git.update import RefUpdate, prepared_updates, update_refs

_UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A release in the making: nothing that anyone reads is changed before `Repository.publish`."""

    writer: ObjectWriter
    authorship: Authorship
    tagger: str
    signer: Signer
    branch: str
    parent: str

    def commit(self, files: Mapping[str, bytes], message: str) -> str:
        """The id of a new commit: the branch's, with these files in it."""
        base = commit_header(self.writer.objects, self.parent, "tree")
        return self.writer.commit(self.writer.tree(base, files), self.parent, message, self.authorship)

    def tag(self, tag: TagObject, commit: str, *, is_signed: bool = False) -> DraftTag:
        """A tag object on that commit, with the id that it will have."""
        draft = draft_tag(self.writer.object_format, tag, commit, self.tagger)
        return self.signer.signed(draft, self.writer.object_format) if is_signed else draft

    def record(
        self,
        *,
        commit: str,
        files: Sequence[str],
        tags: Sequence[DraftTag],
        registry_tag: DraftTag,
        notes: Mapping[str, str],
        remote: str = "",
        remote_branch: str = "",
    ) -> PendingRelease:
        """Keep all of it below a pending ref, so that whatever happens it can be finished."""
        release = PendingRelease(
            branch=self.branch,
            # Where nothing is committed the tags are all there is to make, and no branch moves.
            parent=self.parent if files else commit,
            commit=commit,
            files=tuple(files),
            tags=tuple(tags),
            registry_tag=registry_tag,
            notes=dict(notes),
            remote=remote,
            remote_branch=remote_branch,
        )
        keep(self.writer, self.authorship, release)
        return release


def keep(writer: ObjectWriter, authorship: Authorship, release: PendingRelease) -> None:
    """Make the record of a release. Raises PlmctlError when there is one of that name."""
    writer.write("tag", [tag.raw for tag in release.all_tags])
    tree = writer.tree(None, pending_files(release))
    message = f"pending release {release.registry_tag.name}\n"
    kept = replace(writer, signer=None).commit(tree, release.commit, message, authorship)
    created = RefUpdate(ref=release.ref, old=None, new=kept)
    update_refs(writer.git, [created], why=message.strip(), variables=authorship.variables)


def under_way(place: Place) -> str | None:
    """What Git was asked for here and has not finished, by the name of its record: `MERGE_HEAD`."""
    return next((name for name in _UNDER_WAY if os.path.lexists(os.path.join(place.git_dir, name))), None)


def begun(place: Place, writer: ObjectWriter, authorship: Authorship, signer: Signer) -> Transaction:
    """A transaction on the branch that is checked out. Raises PlmctlError where a commit has no place."""
    if place.is_bare:
        raise PlmctlError("a bare repository has no work tree to release from", hint="run it in a clone")
    now = head(place.git)
    if now.commit is None:
        raise PlmctlError("there is no commit yet", hint="run 'git commit' first")
    if name := under_way(place):
        raise PlmctlError(f"a merge or rebase is under way ({name})", hint="finish or abort it")
    if now.branch is None:
        raise PlmctlError("HEAD is detached: no branch is checked out", hint="run 'git switch BRANCH'")
    return Transaction(
        writer=writer,
        authorship=authorship,
        tagger=tagger_of(place.git, authorship),
        signer=signer,
        branch=BRANCHES + now.branch,
        parent=now.commit,
    )


def pending_releases(place: Place, objects: ObjectReader) -> tuple[PendingRelease, ...]:
    """Releases that were begun and not finished, sorted by ref."""
    refs = sorted(refs_below(place.git, PENDING).items())
    return tuple(read_pending(objects, place.object_format, ref, commit) for ref, commit in refs)


class _Obsolete(PlmctlError):
    """The branch or a tag is somebody else's: this plan comes true no more.

    Any other refusal passes, as a lock or a full disk does: the record stays, and the next run finishes it.
    """


def publish(place: Place, writer: ObjectWriter, release: PendingRelease) -> None:
    """Make a recorded release: files and index, branch and artifact tags, the registry tag; repeatable."""
    published = refs_below(place.git, TAGS).get(TAGS + release.registry_tag.name)
    if published == release.registry_tag.object_id:
        # It exists, and that whatever its branch did since: only its record was left.
        discard(place, release)
        return
    # Again, because a gc may have dropped them since; what is there is not written twice.
    writer.write("tag", [tag.raw for tag in release.all_tags])
    variables = committer(writer.objects, release.commit)
    why = f"release {release.registry_tag.name}"
    try:
        _publish_first(place, writer.objects, release, why, variables)
    except _Obsolete:
        # What was pushed exists at the remote, whatever is here.
        if not release.remote and is_untouched(place, writer.objects, release):
            discard(place, release)
        raise
    update_refs(place.git, [_created(release.registry_tag)], why=why, variables=variables)
    discard(place, release)


def _publish_first(
    place: Place, objects: ObjectReader, release: PendingRelease, why: str, variables: Mapping[str, str]
) -> None:
    """Move all but the registry tag, the ref that makes the release exist."""
    git = place.git
    refs = refs_below(git, release.branch, TAGS)
    branch = _branch_update(place, objects, refs, release)
    tags = _tag_updates(place, objects, refs, release)
    is_checked_out = bool(branch) and BRANCHES + (head(git).branch or "") == release.branch
    files = _files(place, objects, release) if is_checked_out else {}
    if branch or tags:
        with prepared_updates(git, [*branch, *tags], why=why, variables=variables), ExitStack() as stack:
            put_files(place, files, stack)


def discard(place: Place, release: PendingRelease) -> None:
    """Forget the record of a release; what it published stays."""
    kept = refs_below(place.git, PENDING).get(release.ref)
    if kept:
        update_refs(place.git, [RefUpdate(ref=release.ref, old=kept, new=None)], why="release", variables={})


def _branch_update(
    place: Place, objects: ObjectReader, refs: Mapping[str, str], release: PendingRelease
) -> list[RefUpdate]:
    tip = refs.get(release.branch)
    if tip == release.parent != release.commit:
        return [RefUpdate(ref=release.branch, old=tip, new=release.commit)]
    if tip and release.commit in ancestors(place.git, tip):
        return []
    raise _Obsolete(
        f"{release.branch} moved after the plan was made: it was {release.parent}, it is {tip or 'gone'}",
        hint=after_a_moved_branch(place, objects, release),
    )


def _tag_updates(
    place: Place, objects: ObjectReader, refs: Mapping[str, str], release: PendingRelease
) -> list[RefUpdate]:
    """The artifact tags that are to be made. Raises PlmctlError when one of all tags is somebody else's."""
    for tag in release.all_tags:
        present = refs.get(TAGS + tag.name)
        if present not in (None, tag.object_id):
            raise _Obsolete(
                f"tag {tag.name} exists already: it is {present}, not {tag.object_id}",
                hint=after_a_taken_tag(place, objects, release),
            )
    return [_created(tag) for tag in release.tags if TAGS + tag.name not in refs]


def _created(tag: DraftTag) -> RefUpdate:
    return RefUpdate(ref=TAGS + tag.name, old=None, new=tag.object_id)


def _files(place: Place, objects: ObjectReader, release: PendingRelease) -> dict[str, FileUpdate | None]:
    before, after = (
        CommitTree(objects, commit_header(objects, commit, "tree"))
        for commit in (release.parent, release.commit)
    )
    planned = planned_files(place, objects, before, after, release.files)
    if lacking := next((path for path, file in planned.items() if file is None), None):
        raise PlmctlError(f"the release commit has no file {lacking}")
    return planned


def committer(objects: ObjectReader, commit: str) -> dict[str, str]:
    """The variables that name who made a commit, and when."""
    found = re.fullmatch(r"(.*) <(.*)> (\d+ [+-]\d+)", commit_header(objects, commit, "committer"))
    if found is None:
        raise PlmctlError(f"commit {commit} has no proper committer")
    name, email, date = found.groups()
    return {"GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email, "GIT_COMMITTER_DATE": f"@{date}"}
