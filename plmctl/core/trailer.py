"""The trailer block of a tag's message."""

import re
from collections.abc import Mapping

from plmctl.core.deferred import deferred

_TRAILER = deferred(r"^([A-Z][A-Za-z-]*): (.*)$", re.MULTILINE)


def trailers(message: str) -> Mapping[str, str]:
    """The trailer block: the last paragraph of a message, when every line of it is `Key: value`."""
    block = message.rstrip("\n").rpartition("\n\n")[2]
    found: list[tuple[str, str]] = _TRAILER.findall(block)
    return dict(found) if len(found) == block.count("\n") + 1 else {}
