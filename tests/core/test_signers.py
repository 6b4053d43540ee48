from plmctl.core.signature import Signers
from plmctl.core.signers import exclusive, signers_of

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
