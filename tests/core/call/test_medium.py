"""Where a value says that the bytes of an image, audio or a file are."""

import pytest

from plmctl.core.call.medium import Address, Inline, Source, Upload, source_of


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("data:image/png;base64,QUJD", Inline(media_type="image/png", data="QUJD")),
        ("DATA:Image/PNG;name=a.png;BASE64,QUJD", Inline(media_type="image/png", data="QUJD")),
        ("data:image/png,QUJD", None),
        ("data:;base64,QUJD", None),
        ("data:image/png;base64,", None),
        ("https://a.example.com/x.png", Address(url="https://a.example.com/x.png")),
        ("HTTP://a.example.com", Address(url="HTTP://a.example.com")),
        ("s3://bucket/x.png", None),
        ("file-abc123", Upload(id="file-abc123")),
    ],
)
def test_a_value_says_where_the_bytes_are(value: str, source: Source | None) -> None:
    assert source_of(value) == source
