"""Whether versions rise along the releases of a repository, each of which names the one before it."""

from collections.abc import Iterator, Mapping

from plmctl.core.version import Version

Versions = Mapping[str, Version]
"""The version that a release gives to each of some names."""


def decreases(
    before: Mapping[str, str | None], given: Mapping[str, Versions]
) -> Iterator[tuple[str, str, Version]]:
    """Each release and name whose version is below the newest final one that earlier releases gave it.

    `before` has the release that each follows, and `given` its versions, by the id of the release.
    """
    following: dict[str | None, list[str]] = {}
    for release, previous in before.items():
        following.setdefault(previous if previous in before else None, []).append(release)
    waiting: list[tuple[str, dict[str, Version]]] = [(release, {}) for release in following.get(None, ())]
    while waiting:
        release, newest = waiting.pop()
        for name, version in given[release].items():
            known = newest.get(name)
            if known is not None and version < known:
                yield release, name, known
            elif version.is_final:
                newest[name] = version
        for number, later in enumerate(following.get(release, ())):
            # A branch of releases goes on from here by itself.
            waiting.append((later, newest if number == 0 else dict(newest)))
