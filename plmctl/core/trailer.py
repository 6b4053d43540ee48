"""The trailer block of a tag's message."""

import re
from collections.abc import Mapping

_TRAILER = re.compile(r"([A-Z][A-Za-z-]*): (.*)")


def trailers(message: str) -> Mapping[str, str]:
    """The trailer block: the last paragraph of a message, when every line of it is `Key: value`."""
    block = message.rstrip("\n").rpartition("\n\n")[2].split("\n")
    found = [_TRAILER.fullmatch(line) for line in block]
    return {m[1]: m[2] for m in found if m is not None} if all(found) else {}
