"""A release that was begun and cannot go on by itself: what it left behind, and the ways out."""

from shlex import quote

from plmctl.core.ports import PendingRelease
from plmctl.core.ref import BRANCHES, TAGS
from plmctl.git.discovery import Place
from plmctl.git.objects import ObjectReader, commit_header
from plmctl.git.refs import ancestors, head, refs_below
from plmctl.git.trees import CommitTree

_ANEW = "'plmctl release' again to plan anew"


def is_untouched(place: Place, objects: ObjectReader, release: PendingRelease) -> bool:
    """Whether nothing of a release is to be seen: no ref of it, no file of it in what the branch holds."""
    tip = refs_below(place.git, release.branch).get(release.branch)
    # What only tags a commit finds it on the branch, and has put nothing there.
    is_committed = release.parent != release.commit
    is_on_branch = is_committed and tip is not None and release.commit in ancestors(place.git, tip)
    all_tags = refs_below(place.git, TAGS)
    is_tagged = any(all_tags.get(TAGS + tag.name) == tag.object_id for tag in release.all_tags)
    return not (is_on_branch or is_tagged or _taken_over(place, objects, release))


def after_a_moved_branch(place: Place, objects: ObjectReader, release: PendingRelease) -> str:
    """What to run when the branch is no longer where the release was planned."""
    if is_untouched(place, objects, release):
        return f"run {_ANEW}"
    tip = refs_below(place.git, release.branch).get(release.branch)
    branch = quote(release.branch.removeprefix(BRANCHES))
    finish = [f"git merge {release.commit}"] if tip else [f"git branch {branch} {release.commit}"]
    steps = _listed([*_switched(place, release, tip), *finish])
    return f"to finish it, run {steps}, then 'plmctl release'; {_given_up(place, objects, release)}"


def after_a_taken_tag(place: Place, objects: ObjectReader, release: PendingRelease) -> str:
    """What to run when a tag of the release is somebody else's."""
    if is_untouched(place, objects, release):
        return f"run 'git fetch --tags', then {_ANEW}"
    return _given_up(place, objects, release)


def _given_up(place: Place, objects: ObjectReader, release: PendingRelease) -> str:
    refs = refs_below(place.git, release.branch, TAGS)
    steps = []
    if taken_over := _taken_over(place, objects, release):
        undone = [_undone(objects, release, path) for path in taken_over]
        steps += [*_switched(place, release, refs.get(release.branch)), *undone, "git commit"]
    made = [tag.name for tag in release.tags if refs.get(TAGS + tag.name) == tag.object_id]
    if made:
        steps.append(f"git tag -d {' '.join(map(quote, made))}")
    return f"to give it up, run {_listed([*steps, f'git update-ref -d {quote(release.ref)}'])}"


def _taken_over(place: Place, objects: ObjectReader, release: PendingRelease) -> list[str]:
    """Files of the release that somebody committed: a killed run had left them in the index."""
    tip = refs_below(place.git, release.branch).get(release.branch) or head(place.git).commit
    if tip is None:
        return []
    now, before, after = (
        _files(objects, release, commit) for commit in (tip, release.parent, release.commit)
    )
    return [path for path in release.files if now[path] == after[path] != before[path]]


def _files(objects: ObjectReader, release: PendingRelease, commit: str) -> dict[str, str | None]:
    tree = CommitTree(objects, commit_header(objects, commit, "tree"))
    entries = {path: tree.entry(path) for path in release.files}
    return {path: entry.object_id if entry else None for path, entry in entries.items()}


def _undone(objects: ObjectReader, release: PendingRelease, path: str) -> str:
    before = _files(objects, release, release.parent)[path]
    return f"git checkout {release.parent} -- {quote(path)}" if before else f"git rm {quote(path)}"


def _switched(place: Place, release: PendingRelease, tip: str | None) -> list[str]:
    """The step to the release's branch; none if it is checked out or gone."""
    is_elsewhere = tip is not None and BRANCHES + (head(place.git).branch or "") != release.branch
    return [f"git switch {quote(release.branch.removeprefix(BRANCHES))}"] if is_elsewhere else []


def _listed(steps: list[str]) -> str:
    return ", ".join(f"'{step}'" for step in steps)
