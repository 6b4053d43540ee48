"""Who signed the releases of locks, and whether they may (hostile.md L04, L06, L07)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from plmctl.commands.archive import Archive
from plmctl.commands.protected import Protected, protected
from plmctl.commands.provenance import Claim
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.report import Check, State, failed, unchecked
from plmctl.core.signature import Signature, Signers, Trust
from plmctl.core.signers import FILE, REVOKED_FILE, exclusive, signers_of
from plmctl.core.version import parsed_version

_RULES = ("none", "registry", "all")
"""Values of `release.sign`, the strictest last."""


class NotAsked:
    """Asks nothing, and says so."""

    def checks(self, claim: Claim) -> Iterator[Check]:
        """That no signature was checked."""
        yield unchecked(claim.subject, "signature", "not asked for")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Whose signatures count, and who says so."""

    said: str
    signers: Signers


class Signatures:
    """Asks of each lock who signed its release; whom to trust is never read from what is verified."""

    def __init__(self, archive: Archive, given: Allowed | None = None):
        self._archive = archive
        self._given = given
        self._known: dict[str, Signature] = {}

    def checks(self, claim: Claim) -> Iterator[Check]:
        """One for the release, and one for each version where all tags are to be signed."""
        try:
            yield from self._checks(claim)
        except IntegrityError:
            raise
        except PlmctlError as error:
            yield unchecked(claim.subject, "signature", error.message, is_asked=True)

    def _checks(self, claim: Claim) -> Iterator[Check]:
        rule, where = self._rule(claim)
        asked = f"release.sign is '{rule}' {where}" if rule != "none" else ""
        yield self._check(claim.subject, claim.release.name, claim.release.object_id, asked)
        if rule == "all":
            for name, object_id in self._versions(claim).items():
                yield self._check(claim.subject, name, object_id, asked)

    def _check(self, subject: str, name: str, object_id: str, asked: str) -> Check:
        found = self._signature(name, object_id)
        match found.trust:
            case Trust.TRUSTED:
                by = f"{found.signer} with {found.key}" if found.key else found.signer
                detail = f"{name} is signed by {by}{self._said}"
                return Check(subject=subject, name="signature", state=State.OK, detail=detail)
            case Trust.UNSIGNED if asked:
                return failed(subject, "signature", f"{name} is not signed, and {asked}")
            case Trust.UNSIGNED:
                why = f"{name} is not signed, and release.sign asks for no signature"
                return unchecked(subject, "signature", why, is_asked=True)
            case Trust.UNCHECKED:
                return unchecked(subject, "signature", f"{name}: {found.reason}", is_asked=True)
            case Trust.UNTRUSTED if self._allowed is None:
                why = f"{name}: {found.reason}; nothing says who may sign: give '--allowed-signers FILE'"
                return unchecked(subject, "signature", why, is_asked=True)
            case Trust.UNTRUSTED | Trust.BAD:
                return failed(subject, "signature", f"{name}: {found.reason}{self._said}")

    def _rule(self, claim: Claim) -> tuple[str, str]:
        """The stricter `release.sign`, of the release's own commit or the branch of releases, and where."""
        there = self._archive.now_at(claim.release.commit).registry.settings.sign
        rules = [(there or "none", f"at {claim.release.name}")]
        if self._protected is not None:
            rules.append((self._protected.settings.sign or "none", f"on {self._protected.branch}"))
        return max(rules, key=lambda rule: _RULES.index(rule[0]))

    def _versions(self, claim: Claim) -> Mapping[str, str]:
        """The tags of the versions that a lock has, and their objects."""
        found: dict[str, str] = {}
        for artifact, entry in claim.lock.artifacts.items():
            version = parsed_version(entry.version) if entry.version is not None else None
            tag = self._archive.version(artifact, version) if version is not None else None
            if tag is not None:
                found[tag.name] = tag.object_id
        return found

    def _signature(self, name: str, object_id: str) -> Signature:
        """What the signature of a tag is worth: by each list of revoked keys, the worst."""
        if name not in self._known:
            signers = self._allowed.signers if self._allowed is not None else Signers()
            found = [
                self._archive.repo.signature(object_id, name, replace(signers, revoked=revoked))
                for revoked in self._revoked or (b"",)
            ]
            self._known[name] = next((s for s in found if s.trust is not Trust.TRUSTED), found[0])
        return self._known[name]

    @cached_property
    def _protected(self) -> Protected | None:
        return protected(self._archive.repo, self._archive.settings)

    @cached_property
    def _own(self) -> Signers:
        return self._archive.repo.signers()

    @cached_property
    def _allowed(self) -> Allowed | None:
        """The caller's, else the user's own, else those of the branch of releases."""
        if self._given is not None:
            return Allowed(said=self._given.said, signers=exclusive(self._given.signers))
        if self._own.ssh:
            return Allowed(said="gpg.ssh.allowedSignersFile", signers=self._own)
        data = self._protected.read(FILE) if self._protected is not None else None
        if self._protected is None or data is None:
            return None
        signers = exclusive(signers_of(data))
        return Allowed(said=f"{FILE} on {self._protected.branch}", signers=signers)

    @property
    def _said(self) -> str:
        return f" (by {self._allowed.said})" if self._allowed is not None else ""

    @cached_property
    def _revoked(self) -> tuple[bytes, ...]:
        given = self._given.signers.revoked if self._given is not None else b""
        listed = self._protected.read(REVOKED_FILE) if self._protected is not None else None
        return tuple(filter(None, (given, self._own.revoked, listed)))
