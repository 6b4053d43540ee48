"""Releases that were begun: refs that hold all it takes to finish them (release.md, step 3b)."""

import json

from plmctl.core.finding import IntegrityError
from plmctl.core.ports import DraftTag, PendingRelease, Unreadable
from plmctl.git.objects import ObjectReader, commit_header, object_id
from plmctl.git.process import decoded
from plmctl.git.trees import CommitTree

PENDING = "refs/plmctl/pending/"
_PLAN = "plan.json"
_PLAN_BYTES = 64 << 20


def pending_files(release: PendingRelease) -> dict[str, bytes]:
    """The files of the commit that a pending ref points at."""
    plan: dict[str, object] = {
        "pendingVersion": 2 if release.remote else 1,
        "branch": release.branch,
        "parent": release.parent,
        "commit": release.commit,
        "files": list(release.files),
        "tags": [tag.name for tag in release.all_tags],
        "objects": [tag.object_id for tag in release.all_tags],
        "notes": dict(sorted(release.notes.items())),
    }
    # A plmctl that knows nothing of remotes must not finish what is half pushed.
    if release.remote:
        plan["remote"] = [release.remote, release.remote_branch]
    raw = {f"tags/{n}": tag.raw for n, tag in enumerate(release.all_tags)}
    return {_PLAN: (json.dumps(plan, indent=2) + "\n").encode(), **raw}


def read_pending(objects: ObjectReader, object_format: str, ref: str, commit: str) -> PendingRelease:
    """The release that a pending ref keeps. Raises IntegrityError if it is not as plmctl wrote it."""
    tree = CommitTree(objects, commit_header(objects, commit, "tree"))
    try:
        release = _release(tree, object_format)
    except (LookupError, ValueError, Unreadable) as error:
        raise IntegrityError(
            f"the pending release {ref} cannot be read: {error}",
            hint=f"if no release is under way, run 'git update-ref -d {ref}'",
        ) from None
    if release.ref != ref:
        raise IntegrityError(f"{ref} keeps the release {release.registry_tag.name}")
    return release


def _release(tree: CommitTree, object_format: str) -> PendingRelease:
    plan: object = json.loads(decoded(tree.read(_PLAN, limit=_PLAN_BYTES)))
    if not isinstance(plan, dict) or plan.get("pendingVersion") not in (1, 2):
        raise ValueError("written by another version of plmctl")
    raws = [tree.read(f"tags/{n}", limit=_PLAN_BYTES) for n in range(len(_texts(plan["tags"])))]
    drafts = tuple(
        DraftTag(name=name, object_id=object_id(object_format, "tag", raw), raw=raw)
        for name, raw in zip(_texts(plan["tags"]), raws, strict=True)
    )
    if [draft.object_id for draft in drafts] != list(_texts(plan["objects"])):
        raise ValueError("a tag object is not the planned one")
    notes = plan["notes"]
    if not isinstance(notes, dict):
        raise ValueError("a mapping was expected")
    if not drafts:
        raise ValueError("a registry tag was expected")
    remote, remote_branch = _texts(plan["remote"]) if plan["pendingVersion"] == 2 else ("", "")
    branch, parent, commit = _texts([plan[key] for key in ("branch", "parent", "commit")])
    return PendingRelease(
        branch=branch,
        parent=parent,
        commit=commit,
        files=_texts(plan["files"]),
        tags=drafts[:-1],
        registry_tag=drafts[-1],
        remote=remote,
        remote_branch=remote_branch,
        notes=dict(zip(_texts(list(notes)), _texts([notes[key] for key in notes]), strict=True)),
    )


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list was expected")
    texts = tuple(item for item in value if isinstance(item, str))
    if len(texts) != len(value):
        raise ValueError("a text was expected")
    return texts
