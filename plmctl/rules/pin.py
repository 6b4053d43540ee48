"""How firmly a model's id is bound to one model."""

import re
from collections.abc import Mapping

from plmctl.core.deferred import deferred
from plmctl.core.value import Value

PINS = ("floating", "fixed", "dated")
"""From the loosest to the firmest."""
BINDING = ("revision", "deployment", "weights")
"""Fields that bind a model whatever its id is; a deployment that the environment names does not."""

_MONTH = r"(?:0[1-9]|1[0-2])"
# 2024-08-06, 20241022, 08-2024, 05-20, 0613, 2411; at the end, or before -v2, :0, -preview.
_DATE = deferred(
    rf"[-@](20\d\d-?\d\d-?\d\d|{_MONTH}-20\d\d|{_MONTH}-?[0-3]\d|2\d{_MONTH})(?=$|-v\d|:|-preview)",
    re.ASCII,
)
# Google's -001, Bedrock's -v1:0, Mistral's -v0.3.
_VERSION = deferred(r"-(\d{3}|v\d+[.:]\d+)(?=$|:)", re.ASCII)
# Vertex's @001 and @20241022, the commit or the digest of weights.
_REVISION = deferred(r"@(\d{3,}|[0-9a-f]{7,64}|sha256:[0-9a-f]{64})$", re.ASCII)


def pin_of(spec: Mapping[str, Value]) -> str:
    """How firmly a model's id is bound: as stated, else by the shape of the id."""
    stated = spec.get("pin")
    if isinstance(stated, str):
        return stated
    if any(_is_stated(spec.get(field)) for field in BINDING):
        return "fixed"
    model = str(spec.get("model"))
    if _DATE.search(model):
        return "dated"
    return "fixed" if _VERSION.search(model) or _REVISION.search(model) else "floating"


def family(model: str) -> str:
    """A model's id without the date of its snapshot."""
    return _DATE.sub("", model)


def _is_stated(value: Value) -> bool:
    return isinstance(value, str) or (isinstance(value, dict) and "env" not in value)
