"""The trailer block of a message."""

import pytest

from plmctl.core.trailer import trailers


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Title\n\nDigest: a\nBump: minor\n", {"Digest": "a", "Bump": "minor"}),
        ("Title\n\nText: of a paragraph\n\nDigest: a: b\n\n\n", {"Digest": "a: b"}),
        # Spaces and signs belong to the value; of a key that stands twice the last counts.
        ("Digest:  a \r\nData: \nDigest: \x0b\u2028", {"Digest": "\x0b\u2028", "Data": ""}),
        ("Digest: a", {"Digest": "a"}),
        # One line that is no trailer, and none is.
        ("Title\n\nDigest: a\nand more\n", {}),
        ("Title\n\nDigest: a\n bump: b\n", {}),
        ("Title\n\nDigest:a\n", {}),
        ("Title\n\ndigest: a\n", {}),
        ("Title\n\nDigest: a\n\nTrailing text.\n", {}),
        ("", {}),
        ("\n\n", {}),
    ],
)
def test_only_a_last_paragraph_of_trailers_is_a_block(message: str, said: dict[str, str]) -> None:
    assert trailers(message) == said
