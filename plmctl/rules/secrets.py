"""LNT027: keys, tokens and passwords in the texts of a registry (hostile.md, X)."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from plmctl.core.finding import Finding, Level, Rule
from plmctl.core.registry import Registry
from plmctl.core.secrecy import exposed
from plmctl.core.secret import may_have_secrets, secrets_in
from plmctl.rules.writings import Writing, other_writings, writings_of

SECRET_IN_TEXT = Rule(
    code="LNT027",
    name="secret-in-text",
    level=Level.ERROR,
    meaning="A text has something in it that is written as keys of providers are, a private key, a password "
    "in a URL, or a random value behind a name such as `apiKey`.\n\n"
    "Everybody who can read the repository can use it, and Git keeps it for ever: deleting is not enough. "
    "Have it revoked, keep the new one in the environment or in a secret store, and name that. What was put "
    "in for a key, as `sk-xxxx` or `YOUR_KEY`, is not told. Reports show four characters of it at most.",
)
SECRET_RULES = (SECRET_IN_TEXT,)
# To read a few short texts closely takes less than to import an engine that passes over many at once.
_FEW, _SHORT = 5, 20_000
_MEND = "revoke it, for Git's history keeps it; keep the new one in the environment or in a secret store"


def secrets_in_texts(registry: Registry) -> Iterator[Finding]:
    """What in the texts of the manifests that are judged looks like a secret."""
    texts = (writing for manifest in registry.judged() for writing in writings_of(manifest))
    return _found(texts, registry.settings.limits.findings)


def secrets_elsewhere(registry: Registry) -> Iterator[Finding]:
    """What looks like a secret in the texts of what is no artifact."""
    return _found(other_writings(registry), registry.settings.limits.findings)


def _found(texts: Iterable[Writing], most: int) -> Iterator[Finding]:
    for number, writing in enumerate(texts):
        if (number < _FEW and len(writing.text) < _SHORT) or _may_have_one(writing.text):
            # Of a credential another rule speaks.
            spoken_of = _lines_of_credentials(writing)
            for secret in islice(secrets_in(writing.text), most):
                message, span = f"it looks like {secret.what}", (secret.start, secret.end)
                finding = writing.finding(SECRET_IN_TEXT, message, span, _MEND)
                if finding.location.line not in spoken_of:
                    yield finding


def _may_have_one(text: str) -> bool:
    return _engine().search(text) is not None


@cache
def _engine() -> "re.Pattern[str]":
    # Nothing else in a run needs it.
    import re2

    pattern: re.Pattern[str] = re2.compile(may_have_secrets())
    return pattern


def _lines_of_credentials(writing: Writing) -> frozenset[int]:
    document, manifest = writing.document, writing.manifest
    if document is None or manifest is None or manifest.kind != "Provider":
        return frozenset()
    spots = (document.spots[pointer] for pointer, _ in exposed(document.value))
    return frozenset(line for spot in spots for line in range(spot.line, spot.end_line + 1))
