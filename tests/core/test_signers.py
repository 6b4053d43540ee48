from base64 import b64encode
from dataclasses import replace

import pytest

from plmctl.core.finding import UsageError
from plmctl.core.signature import Signers
from plmctl.core.signers import Allowance, allowances, exclusive, signers_of
from plmctl.core.sshkey import Certificate, Proof, encoded

FINGERPRINT = b"0123456789abcdef0123456789ABCDEF01234567"
SSH = b"# who releases\nada@example.com ssh-ed25519 AAAA ada\n"


def test_lines_of_openpgp_are_taken_out_of_an_allowed_signers_file() -> None:
    data = SSH + b"bob@example.com openpgp " + FINGERPRINT + b"\n\ncarl ssh-rsa BBBB"
    assert signers_of(data) == Signers(
        ssh=SSH + b"\ncarl ssh-rsa BBBB", fingerprints=(FINGERPRINT.decode().upper(),)
    )


def test_what_is_no_fingerprint_stays_for_ssh_to_refuse() -> None:
    for line in (b"bob openpgp 0123\n", b"openpgp " + FINGERPRINT, b"a b openpgp " + FINGERPRINT):
        assert signers_of(line) == Signers(ssh=line)


def test_an_empty_file_lets_nobody_sign() -> None:
    assert signers_of(b"") == Signers()


def test_a_list_of_one_sort_of_keys_excludes_the_other() -> None:
    assert exclusive(Signers(ssh=SSH)) == Signers(ssh=SSH, fingerprints=("# nobody",))
    whole = Signers(ssh=SSH, revoked=b"x", fingerprints=("A",))
    assert exclusive(whole) == whole
    assert exclusive(Signers(fingerprints=("A",))) == Signers(ssh=b"# nobody", fingerprints=("A",))


BLOB = encoded(b"ssh-ed25519", b"k" * 32)
KEY = f"ssh-ed25519 {b64encode(BLOB).decode()}"
HARDWARE = encoded(b"sk-ssh-ed25519@openssh.com", b"k" * 32, b"ssh:")


def allowed(line: str) -> Allowance:
    (found,) = allowances("signers", f"{line}\n".encode())
    return found


def test_a_line_of_allowed_signers_says_who_with_which_key_for_what_and_when() -> None:
    who, period = "ada@example.com,*@example.org", 'valid-after="20200102",valid-before="202001020304Z"'
    assert allowed(f'{who} NAMESPACES="git,file",{period} {KEY} ada') == Allowance(
        principals="ada@example.com,*@example.org",
        key=BLOB,
        namespaces="git,file",
        after=1577923200,
        before=1577934240,
    )
    assert allowed(f'"ada@example.com" {KEY} "a comment') == Allowance(principals="ada@example.com", key=BLOB)
    assert allowed(f'a valid-after="20200102030405" {KEY}').after == 1577934245
    for time in ("20200102030405z", "20200102030405utc"):
        assert allowed(f'a valid-before="{time}" {KEY}').before == 1577934245
    assert allowed(f"a sk-ssh-ed25519@openssh.com {b64encode(HARDWARE).decode()}").key == HARDWARE
    assert allowed(f"a cert-authority {KEY}") == Allowance(principals="a", key=BLOB, is_authority=True)


def test_comments_and_keys_of_openpgp_allow_nothing_here() -> None:
    lines = f"# {KEY}\n\n  \na openpgp {'A' * 40}\n"
    assert allowances("signers", lines.encode()) == ()


@pytest.mark.parametrize(
    ("namespaces", "is_meant"),
    [
        (None, True),
        ("git", True),
        ("file", False),
        ("file,g*", True),
        ("g?t", True),
        ("*,!git", False),
        ("g.t", False),
    ],
)
def test_namespaces_are_patterns(namespaces: str | None, is_meant: bool) -> None:
    assert Allowance(principals="a", key=b"k", namespaces=namespaces).allows("git", 0) is is_meant


def test_the_ends_of_a_period_belong_to_it() -> None:
    line = Allowance(principals="a", key=b"k", after=10, before=20)
    assert [time for time in (9, 10, 20, 21) if line.allows("git", time)] == [10, 20]


def test_a_key_is_named_by_itself_and_by_somebody_it_is_of() -> None:
    line = Allowance(principals="ada,!eve", key=b"k")
    assert line.names(b"k", None, 0)
    assert not line.names(b"other", None, 0)
    assert not replace(line, principals="!eve").names(b"k", None, 0)


def test_an_authority_names_whom_its_certificates_are_of() -> None:
    line = Allowance(principals="*@example.com", key=b"authority", is_authority=True)
    certificate = Certificate(
        serial=1,
        is_of_user=True,
        name=b"",
        principals=("ada", "ada@example.com"),
        after=10,
        before=20,
        authority=b"authority",
        signed=b"",
        proof=Proof(algorithm="", signature=b""),
    )
    assert [time for time in (9, 10, 19, 20) if line.names(b"k", certificate, time)] == [10, 19]
    assert not line.names(b"authority", None, 10)
    for other in (
        replace(certificate, authority=b"other"),
        replace(certificate, principals=("ada", "ada@example.org")),
        replace(certificate, principals=()),
        replace(certificate, is_of_user=False),
    ):
        assert not line.names(b"k", other, 10)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a", "it has no key"),
        ("a ssh-ed25519", "it has no key"),
        (f'a "b {KEY}', "it has no key"),
        ("a ssh-ed25519 A", "its key is none of the type ssh-ed25519"),
        (f"a ssh-rsa {KEY.split()[1]}", "its key is none of the type ssh-rsa"),
        (f'a namespaces="a",namespaces="b" {KEY}', "it has the option namespaces twice"),
        (f'a valid-after="20200102",valid-before="20200102" {KEY}', "it ends before it begins"),
        ("a cert-authority AAAA BBBB", "it has no key"),
        ('a namespaces="git" ssh-ed25519', "it has no key"),
        ("a verified ssh-ed25519 AAAA", "'verified' is no option of it"),
        ("a cert-authority,?,x ssh-ed25519 AAAA", "'?,x' is no option of it"),
        ('a valid-after="2020" ssh-ed25519 A', "'2020' is no time: write YYYYMMDD, or YYYYMMDDHHMM[SS]"),
        (
            'a valid-after="2020010x" ssh-ed25519 A',
            "'2020010x' is no time: write YYYYMMDD, or YYYYMMDDHHMM[SS]",
        ),
    ],
)
def test_a_line_that_is_none_is_refused(line: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        allowances("signers", line.encode())
    assert caught.value.message == f"signers: {line[:60]!r} allows nobody: {why}"
