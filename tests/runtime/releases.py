"""Bundles whose releases somebody signed, with real keys."""

import subprocess
from dataclasses import replace
from hashlib import sha1
from pathlib import Path

from plmctl.core.bundle import Bundle
from plmctl.core.lock import serialised
from tests.core.bundles import BUNDLE
from tests.git.signatory import SshKey
from tests.programs import require


def key_of(folder: Path, *words: str) -> SshKey:
    """A new key of any type, as `-t rsa -b 2048`."""
    keygen = require("ssh-keygen", "openssh-client")
    path = folder / "-".join(words).strip("-")
    subprocess.run([keygen, "-q", *words, "-N", "", "-C", "", "-f", str(path)], check=True)
    public = path.with_suffix(".pub").read_text(encoding="utf-8").split()
    return SshKey(path=path, public=" ".join(public[:2]))


def signature(key: SshKey, content: bytes, *words: str, namespace: str = "git") -> bytes:
    """What ssh-keygen signs of a content."""
    keygen = require("ssh-keygen", "openssh-client")
    command = [keygen, "-Y", "sign", "-n", namespace, *words, "-f", str(key.path)]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def tagged(tag: bytes, bundle: Bundle = BUNDLE) -> Bundle:
    """The bundle whose release has this tag object, and whose lock names it."""
    tag_object = sha1(b"tag %d\0" % len(tag) + tag, usedforsecurity=False).hexdigest()
    lock = replace(bundle.lock, source=replace(bundle.lock.source, tag_object=tag_object))
    release = replace(bundle.release, tag=tag)
    return replace(bundle, lock=lock, lock_data=serialised(lock), release=release)


def signed(key: SshKey, *words: str, namespace: str = "git", tag: bytes = BUNDLE.release.tag) -> Bundle:
    """The bundle whose release was signed with a key."""
    return tagged(tag + signature(key, tag, *words, namespace=namespace))
