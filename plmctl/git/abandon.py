"""Undoing a release: less of it at every step, the registry tag first, its record last."""

from collections.abc import Mapping
from contextlib import ExitStack

from plmctl.core.ports import PendingRelease
from plmctl.core.ref import BRANCHES, TAGS
from plmctl.git.checkout import FileUpdate, planned_files, put_files
from plmctl.git.discovery import Place
from plmctl.git.objects import ObjectReader, commit_header
from plmctl.git.refs import head, refs_below
from plmctl.git.transaction import committer, discard
from plmctl.git.trees import CommitTree
from plmctl.git.update import RefUpdate, prepared_updates, update_refs


def abandon(place: Place, objects: ObjectReader, release: PendingRelease, *, is_rewound: bool) -> None:
    """Take back what a recorded release made; the branch and its files only where they are rewound.

    Killed at any step it leaves a release that was begun, to be abandoned again, or finished.
    """
    refs = refs_below(place.git, release.branch, TAGS)
    branch = _branch_update(refs, release) if is_rewound else []
    files = _files(place, objects, refs, release) if is_rewound else {}
    variables = committer(objects, release.commit)
    why = f"abandon {release.registry_tag.name}"
    first = _deleted(refs, TAGS + release.registry_tag.name, release.registry_tag.object_id)
    if first:
        update_refs(place.git, first, why=why, variables=variables)
    tags = [gone for tag in release.tags for gone in _deleted(refs, TAGS + tag.name, tag.object_id)]
    with prepared_updates(place.git, [*tags, *branch], why=why, variables=variables), ExitStack() as stack:
        put_files(place, files, stack)
    discard(place, release)


def _deleted(refs: Mapping[str, str], ref: str, object_id: str) -> list[RefUpdate]:
    return [RefUpdate(ref=ref, old=object_id, new=None)] if refs.get(ref) == object_id else []


def _branch_update(refs: Mapping[str, str], release: PendingRelease) -> list[RefUpdate]:
    if refs.get(release.branch) != release.commit or release.parent == release.commit:
        return []
    return [RefUpdate(ref=release.branch, old=release.commit, new=release.parent)]


def _files(
    place: Place, objects: ObjectReader, refs: Mapping[str, str], release: PendingRelease
) -> dict[str, FileUpdate | None]:
    """The files as they were before; a killed run may have left them though the branch never moved."""
    is_checked_out = BRANCHES + (head(place.git).branch or "") == release.branch
    if not is_checked_out or refs.get(release.branch) not in (release.commit, release.parent):
        return {}
    now, before = (
        CommitTree(objects, commit_header(objects, commit, "tree"))
        for commit in (release.commit, release.parent)
    )
    return planned_files(place, objects, now, before, release.files)
