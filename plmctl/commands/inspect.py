"""bundle --inspect: what is in a bundle, all of it checked but who signed it."""

from plmctl.core.bundle import Bundle, included, read_bundle, tag_id
from plmctl.core.canonical import sha256_of
from plmctl.core.confirmation import unconfirmed
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import locked_version
from plmctl.core.report import Check, Report, State, Table, failed, unchecked
from plmctl.core.signed import signed_with
from plmctl.core.value import Value

_WORDS = {"openpgp": "OpenPGP", "ssh": "SSH", "x509": "X.509"}


def inspect(name: str, data: bytes) -> Report:
    """What is in a bundle. Raises IntegrityError for what is none, or was changed."""
    bundle = read_bundle(name, data)
    return Report(
        command="bundle",
        checks=(
            _ok(name, "content", held(bundle, data)),
            _ok(name, "lock", sha256_of(bundle.lock_data)),
            _release(name, bundle),
            unchecked(name, "signature", _signature(bundle)),
        ),
        table=_table(bundle),
        data=contents(bundle, data),
    )


def held(bundle: Bundle, data: bytes) -> str:
    """What a bundle holds, in words."""
    lock = bundle.lock
    what = lock.root or f"the registry {lock.registry}"
    version = locked_version(lock)
    named = f"{what} {version}" if version is not None else what
    numbers = f"{_count(len(bundle.artifacts), 'artifact')}, {_count(len(bundle.files), 'file')}"
    return f"{named} of {lock.source.release}, {numbers}, {len(data):,} bytes"


def contents(bundle: Bundle, data: bytes) -> dict[str, Value]:
    """What a bundle holds, for programs."""
    lock = bundle.lock
    form = signed_with(bundle.release.tag)
    artifacts: list[Value] = [
        {"artifact": artifact, "version": lock.artifacts[artifact].version, "digest": entry.digest}
        for artifact, entry in sorted(lock.artifacts.items())
    ]
    files: list[Value] = [
        {"path": path, "size": len(bundle.files[path]), "sha256": digest}
        for path, digest in sorted(included(lock).items())
    ]
    return {
        "sha256": sha256_of(data),
        "size": len(data),
        "lock": sha256_of(bundle.lock_data),
        "registry": lock.registry,
        "root": lock.root,
        "environment": lock.environment,
        "release": lock.source.release,
        "tagObject": tag_id(bundle.release.tag),
        "signed": form,
        "artifacts": artifacts,
        "files": files,
    }


def _release(name: str, bundle: Bundle) -> Check:
    """Whether the release of a bundle says all that its lock says."""
    try:
        problem = next(unconfirmed(name, bundle), None)
    except IntegrityError as error:
        problem = error.message
    if problem is not None:
        return failed(name, "release", problem)
    return _ok(name, "release", f"{bundle.release.name} has all of it so")


def _signature(bundle: Bundle) -> str:
    form = signed_with(bundle.release.tag)
    if form is None:
        return f"{bundle.release.name} is not signed"
    return f"{bundle.release.name} is signed with {_WORDS[form]}: who may sign is asked when it is loaded"


def _table(bundle: Bundle) -> Table:
    entries = sorted(bundle.lock.artifacts.items())
    artifacts = ((artifact, entry.version or "-", entry.digest) for artifact, entry in entries)
    files = ((path, "-", digest) for path, digest in sorted(included(bundle.lock).items()))
    return Table(headings=("what", "version", "sha256"), rows=(*artifacts, *files), spare=("sha256",))


def _ok(subject: str, name: str, detail: str) -> Check:
    return Check(subject=subject, name=name, state=State.OK, detail=detail)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
