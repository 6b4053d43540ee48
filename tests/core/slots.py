"""Slots of environments in memory."""

from collections.abc import Mapping

from plmctl.core.lock import Lock, LockedArtifact, Source
from plmctl.core.slot import Slot
from plmctl.core.value import Value
from plmctl.core.version import Version, parsed_range, parsed_version

DESK = "application/desk"


def version(text: str) -> Version:
    """A version that a text is."""
    found = parsed_version(text)
    assert found is not None
    return found


def entry(text: str | None, *requires: str) -> LockedArtifact:
    """A locked artifact of a version."""
    return LockedArtifact(
        version=text, path="a.yaml", digest="d", metadata_digest="m", closure="c", files={}, requires=requires
    )


def lock_at(
    text: str | None,
    release: str = "v1.0.0",
    want: str = "^1.0",
    others: Mapping[str, LockedArtifact] | None = None,
    bind: Mapping[str, str] | None = None,
    root: str = DESK,
    arm: str | None = None,
) -> Lock:
    """A lock of an application in production."""
    return Lock(
        registry="shop",
        git=None,
        source=Source(release=release, tag_object=f"object of {release}", commit="c"),
        root=root,
        want=want,
        environment="production",
        arm=arm,
        artifacts={root: entry(text, *(others or ())), **(others or {})},
        bind=bind or {},
    )


def slot_of(
    lock: Lock | None,
    pin: str | None = "^1.0",
    environment: str = "production",
    arm: str | None = None,
    trouble: str | None = None,
    hold: Mapping[str, Value] | None = None,
    bind: Mapping[str, str] | None = None,
    until: str | None = None,
    *,
    is_conflicted: bool = False,
    is_committed: bool = True,
    is_elsewhere: bool = False,
) -> Slot:
    """The slot of the application desk, or an arm of it."""
    return Slot(
        environment=environment,
        application=DESK,
        arm=arm,
        range=parsed_range(pin) if pin is not None else None,
        path="environments/production/desk.lock",
        lock=lock,
        trouble=trouble,
        is_conflicted=is_conflicted,
        is_committed=is_committed,
        is_elsewhere=is_elsewhere,
        hold=hold,
        bind=bind or {},
        until=until,
    )
