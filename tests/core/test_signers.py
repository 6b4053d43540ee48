import pytest

from plmctl.core.finding import UsageError
from plmctl.core.signature import Signers
from plmctl.core.signers import Allowance, allowances, exclusive, signers_of

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


KEY = "ssh-ed25519 AAAAC3Nz"


def allowed(line: str) -> Allowance:
    (found,) = allowances("signers", f"{line}\n".encode())
    return found


def test_a_line_of_allowed_signers_says_who_with_which_key_for_what_and_when() -> None:
    who, period = "ada@example.com,*@example.org", 'valid-after="20200102",valid-before="202001020304Z"'
    assert allowed(f'{who} NAMESPACES="git,file",{period} {KEY} ada') == Allowance(
        principals="ada@example.com,*@example.org",
        key="AAAAC3Nz",
        namespaces="git,file",
        after=1577923200,
        before=1577934240,
    )
    assert allowed(f'"ada@example.com" {KEY}') == Allowance(principals="ada@example.com", key="AAAAC3Nz")
    assert allowed(f'a valid-after="20200102030405" {KEY}').after == 1577934245
    assert allowed("a sk-ssh-ed25519@openssh.com AAAA").key == "AAAA"


def test_comments_authorities_and_keys_of_openpgp_allow_nothing_here() -> None:
    lines = f"# {KEY}\n\n  \na cert-authority {KEY}\na openpgp {'A' * 40}\n"
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
    assert Allowance(principals="a", key="k", namespaces=namespaces).allows("git", 0) is is_meant


def test_the_ends_of_a_period_belong_to_it() -> None:
    line = Allowance(principals="a", key="k", after=10, before=20)
    assert [time for time in (9, 10, 20, 21) if line.allows("git", time)] == [10, 20]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a", "it has no key"),
        ("a ssh-ed25519", "it has no key"),
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
    assert caught.value.message == f"signers: {line!r} allows nobody: {why}"
