"""Whether the tags of a clone can be relied on."""

from collections.abc import Iterator

from plmctl.core.finding import Level, PlmctlError
from plmctl.core.ports import Repo
from plmctl.core.report import Problem
from plmctl.core.tag import TAG_MISSING, History

_SHALLOW = "this clone is shallow: earlier releases are not in it"
_DEEPEN = "run 'git fetch --unshallow --tags'"


def tag_problems(repo: Repo, past: History) -> Iterator[Problem]:
    """What is wrong with the tags here, so that versions read from them may be others than were released."""
    if repo.is_shallow:
        # What is cut off looks like tags that somebody took away.
        yield Problem(message=_SHALLOW, hint=_DEEPEN)
        return
    for finding in past.findings:
        if finding.level is Level.ERROR:
            yield Problem(
                message=f"{finding.code} {finding.rule.name}: {finding.message}",
                hint=finding.help,
                exit_code=3 if finding.rule is TAG_MISSING else 4,
            )


def require_history(repo: Repo) -> None:
    """Raises PlmctlError in a clone whose history was cut off."""
    if repo.is_shallow:
        raise PlmctlError(_SHALLOW, hint=_DEEPEN)
