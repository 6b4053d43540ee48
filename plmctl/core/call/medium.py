"""Where the bytes of an image, audio or a file are."""

from plmctl.core.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """Bytes in a data URI (RFC 2397), in base64."""

    media_type: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Bytes that the provider fetches."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Bytes that the provider has, by its id."""

    id: str


Source = Inline | Address | Upload


def source_of(value: str) -> Source | None:
    """Where a value says the bytes are, None where no API could get them."""
    if value[:5].lower() == "data:":
        head, _, data = value[5:].partition(",")
        media_type, *marks = head.split(";")
        is_base64 = bool(media_type and data and marks) and marks[-1].lower() == "base64"
        return Inline(media_type=media_type.lower(), data=data) if is_base64 else None
    if value.lower().startswith(("http://", "https://")):
        return Address(url=value)
    return None if "://" in value else Upload(id=value)
