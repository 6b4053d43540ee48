"""The lock of a release that commits none (release.commit: false), for whoever deploys it."""

from plmctl.commands.moment import current
from plmctl.commands.release import Prepared
from plmctl.commands.releases import Releases
from plmctl.core.finding import UsageError
from plmctl.core.ports import Repo


def refuse_output(repo: Repo, ready: Prepared) -> None:
    """Raises UsageError where a file was named for a lock that the release commits."""
    if is_committed(repo, ready):
        raise UsageError(
            "-o is for a release that commits no lock: this one commits plm.lock",
            hint="leave it out, or set release.commit to false",
        )


def is_committed(repo: Repo, ready: Prepared) -> bool:
    """Whether a release has its lock in its commit."""
    begun = ready.unfinished
    registry = ready.registry or (current(repo.commit_tree(begun.commit)) if begun is not None else None)
    return registry is None or registry.settings.is_committed


def unwritten_lock(repo: Repo, ready: Prepared) -> bytes | None:
    """The lock of a release that was made and committed none; None where one is committed."""
    made = ready.report.plan
    if is_committed(repo, ready):
        return None
    if ready.unfinished is None:
        return made.lock_bytes if made is not None and not made.is_empty else None
    # It was planned by the run that did not finish it.
    releases = Releases(repo, current(repo.commit_tree(ready.unfinished.commit)))
    return releases.lock_of(releases.past.by_name[ready.unfinished.registry_tag.name])
