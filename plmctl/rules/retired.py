"""The codes that no rule has any more, and never one again."""

from collections.abc import Mapping

RETIRED: Mapping[str, str] = {
    "TPL007": "because jinja2 texts are checked now: TPL003, TPL011 and the rules of names",
}
"""Each with the reason, as it follows `is retired,`."""
