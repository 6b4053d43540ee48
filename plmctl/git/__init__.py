"""The only place that runs Git."""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

# For the type checker alone: whoever needs one of these imports it by `__getattr__`.
if TYPE_CHECKING:
    from plmctl.git import abandon as abandon
    from plmctl.git import address as address
    from plmctl.git import cache as cache
    from plmctl.git import configuration as configuration
    from plmctl.git import connection as connection
    from plmctl.git import drafts as drafts
    from plmctl.git import elsewhere as elsewhere
    from plmctl.git import files as files
    from plmctl.git import landing as landing
    from plmctl.git import line as line
    from plmctl.git import lockfile as lockfile
    from plmctl.git import remote as remote
    from plmctl.git import signature as signature
    from plmctl.git import signer as signer
    from plmctl.git import signers as signers
    from plmctl.git import signing as signing
    from plmctl.git import transaction as transaction
    from plmctl.git import update as update


def __getattr__(name: str) -> ModuleType:
    """A file of this room, imported when it is first asked for, as in `git.signing`."""
    if name.startswith("_"):
        raise AttributeError(name)
    return import_module(f"plmctl.git.{name}")
