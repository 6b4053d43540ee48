"""Credentials: that a manifest names them and holds none."""

from collections.abc import Iterator

from plmctl.core.finding import Level
from plmctl.core.manifest import Manifest
from plmctl.core.phrase import path_of
from plmctl.core.registry import Registry
from plmctl.core.secrecy import exposed
from plmctl.rules.rule import CheckRule, Fault, manifest_rule


@manifest_rule("LNT016", "credential-value", Level.ERROR, kind="Provider")
def credential_value(_registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A credential is written in a manifest, where only its name belongs.

    Everybody who can read the repository can use it, and Git keeps it for ever. Have the provider revoke it,
    keep the new one in the environment or in a secret store, and name that: `{env: NAME}`,
    `{secret: vault://kv/openai}` or `{identity: NAME}`. Here and in other findings the value is masked.
    """
    for pointer, problem in exposed(manifest.document.value):
        yield Fault(
            manifest=manifest,
            location=manifest.document.location(pointer),
            message=f"{path_of(pointer)} {problem}",
            help="name it: {env: NAME}, {secret: URI} or {identity: NAME}; revoke it if it was a real one",
        )


CREDENTIAL_RULES: tuple[CheckRule, ...] = (credential_value,)
