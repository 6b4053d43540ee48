"""Escapes of JSON that YAML does not have."""

import json
import re

from plmctl.core.deferred import deferred

# Of what a backslash may begin, only such a pair is another text: '\\\\ud83d' is a backslash and more.
_PAIRED = deferred(rb"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\.", re.DOTALL)


def with_characters(data: bytes) -> bytes:
    """JSON for the reader of YAML: a character beyond U+FFFF stands for its pair of escapes."""
    return _PAIRED.sub(_character, data)


def _character(escape: re.Match[bytes]) -> bytes:
    pair = escape["pair"]
    return escape[0] if pair is None else str(json.loads(b'"%s"' % pair)).encode()
