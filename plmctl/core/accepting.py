"""Whether the breaking changes between two moments are accepted."""

from collections.abc import Iterable
from dataclasses import replace

from plmctl.core.accepted import Accepted, Accepteds, path_of
from plmctl.core.fingerprint import lasting_pointer
from plmctl.core.judgement import Acceptance, Judgement
from plmctl.core.secrecy import masked
from plmctl.core.settings import Settings


def acceptance_of(judgement: Judgement, reason: str, by: str) -> Accepted:
    """What the file says that accepts a judgement."""
    return Accepted(
        fingerprint=judgement.fingerprint,
        rule=judgement.code,
        artifact=judgement.change.artifact,
        pointer=lasting_pointer(judgement.change),
        reason=reason,
        by=by,
    )


def honoured(
    judgements: Iterable[Judgement], before: Accepteds, after: Accepteds, settings: Settings
) -> tuple[Judgement, ...]:
    """The judgements, those that are accepted with who accepts them and why.

    A file counts where the older side has none, or one that says something else: what it accepted then is
    used up, and the same break later is accepted anew, for a reason of its own.
    """
    return tuple(_honoured(judgement, before, after, settings) for judgement in judgements)


def _honoured(judgement: Judgement, before: Accepteds, after: Accepteds, settings: Settings) -> Judgement:
    accepted = after.get(judgement.fingerprint) if judgement.is_unaccepted else None
    if accepted is None or before.get(accepted.fingerprint) == accepted or not _covers(accepted, judgement):
        return judgement
    path = path_of(settings, accepted.fingerprint)
    return replace(
        judgement, acceptance=Acceptance(reason=masked(accepted.reason), by=masked(accepted.by), path=path)
    )


def _covers(accepted: Accepted, judgement: Judgement) -> bool:
    # A file may say that it is about another change than the one whose fingerprint it has.
    return accepted == acceptance_of(judgement, accepted.reason, accepted.by)
