"""bundle: one file with all that a lock pins, for a service without Git."""

from plmctl.commands.inspect import contents, held
from plmctl.commands.moment import supported
from plmctl.commands.past import tree_here
from plmctl.commands.registries import fetched_releases
from plmctl.commands.releases import Releases
from plmctl.core.bundle import Bundle, Release, bundled, read_bundle
from plmctl.core.canonical import sha256_of
from plmctl.core.configuration import NoRegistry
from plmctl.core.confirmation import refuse_unconfirmed
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.lock import Lock, read_lock
from plmctl.core.pinned import pinned
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.core.tag import RegistryTag


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleOptions:
    """The lock as it was named, its bytes, and the file to be written as it was named."""

    lock: str
    data: bytes
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """What came of it: the report, and the bytes to write."""

    report: Report
    data: bytes


def bundle(repo: Repo, options: BundleOptions) -> Bundled:
    """The bundle of a lock, read back and checked before anybody writes it. Raises PlmctlError."""
    lock = read_lock(options.lock, options.data)
    try:
        made = _bundle(repo, lock, options)
        data = bundled(made)
        read_bundle(options.lock, data)
        refuse_unconfirmed(options.lock, made)
    except IntegrityError as error:
        hint = f"run 'plmctl verify {options.lock}', which says what of it is not true"
        raise IntegrityError(error.message, hint=hint) from error
    except ValueError as error:
        raise PlmctlError(f"{options.lock}: {error}", hint="lock one application, not all") from error
    digest = sha256_of(options.data)
    return Bundled(
        report=Report(
            command="bundle",
            done=(f"wrote {options.output}: {held(made, data)}",),
            notes=(f"the lock in it is {digest}: a service that asks for it loads nothing else",),
            data=contents(made, data),
        ),
        data=data,
    )


def _bundle(repo: Repo, lock: Lock, options: BundleOptions) -> Bundle:
    releases, release = _origin(repo, lock, options.lock)
    there = releases.repo
    found = pinned(there.commit_tree(release.commit), lock)
    return Bundle(
        lock=lock,
        lock_data=options.data,
        release=Release(
            name=release.name,
            tag=there.tag_object(release.name, release.object_id).raw,
            lock=releases.lock_of(release),
        ),
        artifacts=found.texts,
        files=found.files,
    )


def _origin(repo: Repo, lock: Lock, name: str) -> tuple[Releases, RegistryTag]:
    """The release that a lock was read at: in this repository, else as it was fetched."""
    here = _registry_here(repo)
    own = Releases(repo, here) if here is not None and here.settings.name == lock.registry else None
    said = lock.source
    for releases in (own, fetched_releases(repo, lock)):
        release = releases.past.by_name.get(said.release) if releases is not None else None
        if releases is not None and release is not None and said.tag_object in (None, release.object_id):
            return releases, release
    there = own.past.by_name.get(said.release) if own is not None else None
    if there is not None:
        raise IntegrityError(
            f"{name}: the lock says {said.tag_object}, the tag {said.release} is {there.object_id} here"
        )
    fetch = "run 'git fetch --tags'" if own is not None else f"run it in a clone of {lock.registry}"
    raise PlmctlError(f"{name}: {said.release} of the registry {lock.registry} is not here", hint=fetch)


def _registry_here(repo: Repo) -> Registry | None:
    try:
        return supported(tree_here(repo))
    except NoRegistry:
        return None
