from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.signature import Signers
from plmctl.git.signers import own_signers

KEY = b"ada@example.com ssh-ed25519 AAAA\n"


def test_own_signers_are_read_below_the_home(tmp_path: Path) -> None:
    (tmp_path / "signers").write_bytes(KEY + b"bob openpgp " + b"0" * 40 + b"\n")
    (tmp_path / "revoked").write_bytes(b"ssh-ed25519 BBBB\n")
    settings = {
        "gpg.ssh.allowedsignersfile": "~/signers",
        "gpg.ssh.revocationfile": str(tmp_path / "revoked"),
    }
    assert own_signers(settings, str(tmp_path)) == Signers(
        ssh=KEY, revoked=b"ssh-ed25519 BBBB\n", fingerprints=("0" * 40,)
    )


def test_a_relative_file_would_be_the_working_directory_s_and_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "signers").write_bytes(KEY)
    monkeypatch.chdir(tmp_path)
    assert own_signers({"gpg.ssh.allowedsignersfile": "signers"}, str(tmp_path)) == Signers()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = str(tmp_path / "gone")
    with pytest.raises(PlmctlError) as caught:
        own_signers({"gpg.ssh.allowedsignersfile": path}, str(tmp_path))
    assert caught.value.message == (
        f"gpg.ssh.allowedSignersFile cannot be read: {path}: No such file or directory"
    )
