"""What the releases of a repository offer to its environments, and which of them were left unfinished."""

from collections.abc import Iterator, Mapping

from plmctl.commands.moment import registry_at
from plmctl.commands.releases import lock_bytes
from plmctl.commands.standing import versions_of
from plmctl.core.drift import Drift, DriftKind, Offer
from plmctl.core.finding import Finding, IntegrityError, Level
from plmctl.core.glance import parsed
from plmctl.core.lock import FILE_NAME
from plmctl.core.manifest import Manifest
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo
from plmctl.core.ref import TAGS
from plmctl.core.reg import TAG_UNCONFIRMED
from plmctl.core.registry import Registry
from plmctl.core.tag import History, RegistryTag
from plmctl.core.value import as_items, as_mapping, as_text
from plmctl.core.version import Version


def offer_of(
    repo: Repo,
    registry: Registry,
    past: History,
    commits: frozenset[str] | None,
    today: str | None,
    memo: Memo | None = None,
) -> Offer:
    """What there is to run, by the releases on some commits (None: every release here)."""
    releases = [r for r in past.releases if commits is None or r.commit in commits]
    newest = _newest(repo, registry, releases, memo)
    return Offer(
        releases=past.by_name,
        versions={m.id: _versions(m, past, commits) for m in registry.versioned},
        yanked={a: _yanked(m) for a, m in newest.items() if "yanked" in m.metadata},
        retired=frozenset(a for a, m in newest.items() if m.stability == "retired"),
        former=registry.former,
        today=today,
    )


def _newest(
    repo: Repo, registry: Registry, releases: list[RegistryTag], memo: Memo | None
) -> Mapping[str, Manifest]:
    """The artifacts as the newest of some releases has them: what it withdrew is withdrawn."""
    if not releases:
        return {}
    found = registry_at(repo, registry, memo)(max(releases, key=lambda r: r.version).commit)
    return {registry.former.get(artifact, artifact): m for artifact, m in found.manifests.items()}


def _versions(manifest: Manifest, past: History, commits: frozenset[str] | None) -> tuple[Version, ...]:
    tags = versions_of((manifest.id, *manifest.formerly), past)
    return tuple(tag.version for tag in tags if commits is None or tag.commit in commits)


def _yanked(manifest: Manifest) -> Mapping[str, str]:
    rows = map(as_mapping, as_items(manifest.metadata.get("yanked")))
    return {str(row.get("version")): str(row.get("reason")) for row in rows}


def unfinished(repo: Repo, registry: Registry, past: History, head: str | None) -> Iterator[Drift]:
    """Releases that were begun here and not finished, and tags that no release confirms.

    `head` is the commit of HEAD, None before the first.
    """
    yield from _pending(repo)
    yield from _without_tag(repo, registry, past, head)
    # Of a shallow clone what is cut off looks like tags that somebody took away.
    if not repo.is_shallow:
        yield from _doubtful(past)


def _pending(repo: Repo) -> Iterator[Drift]:
    try:
        names = [pending.registry_tag.name for pending in repo.pending()]
    except IntegrityError as error:
        yield Drift(kind=DriftKind.BROKEN, message=error.message, release="a release")
        return
    for name in names:
        message = "it was begun here and not finished: run 'plmctl release'"
        yield Drift(kind=DriftKind.UNFINISHED, message=message, release=name)


def _without_tag(repo: Repo, registry: Registry, past: History, head: str | None) -> Iterator[Drift]:
    """The release that plm.lock of HEAD is of, when its tag is not here."""
    path = registry.settings.at(FILE_NAME)
    if head is None:
        return
    try:
        data = lock_bytes(repo.commit_tree(head), path)
    except IntegrityError as error:
        yield Drift(kind=DriftKind.BROKEN, message=error.message, release=path)
        return
    name = as_text(as_mapping(as_mapping(parsed(data or b"")).get("source")).get("release"))
    if name is None and data is not None:
        message = f"it is no lock: run 'plmctl verify {path}'"
        yield Drift(kind=DriftKind.BROKEN, message=message, release=path)
    elif name is not None and name not in past.by_name:
        message = (
            f"{path} is of it, and its tag is not here: run 'git fetch --tags'; where the remote has none,"
            " 'plmctl release' finishes it"
        )
        yield Drift(kind=DriftKind.UNFINISHED, message=message, release=name)


def _doubtful(past: History) -> Iterator[Drift]:
    by_code: dict[str, list[Finding]] = {}
    for finding in past.findings:
        if finding.rule is TAG_UNCONFIRMED or finding.level is Level.ERROR:
            by_code.setdefault(finding.code, []).append(finding)
    for code, found in sorted(by_code.items()):
        kind = DriftKind.UNCONFIRMED if code == TAG_UNCONFIRMED.code else DriftKind.MOVED
        more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
        name = found[0].location.path.removeprefix(TAGS)
        yield Drift(kind=kind, message=f"{code}: {found[0].message}{more}", release=name)
