"""Whose signatures count: the lines of an allowed signers file."""

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import UsageError
from plmctl.core.signature import Signers
from plmctl.core.sshkey import Certificate, type_of

FILE = ".plmctl/allowed_signers"
"""Where a registry keeps its own, relative to plmctl.yaml."""
REVOKED_FILE = ".plmctl/revoked_signers"
"""Where a registry keeps the keys that count no more."""

# As ssh-keygen has them (`principals [options] keytype key`), with one more type, whose key is a fingerprint.
_OPENPGP = deferred(rb"\s*\S+\s+openpgp\s+([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})\s*")

_NOBODY = b"# nobody"


def signers_of(data: bytes) -> Signers:
    """The signers that a file allows: lines of SSH, and lines `NAME openpgp FINGERPRINT`."""
    lines = data.splitlines(keepends=True)
    found = [_OPENPGP.fullmatch(line) for line in lines]
    return Signers(
        ssh=b"".join(line for line, match in zip(lines, found, strict=True) if match is None),
        fingerprints=tuple(match[1].decode().upper() for match in found if match is not None),
    )


def exclusive(signers: Signers) -> Signers:
    """The same, and nobody else: where it names no key of a sort, none of that sort counts.

    Otherwise the keyring of the user would say of an OpenPGP key what it is worth.
    """
    return replace(
        signers, ssh=signers.ssh or _NOBODY, fingerprints=signers.fingerprints or (_NOBODY.decode(),)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A line of an allowed signers file: who may sign with which key, for what, and when.

    `key` is as SSH encodes it; that of an authority signs certificates, and they say whose key may sign.
    `namespaces` is None for any; `after` and `before` are seconds since 1970.
    """

    principals: str
    key: bytes
    is_authority: bool = False
    namespaces: str | None = None
    after: int | None = None
    before: int | None = None

    def names(self, blob: bytes, certificate: Certificate | None, time: int) -> bool:
        """Whether it is about a key in this encoding, which may have a certificate of an authority's."""
        if not self.is_authority:
            return blob == self.key and any(self._is_of(name) for name in self.principals.split(","))
        if certificate is None or certificate.authority != self.key:
            return False
        return any(self._is_of(name) and certificate.allows(name, time) for name in certificate.principals)

    def allows(self, namespace: str, time: int) -> bool:
        """Whether a signature that was made for this, then, counts."""
        is_meant = self.namespaces is None or _matches(self.namespaces, namespace)
        is_late = self.before is not None and time > self.before
        return is_meant and not is_late and (self.after is None or time >= self.after)

    def _is_of(self, principal: str) -> bool:
        return _matches(self.principals, principal)


def allowances(name: str, data: bytes) -> tuple[Allowance, ...]:
    """The keys of SSH that an allowed signers file allows (ssh-keygen(1)). Raises UsageError.

    A time without a zone is in UTC.
    """
    found: list[Allowance] = []
    for line in signers_of(data).ssh.splitlines():
        text = line.decode("utf-8", "replace").strip()
        if text and not text.startswith("#"):
            try:
                found.append(_allowance(text))
            except ValueError as error:
                hint = "write it as ssh-keygen(1) has it: PRINCIPAL [OPTIONS] KEY-TYPE KEY"
                raise UsageError(f"{name}: {text[:60]!r} allows nobody: {error}", hint=hint) from error
    return tuple(found)


_WORD = deferred(r"""((?:"[^"]*"|[^\s"])+)(?:\s+|$)""")
_OPTION = deferred(r"""([A-Za-z-]+)(?:="([^"]*)")?(?:,|$)""")
_KEY_TYPE = deferred(r"(?:sk-)?(?:ssh|ecdsa)-[A-Za-z0-9@.-]+")
_ZONE = deferred(r"(?:UTC|Z)\Z", re.IGNORECASE)
_TIMES = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
# Key, type and what may stand before them.
_MOST_WORDS = 4


def _allowance(text: str) -> Allowance:
    words = _words(text)
    if len(words) < 3:
        raise ValueError("it has no key")
    principals, *rest = words
    options = _options(rest.pop(0)) if not _KEY_TYPE.fullmatch(rest[0]) else {}
    if len(rest) < 2 or not _KEY_TYPE.fullmatch(rest[0]):
        raise ValueError("it has no key")
    after, before = _time(options.get("valid-after")), _time(options.get("valid-before"))
    if after is not None and before is not None and before <= after:
        raise ValueError("it ends before it begins")
    return Allowance(
        principals=principals.strip('"'),
        key=_key(*rest[:2]),
        is_authority="cert-authority" in options,
        namespaces=options.get("namespaces"),
        after=after,
        before=before,
    )


def _words(text: str) -> list[str]:
    """The words up to the key; a comment after it may be anything."""
    found: list[str] = []
    at = 0
    while at < len(text) and len(found) < _MOST_WORDS:
        word = _WORD.match(text, at)
        if word is None:
            break
        found.append(word[1])
        at = word.end()
    return found


def _key(kind: str, key: str) -> bytes:
    try:
        blob = base64.b64decode(key, validate=True)
        if type_of(blob) == kind:
            return blob
    except ValueError:
        pass
    raise ValueError(f"its key is none of the type {kind}")


def _options(text: str) -> dict[str, str]:
    options: dict[str, str] = {}
    at = 0
    while at < len(text):
        found = _OPTION.match(text, at)
        if found is None or found[1].lower() not in _OPTIONS:
            raise ValueError(f"{text[at:]!r} is no option of it")
        if found[1].lower() in options:
            raise ValueError(f"it has the option {found[1].lower()} twice")
        options[found[1].lower()] = found[2] or ""
        at = found.end()
    return options


_OPTIONS = frozenset({"cert-authority", "namespaces", "valid-after", "valid-before"})


def _time(written: str | None) -> int | None:
    if written is None:
        return None
    digits = _ZONE.sub("", written)
    form = _TIMES.get(len(digits))
    if form is None or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{written!r} is no time: write YYYYMMDD, or YYYYMMDDHHMM[SS]")
    return int(datetime.strptime(digits, form).replace(tzinfo=UTC).timestamp())


def _matches(patterns: str, text: str) -> bool:
    """Whether a list of patterns takes a text: one with `!` that matches refuses it (ssh_config(5))."""
    found = [pattern for pattern in patterns.split(",") if _is_like(pattern.removeprefix("!"), text)]
    return bool(found) and not any(pattern.startswith("!") for pattern in found)


def _is_like(pattern: str, text: str) -> bool:
    parts = ({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None
